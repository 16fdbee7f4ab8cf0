/**
 * What servers upstream have said, record by record: chains of aliases are found again by each of their names, and what
 * is not there is remembered with the SOA that said so (RFC 2308).
 */
import { NS_PER_S } from '../../../base/time/clock.ts';
import type { Clock } from '../../../base/time/clock.ts';
import { DNS_RCODE, DNS_TYPE } from '../../../protocols/dns/codec.ts';
import type { DnsMessage, DnsRecord } from '../../../protocols/dns/codec.ts';
import { canonicalName } from '../../../protocols/dns/name.ts';
import { describeRecord } from './describe.ts';
import { fallsUnder } from './names/domain-match.ts';
import { turned } from './names/turns.ts';
import { formatIpv4 } from '../../../base/address.ts';
import { partialReverse } from './names/local-names.ts';

interface CacheLimits {
  readonly size: number;
  readonly minTtlS: number;
  readonly maxTtlS: number;
  readonly negativeTtlS: number | undefined;
  readonly cachesNegative: boolean;
  /** False: no-round-robin. */
  readonly turns: boolean;
}

/** Types that dnsmasq keeps. */
const CACHED_TYPES: ReadonlySet<number> = new Set([DNS_TYPE.a, DNS_TYPE.aaaa, DNS_TYPE.ptr, DNS_TYPE.srv]);
const MAX_CNAMES = 10;
const ROOT = '';
/** Stands for all types: the name does not exist. */
const NO_SUCH_NAME = -1;
/** The same of the name of an address, which is no word about other types. */
const NO_SUCH_POINTER = -2;
const POINTERS: readonly number[] = [DNS_TYPE.ptr, NO_SUCH_POINTER];
/** What is looked up by itself. */
const SINGLE_TYPES: readonly number[] = [DNS_TYPE.a, DNS_TYPE.aaaa, DNS_TYPE.cname, ...POINTERS, NO_SUCH_NAME];

interface CachedRecord {
  /** In lower case. */
  readonly name: string;
  readonly type: number;
  /** Undefined: there is nothing of the type. */
  readonly record: DnsRecord | undefined;
  /** The zone whose SOA said so, in lower case: it is kept as a record of its own. */
  readonly zone: string | undefined;
  readonly storedNs: number;
  readonly ttlS: number;
  /** Of an alias, what its target was when it came: without that it leads nowhere. */
  end?: CachedRecord;
}

export interface CachedAlias {
  readonly record: DnsRecord;
  /** In lower case. */
  readonly target: string;
  /** The log's words for it. */
  readonly log: string;
}

/** What is remembered of a name and type: its records, or that there are none. */
export interface CachedAnswer {
  readonly isMissing: boolean;
  readonly records: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
}

export class AnswerCache {
  /** The one used last stands last. */
  private records: CachedRecord[] = [];
  /** The same records in the order of their turns. */
  private chain: readonly CachedRecord[] = [];
  /** Those of the answer that is being stored. */
  private added: CachedRecord[] = [];
  /** Something of that answer cannot be kept: nothing of it is, and what it has driven out stays out. */
  private isSpoiled = false;
  private readonly clock: Clock;
  private readonly limits: CacheLimits;
  private readonly extraTypes: ReadonlySet<number>;

  private readonly hasOwn: (name: string, type: number | undefined) => boolean;

  /** @param hasOwn whether the server has records of its own that a statement about a name does not stand beside */
  constructor(
    clock: Clock,
    limits: CacheLimits,
    extraTypes: readonly number[],
    hasOwn: (name: string, type: number | undefined) => boolean,
  ) {
    this.hasOwn = hasOwn;
    this.clock = clock;
    this.limits = limits;
    this.extraTypes = new Set(extraTypes);
  }

  /** Aliases are kept with what they lead to: a question for an alias alone is asked again, whatever `cache-rr` says. */
  private isCacheable(type: number): boolean {
    if (type === DNS_TYPE.cname) return false;
    return CACHED_TYPES.has(type) || this.extraTypes.has(type) || this.extraTypes.has(DNS_TYPE.any);
  }

  private limited(ttlS: number): number {
    return Math.max(Math.min(ttlS, this.limits.maxTtlS), this.limits.minTtlS);
  }

  private put({ name, type, ttlS, record, zone, replaces }: Statement): CachedRecord | undefined {
    const kept = this.limited(ttlS);
    if (kept <= 0) this.isSpoiled = true;
    if (this.isSpoiled) return undefined;
    const isReplaced = (one: CachedRecord): boolean =>
      one.name === name && replaces(one.type) && !(one.type === type && this.added.includes(one));
    const added: CachedRecord = { name, type, record, zone, storedNs: this.clock.nowNs, ttlS: kept };
    // Who was led to what is replaced is led on.
    for (const one of this.records) if (one.end !== undefined && isReplaced(one.end)) one.end = added;
    this.records = this.records.filter((one) => !isReplaced(one));
    this.records.push(added);
    this.added.push(added);
    if (this.records.length > this.limits.size) this.records.shift();
    return added;
  }

  /** A name is taken not to exist for some seconds. */
  storeMissing(name: string, ttlS: number): void {
    if (this.limits.size === 0) return;
    this.begin();
    this.putNothing(name, NO_SUCH_NAME, ttlS);
    this.settle();
  }

  /** Keeps what an answer says about the name that was asked for, and about those that its aliases lead to. */
  store(question: string, type: number, message: DnsMessage): void {
    if (this.limits.size === 0) return;
    this.begin();
    this.keep(question, type, message);
    // An answer that is larger than the cache drives out all others and is not kept either.
    if (this.added.length > this.limits.size) this.records = [];
    this.settle();
  }

  private begin(): void {
    this.added = [];
    this.isSpoiled = false;
  }

  /** Puts what was added in its place: the first record of an answer counts as the one used last. */
  private settle(): void {
    const old = this.records.filter((one) => !this.added.includes(one));
    const added = this.isSpoiled ? [] : this.records.filter((one) => this.added.includes(one)).toReversed();
    this.records = [...old, ...added];
    this.chain = [...this.chain.filter((one) => old.includes(one)), ...added];
  }

  private keep(question: string, type: number, message: DnsMessage): void {
    const isMissing = message.rcode === DNS_RCODE.nameError;
    if (message.rcode !== DNS_RCODE.noError && !isMissing) return;
    const aliases = aliasesOf(question, message);
    const end = aliases.at(-1)?.target ?? question;
    const found = message.answers.filter((record) => record.type === type && canonicalName(record.name) === end);
    const aliasTtlS = Math.min(...aliases.map(({ record }) => record.ttlS));
    if (type === DNS_TYPE.ptr) {
      this.keepPointer(question, end, Math.min(found[0]?.ttlS ?? 0, aliasTtlS), found[0], message);
      return;
    }
    if (aliases.length === MAX_CNAMES) return;
    const isCacheable = this.isCacheable(type);
    let last: CachedRecord | undefined;
    /** What the last alias leads to. */
    const link = (target: CachedRecord | undefined): void => {
      if (last !== undefined && last.end === undefined && target !== undefined) last.end = target;
    };
    if (isCacheable) {
      for (const { name, record } of aliases) {
        this.refuseBesideOwn(name, DNS_TYPE.cname);
        // An alias has nothing beside it (RFC 1034 §3.6.2).
        const replaces = (one: number): boolean => !POINTERS.includes(one);
        const alias = this.put({ name, type: DNS_TYPE.cname, ttlS: record.ttlS, record, replaces });
        link(alias);
        last = alias;
      }
    }
    if (found.length > 0) {
      if (!isCacheable) return;
      this.refuseBesideOwn(end, type);
      const replaces = (one: number): boolean => one === type || one === DNS_TYPE.cname;
      for (const record of found) link(this.put({ name: end, type, ttlS: record.ttlS, record, replaces }));
      return;
    }
    if (!this.limits.cachesNegative || (!isMissing && !isCacheable)) return;
    const soa = this.keepSoa(end, message);
    const saidTtlS = soa?.ttlS ?? this.limits.negativeTtlS ?? 0;
    const isAliased = isCacheable && aliases.length > 0;
    this.refuseBesideOwn(end, isMissing ? undefined : type);
    if (saidTtlS > 0 || isAliased) {
      link(this.putNothing(end, isMissing ? NO_SUCH_NAME : type, saidTtlS > 0 ? saidTtlS : aliasTtlS, soa?.zone));
      return;
    }
    // Kept for min-cache-ttl alone: an address that is not there is then told with the SOA of the root, if there is one.
    const isAddress = type === DNS_TYPE.a || type === DNS_TYPE.aaaa;
    if (!isMissing && !isAddress && this.limited(0) > 0) return;
    this.putNothing(end, isMissing ? NO_SUCH_NAME : type, 0, isMissing ? undefined : ROOT);
  }

  /** What would stand beside records of the server's own is not kept. */
  private refuseBesideOwn(name: string, type: number | undefined): void {
    if (this.hasOwn(name, type)) this.isSpoiled = true;
  }

  /** Names of addresses are kept by the address: of aliases in between only the time to live counts (RFC 2317). */
  private keepPointer(
    question: string,
    end: string,
    ttlS: number,
    record: DnsRecord | undefined,
    message: DnsMessage,
  ): void {
    const address = addressKey(question);
    if (record !== undefined) {
      const replaces = (one: number): boolean => POINTERS.includes(one);
      if (address !== undefined) this.put({ name: address, type: DNS_TYPE.ptr, ttlS, record, replaces });
      return;
    }
    if (!this.limits.cachesNegative) return;
    const isMissing = message.rcode === DNS_RCODE.nameError;
    // No data is by the SOA above where the aliases lead, no such name by the SOA above the name asked for.
    const soa = this.keepSoa(isMissing ? question : end, message);
    const negativeTtlS = soa?.ttlS ?? this.limits.negativeTtlS ?? 0;
    if (address === undefined || negativeTtlS === 0) return;
    const kept = isMissing ? NO_SUCH_POINTER : DNS_TYPE.ptr;
    this.putNothing(address, kept, negativeTtlS, soa?.zone);
  }

  /** The SOA that came with an answer is kept whether what it denies is kept or not. */
  private keepSoa(end: string, message: DnsMessage): { zone: string; ttlS: number } | undefined {
    const soa = soaOf(end, message);
    if (soa === undefined) return undefined;
    const { record, ttlS } = soa;
    const zone = canonicalName(record.name);
    const replaces = (one: number): boolean => one === DNS_TYPE.soa;
    this.put({ name: zone, type: DNS_TYPE.soa, ttlS: record.ttlS, record, replaces });
    return { zone, ttlS };
  }

  private putNothing(name: string, type: number, ttlS: number, zone?: string): CachedRecord | undefined {
    const replaces = (one: number): boolean => one === type || (one === DNS_TYPE.cname && type !== NO_SUCH_POINTER);
    return this.put({ name, type, ttlS, record: undefined, zone, replaces });
  }

  /** What is left of a name's records of some types, the first of the chain last; then the chain turns. */
  private lookUp(name: string, types: (type: number) => boolean): CachedRecord[] {
    const isOver = (one: CachedRecord): boolean => this.clock.nowNs - one.storedNs >= one.ttlS * NS_PER_S;
    const isFound = (one: CachedRecord): boolean => one.name === name && types(one.type);
    const found = this.chain.filter(isFound);
    if (found.length === 0) return found;
    const gone = found.filter(isOver);
    const fresh = found.filter((one) => !gone.includes(one));
    this.records = [...this.records.filter((one) => !found.includes(one)), ...fresh];
    const chain = this.chain.filter((one) => !gone.includes(one));
    this.chain = this.limits.turns ? turned(chain, isFound) : chain;
    return fresh.toReversed();
  }

  private alive(name: string, type: number): CachedRecord[] {
    return this.lookUp(name, (one) => one === type);
  }

  /**
   * Records of other kinds than addresses and aliases are looked up together, and with them that there is no such name:
   * that counts when it comes first, and else ends the list.
   */
  private aliveTogether(name: string, type: number): CachedRecord[] {
    const isFound = (one: number): boolean => one === type || one === NO_SUCH_NAME || !SINGLE_TYPES.includes(one);
    const all = this.lookUp(name, isFound);
    const end = all.findIndex((one, i) => i > 0 && one.type === NO_SUCH_NAME);
    return (end < 0 ? all : all.slice(0, end)).filter((one) => one.type === type || one.type === NO_SUCH_NAME);
  }

  /** Runs something whose look-ups change nothing for those that come after. */
  aside<T>(run: () => T): T {
    const { records, chain } = this;
    const result = run();
    [this.records, this.chain] = [records, chain];
    return result;
  }

  /** With what is left of their time to live. */
  private recordsOf(cached: readonly CachedRecord[]): DnsRecord[] {
    const leftS = ({ storedNs, ttlS }: CachedRecord): number =>
      Math.max(ttlS - Math.floor((this.clock.nowNs - storedNs) / NS_PER_S), 0);
    return cached.flatMap((one) => (one.record === undefined ? [] : [{ ...one.record, ttlS: leftS(one) }]));
  }

  /** Whether the cache has anything for a name but that it does not exist. PTR records are kept by address. */
  knows(name: string): boolean {
    return this.records.some((one) => one.name === name && isOfName(one.type) && this.leads(one));
  }

  /** Turns all that is remembered of a name; whether that is anything. */
  lookUpAll(name: string): boolean {
    return this.lookUp(name, isOfName).some((one) => this.leads(one));
  }

  private leads(one: CachedRecord): boolean {
    return one.type !== DNS_TYPE.cname || (one.end !== undefined && this.records.includes(one.end));
  }

  /** IPv4 and IPv6 addresses that are remembered of a name. */
  addresses(name: string): readonly DnsRecord[] {
    return this.recordsOf(this.lookUp(name, (type) => type === DNS_TYPE.a || type === DNS_TYPE.aaaa));
  }

  alias(name: string, asked: number): CachedAlias | undefined {
    if (this.alive(name, NO_SUCH_NAME).length > 0) return undefined;
    const [record] = this.recordsOf(this.alive(name, DNS_TYPE.cname).filter((one) => this.leads(one)));
    if (record?.data.kind !== 'cname') return undefined;
    return { record, target: canonicalName(record.data.target), log: `cached ${describeRecord(record, asked)}` };
  }

  find(name: string, type: number): CachedAnswer | undefined {
    const missing = this.alive(name, NO_SUCH_NAME);
    const address = type === DNS_TYPE.ptr ? addressKey(name) : undefined;
    const known = this.findKnown(name, type, address);
    const [first] = known;
    if (first === undefined) return undefined;
    const records = this.recordsOf(known).map((record) => (address === undefined ? record : { ...record, name }));
    // Of all that says that something is not there, the SOA of the last one is told.
    const zone = [...missing, ...known].findLast(({ record }) => record === undefined)?.zone;
    const authorities = zone === undefined ? [] : this.recordsOf(this.alive(zone, DNS_TYPE.soa));
    return { isMissing: first.type < 0, records, authorities };
  }

  private findKnown(name: string, type: number, address: string | undefined): CachedRecord[] {
    if (address !== undefined) {
      const pointers = [...this.alive(address, NO_SUCH_POINTER), ...this.alive(address, DNS_TYPE.ptr)];
      return pointers.length > 0 ? pointers : this.alive(name, NO_SUCH_NAME);
    }
    const isAlone = type === DNS_TYPE.a || type === DNS_TYPE.aaaa || type === DNS_TYPE.cname;
    const found = isAlone ? this.alive(name, type) : [];
    if (found.length > 0) return found;
    return type === DNS_TYPE.cname ? this.alive(name, NO_SUCH_NAME) : this.aliveTogether(name, type);
  }
}

/** What is to be kept of an answer. */
interface Statement {
  readonly name: string;
  readonly type: number;
  readonly ttlS: number;
  readonly record: DnsRecord | undefined;
  readonly zone?: string | undefined;
  /** The types of the name's records that it takes the place of; of its own type only those of other answers. */
  readonly replaces: (type: number) => boolean;
}

function isOfName(type: number): boolean {
  return type !== NO_SUCH_NAME && !POINTERS.includes(type);
}

interface Alias {
  /** In lower case, like `target`. */
  readonly name: string;
  readonly record: DnsRecord;
  readonly target: string;
}

/** The aliases of an answer from the name asked for on. */
function aliasesOf(question: string, { answers }: DnsMessage): Alias[] {
  const out: Alias[] = [];
  for (let name = question; out.length < MAX_CNAMES;) {
    const record = answers.find(({ name: owner, data }) => data.kind === 'cname' && canonicalName(owner) === name);
    if (record?.data.kind !== 'cname') break;
    const target = canonicalName(record.data.target);
    out.push({ name, record, target });
    name = target;
  }
  return out;
}

/** The SOA that says for how long a name has nothing (RFC 2308 §5): that of a zone above it. */
function soaOf(name: string, { authorities }: DnsMessage): { record: DnsRecord; ttlS: number } | undefined {
  for (const record of authorities) {
    const { data, name: zone } = record;
    if (data.kind !== 'soa' || !fallsUnder(name, { domain: canonicalName(zone), wildcard: false })) continue;
    return { record, ttlS: Math.min(record.ttlS, data.minimumS) };
  }
  return undefined;
}

/** What stands for the address of a name in a reverse zone; that of a network is its first address. */
function addressKey(name: string): string | undefined {
  const four = partialReverse(name);
  if (four !== undefined) return formatIpv4(four);
  const six = /^((?:[0-9a-f]\.){1,32})ip6\.arpa$/.exec(name)?.[1];
  if (six !== undefined) return `${'0.'.repeat(32 - six.length / 2)}${six}`;
  // Labels that are no bytes, or too many: the name stands for itself.
  return /^(?:\d+\.)+in-addr\.arpa$/.test(name) ? name : undefined;
}
