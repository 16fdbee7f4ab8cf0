/** Trouble that machines, servers and the lab report themselves in their events, apart from what frames show. */
import type { ConfigLine, LabEvent, Severity, StageId } from '../../../base/event-log.ts';
import type { Message } from '../../../base/sentence.ts';
import { FINDING_REMEDIES, FINDING_TEXTS, REPORTED_TEXTS } from './finding-texts.ts';
import { messageOf, parameterOf } from './finding.ts';
import { IpxeConsole, type PrintedError } from './ipxe-printed.ts';
import { REMEDY_TEXTS, remedyIdFor, type RemedyId } from './remedies.ts';

/** How bad an event says that it is; undefined for what is no trouble. */
export function troubleOf(event: LabEvent): { readonly code: string; readonly severity: Severity } | undefined {
  if (event.kind === 'fault') {
    // A machine that the emulator gave up; other faults are those that the lab was told to make.
    return { code: event.code, severity: event.code.startsWith('fault.') ? 'note' : 'error' };
  }
  if (event.kind === 'stage')
    return event.trouble === undefined ? undefined : { code: event.trouble, severity: 'error' };
  if (event.kind !== 'decision' && event.kind !== 'server') return undefined;
  const { code } = event;
  const severity = code === 'config-refused' ? 'error' : event.severity;
  return severity === 'warn' || severity === 'error' ? { code, severity } : undefined;
}

/** A kind of trouble at one place. */
export interface ReportedTrouble {
  readonly code: string;
  readonly severity: Severity;
  /** The machine that it harms; undefined while it is not known. */
  readonly machine: string | undefined;
  /** What else it is about: troubles of one cause have the same, whichever machine reports them. */
  readonly about: string;
  readonly message: Message;
  readonly remedy: Message;
  readonly rule: string | undefined;
  readonly line: ConfigLine | undefined;
  /** The first events of it. */
  readonly events: readonly number[];
  readonly count: number;
  readonly firstNs: number;
  readonly lastNs: number;
}

/** What a lab's events say about its boots. */
export interface LabReport {
  /** In the order of the events. */
  readonly troubles: readonly ReportedTrouble[];
  /** By machine: when it last got something, or came somewhere, that it had not reached since it was switched on. */
  readonly progressNs: ReadonlyMap<string, number>;
  /** By client (a MAC address): the lines of configurations that its latest answers, or silences, came from. */
  readonly lines: ReadonlyMap<string, readonly ConfigLine[]>;
  /** By machine and path: the line of a boot program's configuration that names this missing file. */
  readonly named: ReadonlyMap<string, ConfigLine>;
}

export const EMPTY_REPORT: LabReport = {
  troubles: [],
  progressNs: new Map(),
  lines: new Map(),
  named: new Map(),
};

/** A boot that reaches one of these for the first time goes on well. */
const PROGRESS: ReadonlySet<StageId> = new Set([
  'file-done',
  'nbp-entry',
  'menu',
  'script',
  'kernel-loaded',
  'kernel-entry',
  'os-address',
]);

/** Reported as a warning by a part that does not know what becomes of it. */
const STOPS_BOOT =
  /^(?:file\.|script-label-missing$|trust-(?!sha1|small-key)|tls-|no-boot-signature$|nbp-|arp\.no-reply$|ip\.not-forwarded$)/;

/** A boot program that has come to nothing by itself. */
const FAILED_PROGRAM = /^(?:program\/|machine\/triple-fault$|machine\/emulator-trap$)/;

/** Of a crowd of machines, the first ones. */
const MAX_REPORTED = 1000;
const MAX_EVENTS = 20;
const MAX_LINES = 12;
const MAX_NAMED = 1000;

type Growing = { -readonly [Key in keyof ReportedTrouble]: ReportedTrouble[Key] } & { events: number[] };

interface Reported {
  readonly code: string;
  readonly severity: Severity;
  readonly about: string;
  readonly message: Message;
  readonly remedy: Message;
  readonly line?: ConfigLine | undefined;
  readonly machine?: string | undefined;
  /** Troubles with the same code and key are the same. */
  readonly key: string;
}

/** Collects from events, one by one, what they say about the boots of a lab. */
export class LabReports {
  private readonly troubles = new Map<string, Growing>();
  private readonly progressNs = new Map<string, number>();
  /** By machine: the stages that it has reached, with their words. */
  private readonly reached = new Map<string, Set<string>>();
  private readonly consoles = new Map<string, IpxeConsole>();
  private readonly lines = new Map<string, readonly ConfigLine[]>();
  private readonly named = new Map<string, ConfigLine>();
  /** By machine: the last call of its boot program that the PXE API does not have. */
  private readonly unsupported = new Map<string, LabEvent & { readonly kind: 'decision' }>();
  private current: LabReport | undefined;

  /** The same object as long as nothing has changed. */
  get result(): LabReport {
    this.current ??= {
      troubles: [...this.troubles.values()].map((trouble) => ({ ...trouble, events: [...trouble.events] })),
      progressNs: new Map(this.progressNs),
      lines: new Map(this.lines),
      named: new Map(this.named),
    };
    return this.current;
  }

  add(event: LabEvent): void {
    if (event.kind === 'stage') this.addStage(event.node, event.stage, event.text, event.timeNs);
    else if (event.kind === 'console' && event.channel === 'screen') this.addConsole(event);
    else if (event.kind === 'server') this.addServer(event);
    else if (event.kind === 'decision' && event.code === 'pxe-api/unsupported' && !isProbe(event))
      this.unsupported.set(event.node, event);
    this.addTrouble(event);
  }

  private addStage(machine: string, stage: StageId, text: string, timeNs: number): void {
    const reached = this.reached.get(machine);
    if (reached === undefined || stage === 'power-on') {
      this.reached.set(machine, new Set());
      this.unsupported.delete(machine);
      this.current = undefined;
    }
    if (!PROGRESS.has(stage)) return;
    const key = `${stage} ${text}`;
    const places = this.reached.get(machine);
    if (places === undefined || places.has(key)) return;
    places.add(key);
    this.progressNs.set(machine, timeNs);
    this.current = undefined;
  }

  private addConsole(event: LabEvent & { readonly kind: 'console' }): void {
    const console = this.consoles.get(event.node) ?? new IpxeConsole();
    this.consoles.set(event.node, console);
    for (const error of console.append(event.text)) this.report(event, reportedByIpxe(event.node, error));
  }

  private addServer(event: LabEvent & { readonly kind: 'server' }): void {
    const client = parameterOf(event, 'client');
    if (event.service === 'dhcp' && client !== undefined && event.lines.length > 0) {
      const known = this.lines.get(client.toLowerCase()) ?? [];
      const older = known.filter(
        (one) => !event.lines.some(({ file, line }) => file === one.file && line === one.line),
      );
      this.lines.set(client.toLowerCase(), [...event.lines, ...older].slice(0, MAX_LINES));
      this.current = undefined;
    }
    const [line] = event.lines;
    if (event.code !== 'pxelinux.names' || line === undefined || this.named.size >= MAX_NAMED) return;
    this.named.set(`${parameterOf(event, 'machine') ?? ''} ${parameterOf(event, 'file') ?? ''}`, line);
    this.current = undefined;
  }

  private addTrouble(event: LabEvent): void {
    const trouble = troubleOf(event);
    // Configured faults are not reported as problems.
    if (trouble === undefined || trouble.severity === 'note') return;
    if (event.kind !== 'decision' && event.kind !== 'server' && event.kind !== 'fault' && event.kind !== 'stage')
      return;
    const { code } = trouble;
    if (code === 'no-device' && this.hadProgram(event.node)) {
      this.report(event, programExit(event.node));
      return;
    }
    if (FAILED_PROGRAM.test(code)) this.addUnsupported(event.node);
    const remedy = remedyIdFor(code);
    const isMachine = this.reached.has(event.node);
    if (remedy === undefined || isSeenInFrames(event) || (code === 'arp.no-reply' && !isMachine)) return;
    const [line] = event.kind === 'server' ? event.lines : [];
    this.report(event, {
      code,
      severity: STOPS_BOOT.test(code) ? 'error' : trouble.severity,
      about: isMachine ? event.text : `${event.node} ${event.text}`,
      message: saysMachine(event)
        ? { text: event.text, says: event.says }
        : messageOf('finding-reported', REPORTED_TEXTS['finding-reported'], { node: event.node, what: event }),
      remedy: remedyMessage(remedy),
      line,
      machine: isMachine ? event.node : parameterOf(event, 'machine'),
      key: event.node,
    });
  }

  /** Whether a boot program was started since the machine was switched on. */
  private hadProgram(machine: string): boolean {
    return [...(this.reached.get(machine) ?? [])].some((reached) => reached.startsWith('nbp-entry '));
  }

  /** A call that a program asked for in vain may be why it has failed. */
  private addUnsupported(node: string): void {
    const call = this.unsupported.get(node);
    if (call === undefined) return;
    this.report(call, {
      code: call.code,
      severity: 'warn',
      about: call.text,
      message: messageOf('finding-reported', REPORTED_TEXTS['finding-reported'], { node, what: call }),
      remedy: remedyMessage('remedy.pxe-api/unsupported'),
      machine: node,
      key: node,
    });
  }

  private report(event: LabEvent, { key, ...reported }: Reported): void {
    const id = `${key} ${reported.code}`;
    const known = this.troubles.get(id);
    if (known === undefined && this.troubles.size >= MAX_REPORTED) return;
    this.current = undefined;
    if (known === undefined) {
      this.troubles.set(id, {
        line: undefined,
        machine: undefined,
        ...reported,
        rule: event.rule,
        events: [event.id],
        count: 1,
        firstNs: event.timeNs,
        lastNs: event.timeNs,
      });
      return;
    }
    known.count++;
    known.lastNs = event.timeNs;
    if (known.events.length < MAX_EVENTS) known.events.push(event.id);
  }
}

/** Programs ask for iPXE's file functions to learn whether they are there, and do without. */
function isProbe(event: LabEvent & { readonly kind: 'decision' }): boolean {
  return /^PXENV_(?:GET_)?FILE_/.test(parameterOf(event, 'function') ?? '');
}

/** A BIOS that finds nothing to boot after a boot program has ended: that is what the program came to. */
function programExit(client: string): Reported {
  const code = 'program/exit';
  return {
    code,
    severity: 'error',
    about: '',
    message: messageOf(`finding.${code}`, FINDING_TEXTS[`finding.${code}`], { client }),
    remedy: messageOf(`remedy.${code}`, FINDING_REMEDIES[`remedy.${code}`], {}),
    machine: client,
    key: client,
  };
}

function reportedByIpxe(machine: string, { code, errno, line }: PrintedError): Reported {
  const about = { client: machine, line };
  return {
    code,
    severity: 'error',
    // A card without a link is met in several commands.
    about: code === 'ipxe-link-down' ? '' : line,
    message: messageOf(`finding.${code}`, FINDING_TEXTS[`finding.${code}`], about),
    remedy: messageOf(`remedy.${code}`, FINDING_REMEDIES[`remedy.${code}`], about),
    machine,
    key: `${machine} ${errno} ${line}`,
  };
}

/** Answers of a web server: the frames show them, with what the client made of them. */
function isSeenInFrames(event: LabEvent): boolean {
  return event.kind === 'server' && event.service === 'http' && event.code !== 'http.bad-request';
}

export function remedyMessage(id: RemedyId): Message {
  return messageOf(id, { ...FINDING_REMEDIES, ...REMEDY_TEXTS }[id], {});
}

/** Whether the report names the machine that makes it, or the one whose files it is about. */
function saysMachine(event: LabEvent): boolean {
  if (event.kind === 'server' && event.service === 'files') return true;
  return 'says' in event && Object.values(event.says.parameters).includes(event.node);
}
