/**
 * What an emulator and its owner had to do with each other, in order. Played back it stands for the emulator: firmware,
 * servers and the log go through everything again, exactly and quickly, and the CPU executes nothing, up to a keyframe.
 *
 * - A *call* is work of the emulator: a slice, a frame handed to its card, a retrace. It ends with a value.
 * - A *callback* is what the emulator does to its owner within a call: a frame, a byte, something drawn, a trap.
 * - An *answer* is what the owner reads of the emulator: a register, a piece of memory.
 *
 * Slices in which nothing of that kind happens are left out.
 */
import { itemAt } from '../../base/lists/list.ts';

/** A tape holds something else than what is read from it: it belongs to another run. */
export class TapeMismatch extends Error {
  machine?: string;
}

/** State of the CPU that the owner has with every call. */
export interface CpuStatus {
  /** Instructions executed, 32 bits. */
  counter: number;
  isHalted: boolean;
  isPaging: boolean;
  haltedByHost: boolean;
  asleep: boolean;
}

/** The state of a machine before a slice. */
export interface SliceHead extends CpuStatus {
  /** The lab's time. */
  readonly startNs: number;
  readonly cause: number | undefined;
  /** How often the machine has been given something to do, and been woken. */
  readonly borderCalls: number;
  readonly wakeCalls: number;
  readonly rest: number;
  readonly baseNs: number;
  readonly instructionTotal: number;
  readonly counterStart: number;
  readonly nextRetraceNs: number;
}

const TAG = { slice: 1, end: 2, number: 3, bytes: 4, note: 5, callback: 16 } as const;

/** Kinds of callbacks; the arguments of each are its own business. */
export const CALLBACKS = ['frame', 'serial', 'reset', 'write', 'read', 'draw', 'paint'] as const;
export type Callback = (typeof CALLBACKS)[number];

/** A longer tape is not worth its memory: recording ends. */
export const MAX_TAPE_BYTES = 96 * 1024 * 1024;

export interface TapeOwner {
  status(): CpuStatus;
  setStatus(status: CpuStatus): void;
  /** Plays a callback, which reads its arguments from the tape. */
  play(callback: Callback): void;
}

export class Tape {
  mode: 'off' | 'record' | 'play' = 'off';
  /** Callbacks recorded. */
  callbacks = 0;
  private bytes = new Uint8Array(0);
  private length = 0;
  /** Where it is played. */
  private at = 0;
  /** A slice that has been read ahead. */
  private peeked: { readonly at: number; readonly endAt: number; readonly head: SliceHead } | undefined;
  private readonly float = new DataView(new ArrayBuffer(8));
  private readonly owner: TapeOwner;

  constructor(owner: TapeOwner) {
    this.owner = owner;
  }

  record(): void {
    this.mode = 'record';
    this.bytes = new Uint8Array(64 * 1024);
  }

  /** Plays what another tape holds, and records from its end on. */
  load(recorded: Uint8Array): void {
    this.mode = 'play';
    this.bytes = recorded.slice();
    this.length = recorded.length;
    this.at = 0;
    this.peeked = undefined;
  }

  /** From here on the emulator does things that a tape cannot hold. */
  stop(): void {
    if (this.mode === 'play') throw new TapeMismatch('the tape goes on');
    this.mode = 'off';
    this.bytes = new Uint8Array(0);
    this.length = 0;
  }

  get position(): number {
    return this.length;
  }

  get isAtEnd(): boolean {
    return this.at === this.length;
  }

  /** What has been recorded. It is only added to, but for what is rewound. */
  contents(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  /** Takes back what was recorded since. */
  rewind(position: number): void {
    this.length = position;
  }

  // --- The emulator and its owner ------------------------------------------------------------------------------

  /** Work of the emulator, or what it was. */
  call(run: () => number): number {
    switch (this.mode) {
      case 'off':
        return run();
      case 'record': {
        const value = run();
        if (this.mode === 'record') {
          this.putByte(TAG.end);
          this.putFloat(value);
          this.putStatus(this.owner.status());
        }
        return value;
      }
      case 'play':
        return this.playCall();
    }
  }

  private playCall(): number {
    for (;;) {
      const tag = this.byte();
      if (tag === TAG.end) {
        const value = this.takeFloat();
        this.owner.setStatus(this.takeStatus());
        return value;
      }
      const callback = CALLBACKS[tag - TAG.callback];
      if (callback === undefined) throw new TapeMismatch(`tag ${tag} within a call`);
      this.owner.setStatus(this.takeStatus());
      this.owner.play(callback);
    }
  }

  /** To be followed by the arguments. False when nothing is recorded. */
  callback(callback: Callback): boolean {
    if (this.mode !== 'record') return false;
    this.callbacks++;
    this.putByte(TAG.callback + CALLBACKS.indexOf(callback));
    this.putStatus(this.owner.status());
    return true;
  }

  answer(read: () => number): number {
    if (this.mode === 'play') {
      this.expect(TAG.number);
      return this.int();
    }
    const value = read();
    if (this.mode === 'record') {
      this.putByte(TAG.number);
      this.putInt(value);
    }
    return value;
  }

  answerBytes(read: () => Uint8Array): Uint8Array {
    if (this.mode === 'play') {
      this.expect(TAG.bytes);
      return this.blob();
    }
    const value = read();
    if (this.mode === 'record') {
      this.putByte(TAG.bytes);
      this.putBlob(value);
    }
    return value;
  }

  /** Something that rarely comes: it is only on the tape when it has. */
  note(read: () => string | undefined): string | undefined {
    if (this.mode === 'play') {
      if (this.bytes[this.at] !== TAG.note || this.isAtEnd) return undefined;
      this.at++;
      return new TextDecoder().decode(this.blob());
    }
    const value = read();
    if (this.mode === 'record' && value !== undefined) {
      this.putByte(TAG.note);
      this.putBlob(new TextEncoder().encode(value));
    }
    return value;
  }

  // --- Slices --------------------------------------------------------------------------------------------------

  putSlice(head: SliceHead): void {
    this.putByte(TAG.slice);
    this.putInt(head.startNs);
    this.putByte(head.cause === undefined ? 0 : 1);
    if (head.cause !== undefined) this.putInt(head.cause);
    const { borderCalls, wakeCalls, rest, baseNs, instructionTotal, counterStart, nextRetraceNs } = head;
    for (const value of [borderCalls, wakeCalls, rest, baseNs, instructionTotal, counterStart, nextRetraceNs])
      this.putInt(value);
    this.putStatus(head);
  }

  /** The next slice, without taking it; undefined where other things come first. */
  get nextSlice(): SliceHead | undefined {
    if (this.peeked?.at !== this.at) {
      if (this.isAtEnd || this.bytes[this.at] !== TAG.slice) return undefined;
      this.peek();
    }
    return this.peeked?.head;
  }

  private peek(): SliceHead {
    const before = this.at;
    const head = this.readSlice();
    this.peeked = { at: before, head, endAt: this.at };
    this.at = before;
    return head;
  }

  takeSlice(): SliceHead {
    const { peeked } = this;
    if (peeked?.at !== this.at) return this.readSlice();
    this.at = peeked.endAt;
    return peeked.head;
  }

  private readSlice(): SliceHead {
    this.expect(TAG.slice);
    const startNs = this.int();
    const cause = this.byte() === 0 ? undefined : this.int();
    const values = Array.from({ length: 7 }, () => this.int());
    const value = (i: number): number => itemAt(values, i);
    return {
      startNs,
      cause,
      borderCalls: value(0),
      wakeCalls: value(1),
      rest: value(2),
      baseNs: value(3),
      instructionTotal: value(4),
      counterStart: value(5),
      nextRetraceNs: value(6),
      ...this.takeStatus(),
    };
  }

  /** When the next slice begins, past what is answered before; undefined when none is left. */
  get nextSliceNs(): number | undefined {
    const before = this.at;
    try {
      while (!this.isAtEnd) {
        const tag = this.bytes[this.at];
        if (tag === TAG.slice) return (this.nextSlice ?? this.peek()).startNs;
        this.at++;
        if (tag === TAG.number) this.int();
        else if (tag === TAG.bytes) this.blob();
        else throw new TapeMismatch(`tag ${tag} between slices`);
      }
      return undefined;
    } finally {
      this.at = before;
    }
  }

  // --- Values --------------------------------------------------------------------------------------------------

  putByte(value: number): void {
    if (this.length === this.bytes.length) this.grow(1);
    this.bytes[this.length++] = value;
  }

  byte(): number {
    if (this.at >= this.length) throw new TapeMismatch('it ends too early');
    return itemAt(this.bytes, this.at++);
  }

  /** An integer of up to 53 bits: 7 bits a byte, the sign in the lowest. */
  putInt(value: number): void {
    let rest = value < 0 ? -2 * value - 1 : 2 * value;
    while (rest >= 128) {
      this.putByte((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.putByte(rest);
  }

  int(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) break;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  putBlob(value: Uint8Array): void {
    this.putInt(value.length);
    if (this.length + value.length > this.bytes.length) this.grow(value.length);
    this.bytes.set(value, this.length);
    this.length += value.length;
  }

  /** A copy. */
  blob(): Uint8Array<ArrayBuffer> {
    const length = this.int();
    this.at += length;
    if (this.at > this.length) throw new TapeMismatch('it ends too early');
    return this.bytes.slice(this.at - length, this.at);
  }

  private putFloat(value: number): void {
    if (Number.isInteger(value)) {
      this.putByte(0);
      this.putInt(value);
      return;
    }
    this.putByte(1);
    this.float.setFloat64(0, value);
    for (let i = 0; i < 8; i++) this.putByte(this.float.getUint8(i));
  }

  private takeFloat(): number {
    if (this.byte() === 0) return this.int();
    for (let i = 0; i < 8; i++) this.float.setUint8(i, this.byte());
    return this.float.getFloat64(0);
  }

  private putStatus({ counter, isHalted, isPaging, haltedByHost, asleep }: CpuStatus): void {
    this.putInt(counter);
    this.putByte((isHalted ? 1 : 0) | (isPaging ? 2 : 0) | (haltedByHost ? 4 : 0) | (asleep ? 8 : 0));
  }

  private takeStatus(): CpuStatus {
    const counter = this.int();
    const flags = this.byte();
    return {
      counter,
      isHalted: (flags & 1) !== 0,
      isPaging: (flags & 2) !== 0,
      haltedByHost: (flags & 4) !== 0,
      asleep: (flags & 8) !== 0,
    };
  }

  private expect(tag: number): void {
    const found = this.byte();
    if (found !== tag) throw new TapeMismatch(`tag ${found} instead of ${tag}`);
  }

  private grow(by: number): void {
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.length + by, 1024));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}
