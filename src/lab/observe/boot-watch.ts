/**
 * The boot progress of a machine as seen from its servers: kernels loaded, PXELINUX's menu, an operating system's
 * address, and files that cannot work for their purpose. Emulated CPUs report none of these themselves.
 */
import type { Clock } from '../../base/time/clock.ts';
import type { EventBody, EventLog, LabEvent, Severity, StageId, UserAction } from '../../base/event-log.ts';
import { checkBootProgram, checkKernel, isLinuxKernel, type FileFinding } from '../../services/files/file-check.ts';
import type { FileTree } from '../../services/files/file-tree.ts';
import type { Message } from '../../base/sentence.ts';
import { clientOf } from './event-client.ts';
import { PxelinuxMenu } from './pxelinux-menu.ts';
import type { SyslinuxConfig, SyslinuxLine } from './syslinux-config.ts';
import { labMessage } from '../messages.ts';

/** What the watch needs from a server. */
export interface WatchedServer {
  readonly files: FileTree;
  /** Path in `files` of the file that a transfer of that protocol calls `name`. */
  transferPath(protocol: string, name: string): string;
}

export interface BootWatchOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly server: (node: string) => WatchedServer | undefined;
  /**
   * The personality of a machine's own boot ROM, `other` for a foreign ROM; undefined for nodes that are not machines.
   */
  readonly firmware: (node: string) => string | undefined;
}

/** dnsmasq's own words. */
const MISSING_FILE = /^file (.+) not found for /;

/** After these stages no boot program shows a menu any more. */
const MENU_ENDS: ReadonlySet<StageId> = new Set([
  'power-on',
  'power-off',
  'nbp-exit',
  'kernel-entry',
  'disk-boot',
  'no-device',
  'halted',
]);

interface Boot {
  readonly menu: PxelinuxMenu;
  /** Where it gets its files. */
  server: string | undefined;
  /** The first file of a boot is what the ROM runs. */
  hasBootProgram: boolean;
  hasKernel: boolean;
  kernelRuns: boolean;
  hasAddress: boolean;
  /** Problems already reported, by code and file. */
  readonly reported: Set<string>;
  /** Transfers assumed complete: their end may still be reported. */
  readonly presumed: Set<string>;
}

export class BootWatch {
  private readonly options: BootWatchOptions;
  private readonly boots = new Map<string, Boot>();

  constructor(options: BootWatchOptions) {
    this.options = options;
  }

  /** To be called with every event of the log, in order. */
  onEvent(event: LabEvent): void {
    if (event.kind === 'stage') this.handleStage(event);
    else if (event.kind === 'transfer') {
      // Events in between carry no news, and there are many.
      if (isWhole(event) || event.doneBytes === 0) this.because(event, () => this.handleTransfer(event));
    } else if (event.kind === 'server') {
      if (event.service === 'dhcp' && event.code === 'ack') this.handleAck(event);
      if (event.service === 'tftp' && event.code === 'tftp-error') this.handleMissing(event);
    } else if (event.kind === 'input') {
      const menu = this.boots.get(event.node)?.menu;
      const { action } = event;
      if (menu === undefined || action === undefined) return;
      this.because(event, () => menu.keysPressed(keysOf(action), this.options.clock.nowNs));
    }
  }

  private handleStage(event: LabEvent & { readonly kind: 'stage' }): void {
    const { stage } = event;
    // What a medium has started fetches files of its own; the ROM's first file is what the ROM runs.
    if (stage === 'disk-boot' || stage === 'rom-boot' || stage === 'boot-option')
      this.bootOf(event.node).hasBootProgram = stage === 'disk-boot';
    const boot = this.boots.get(event.node);
    if (boot === undefined) return;
    if (!MENU_ENDS.has(stage)) return;
    if (stage === 'kernel-entry') boot.kernelRuns = true;
    const { localBoot } = boot.menu;
    if (stage === 'no-device' && localBoot !== undefined && !boot.hasKernel) {
      const { path, line, text } = localBoot;
      const message = labMessage('lab.pxelinux-local-boot', { machine: event.node, text, line, place: path });
      this.because(event, () =>
        this.emitFiles(boot.server ?? event.node, 'pxelinux.local-boot', 'warn', message, [localBoot]),
      );
    }
    if (stage === 'power-on' || stage === 'power-off') this.boots.delete(event.node);
    this.because(event, () => boot.menu.close());
  }

  private because(event: LabEvent, action: () => void): void {
    this.options.log.withCause(event.id, action);
  }

  private handleTransfer(event: LabEvent & { readonly kind: 'transfer' }): void {
    const { server, clock } = this.options;
    const from = server(event.node);
    const machine = this.clientOf(event);
    if (from === undefined || machine === undefined) return;
    const boot = this.bootOf(machine);
    boot.server = event.node;
    const path = from.transferPath(event.protocol, event.name);
    if (!isWhole(event)) {
      if (event.state === 'active') boot.menu.fetching(path);
      return;
    }
    const id = `${event.node} ${event.transfer}`;
    if (boot.presumed.delete(id)) return;
    if (event.state !== 'done') boot.presumed.add(id);
    const bytes = from.files.read(path);
    if (bytes === undefined) return;
    boot.menu.fetched(path, from.files, clock.nowNs);
    const name = path.slice(path.lastIndexOf('/') + 1);
    const isFirst = !boot.hasBootProgram;
    boot.hasBootProgram = true;
    const isPlain = this.options.firmware(machine) === 'pxe';
    this.reportFlaw(event.node, machine, boot, path, isFirst && isPlain ? checkBootProgram(name, bytes) : undefined);
    this.reportFlaw(event.node, machine, boot, path, checkKernel(name, bytes));
    // iPXE reports its images itself.
    const firmware = this.options.firmware(machine);
    if (isLinuxKernel(bytes) && !isFirst && !boot.hasKernel && firmware !== 'ipxe' && firmware !== 'gpxe') {
      boot.hasKernel = true;
      this.emit(machine, {
        kind: 'stage',
        stage: 'kernel-loaded',
        ...labMessage('lab.kernel-loaded', { kernel: name }),
      });
    }
  }

  private handleAck(event: LabEvent & { readonly kind: 'server' }): void {
    const machine = this.clientOf(event);
    const boot = machine === undefined ? undefined : this.boots.get(machine);
    if (machine === undefined || boot === undefined || !boot.kernelRuns || boot.hasAddress) return;
    boot.hasAddress = true;
    this.because(event, () =>
      this.emit(machine, { kind: 'stage', stage: 'os-address', ...labMessage('lab.os-address') }),
    );
  }

  /** A file that PXELINUX's configuration names and the server has not. */
  private handleMissing(event: LabEvent & { readonly kind: 'server' }): void {
    const machine = this.clientOf(event);
    const boot = machine === undefined ? undefined : this.boots.get(machine);
    const path = MISSING_FILE.exec(event.text)?.[1];
    const where = path === undefined ? undefined : boot?.menu.whereNamed(path);
    if (machine === undefined || path === undefined || where === undefined) return;
    const file = path.slice(path.lastIndexOf('/') + 1);
    const message = labMessage('lab.pxelinux-names', { machine, file, line: where.line, place: where.path });
    this.because(event, () => this.emitFiles(event.node, 'pxelinux.names', 'info', message, [where]));
  }

  private configRead(machine: string, { defaults, ui }: SyslinuxConfig): void {
    const boot = this.boots.get(machine);
    const [first, second] = defaults.slice(-2);
    if (boot?.server === undefined || first === undefined || second === undefined || first.text === second.text) return;
    // UI stands for itself; DEFAULT names the entry that it marks.
    if (ui !== undefined && second.text.split(/\s+/)[1] !== ui) return;
    const message = labMessage('lab.pxelinux-default-replaced', {
      machine,
      second: second.text,
      secondLine: second.line,
      first: first.text,
      firstLine: first.line,
    });
    this.emitFiles(boot.server, 'pxelinux.default-replaced', 'warn', message, [second, first]);
  }

  private emitFiles(
    server: string,
    code: string,
    severity: Severity,
    message: Message,
    lines: readonly SyslinuxLine[],
  ): void {
    this.options.log.emit(server, {
      kind: 'server',
      service: 'files',
      code,
      severity,
      ...message,
      lines: lines.map(({ path, line, text }) => ({ file: path, line, text })),
    });
  }

  private reportFlaw(server: string, machine: string, boot: Boot, path: string, flaw: FileFinding | undefined): void {
    if (flaw === undefined || boot.reported.has(`${flaw.code} ${path}`)) return;
    boot.reported.add(`${flaw.code} ${path}`);
    const { code, message, rule } = flaw;
    this.options.log.emit(
      server,
      {
        kind: 'server',
        service: 'files',
        code,
        severity: 'warn',
        ...labMessage('lab.of-machine', { machine, what: message }),
        lines: [],
      },
      rule === undefined ? {} : { rule },
    );
  }

  private emit(machine: string, body: EventBody): void {
    this.options.log.emit(machine, body);
  }

  private bootOf(machine: string): Boot {
    const known = this.boots.get(machine);
    if (known !== undefined) return known;
    const menu = new PxelinuxMenu({
      read: (config) => this.configRead(machine, config),
      show: (shown) => this.emit(machine, { kind: 'menu', menu: shown }),
      opened: (title) => {
        const message =
          title === '' ? labMessage('lab.pxelinux-menu') : labMessage('lab.pxelinux-menu-titled', { title });
        this.emit(machine, { kind: 'stage', stage: 'menu', ...message });
      },
    });
    const boot: Boot = {
      menu,
      server: undefined,
      hasBootProgram: false,
      hasKernel: false,
      kernelRuns: false,
      hasAddress: false,
      reported: new Set(),
      presumed: new Set(),
    };
    this.boots.set(machine, boot);
    return boot;
  }

  private clientOf(event: LabEvent): string | undefined {
    const { log, firmware } = this.options;
    return clientOf(event, log, (node) => firmware(node) !== undefined);
  }
}

/** A file that was sent whole and followed by the client's next request has arrived, even if the last ACK was lost. */
function isWhole({ state, sentBytes, totalBytes }: LabEvent & { readonly kind: 'transfer' }): boolean {
  return state === 'done' || (sentBytes !== undefined && sentBytes === totalBytes);
}

/** The keys of an input: by name, or a text that is typed. */
function keysOf(action: UserAction): readonly string[] {
  if ('keys' in action) return action.keys;
  if (!('type' in action)) return [];
  return Array.from(action.type, (character) => (character === '\n' ? 'Enter' : character));
}
