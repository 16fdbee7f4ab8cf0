/**
 * Screen, keyboard and serial port of a PC through its BIOS: INT 10h and INT 16h by the stub. The machine logs what is
 * on the screen, whichever program wrote it.
 */
import type { Clock } from '../../base/time/clock.ts';
import type { EventSink } from '../../base/event-log.ts';
import { after, anyOf } from '../../base/time/task.ts';
import type { Task, Wait } from '../../base/time/task.ts';
import type { GuestMemory } from '../guest.ts';
import type { Console, Key, SerialPort } from '../platform.ts';
import { AnsiInterpreter, isSpinner, stripAnsi } from '../text/ansi.ts';
import type { ScreenOp } from '../text/ansi.ts';
import { graphicsScreen, type GraphicsOutcome, type GraphicsRequest } from '../text/graphics.ts';
import { keyFromBios } from '../text/keys.ts';
import { GraphicsConsole } from './graphics-console.ts';
import type { BiosRegisters, Service } from './service.ts';
import { findVbeMode, setVbeMode } from './vbe.ts';

/** BIOS data area (segment 40h). */
const BDA = { keyHead: 0x41a, keyTail: 0x41c, shift: 0x417, cursor: 0x450 } as const;
const COM1 = 0x3f8;

/** One user at a time, in order of asking. */
class Lock {
  private held = false;
  private readonly waiters: (() => void)[] = [];

  *acquire(): Task<void> {
    while (this.held) {
      yield (resume) => {
        this.waiters.push(resume);
        return () => {
          const at = this.waiters.indexOf(resume);
          if (at >= 0) this.waiters.splice(at, 1);
        };
      };
    }
    this.held = true;
  }

  release(): void {
    this.held = false;
    this.waiters.shift()?.();
  }
}

export class PcConsole implements Console {
  /** In a graphics mode. */
  private graphics: GraphicsConsole | undefined;
  private readonly ansi = new AnsiInterpreter();
  private readonly screenLock = new Lock();
  private readonly keyLock = new Lock();
  private readonly keyWaiters = new Set<() => void>();
  private readonly service: Service;
  private readonly memory: GuestMemory;
  private readonly clock: Clock;
  private readonly log: EventSink;

  constructor(service: Service, memory: GuestMemory, clock: Clock, log: EventSink) {
    this.service = service;
    this.memory = memory;
    this.clock = clock;
    this.log = log;
    service.onPoll = () => {
      if (this.hasKey) for (const wake of this.keyWaiters) wake();
    };
  }

  /** What stands on the screen in a graphics mode; undefined in text modes. */
  get graphicsText(): string | undefined {
    return this.graphics?.screen.text();
  }

  get columns(): number {
    return this.graphics?.screen.columns ?? this.ansi.columns;
  }

  get rows(): number {
    return this.graphics?.screen.rows ?? this.ansi.rows;
  }

  get cursor(): { row: number; column: number } {
    if (this.graphics !== undefined) return this.graphics.screen;
    return { row: this.memory.readU8(BDA.cursor + 1), column: this.memory.readU8(BDA.cursor) };
  }

  *write(text: string): Task<void> {
    yield* this.screenLock.acquire();
    try {
      if (this.graphics !== undefined) {
        const plain = stripAnsi(text);
        this.graphics.put(text);
        // The machine cannot read text off dots.
        if (!isSpinner(plain)) this.log.emit({ kind: 'console', channel: 'screen', text: plain });
        return yield* this.graphics.draw();
      }
      const { row, column } = this.cursor;
      this.ansi.moveTo(row, column);
      for (const op of this.ansi.feed(text)) yield* this.service.bios(0x10, videoCall(op));
    } finally {
      this.screenLock.release();
    }
  }

  *key(timeoutNs?: number): Task<Key | undefined> {
    const endNs = timeoutNs === undefined ? Number.POSITIVE_INFINITY : this.clock.nowNs + timeoutNs;
    for (;;) {
      // INT 16h would wait within the BIOS: it is only called when there is a key, by one task at a time.
      yield* this.keyLock.acquire();
      try {
        if (this.hasKey) return keyFromBios((yield* this.service.bios(0x16, { eax: 0x1000 })).eax);
      } finally {
        this.keyLock.release();
      }
      const leftNs = endNs - this.clock.nowNs;
      if (leftNs <= 0) return undefined;
      yield leftNs === Number.POSITIVE_INFINITY ? this.keyReady : anyOf(this.keyReady, after(this.clock, leftNs));
    }
  }

  shiftState(): number {
    return this.memory.readU8(BDA.shift);
  }

  *setGraphics(request: GraphicsRequest | undefined): Task<GraphicsOutcome> {
    if (request === undefined && this.graphics === undefined) return 'ok';
    yield* this.screenLock.acquire();
    try {
      return yield* request === undefined ? this.leaveGraphics() : this.enterGraphics(request);
    } finally {
      this.screenLock.release();
    }
  }

  private *leaveGraphics(): Task<GraphicsOutcome> {
    this.graphics = undefined;
    yield* setVbeMode(this.service, undefined);
    return 'ok';
  }

  private *enterGraphics(request: GraphicsRequest): Task<GraphicsOutcome> {
    const { service, memory } = this;
    if (request.depth > 32) return 'no-mode';
    const mode = yield* findVbeMode(service, memory, request.width, request.height);
    if (mode === undefined) return 'no-mode';
    const graphics = graphicsScreen(request, mode.width, mode.height);
    if (graphics === undefined) return 'no-room-for-text';
    if (!(yield* setVbeMode(service, mode))) return 'no-mode';
    this.graphics = new GraphicsConsole(service, memory, mode, graphics);
    yield* this.graphics.begin();
    return 'ok';
  }

  private get hasKey(): boolean {
    return this.memory.readU16(BDA.keyHead) !== this.memory.readU16(BDA.keyTail);
  }

  private readonly keyReady: Wait = (resume) => {
    this.keyWaiters.add(resume);
    return () => {
      this.keyWaiters.delete(resume);
    };
  };
}

function videoCall(op: ScreenOp): BiosRegisters {
  switch (op.op) {
    case 'teletype':
      return { eax: 0x0e00 | op.code, ebx: 7 };
    case 'put':
      return { eax: 0x0900 | op.code, ebx: op.attribute, ecx: 1 };
    case 'cursor':
      return { eax: 0x0200, edx: (op.row << 8) | op.column };
    case 'clear':
      return {
        eax: 0x0600,
        ebx: op.attribute << 8,
        ecx: (op.top << 8) | op.left,
        edx: (op.bottom << 8) | op.right,
      };
    case 'cursor-shape':
      return { eax: 0x0100, ecx: op.visible ? 0x0607 : 0x2000 };
  }
}

export class PcSerial implements SerialPort {
  /** Bytes that came in while the firmware runs. */
  readonly input: number[] = [];
  private readonly service: Service;

  constructor(service: Service) {
    this.service = service;
  }

  *write(text: string): Task<void> {
    for (let i = 0; i < text.length; i++) yield* this.service.outByte(COM1, text.charCodeAt(i) & 0xff);
  }

  read(): number | undefined {
    return this.input.shift();
  }
}
