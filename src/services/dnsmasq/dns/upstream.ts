/** Upstream servers: queries under another ID and port, their answers back to the client, and a cache of them. */
import type { Ipv4Address } from '../../../base/address.ts';
import { writeU16 } from '../../../base/bytes.ts';
import { NS_PER_S } from '../../../base/clock.ts';
import type { Clock } from '../../../base/clock.ts';
import type { DnsMessage, DnsQuestion, DnsRecord } from '../../../protocols/dns/codec.ts';
import { DNS_RCODE, DNS_TYPE } from '../../../protocols/dns/codec.ts';

export interface Upstream {
  readonly address: Ipv4Address;
  readonly port: number;
}

/** Who asks, and the way back. */
export interface DnsAsker {
  readonly address: Ipv4Address;
  /** The address that was asked. */
  readonly local: Ipv4Address;
  readonly interfaceName: string;
  /** By TCP: answers are never cut, and queries are passed on by TCP. */
  readonly isStream: boolean;
  readonly send: (message: Uint8Array) => void;
}

/** A query that is not answered here. */
export interface Forwarded {
  readonly asker: DnsAsker;
  readonly query: DnsMessage;
  readonly question: DnsQuestion;
  /** Of the question, in lower case. */
  readonly name: string;
  /** The query as it came. */
  readonly data: Uint8Array;
}

/** A query on its way over UDP. */
export interface PendingQuery {
  readonly id: number;
  readonly port: number;
  readonly upstream: Upstream;
  readonly forwarded: Forwarded;
  readonly expiresNs: number;
}

/** Answers later than this are nobody's. */
const PENDING_S = 40;

export class PendingQueries {
  private readonly byPort = new Map<number, PendingQuery>();

  get size(): number {
    return this.byPort.size;
  }

  add(query: Omit<PendingQuery, 'expiresNs'>, clock: Clock): void {
    this.byPort.set(query.port, { ...query, expiresNs: clock.nowNs + PENDING_S * NS_PER_S });
  }

  has(port: number): boolean {
    return this.byPort.has(port);
  }

  /** Ports of queries that were given up; they are forgotten. */
  expire(clock: Clock): number[] {
    const gone = [...this.byPort.values()].filter((query) => query.expiresNs <= clock.nowNs);
    for (const query of gone) this.byPort.delete(query.port);
    return gone.map((query) => query.port);
  }

  take(port: number, id: number, source: Ipv4Address): PendingQuery | undefined {
    const query = this.byPort.get(port);
    if (query === undefined || query.id !== id || query.upstream.address !== source) return undefined;
    this.byPort.delete(port);
    return query;
  }
}

interface CachedAnswer {
  readonly rcode: number;
  readonly answers: readonly DnsRecord[];
  readonly storedNs: number;
  readonly ttlS: number;
}

export interface CacheLimits {
  readonly size: number;
  readonly minTtlS: number;
  readonly maxTtlS: number;
  readonly negativeTtlS: number | undefined;
  readonly cachesNegative: boolean;
}

/** Types that dnsmasq keeps. */
const CACHED_TYPES: ReadonlySet<number> = new Set([
  DNS_TYPE.a,
  DNS_TYPE.aaaa,
  DNS_TYPE.cname,
  DNS_TYPE.ptr,
  DNS_TYPE.srv,
]);

export class AnswerCache {
  private readonly entries = new Map<string, CachedAnswer>();
  private readonly clock: Clock;
  private readonly limits: CacheLimits;
  private readonly extraTypes: ReadonlySet<number>;

  constructor(clock: Clock, limits: CacheLimits, extraTypes: readonly number[]) {
    this.clock = clock;
    this.limits = limits;
    this.extraTypes = new Set(extraTypes);
  }

  private isCacheable(type: number): boolean {
    return CACHED_TYPES.has(type) || this.extraTypes.has(type) || this.extraTypes.has(DNS_TYPE.any);
  }

  store(name: string, type: number, message: DnsMessage): void {
    if (this.limits.size === 0 || !this.isCacheable(type)) return;
    const isNegative = message.answers.length === 0;
    if (message.rcode !== DNS_RCODE.noError && message.rcode !== DNS_RCODE.nameError) return;
    let ttlS: number;
    if (isNegative) {
      // RFC 2308 §5: the SOA says how long; without one nothing is kept.
      if (!this.limits.cachesNegative) return;
      const soa = message.authorities.find((record) => record.data.kind === 'soa');
      const soaTtl = soa?.data.kind === 'soa' ? Math.min(soa.ttlS, soa.data.minimumS) : this.limits.negativeTtlS;
      if (soaTtl === undefined) return;
      ttlS = soaTtl;
    } else ttlS = Math.min(...message.answers.map((record) => record.ttlS));
    ttlS = Math.min(Math.max(ttlS, this.limits.minTtlS), this.limits.maxTtlS);
    if (ttlS <= 0) return;
    const key = `${type}/${name}`;
    this.entries.delete(key);
    this.entries.set(key, { rcode: message.rcode, answers: message.answers, storedNs: this.clock.nowNs, ttlS });
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.limits.size) break;
      this.entries.delete(oldest);
    }
  }

  lookup(name: string, type: number): { rcode: number; answers: readonly DnsRecord[] } | undefined {
    const key = `${type}/${name}`;
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    const ageS = Math.floor((this.clock.nowNs - entry.storedNs) / NS_PER_S);
    if (ageS >= entry.ttlS) {
      this.entries.delete(key);
      return undefined;
    }
    return {
      rcode: entry.rcode,
      answers: entry.answers.map((record) => ({ ...record, ttlS: Math.max(record.ttlS - ageS, 0) })),
    };
  }
}

/** The same message under another ID. */
export function withId(message: Uint8Array, id: number): Uint8Array {
  const out = message.slice();
  writeU16(out, 0, id);
  return out;
}
