/**
 * The platform without a CPU: a personality runs its protocols, menus and scripts on it and stops where guest
 * code would start. Most lessons and boot storms need no more.
 */
import type { Clock } from '../../base/time/clock.ts';
import type { EventSink } from '../../base/event-log.ts';
import { unreachable } from '../../base/result.ts';
import { Inbox, takeWithin } from '../../base/time/task.ts';
import type { Task } from '../../base/time/task.ts';
import type {
  BlockDevice,
  ChainPersonality,
  Console,
  Key,
  MachineParts,
  MemoryRegion,
  NonVolatileStore,
  Platform,
  Program,
  ProgramOutcome,
  PxeContext,
  SerialPort,
} from '../platform.ts';
import { PlatformBase } from '../platform-base.ts';
import { readChainNbp } from '../rom/chain-nbp.ts';
import { placeBootTables } from '../boot-tables.ts';
import { BASE_BYTES, BASE_LAYOUT } from '../rom/hypercalls.ts';
import { AnsiInterpreter, isSpinner, stripAnsi } from '../text/ansi.ts';
import { graphicsScreen, type GraphicsOutcome, type GraphicsRequest, type GraphicsScreen } from '../text/graphics.ts';
import { keyNamed } from '../text/keys.ts';
import { TextScreen } from '../text/screen.ts';
import { SparseMemory } from './sparse-memory.ts';
import { firmwareMessage } from '../messages.ts';

export interface BarePlatformOptions extends MachineParts {
  /** Defaults to 512 MiB. */
  readonly memoryBytes?: number;
  readonly store?: NonVolatileStore;
  /** The screen of the machine, which outlives a restart. */
  readonly screen?: TextScreen;
  /** Makes what a chainloaded image of the lab's stands for; without it such an image is a program as others. */
  readonly chained?: ChainPersonality;
  /** Called when the personality asks for a restart or for power off. */
  readonly onReboot?: () => void;
  readonly onPowerOff?: () => void;
}

/** Values that live as long as the machine object. */
export class MemoryStore implements NonVolatileStore {
  private readonly values = new Map<string, Uint8Array>();

  get(name: string): Uint8Array | undefined {
    return this.values.get(name);
  }

  set(name: string, value: Uint8Array | undefined): void {
    if (value === undefined) this.values.delete(name);
    else this.values.set(name, value);
  }
}

/** Graphics modes, the smallest first: those that the emulated PC's VGA BIOS has, too. */
const MODES: readonly (readonly [width: number, height: number])[] = [
  [640, 480],
  [800, 600],
  [1024, 768],
  [1280, 1024],
  [1600, 1200],
  [1920, 1200],
];

/** Of what is written at once, the log keeps as much as two screens hold. */
const LONGEST_TEXT = 4096;

class BareConsole implements Console {
  readonly screen: TextScreen;
  readonly keys = new Inbox<Key>();
  private ansi = new AnsiInterpreter();
  private readonly clock: Clock;
  private readonly log: EventSink;

  constructor(screen: TextScreen, clock: Clock, log: EventSink) {
    this.screen = screen;
    this.clock = clock;
    this.log = log;
    this.ansi.moveTo(screen.row, screen.column);
  }

  get columns(): number {
    return this.screen.columns;
  }

  get rows(): number {
    return this.screen.rows;
  }

  get cursor(): { row: number; column: number } {
    return { row: this.screen.row, column: this.screen.column };
  }

  // oxlint-disable-next-line require-yield -- the screen model takes no time
  *write(text: string): Task<void> {
    this.screen.apply(this.ansi.feed(text));
    const plain = stripAnsi(text);
    if (!isSpinner(plain)) this.log.emit({ kind: 'console', channel: 'screen', text: plain.slice(-LONGEST_TEXT) });
  }

  *key(timeoutNs?: number): Task<Key | undefined> {
    if (timeoutNs === undefined) return yield* this.keys.take();
    return yield* takeWithin(this.clock, this.keys, timeoutNs);
  }

  shiftState(): number {
    return 0;
  }

  // oxlint-disable-next-line require-yield -- the screen model takes no time
  *setGraphics(request: GraphicsRequest | undefined): Task<GraphicsOutcome> {
    const { screen } = this;
    if (request === undefined) {
      if (screen.backdrop !== undefined) this.showGraphics(undefined);
      return 'ok';
    }
    const mode = MODES.find(([width, height]) => width >= request.width && height >= request.height);
    if (mode === undefined || request.depth > 32) return 'no-mode';
    const graphics = graphicsScreen(request, ...mode);
    if (graphics === undefined) return 'no-room-for-text';
    this.showGraphics(graphics);
    return 'ok';
  }

  private showGraphics(graphics: GraphicsScreen | undefined): void {
    this.screen.reset(graphics);
    this.ansi = new AnsiInterpreter(this.screen.columns, this.screen.rows);
  }
}

class BareSerial implements SerialPort {
  readonly input: number[] = [];
  private readonly log: EventSink;

  constructor(log: EventSink) {
    this.log = log;
  }

  // oxlint-disable-next-line require-yield -- nothing to wait for
  *write(text: string): Task<void> {
    this.log.emit({ kind: 'console', channel: 'serial0', text });
  }

  read(): number | undefined {
    return this.input.shift();
  }
}

export class BarePlatform extends PlatformBase implements Platform {
  readonly hardware = 'bare';
  readonly console: Console;
  readonly serial: BareSerial;
  readonly store: NonVolatileStore;
  readonly memory: SparseMemory;
  readonly screen: TextScreen;
  readonly drives = new Map<number, BlockDevice>();
  /** The program that would have been entered. */
  started: Program | undefined;
  private readonly bareConsole: BareConsole;
  private readonly onReboot: () => void;
  private readonly onPowerOff: () => void;
  private readonly chained: ChainPersonality | undefined;
  /** Images that run, one loaded by the other. */
  private chainDepth = 0;

  constructor(options: BarePlatformOptions) {
    super(options);
    this.screen = options.screen ?? new TextScreen();
    this.bareConsole = new BareConsole(this.screen, options.clock, options.log);
    this.console = this.bareConsole;
    this.serial = new BareSerial(options.log);
    this.store = options.store ?? new MemoryStore();
    this.memory = new SparseMemory(options.memoryBytes ?? 512 * 0x10_0000);
    this.chained = options.chained;
    this.onReboot = options.onReboot ?? (() => {});
    this.onPowerOff = options.onPowerOff ?? (() => {});
  }

  /**
   * 639 KiB less what the firmware takes, as on the PC. Each iPXE that was loaded keeps as much until it comes back.
   */
  get freeBaseBytes(): number {
    return 0x9fc00 - BASE_BYTES * (1 + this.chainDepth);
  }

  /** A key of the keyboard by its name; false when there is no such key. */
  press(name: string): boolean {
    const key = keyNamed(name);
    if (key === undefined) return false;
    this.bareConsole.keys.push(key);
    return true;
  }

  // oxlint-disable-next-line require-yield -- the map is known
  *memoryMap(): Task<readonly MemoryRegion[]> {
    return [
      { start: 0, length: 0x9fc00, type: 'usable' },
      { start: 0x9fc00, length: 0x400, type: 'reserved' },
      { start: 0xf_0000, length: 0x1_0000, type: 'reserved' },
      { start: 0x10_0000, length: this.memory.sizeBytes - 0x10_0000, type: 'usable' },
    ];
  }

  setDrive(drive: number, device: BlockDevice | undefined): void {
    if (device === undefined) this.drives.delete(drive);
    else this.drives.set(drive, device);
  }

  setBootTables(tables: readonly Uint8Array[]): boolean {
    return placeBootTables(this.memory, this.freeBaseBytes + BASE_LAYOUT.codeBytes, tables);
  }

  *startProgram(program: Program): Task<ProgramOutcome> {
    const options = program.kind === 'nbp' ? readChainNbp(this.memory) : undefined;
    if (options !== undefined && program.pxe !== undefined && this.chained !== undefined) {
      return yield* this.chain(program.name, options, program.pxe, this.chained);
    }
    this.started = program;
    const stage = program.kind === 'linux' || program.kind === 'multiboot' ? 'kernel-entry' : 'nbp-entry';
    this.log.emit({ kind: 'stage', stage, ...firmwareMessage('firmware.bare-loaded', { program: program.name }) });
    return { kind: 'stopped' };
  }

  /** Runs what a chainloaded image stands for, where a PC would enter it. */
  private *chain(name: string, options: string, network: PxeContext, chained: ChainPersonality): Task<ProgramOutcome> {
    this.log.emit({
      kind: 'stage',
      stage: 'nbp-entry',
      ...firmwareMessage('firmware.program-starts', { program: name }),
    });
    this.chainDepth++;
    const outcome = yield* chained({ options, network, depth: this.chainDepth }).boot(this);
    this.chainDepth--;
    switch (outcome.kind) {
      case 'next-device':
        this.log.emit({
          kind: 'stage',
          stage: 'nbp-exit',
          ...firmwareMessage('firmware.program-returned', { program: name, reason: outcome.reason }),
        });
        return { kind: 'returned', ax: 0, stackIsDown: true };
      case 'stopped':
        return outcome;
      case 'reboot':
        yield* this.reboot();
        return { kind: 'stopped' };
      case 'power-off':
        yield* this.powerOff();
        return { kind: 'stopped' };
      default:
        return unreachable(outcome);
    }
  }

  /** The restart comes from the machine, which ends the task that asked for it. */
  *reboot(): Task<void> {
    this.onReboot();
    yield () => () => {};
  }

  *powerOff(): Task<void> {
    this.onPowerOff();
    yield () => () => {};
  }
}
