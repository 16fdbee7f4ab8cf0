/**
 * Kernels that were started from a disk in the network, and do not come back for it. Firmware reads such a disk for the
 * boot loader only; a kernel whose initramfs lacks the driver never attaches it again, and no frame shows what is missing.
 */
import { NS_PER_S, type Clock, type Timer } from '../../base/time/clock.ts';
import type { EventLog, LabEvent } from '../../base/event-log.ts';
import { labMessage } from '../messages.ts';
import { clientOf } from './event-client.ts';

/** An emulated PC's kernel has loaded its drivers by then; a real one is faster. */
const PATIENCE_S = 60;

/** What a server reports when a machine attaches a disk. */
const ATTACHED: ReadonlySet<string> = new Set(['iscsi.login', 'fcoe.login', 'aoe.found']);

interface Boot {
  /** The server that has the disk. */
  server: string;
  kernelRuns: boolean;
  patience: Timer | undefined;
}

export interface SanWatchOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly isMachine: (node: string) => boolean;
  /** Whether a frame of the capture is one of AoE, which has no login: a second look at a disk leaves no report. */
  readonly isAoe: (frame: number) => boolean;
}

export class SanWatch {
  private readonly options: SanWatchOptions;
  /** By machine: the boots that have attached a disk. */
  private readonly boots = new Map<string, Boot>();
  /** By machine: the server whose AoE disk it has found. */
  private readonly aoeServers = new Map<string, string>();

  constructor(options: SanWatchOptions) {
    this.options = options;
  }

  /** To be called with every event of the log, in order. */
  onEvent(event: LabEvent): void {
    if (event.kind === 'server' && ATTACHED.has(event.code)) this.handleAttached(event);
    if (event.kind === 'frame' && this.aoeServers.has(event.node) && this.options.isAoe(event.frame)) {
      this.attached(event.node, this.aoeServers.get(event.node) ?? '');
    }
    if (event.kind !== 'stage') return;
    const boot = this.boots.get(event.node);
    if (boot === undefined) return;
    if (event.stage === 'power-on' || event.stage === 'power-off') {
      boot.patience?.cancel();
      this.boots.delete(event.node);
    } else if (event.stage === 'kernel-entry' && !boot.kernelRuns) {
      boot.kernelRuns = true;
      boot.patience = this.options.clock.schedule(PATIENCE_S * NS_PER_S, () => this.report(event.node, boot.server));
    }
  }

  private handleAttached(event: LabEvent): void {
    const { log, isMachine } = this.options;
    const machine = clientOf(event, log, isMachine);
    if (machine === undefined) return;
    if (event.kind === 'server' && event.service === 'aoe') this.aoeServers.set(machine, event.node);
    this.attached(machine, event.node);
  }

  private attached(machine: string, server: string): void {
    const boot = this.boots.get(machine);
    if (boot === undefined) this.boots.set(machine, { server, kernelRuns: false, patience: undefined });
    else if (boot.kernelRuns) boot.patience?.cancel();
    else boot.server = server;
  }

  private report(machine: string, server: string): void {
    const message = labMessage('lab.san-not-attached', { server, seconds: PATIENCE_S });
    this.options.log.emit(machine, { kind: 'decision', code: 'san-not-attached', severity: 'error', ...message });
  }
}
