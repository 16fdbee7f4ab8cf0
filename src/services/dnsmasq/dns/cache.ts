/**
 * What servers upstream have said, record by record: chains of aliases are found again by each of their names, and what
 * is not there is remembered with the SOA that said so (RFC 2308).
 */
import { NS_PER_S } from '../../../base/time/clock.ts';
import type { Clock } from '../../../base/time/clock.ts';
import { DNS_RCODE, DNS_TYPE } from '../../../protocols/dns/codec.ts';
import type { DnsMessage, DnsRecord } from '../../../protocols/dns/codec.ts';
import { canonicalName } from '../../../protocols/dns/name.ts';
import { fallsUnder } from './names/domain-match.ts';
import { partialReverse, reverseAddress } from './names/local-names.ts';

interface CacheLimits {
  readonly size: number;
  readonly minTtlS: number;
  readonly maxTtlS: number;
  readonly negativeTtlS: number | undefined;
  readonly cachesNegative: boolean;
}

/** Types that dnsmasq keeps. */
const CACHED_TYPES: ReadonlySet<number> = new Set([DNS_TYPE.a, DNS_TYPE.aaaa, DNS_TYPE.ptr, DNS_TYPE.srv]);
const MAX_CNAMES = 10;
/** Stands for all types: the name does not exist. */
const NO_SUCH_NAME = -1;

interface CachedRecord {
  /** In lower case. */
  readonly name: string;
  readonly type: number;
  /** Undefined: there is nothing of the type. */
  readonly record: DnsRecord | undefined;
  readonly soa: DnsRecord | undefined;
  readonly storedNs: number;
  readonly ttlS: number;
}

export interface CachedAnswer {
  readonly rcode: number;
  readonly isAuthoritative: boolean;
  readonly answers: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
}

/** How far the cache knows a name: to an answer, or along aliases to a name that it does not know. */
export interface CacheWalk {
  readonly aliases: readonly DnsRecord[];
  readonly answer: CachedAnswer | undefined;
}

export class AnswerCache {
  /** The one used last stands last. */
  private records: CachedRecord[] = [];
  private readonly clock: Clock;
  private readonly limits: CacheLimits;
  private readonly extraTypes: ReadonlySet<number>;

  private readonly hasOwn: (name: string, type: number) => boolean;

  /** @param hasOwn whether the server has records of its own that do not stand beside one of a name and type */
  constructor(
    clock: Clock,
    limits: CacheLimits,
    extraTypes: readonly number[],
    hasOwn: (name: string, type: number) => boolean,
  ) {
    this.hasOwn = hasOwn;
    this.clock = clock;
    this.limits = limits;
    this.extraTypes = new Set(extraTypes);
  }

  private isCacheable(type: number): boolean {
    return CACHED_TYPES.has(type) || this.extraTypes.has(type) || this.extraTypes.has(DNS_TYPE.any);
  }

  private limited(ttlS: number): number {
    return Math.max(Math.min(ttlS, this.limits.maxTtlS), this.limits.minTtlS);
  }

  private put(name: string, type: number, ttlS: number, record: DnsRecord | undefined, soa?: DnsRecord): void {
    const kept = this.limited(ttlS);
    if (kept <= 0) return;
    this.records.push({ name, type, record, soa, storedNs: this.clock.nowNs, ttlS: kept });
    if (this.records.length > this.limits.size) this.records.shift();
  }

  private forget(name: string, types: readonly number[]): void {
    this.records = this.records.filter((one) => one.name !== name || !types.includes(one.type));
  }

  /** A name is taken not to exist for some seconds. */
  storeMissing(name: string, ttlS: number): void {
    if (this.limits.size === 0) return;
    this.forget(name, [NO_SUCH_NAME]);
    this.put(name, NO_SUCH_NAME, ttlS, undefined);
  }

  store(question: string, type: number, message: DnsMessage): void {
    if (this.limits.size === 0) return;
    const isMissing = message.rcode === DNS_RCODE.nameError;
    if (message.rcode !== DNS_RCODE.noError && !isMissing) return;
    // Names of addresses are kept by the address: other names with PTR records are not.
    const isCacheable = this.isCacheable(type) && (type !== DNS_TYPE.ptr || isReverse(question));
    let name = question;
    const aliases: (readonly [name: string, record: DnsRecord])[] = [];
    for (let hops = isCacheable ? 0 : MAX_CNAMES; hops < MAX_CNAMES; hops++) {
      const alias = message.answers.find(
        ({ name: owner, data }) => data.kind === 'cname' && canonicalName(owner) === name,
      );
      if (alias?.data.kind !== 'cname') break;
      aliases.push([name, alias]);
      name = canonicalName(alias.data.target);
    }
    // What would stand beside records of the server's own is not kept, and nothing that came with it.
    if (aliases.some(([owner]) => this.hasOwn(owner, DNS_TYPE.cname)) || this.hasOwn(name, type)) return;
    for (const [owner, alias] of aliases) {
      // An alias has nothing beside it (RFC 1034 §3.6.2).
      this.records = this.records.filter((one) => one.name !== owner || one.type === DNS_TYPE.ptr);
      this.put(owner, DNS_TYPE.cname, alias.ttlS, alias);
    }
    const found = message.answers.filter((record) => record.type === type && canonicalName(record.name) === name);
    if (found.length > 0) {
      if (!isCacheable) return;
      this.forget(name, [type, DNS_TYPE.cname, NO_SUCH_NAME]);
      // Of the names of an address the first one is kept.
      for (const record of type === DNS_TYPE.ptr ? found.slice(0, 1) : found) this.put(name, type, record.ttlS, record);
      return;
    }
    if (!this.limits.cachesNegative || (!isMissing && !isCacheable)) return;
    // RFC 2308 §5: the SOA says how long; without one nothing is kept, but for min-cache-ttl, which has no say for PTR.
    const soa = message.authorities.find(
      ({ data, name: zone }) =>
        data.kind === 'soa' && fallsUnder(name, { domain: canonicalName(zone), wildcard: false }),
    );
    const ttlS = soa?.data.kind === 'soa' ? Math.min(soa.ttlS, soa.data.minimumS) : (this.limits.negativeTtlS ?? 0);
    const isAddress = type === DNS_TYPE.a || type === DNS_TYPE.aaaa;
    if (ttlS === 0 && (isMissing ? type === DNS_TYPE.ptr : !isAddress)) return;
    const kept = isMissing ? NO_SUCH_NAME : type;
    this.forget(name, [kept, DNS_TYPE.cname]);
    this.put(name, kept, ttlS, undefined, soa);
  }

  private alive(name: string, type: number): CachedRecord[] {
    const isOver = (one: CachedRecord): boolean => this.clock.nowNs - one.storedNs >= one.ttlS * NS_PER_S;
    const found = this.records.filter((one) => one.name === name && one.type === type);
    const fresh = found.filter((one) => !isOver(one));
    if (found.length > 0) this.records = [...this.records.filter((one) => !found.includes(one)), ...fresh];
    return fresh;
  }

  private aged(record: DnsRecord, { storedNs }: CachedRecord, ttlS: number): DnsRecord {
    return { ...record, ttlS: Math.max(ttlS - Math.floor((this.clock.nowNs - storedNs) / NS_PER_S), 0) };
  }

  /** Whether the cache has anything for a name but that it does not exist. PTR records are kept by address. */
  knows(name: string): boolean {
    return this.records.some((one) => one.name === name && one.type !== NO_SUCH_NAME && one.type !== DNS_TYPE.ptr);
  }

  walk(question: string, type: number): CacheWalk {
    const aliases: DnsRecord[] = [];
    const end = (
      rcode: number,
      isAuthoritative: boolean,
      found: readonly DnsRecord[],
      negative?: CachedRecord,
    ): CacheWalk => {
      const soa = negative?.soa;
      const authorities =
        soa === undefined || negative === undefined ? [] : [this.aged(soa, negative, this.limited(soa.ttlS))];
      return { aliases, answer: { rcode, isAuthoritative, answers: [...aliases, ...found], authorities } };
    };
    let name = question;
    for (let hops = 0; hops < MAX_CNAMES; hops++) {
      const [missing] = this.alive(name, NO_SUCH_NAME);
      if (missing !== undefined) return end(DNS_RCODE.nameError, false, [], missing);
      const [alias] = this.alive(name, DNS_TYPE.cname);
      if (alias?.record?.data.kind !== 'cname') break;
      const record = this.aged(alias.record, alias, alias.ttlS);
      if (type === DNS_TYPE.cname) return end(DNS_RCODE.noError, true, [record]);
      aliases.push(record);
      name = canonicalName(alias.record.data.target);
    }
    const known = this.alive(name, type);
    const found = known.flatMap((one) => (one.record === undefined ? [] : [this.aged(one.record, one, one.ttlS)]));
    if (found.length > 0) return end(DNS_RCODE.noError, false, found);
    const [negative] = known;
    return negative === undefined ? { aliases, answer: undefined } : end(DNS_RCODE.noError, false, [], negative);
  }
}

function isReverse(name: string): boolean {
  return partialReverse(name) !== undefined || reverseAddress(name) !== undefined;
}
