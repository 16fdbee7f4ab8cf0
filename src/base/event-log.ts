/**
 * The spine of the lab: everything that happened, in order, each with its cause. Frames, firmware stages and
 * decisions, server answers, console text, inputs and faults are one kind of thing here; panels are views of it.
 *
 * Parts of the lab know only `EventSink`. The cause of an event is, unless given, the event that is being
 * handled (a frame delivered, a timer that was set while another event was handled).
 */
import type { Clock } from './time/clock.ts';
import type { Message } from './sentence.ts';

export type EventId = number;

/** Milestones of a boot, in the order in which they usually come. Panels, `--until stage:ID` and lessons use the ids. */
export type StageId =
  | 'power-on'
  | 'post'
  | 'uefi-sec'
  | 'uefi-pei'
  | 'uefi-dxe'
  | 'uefi-bds'
  | 'boot-option'
  | 'exit-boot-services'
  | 'rom-init'
  | 'rom-boot'
  | 'rarp-request'
  | 'rarp-reply'
  | 'bootp-request'
  | 'bootp-reply'
  | 'bootparams'
  | 'dhcp-discover'
  | 'dhcp-offer'
  | 'dhcp-request'
  | 'dhcp-ack'
  | 'proxy-dhcp'
  | 'boot-menu'
  | 'boot-server'
  | 'file-request'
  | 'file-done'
  | 'nbp-entry'
  | 'nbp-exit'
  | 'menu'
  | 'script'
  | 'kernel-loaded'
  | 'kernel-entry'
  | 'os-dhcp'
  | 'os-address'
  | 'boot-failed'
  | 'next-device'
  | 'disk-boot'
  | 'boot-sector'
  | 'boot-loader'
  | 'no-device'
  | 'power-off'
  | 'halted';

export type Severity = 'info' | 'note' | 'warn' | 'error';

/** Where in a server's configuration an answer came from. */
export interface ConfigLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

export interface EventBase {
  readonly id: EventId;
  readonly timeNs: number;
  /** Name of the node (PC, switch, server) or link that it happened at. */
  readonly node: string;
  readonly cause?: EventId;
  /** Such as `RFC 2131 §4.3.1` or `PXE 2.1 §2.2.3`. */
  readonly rule?: string;
}

/** A milestone of a boot, and what there is to say about it. */
export type StageBody = {
  readonly kind: 'stage';
  readonly stage: StageId;
  /** The sentence says no more than the name of the stage. */
  readonly isNameOnly?: true;
  /** The boot is lost here: the code of the finding, stable. */
  readonly trouble?: string;
} & Message;

/** What there is to say about a stage beside its name. */
export function stageDetail({ text, says, isNameOnly }: StageBody): Message | undefined {
  return isNameOnly === true ? undefined : { text, says };
}

/** What a person does to a machine. */
export type UserAction =
  /** Names of keys such as Enter, Down, F8, Ctrl-B. */
  | { readonly keys: readonly string[] }
  | { readonly type: string }
  | { readonly serial: string }
  | { readonly power: 'on' | 'off' | 'reset' }
  | { readonly ipxe: IpxeAction }
  /** Without content the drive is emptied. */
  | { readonly medium: { readonly drive: 'floppy' | 'cdrom'; readonly content?: object | undefined } }
  | { readonly takeOver: true };

/** To the script of the machine's iPXE: hold the next command, run one, run on, hold at a line. */
export type IpxeAction =
  | { readonly kind: 'pause' | 'step' | 'go' }
  | { readonly kind: 'break'; readonly script: string; readonly line: number; readonly on: boolean };

export type EventBody =
  /** A frame at a port: the index is that of the capture's record. */
  | { readonly kind: 'frame'; readonly port: string; readonly direction: 'in' | 'out'; readonly frame: number }
  | StageBody
  /** A firmware's choice, also the negative ones; `code` is stable. */
  | ({ readonly kind: 'decision'; readonly code: string; readonly severity: Severity } & Message)
  /** A server's answer, silence or refusal, with the lines of its configuration that caused it. */
  | ({
      readonly kind: 'server';
      readonly service: string;
      readonly code: string;
      readonly severity: Severity;
      readonly lines: readonly ConfigLine[];
      /** What was asked, of services that scripts report to. */
      readonly request?: ServedRequest;
    } & Message)
  /** A line that the node would write to its log. */
  | { readonly kind: 'log'; readonly service: string; readonly text: string }
  | { readonly kind: 'console'; readonly channel: string; readonly text: string }
  /** What a machine is told to do: `action` is there when a person, or the scenario, does it. */
  | ({ readonly kind: 'input'; readonly channel: string; readonly action?: UserAction } & Message)
  | ({ readonly kind: 'fault'; readonly code: string } & Message)
  /**
   * Progress of a file. `totalBytes` is absent while the size is unknown; `state` ends as done or failed. `sentBytes` stands
   * where a server has sent all and the client has gone on to the next file without a word on the end of this one.
   */
  | {
      readonly kind: 'transfer';
      readonly transfer: string;
      readonly protocol: string;
      readonly name: string;
      readonly doneBytes: number;
      readonly totalBytes?: number;
      readonly sentBytes?: number;
      readonly state: 'active' | 'done' | 'failed';
    }
  /** What a machine shows as a menu, as structure; an empty list of items means that it is gone. */
  | { readonly kind: 'menu'; readonly menu: MenuSnapshot }
  | CallBody
  | ReturnBody;

/** Services of the firmware that programs call. */
export type CallApi = 'pxe' | 'int13';

/** Parameters by the names of the specification, as texts: addresses dotted, pointers as segment:offset. */
export type CallFields = readonly (readonly [name: string, value: string])[];

/** A program calls the firmware. What the firmware does for it has this event as its cause. */
export interface CallBody {
  readonly kind: 'call';
  readonly api: CallApi;
  readonly function: string;
  readonly opcode: number;
  /** Return address of the call, `segment:offset` in hexadecimal. */
  readonly caller: string;
  readonly mode: 'real' | 'protected';
  /** As the caller gave them, without those that are zero. */
  readonly fields: CallFields;
}

/**
 * The end of a call, or of a run of calls of one function between other calls: calls for each packet are not listed one by
 * one. Its cause is the (first) call.
 */
export interface ReturnBody {
  readonly kind: 'return';
  readonly api: CallApi;
  readonly function: string;
  /** Status of the last call, by its name. */
  readonly status: string;
  readonly calls: number;
  readonly failures: number;
  /** From the (first) call to the (last) return, virtual ns. */
  readonly durationNs: number;
  /** Parameters that the last call has changed. */
  readonly fields: CallFields;
}

/** An HTTP request and how it was answered. */
export interface ServedRequest {
  /** Dotted address. */
  readonly client: string;
  readonly method: string;
  /** As it stood in the request line. */
  readonly target: string;
  /** Decoded, in order. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Fields of a form that was posted. */
  readonly form: readonly (readonly [name: string, value: string])[];
  readonly userAgent: string;
  readonly status: number;
  /** Length of the answer's body. */
  readonly bytes: number;
}

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  /** Key that chooses it directly, as printed on the key. */
  readonly key?: string;
  readonly isGap?: boolean;
}

export interface MenuSnapshot {
  /** Whose menu: `pxe` (option 43), `pxelinux`, `grub`, `ipxe`. */
  readonly source: string;
  readonly title: string;
  readonly items: readonly MenuItem[];
  /** The item that Enter, or the end of the countdown, takes now. */
  readonly defaultId?: string;
  /** Only a prompt is on the screen: this key brings up the list. */
  readonly openKey?: string;
  /** Virtual time at which the default is taken; absent when there is no timeout. */
  readonly deadlineNs?: number;
}

export type LabEvent = EventBase & EventBody;

export interface EmitOptions {
  readonly cause?: EventId;
  readonly rule?: string;
  /** For what happened inside a CPU slice, later than the clock shows. Defaults to now. */
  readonly timeNs?: number;
}

/** What a part of the lab gets to report with. Bound to one node. */
export interface EventSink {
  emit(body: EventBody, options?: EmitOptions): EventId;
  /** The event being handled; code that acts on it later keeps it. */
  readonly currentCause: EventId | undefined;
  /** Runs `action` with another current cause. */
  withCause<T>(cause: EventId | undefined, action: () => T): T;
}

/** Keeps all events of a lab and tells listeners. */
export class EventLog {
  readonly events: LabEvent[] = [];
  /** Length of all texts: events of the same number may take very different memory. */
  textChars = 0;
  private readonly clock: Clock;
  private readonly listeners = new Set<(event: LabEvent) => void>();
  private cause: EventId | undefined;
  private isNotifying = false;
  private notifiedCount = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  on(listener: (event: LabEvent) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  emit(node: string, body: EventBody, options: EmitOptions = {}): EventId {
    const id = this.events.length;
    const cause = options.cause ?? this.cause;
    const event: LabEvent = {
      id,
      timeNs: options.timeNs ?? this.clock.nowNs,
      node,
      ...body,
      ...(cause === undefined ? {} : { cause }),
      ...(options.rule === undefined ? {} : { rule: options.rule }),
    };
    this.events.push(event);
    if ('text' in event) this.textChars += event.text.length;
    if (!this.isNotifying) this.notify();
    return id;
  }

  /** Every listener hears of every event in order, also of those that a listener emits. */
  private notify(): void {
    this.isNotifying = true;
    try {
      for (let event = this.events[this.notifiedCount]; event !== undefined; event = this.events[this.notifiedCount]) {
        this.notifiedCount++;
        for (const listener of this.listeners) listener(event);
      }
    } finally {
      this.isNotifying = false;
    }
  }

  get currentCause(): EventId | undefined {
    return this.cause;
  }

  withCause<T>(cause: EventId | undefined, action: () => T): T {
    const before = this.cause;
    this.cause = cause;
    try {
      return action();
    } finally {
      this.cause = before;
    }
  }

  /** The sink of one node. */
  sink(node: string): EventSink {
    const emit = (body: EventBody, options?: EmitOptions): EventId => this.emit(node, body, options);
    const withCause = <T>(cause: EventId | undefined, action: () => T): T => this.withCause(cause, action);
    const currentCause = (): EventId | undefined => this.cause;
    return {
      emit,
      withCause,
      get currentCause() {
        return currentCause();
      },
    };
  }
}

/** Who sent the last frame before an event that led to it. */
export function senderOf(events: readonly LabEvent[], id: EventId): string | undefined {
  for (let event: LabEvent | undefined = events[id]; event?.cause !== undefined;) {
    event = events[event.cause];
    if (event?.kind === 'frame') return event.node;
  }
  return undefined;
}

/** A clock whose timers run with the cause that was current when they were set. */
export class CausalClock implements Clock {
  private readonly clock: Clock;
  private readonly log: EventLog;

  constructor(clock: Clock, log: EventLog) {
    this.clock = clock;
    this.log = log;
  }

  get nowNs(): number {
    return this.clock.nowNs;
  }

  schedule(delayNs: number, callback: () => void): { cancel(): void } {
    const cause = this.log.currentCause;
    if (cause === undefined) return this.clock.schedule(delayNs, callback);
    return this.clock.schedule(delayNs, () => this.log.withCause(cause, callback));
  }
}
