/** Segments as a connection and its layer hand them to each other; numbers are those of the wire. */
import type { Ipv4Address } from '../../../base/address.ts';
import type { TcpOption, TcpSegment } from '../../../protocols/tcp/codec.ts';
import { TCP_FLAG } from '../../../protocols/tcp/fields.ts';

export interface Endpoint {
  readonly address: Ipv4Address;
  readonly port: number;
}

/** What a segment says besides its payload. */
export interface OutgoingSegment {
  readonly sequence: number;
  readonly acknowledgment: number;
  /** Bits of `TCP_FLAG`. */
  readonly flags: number;
  /** The header's field: scaled already. */
  readonly window: number;
  readonly options?: readonly TcpOption[];
}

/** RFC 9293 §3.10.7.1: a reset that the sender of the segment will believe. */
export function resetAnswering({ flags, acknowledgment, sequence, payload }: TcpSegment): OutgoingSegment {
  if ((flags & TCP_FLAG.ack) !== 0)
    return { sequence: acknowledgment, acknowledgment: 0, flags: TCP_FLAG.rst, window: 0 };
  const length = payload.length + ((flags & TCP_FLAG.syn) !== 0 ? 1 : 0) + ((flags & TCP_FLAG.fin) !== 0 ? 1 : 0);
  return {
    sequence: 0,
    acknowledgment: (sequence + length) >>> 0,
    flags: TCP_FLAG.rst | TCP_FLAG.ack,
    window: 0,
  };
}
