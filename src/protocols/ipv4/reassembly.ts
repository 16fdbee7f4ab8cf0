/**
 * Putting IPv4 datagrams together again (RFC 791 §3.2), for the analysis: fragments may come in any order and more
 * than once. What was found is kept by frame, so that each fragment can later say where the whole is.
 */
import { StateKey } from '../core/conversation.ts';

export interface FragmentPart {
  /** Index of the frame. */
  readonly frame: number;
  /** Offset in the datagram. */
  readonly offset: number;
  readonly length: number;
}

export interface Reassembled {
  /** Ordered by offset. */
  readonly parts: readonly FragmentPart[];
  readonly bytes: Uint8Array;
  /** Frame that completed it. */
  readonly frame: number;
}

interface Pending {
  readonly parts: { readonly part: FragmentPart; readonly bytes: Uint8Array }[];
  /** By the eighth of an offset: how far the longest fragment from there goes. */
  readonly ends: Map<number, number>;
  /** All bytes before this are there. */
  reached: number;
  /** Fragments that begin before this (an eighth of an offset) are counted in `reached`. */
  counted: number;
  /** Behind the fragment that goes farthest. */
  farthest: number;
  /** Known once the last fragment was seen. */
  length: number | undefined;
}

/** Takes in one more fragment. Each eighth of an offset is looked at once, however many fragments come. */
function cover(datagram: Pending, offset: number, end: number): void {
  const { ends } = datagram;
  const unit = offset >> 3;
  ends.set(unit, Math.max(ends.get(unit) ?? 0, end));
  datagram.farthest = Math.max(datagram.farthest, end);
  if (unit < datagram.counted) datagram.reached = Math.max(datagram.reached, end);
  for (; datagram.counted * 8 <= datagram.reached && datagram.reached < datagram.farthest; datagram.counted++) {
    datagram.reached = Math.max(datagram.reached, ends.get(datagram.counted) ?? 0);
  }
}

function newDatagram(): Pending {
  return { parts: [], ends: new Map(), reached: 0, counted: 0, farthest: 0, length: undefined };
}

class Ipv4Reassembly {
  private readonly pending = new Map<string, Pending>();
  /** By frame, for every frame that had a part in it. */
  readonly done = new Map<number, Reassembled>();

  add(key: string, frame: number, offset: number, bytes: Uint8Array, more: boolean): void {
    const datagram = this.pending.get(key) ?? newDatagram();
    this.pending.set(key, datagram);
    datagram.parts.push({ part: { frame, offset, length: bytes.length }, bytes });
    if (!more) datagram.length = offset + bytes.length;
    cover(datagram, offset, offset + bytes.length);
    const { reached, farthest } = datagram;
    if (datagram.length === undefined || reached < farthest || reached < datagram.length) return;
    const parts = [...datagram.parts].sort((a, b) => a.part.offset - b.part.offset || a.part.frame - b.part.frame);
    const whole = new Uint8Array(datagram.length);
    for (const one of parts) {
      const room = whole.length - one.part.offset;
      if (room > 0) whole.set(one.bytes.subarray(0, room), one.part.offset);
    }
    const result: Reassembled = { parts: parts.map((one) => one.part), bytes: whole, frame };
    for (const { part } of parts) this.done.set(part.frame, result);
    this.pending.delete(key);
  }
}

export const IPV4_REASSEMBLY = new StateKey(() => new Ipv4Reassembly());
