/**
 * What a connection has received: bytes out of order wait for the gap before them, bytes in order wait for a
 * reader that has paused. Both are views of the frames they came in.
 */
import type { SackBlock } from '../../../protocols/tcp/codec.ts';

interface Piece {
  readonly start: number;
  readonly data: Uint8Array;
}

export class ReceiveBuffer {
  /** By start, without overlaps. */
  private readonly pieces: Piece[] = [];
  private readonly ready: Uint8Array[] = [];
  private readyLength = 0;
  /** Start of the piece that came last: its block goes first into a SACK option. */
  private latest = -1;

  /** Bytes in order that nobody has read yet. */
  get queued(): number {
    return this.readyLength;
  }

  get hasGap(): boolean {
    return this.pieces.length > 0;
  }

  queue(data: Uint8Array): void {
    this.ready.push(data);
    this.readyLength += data.length;
  }

  /** The oldest bytes in order. */
  take(): Uint8Array | undefined {
    const data = this.ready.shift();
    if (data !== undefined) this.readyLength -= data.length;
    return data;
  }

  /** Keeps a segment that came too early; what is there already is not kept twice. */
  store(sequence: number, data: Uint8Array): void {
    const { pieces } = this;
    this.latest = sequence;
    const end = sequence + data.length;
    let start = sequence;
    let at = 0;
    while (start < end) {
      const next = at < pieces.length ? pieces[at] : undefined;
      if (next === undefined || next.start >= end) {
        pieces.splice(at, 0, { start, data: data.subarray(start - sequence) });
        return;
      }
      if (next.start > start) {
        pieces.splice(at, 0, { start, data: data.subarray(start - sequence, next.start - sequence) });
        at++;
      }
      start = Math.max(start, next.start + next.data.length);
      at++;
    }
  }

  /** The bytes that follow `next`, if they are here now; older ones are dropped on the way. */
  takeFollowing(next: number): Uint8Array | undefined {
    const { pieces } = this;
    for (let first = pieces[0]; first !== undefined && first.start <= next; first = pieces[0]) {
      const { start, data } = first;
      pieces.shift();
      if (start + data.length > next) return data.subarray(next - start);
    }
    return undefined;
  }

  /** Blocks for a SACK option, the one that changed last first (RFC 2018 §4). */
  sackBlocks(toWire: (sequence: number) => number, max: number): readonly SackBlock[] {
    const blocks: { start: number; end: number }[] = [];
    for (const { start, data } of this.pieces) {
      const last = blocks.at(-1);
      if (last !== undefined && last.end === start) last.end += data.length;
      else blocks.push({ start, end: start + data.length });
    }
    const first = blocks.findIndex(({ start, end }) => start <= this.latest && this.latest < end);
    if (first > 0) blocks.unshift(...blocks.splice(first, 1));
    return blocks.slice(0, max).map(({ start, end }) => ({ left: toWire(start), right: toWire(end) }));
  }

  clear(): void {
    this.pieces.length = 0;
    this.ready.length = 0;
    this.readyLength = 0;
  }
}
