/**
 * Follow stream: what two endpoints said to each other, in order, with the sender of each piece. UDP datagrams as they
 * came; TCP put together by sequence numbers, so that resent and overtaken segments appear once and in place.
 */
import { formatIpv4 } from '../../base/address.ts';
import { concatBytes } from '../../base/bytes.ts';
import { Heap } from '../../base/lists/heap.ts';
import type { FrameSource } from '../../protocols/core/frame-source.ts';
import { TCP_FLAG } from '../../protocols/tcp/fields.ts';
import { conversationKey, readHeaders } from '../headers.ts';
import type { FrameHeaders } from '../headers.ts';

/** 0 is the sender of the conversation's first frame, 1 the other. */
export type Side = 0 | 1;

/** Bytes that one side sent without the other saying something in between (TCP), or one datagram (UDP). */
export interface Turn {
  readonly side: Side;
  /** Index of the frame with the first of the bytes. */
  readonly index: number;
  readonly timeNs: number;
  readonly bytes: Uint8Array;
  /** Bytes of the stream before these that were never captured. */
  readonly missing: number;
}

export interface Stream {
  readonly kind: 'udp' | 'tcp';
  /** `10.0.0.101:2070` of both sides. */
  readonly endpoints: readonly [string, string];
  readonly turns: readonly Turn[];
}

interface Piece {
  readonly side: Side;
  readonly index: number;
  readonly timeNs: number;
  readonly bytes: Uint8Array;
  readonly missing: number;
}

/** The stream that the frame at `index` belongs to; undefined when it is neither TCP nor UDP. */
export function followStream(frames: FrameSource, index: number): Stream | undefined {
  const headers = readHeaders(frames.bytes(index));
  const key = headers === undefined ? undefined : conversationKey(headers);
  if (key === undefined) return undefined;
  const assembler = new StreamAssembler();
  for (let i = 0; i < frames.length; i++) {
    const one = readHeaders(frames.bytes(i));
    // A port used again after the connection's end starts another stream.
    if (one === undefined || conversationKey(one) !== key) continue;
    if (assembler.isOver && isOpening(one)) {
      if (i > index) break;
      assembler.restart();
    }
    assembler.addFrame(one, frames.bytes(i), i, frames.timeNs(i));
  }
  return assembler.stream();
}

function isOpening(headers: FrameHeaders): boolean {
  const flags = headers.transport?.flags ?? 0;
  return (flags & (TCP_FLAG.syn | TCP_FLAG.ack)) === TCP_FLAG.syn;
}

interface Segment {
  readonly bytes: Uint8Array;
  readonly index: number;
  readonly timeNs: number;
}

interface Early extends Segment {
  readonly start: number;
}

function isBefore(a: Early, b: Early): boolean {
  const order = a.start - b.start || b.bytes.length - a.bytes.length || a.index - b.index;
  return order < 0;
}

/** One direction of a TCP connection. */
class Direction {
  /** Number of the next byte in order, as sequence numbers but without their wrap; undefined before the first segment. */
  next: number | undefined;
  /** Segments that wait, by the number of their first byte; of two with the same, the longer or the earlier first. */
  readonly early = new Heap<Early>(isBefore);
  finished = false;
}

/** Puts one conversation together as its frames come. Also used piece by piece, by the object export. */
export class StreamAssembler {
  /** Called for bytes in order as soon as they are known. */
  onPiece: ((piece: Piece) => void) | undefined;
  private kind: 'udp' | 'tcp' = 'udp';
  private first: FrameHeaders | undefined;
  private pieces: Piece[] = [];
  private directions: [Direction, Direction] = [new Direction(), new Direction()];
  private reset = false;

  /** Both sides have said that they are done, or one has aborted. */
  get isOver(): boolean {
    return this.reset || (this.directions[0].finished && this.directions[1].finished);
  }

  restart(): void {
    this.first = undefined;
    this.pieces = [];
    this.directions = [new Direction(), new Direction()];
    this.reset = false;
  }

  addFrame(headers: FrameHeaders, frame: Uint8Array, index: number, timeNs: number): void {
    const { ip, transport } = headers;
    if (ip === undefined || transport === undefined) return;
    this.first ??= headers;
    this.kind = transport.kind;
    const { first } = this;
    const isFirstSide = ip.source === first.ip?.source && transport.sourcePort === first.transport?.sourcePort;
    const side: Side = isFirstSide ? 0 : 1;
    const bytes = frame.subarray(headers.payloadStart, headers.payloadEnd);
    if (transport.kind === 'udp') this.emit({ side, index, timeNs, bytes, missing: 0 });
    else this.addSegment(side, transport.sequence, transport.flags, bytes, index, timeNs);
  }

  /** Gives out what waits behind gaps that were never filled; call it when no more frames will come. */
  flush(): void {
    for (const side of [0, 1] as const) {
      const { early } = this.directions[side];
      for (let waiting = early.pop(); waiting !== undefined; waiting = early.pop()) {
        this.deliver(side, waiting.start, waiting);
      }
    }
  }

  stream(): Stream {
    this.flush();
    const turns: Turn[] = [];
    let open: Piece[] = [];
    const close = (): void => {
      const [head] = open;
      if (head !== undefined) turns.push({ ...head, bytes: concatBytes(open.map((piece) => piece.bytes)) });
      open = [];
    };
    for (const piece of this.pieces) {
      const previous = open.at(-1);
      if (this.kind === 'udp' || previous?.side !== piece.side || piece.missing > 0) close();
      open.push(piece);
    }
    close();
    return { kind: this.kind, endpoints: this.endpoints(), turns };
  }

  private endpoints(): readonly [string, string] {
    const { ip, transport } = this.first ?? {};
    if (ip === undefined || transport === undefined) return ['', ''];
    return [
      `${formatIpv4(ip.source)}:${transport.sourcePort}`,
      `${formatIpv4(ip.destination)}:${transport.destinationPort}`,
    ];
  }

  private emit(piece: Piece): void {
    if (this.onPiece === undefined) this.pieces.push(piece);
    else this.onPiece(piece);
  }

  private addSegment(
    side: Side,
    sequence: number,
    flags: number,
    bytes: Uint8Array,
    index: number,
    timeNs: number,
  ): void {
    const direction = this.directions[side];
    if ((flags & TCP_FLAG.rst) !== 0) this.reset = true;
    if ((flags & TCP_FLAG.fin) !== 0) direction.finished = true;
    if ((flags & TCP_FLAG.syn) !== 0) {
      // RFC 9293 §3.4: the SYN takes one sequence number.
      direction.next = (sequence + 1) >>> 0;
      return;
    }
    direction.next ??= sequence;
    if (bytes.length === 0) return;
    // RFC 9293 §3.4: numbers are compared within half of their circle.
    const start = direction.next + ((sequence - direction.next) | 0);
    if (start > direction.next) {
      direction.early.push({ start, bytes, index, timeNs });
      return;
    }
    this.deliver(side, start, { bytes, index, timeNs });
    for (let waiting = direction.early.peek(); waiting !== undefined; waiting = direction.early.peek()) {
      if (waiting.start > direction.next) break;
      direction.early.pop();
      this.deliver(side, waiting.start, waiting);
    }
  }

  /** Gives out what is new of a segment. What lies between the last byte and it is missing. */
  private deliver(side: Side, start: number, { bytes, index, timeNs }: Segment): void {
    const direction = this.directions[side];
    const next = direction.next ?? start;
    const known = Math.max(0, next - start);
    if (known >= bytes.length) return;
    direction.next = start + bytes.length;
    this.emit({ side, index, timeNs, bytes: bytes.subarray(known), missing: Math.max(0, start - next) });
  }
}
