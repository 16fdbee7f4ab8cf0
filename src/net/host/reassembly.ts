/**
 * Puts the fragments of IPv4 packets together again (RFC 791 §3.2, RFC 815). Reassembly times out after 30 s, and the
 * buffer is bounded, so that a flood of first fragments costs no memory.
 */
import type { Ipv4Address } from '../../base/address.ts';
import { NS_PER_S, type Clock, type Timer } from '../../base/time/clock.ts';
import type { Ipv4Header } from '../../protocols/ipv4/codec.ts';
import { IPV4_HEADER_LENGTH, IPV4_MAX_LENGTH } from '../../protocols/ipv4/fields.ts';
import type { IpCounters } from './counters.ts';

const TIMEOUT_NS = 30 * NS_PER_S;
const MAX_PACKETS = 64;

interface Fragment {
  readonly start: number;
  readonly data: Uint8Array;
}

interface Partial {
  /** By start, without overlaps. */
  readonly fragments: Fragment[];
  /** Known once the last fragment is here. */
  length: number | undefined;
  /** IP header and 8 bytes of the first fragment, for the ICMP message. */
  original: Uint8Array | undefined;
  readonly source: Ipv4Address;
  readonly timer: Timer;
}

export class Reassembler {
  private readonly clock: Clock;
  private readonly counters: IpCounters;
  private readonly onTimeout: (source: Ipv4Address, original: Uint8Array) => void;
  private readonly packets = new Map<string, Partial>();

  /** `onTimeout` is called when the first fragment was there and others were not (RFC 1122 §3.3.2). */
  constructor(clock: Clock, counters: IpCounters, onTimeout: (source: Ipv4Address, original: Uint8Array) => void) {
    this.clock = clock;
    this.counters = counters;
    this.onTimeout = onTimeout;
  }

  /** Adds the fragment's payload; returns the whole payload when nothing is missing any more. */
  add(header: Ipv4Header, payload: Uint8Array, original: Uint8Array): Uint8Array | undefined {
    const { source, destination, protocol, identification, fragmentOffset, moreFragments } = header;
    this.counters.reasmReqds++;
    // All but the last are multiples of 8 bytes, and no packet is longer than the length field can say.
    if (moreFragments && payload.length % 8 !== 0) return undefined;
    if (fragmentOffset + payload.length > IPV4_MAX_LENGTH - IPV4_HEADER_LENGTH) return undefined;
    const key = `${source} ${destination} ${protocol} ${identification}`;
    let partial = this.packets.get(key);
    if (partial === undefined) {
      if (this.packets.size >= MAX_PACKETS) this.dropOldest();
      const timer = this.clock.schedule(TIMEOUT_NS, () => this.expire(key));
      partial = { fragments: [], length: undefined, original: undefined, source, timer };
      this.packets.set(key, partial);
    }
    if (fragmentOffset === 0) partial.original = original;
    if (!moreFragments) partial.length = fragmentOffset + payload.length;
    insert(partial.fragments, fragmentOffset, payload);
    const whole = join(partial);
    if (whole !== undefined) {
      this.counters.reasmOKs++;
      partial.timer.cancel();
      this.packets.delete(key);
    }
    return whole;
  }

  clear(): void {
    for (const partial of this.packets.values()) partial.timer.cancel();
    this.packets.clear();
  }

  private expire(key: string): void {
    const partial = this.packets.get(key);
    this.packets.delete(key);
    this.counters.reasmFails++;
    if (partial?.original !== undefined) this.onTimeout(partial.source, partial.original);
  }

  private dropOldest(): void {
    for (const [key, partial] of this.packets) {
      this.counters.reasmFails++;
      partial.timer.cancel();
      this.packets.delete(key);
      return;
    }
  }
}

/** Keeps what is there already; only the parts of the new fragment that fill holes are added. */
function insert(fragments: Fragment[], offset: number, payload: Uint8Array): void {
  let start = offset;
  const end = offset + payload.length;
  let at = 0;
  while (start < end) {
    const next = at < fragments.length ? fragments[at] : undefined;
    if (next === undefined || next.start >= end) {
      fragments.splice(at, 0, { start, data: payload.subarray(start - offset) });
      return;
    }
    if (next.start > start) {
      fragments.splice(at, 0, { start, data: payload.subarray(start - offset, next.start - offset) });
      at++;
    }
    start = Math.max(start, next.start + next.data.length);
    at++;
  }
}

function join({ fragments, length }: Partial): Uint8Array | undefined {
  if (length === undefined) return undefined;
  let end = 0;
  for (const { start, data } of fragments) {
    if (start !== end) return undefined;
    end += data.length;
  }
  if (end < length) return undefined;
  const out = new Uint8Array(end);
  for (const { start, data } of fragments) out.set(data, start);
  return out.subarray(0, length);
}
