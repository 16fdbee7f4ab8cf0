/**
 * One running iPXE: what its parts share. Text inside is a byte string, one character a byte (0 to 255), as
 * scripts, settings and file names are bytes; `print` turns UTF-8 in it into characters for the screen.
 */
import { formatIpv4 } from '../../base/address.ts';
import type { Clock } from '../../base/time/clock.ts';
import type { EventSink } from '../../base/event-log.ts';
import { Emitter } from '../../base/emitter.ts';
import type { Rng } from '../../base/rng.ts';
import { fromUtf8, latin1 } from '../../base/bytes.ts';
import type { Message } from '../../base/sentence.ts';
import type { Task } from '../../base/time/task.ts';
import type { BootOutcome, ChainRequest, Key, Platform } from '../platform.ts';
import { CTRL_C } from './control-keys.ts';
import type { IpxeBuild } from './build.ts';
import { CommandTable, type CommandSpec } from './commands/registry.ts';
import { OK, type Status } from './errors.ts';
import { ImageStore } from './images/store.ts';
import { FibreChannel } from './net/fc/peer.ts';
import { IpHost } from './net/ip-host.ts';
import { addressIn, NetDevices, type NetDevice } from './net/link/netdev.ts';
import { SyslogConsole } from './net/syslog.ts';
import { Transfers } from './net/transfer/transfer.ts';
import { formatUri, tftpUri } from './net/transfer/uri.ts';
import type { ParameterList } from './net/transfer/params.ts';
import type { SanDrive } from './san/path.ts';
import type { SchemeSpec } from './schemes/scheme.ts';
import type { ScriptRun } from './script/script.ts';
import { Workload } from './script/workload.ts';
import type { Stepper } from './script/stepper.ts';
import { BuiltinBlock, CpuidBlock, MemmapBlock, PciBlock, SmbiosBlock } from './settings/sources.ts';
import { SettingsTree } from './settings/tree.ts';
import { CertificateStore } from './trust/store.ts';
import { TrustedRoots } from './trust/roots.ts';
import { ConsoleColours } from './tui/colours.ts';
import type { DynamicUi } from './tui/dynamic-ui.ts';

/** What a command asked of the interpreter: leave the rest of its line, or leave the script or shell. */
export type Stop = 'none' | 'command' | 'sequence';

/** Bytes of console text that `show dmesg` keeps. */
const DMESG_BYTES = 4096;

/** All parts of an iPXE; its build selects those that it enables. */
export interface IpxeParts {
  readonly commands: readonly CommandSpec[];
  readonly schemes: readonly SchemeSpec[];
}

export class Ipxe {
  readonly platform: Platform;
  readonly build: IpxeBuild;
  /** The PXE stack that has loaded this iPXE; undefined for one in a ROM. */
  readonly chainedBy: ChainRequest | undefined;
  readonly settings = new SettingsTree();
  readonly builtin: BuiltinBlock;
  readonly images: ImageStore;
  readonly certificates = new CertificateStore();
  readonly roots: TrustedRoots;
  readonly fc: FibreChannel;
  readonly netdevs: NetDevices;
  readonly ip: IpHost;
  readonly transfers: Transfers;
  readonly commands: CommandTable;
  readonly colours = new ConsoleColours();
  /** Menus and forms by name; the unnamed one is ''. */
  readonly uis = new Map<string, DynamicUi>();
  /** Parameter lists for HTTP by name; the unnamed one is ''. */
  readonly params = new Map<string, ParameterList>();
  /** Everything printed, as characters. */
  readonly printed = new Emitter<string>();
  /** Attached SAN devices by drive number. */
  readonly sanDrives = new Map<number, SanDrive>();
  /** The device whose PXE API programs find although they are no NBPs (`startpxe`). */
  pxeDevice: NetDevice | undefined;
  stepper: Stepper | undefined;
  errno: Status = OK;
  stop: Stop = 'none';
  /** Commands that run within commands. */
  commandDepth = 0;
  readonly workload: Workload;
  /** The innermost script; a shell started by a script leaves it in place. */
  script: ScriptRun | undefined;
  /** Base of relative URIs. */
  cwuri: string | undefined;
  /** How this boot ends when a command decided so: `reboot`, `poweroff`, a program on a bare machine. */
  ending: BootOutcome | undefined;
  dmesg = '';
  private readonly randomness: Rng;
  private readonly history: string[] = [];
  private readonly warned = new Set<string>();
  private readonly syslog: SyslogConsole | undefined;
  /** The TFTP server that the working URI was last made from. */
  private nextServer = 0;

  constructor(platform: Platform, build: IpxeBuild, { commands, schemes }: IpxeParts, chainedBy?: ChainRequest) {
    this.platform = platform;
    this.build = build;
    this.chainedBy = chainedBy;
    this.workload = new Workload(platform.clock);
    // Each of several that load one another draws its own ports and transaction numbers.
    this.randomness = chainedBy === undefined ? platform.rng : platform.rng.derive(`chained-${chainedBy.depth}`);
    this.builtin = new BuiltinBlock(this);
    this.settings.register(this.builtin);
    this.settings.register(new SmbiosBlock(platform));
    this.settings.register(new PciBlock(platform));
    if (build.features.has('CPUID_SETTINGS')) this.settings.register(new CpuidBlock());
    if (build.features.has('MEMMAP_SETTINGS')) this.settings.register(new MemmapBlock(platform));
    this.images = new ImageStore();
    this.commands = new CommandTable(commands, build.features, build.ancestor?.commands);
    this.ip = new IpHost(this);
    this.fc = new FibreChannel(platform);
    this.netdevs = new NetDevices(this);
    this.transfers = new Transfers(this, schemes);
    this.roots = new TrustedRoots(build.trust, this.settings.get('trust')?.raw);
    for (const certificate of build.certificates) this.certificates.add(certificate, 'built-in');
    this.settings.changed.on(() => this.followNextServer());
    if (build.features.has('CONSOLE_SYSLOG')) this.syslog = new SyslogConsole(this);
  }

  /** A new TFTP server becomes the working URI. */
  private followNextServer(): void {
    const server = addressIn(this.settings.get('next-server')?.raw);
    if (server === this.nextServer) return;
    this.nextServer = server;
    this.cwuri = server === 0 ? undefined : formatUri(tftpUri(formatIpv4(server), ''));
  }

  get clock(): Clock {
    return this.platform.clock;
  }

  get log(): EventSink {
    return this.platform.log;
  }

  get rng(): Rng {
    return this.randomness;
  }

  /** Lines that the shell remembers. */
  get shellHistory(): string[] {
    return this.history;
  }

  /** True once the boot is over and nothing more may run. */
  get isEnding(): boolean {
    return this.ending !== undefined;
  }

  /** Warns of what a script does, once for each kind of mistake: a script in a loop repeats it without end. */
  warnOnce(code: string, message: Message): void {
    if (this.warned.has(code)) return;
    this.warned.add(code);
    this.log.emit({ kind: 'decision', code, severity: 'warn', ...message });
  }

  *print(text: string): Task<void> {
    if (text === '') return;
    if (this.build.features.has('CONSOLE_DMESG')) this.dmesg = (this.dmesg + text).slice(-DMESG_BYTES);
    this.syslog?.feed(text);
    const shown = fromUtf8(latin1(text));
    this.printed.emit(shown);
    yield* this.platform.console.write(shown);
    if (this.build.features.has('CONSOLE_SERIAL')) yield* this.platform.serial.write(shown.replaceAll('\n', '\r\n'));
  }

  /** A key; undefined when none came within `timeoutMs` (0: no timeout). */
  *key(timeoutMs = 0): Task<Key | undefined> {
    return yield* this.platform.console.key(timeoutMs === 0 ? undefined : timeoutMs * 1_000_000);
  }

  /** True when Ctrl-C is among the keys that were pressed; other keys are thrown away. */
  *interrupted(): Task<boolean> {
    for (;;) {
      const key = yield* this.platform.console.key(0);
      if (key === undefined) return false;
      if (key.ascii === CTRL_C) return true;
    }
  }
}
