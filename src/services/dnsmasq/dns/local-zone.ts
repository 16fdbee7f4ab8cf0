/** Answers from what the server knows itself, and what it denies by itself. */
import { formatIpv4 } from '../../../base/address.ts';
import type { Ipv4Address } from '../../../base/address.ts';
import { concatBytes, fromLatin1, latin1 } from '../../../base/bytes.ts';
import type { ConfigLine } from '../../../base/event-log.ts';
import { DNS_CLASS_IN, DNS_RCODE, DNS_TYPE } from '../../../protocols/dns/codec.ts';
import type { DnsData, DnsRecord } from '../../../protocols/dns/codec.ts';
import { formatIpv6 } from '../config/fields.ts';
import type { CnameRecord, DnsmasqConfig, SynthDomain } from '../config/model.ts';
import { encodeName } from '../config/names.ts';
import { rrTypeName } from '../config/rr-types.ts';
import type { Lease } from '../dhcp/leases.ts';
import type { ServerInterface } from '../dhcp/ranges.ts';
import { domainVerdict, fallsUnder, specificity } from './domain-match.ts';
import {
  interfaceEntries,
  isPrivateReverse,
  leaseEntries,
  localise,
  reverseAddress,
  reverseEntries,
} from './local-names.ts';
import type { AddressEntry } from './local-names.ts';

export interface Query {
  /** In lower case, without a dot at its end. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  readonly face: ServerInterface | undefined;
}

export interface LocalAnswer {
  readonly rcode: number;
  readonly isAuthoritative: boolean;
  readonly answers: readonly DnsRecord[];
  readonly additionals?: readonly DnsRecord[];
  readonly log: readonly string[];
  readonly lines: readonly ConfigLine[];
}

const CLASS_CHAOS = 3;
const NAPTR = 35;
const MAX_CNAMES = 10;
/** What the server's machine calls itself: the target of mx-host lines without one. */
const HOST_NAME = 'localhost';

/** RFC 2782, and the Windows names that filterwin2k keeps off the line. */
const WINDOWS_NOISE: ReadonlySet<number> = new Set([DNS_TYPE.soa, DNS_TYPE.srv]);

class Draft {
  readonly additionals: DnsRecord[] = [];
  finish(): LocalAnswer {
    const { answers, additionals, log, lines } = this;
    return { rcode: DNS_RCODE.noError, isAuthoritative: true, answers, additionals, log, lines };
  }

  readonly answers: DnsRecord[] = [];
  readonly log: string[] = [];
  readonly lines: ConfigLine[] = [];

  add(
    name: string,
    type: number,
    ttlS: number,
    data: DnsData,
    source: string,
    shown: string,
    origin?: ConfigLine,
  ): void {
    this.answers.push({ name, type, class: DNS_CLASS_IN, ttlS, data });
    this.log.push(`${source} ${name} is ${shown}`);
    if (origin !== undefined && !this.lines.includes(origin)) this.lines.push(origin);
  }
}

export class LocalZone {
  private readonly config: DnsmasqConfig;
  private readonly fixed: readonly AddressEntry[];
  private readonly leases: () => readonly Lease[];
  /** Texts of hits.bind and its like. */
  counters: Readonly<Record<string, string>> = {};
  /** How often a name was asked for: its addresses turn by one each time. */
  private readonly turns = new Map<string, number>();

  constructor(
    config: DnsmasqConfig,
    interfaces: readonly ServerInterface[],
    fixed: readonly AddressEntry[],
    leases: () => readonly Lease[],
  ) {
    this.config = config;
    this.fixed = [...interfaceEntries(config, interfaces), ...fixed];
    this.leases = leases;
  }

  private entries(): AddressEntry[] {
    return [...this.fixed, ...leaseEntries(this.config, this.leases(), this.fixed)];
  }

  fixedAddress(name: string): Ipv4Address | undefined {
    return this.fixed.find((entry) => entry.name === name && entry.address !== undefined)?.address;
  }

  addressOf(name: string, turn: boolean): Ipv4Address {
    const found = this.entries().filter((entry) => entry.name === name && entry.address !== undefined);
    return this.turned(name, DNS_TYPE.a, found, turn)[0]?.address ?? 0;
  }

  private turned<T>(name: string, type: number, entries: readonly T[], turn: boolean): readonly T[] {
    if (entries.length < 2 || this.config.flags.has('no-round-robin')) return entries;
    const key = `${type}/${name}`;
    const count = (this.turns.get(key) ?? 0) % entries.length;
    if (turn) this.turns.set(key, count + 1);
    return [...entries.slice(count), ...entries.slice(0, count)];
  }

  private ttlOf(entry: AddressEntry): number {
    const { numbers } = this.config;
    const local = numbers.get('local-ttl')?.value ?? 0;
    if (entry.isLease) return numbers.get('dhcp-ttl')?.value ?? local;
    return entry.ttlS ?? local;
  }

  /** Undefined: the query is to be forwarded. */
  answer(query: Query): LocalAnswer | undefined {
    const chaos = query.class === CLASS_CHAOS ? this.answerChaos(query) : undefined;
    if (chaos !== undefined) return chaos;
    if (query.class !== DNS_CLASS_IN) return this.decide(query);
    const draft = new Draft();
    let name = query.name;
    let isComplete = false;
    // An alias has nothing but its alias (RFC 1034 §3.6.2).
    for (let hops = 0; hops <= MAX_CNAMES; hops++) {
      const alias = this.cnameOf(name);
      if (alias === undefined) {
        isComplete = this.addRecords(draft, name, query);
        break;
      }
      const ttlS = alias.ttlS ?? this.config.numbers.get('local-ttl')?.value ?? 0;
      draft.add(name, DNS_TYPE.cname, ttlS, { kind: 'cname', target: alias.target }, 'config', '<CNAME>', alias.origin);
      if (query.type === DNS_TYPE.cname) break;
      name = alias.target;
    }
    if (isComplete || draft.answers.length > 0) {
      return draft.finish();
    }
    return this.decide(query);
  }

  private answerChaos({ name, type }: Query): LocalAnswer | undefined {
    if (!name.endsWith('.bind') || type !== DNS_TYPE.txt) return undefined;
    if (this.config.flags.has('no-ident')) {
      const log = [`config ${name} is not implemented (EDE: unknown)`];
      return { rcode: DNS_RCODE.notImplemented, isAuthoritative: false, answers: [], log, lines: [] };
    }
    const texts: Readonly<Record<string, string>> = {
      'version.bind': 'dnsmasq-2.90',
      'authors.bind': 'Simon Kelley',
      'copyright.bind': 'Copyright (c) 2000-2024 Simon Kelley',
      ...this.counters,
      'cachesize.bind': String(this.config.numbers.get('cache-size')?.value ?? 150),
    };
    const text = texts[name];
    if (text === undefined) return undefined;
    const record: DnsRecord = {
      name,
      type: DNS_TYPE.txt,
      class: CLASS_CHAOS,
      ttlS: name in this.counters || name === 'cachesize.bind' ? 0 : (this.config.numbers.get('local-ttl')?.value ?? 0),
      data: { kind: 'txt', strings: [text] },
    };
    return {
      rcode: DNS_RCODE.noError,
      isAuthoritative: true,
      answers: [record],
      log: [`config ${name} is <TXT>`],
      lines: [],
    };
  }

  /** dnsmasq 2.90 takes `cname=*.x` and never answers by it. */
  private cnameOf(name: string): CnameRecord | undefined {
    return this.config.cnames.find(({ alias }) => alias === name);
  }

  /** Whether anything at all is known of a name. */
  private exists(name: string): boolean {
    const { texts, rawRecords, ptrs, mxs, srvs, naptrs } = this.config;
    return (
      this.entries().some((entry) => entry.name === name) ||
      [texts, rawRecords, ptrs, mxs, srvs, naptrs].some((list) => list.some((record) => record.name === name))
    );
  }

  /** The same of a name or one below it: then the name is no error, it has only no data. */
  private existsAbove(name: string): boolean {
    const { texts, ptrs, mxs, srvs, naptrs, cnames } = this.config;
    const covers = (own: string): boolean => own === name || own.endsWith(`.${name}`);
    return (
      this.entries().some((entry) => covers(entry.name)) ||
      [texts, ptrs, mxs, srvs, naptrs].some((list) => list.some((record) => covers(record.name))) ||
      cnames.some(({ alias }) => covers(alias)) ||
      this.synthAddress(name) !== undefined
    );
  }

  /** Adds the records of a name; true when there were some of the type asked for. */
  private addRecords(draft: Draft, name: string, query: Query): boolean {
    const before = draft.answers.length;
    const wants = (type: number): boolean => query.type === type || query.type === DNS_TYPE.any;
    const ttlS = this.config.numbers.get('local-ttl')?.value ?? 0;
    if (wants(DNS_TYPE.txt)) {
      for (const { name: own, strings, origin } of this.config.texts) {
        if (own !== name) continue;
        draft.add(
          name,
          DNS_TYPE.txt,
          ttlS,
          { kind: 'txt', strings: strings.map((part) => fromLatin1(part)) },
          'config',
          '<TXT>',
          origin,
        );
      }
    }
    for (const { name: own, type, data, origin } of this.config.rawRecords) {
      if (own !== name || !wants(type)) continue;
      draft.add(name, type, ttlS, { kind: 'unknown', bytes: data }, 'config', `<${rrTypeName(type)}>`, origin);
    }
    if (wants(DNS_TYPE.ptr)) this.addPtr(draft, name, ttlS, query.type === DNS_TYPE.any);
    for (const type of [DNS_TYPE.a, DNS_TYPE.aaaa]) if (wants(type)) this.addAddresses(draft, name, type, query.face);
    if (wants(DNS_TYPE.mx)) this.addMx(draft, name, ttlS);
    if (wants(DNS_TYPE.srv)) {
      for (const { name: own, target, port, priority, weight, origin } of this.config.srvs) {
        if (own !== name) continue;
        draft.add(name, DNS_TYPE.srv, ttlS, srvData(priority, weight, port, target), 'config', '<SRV>', origin);
        this.addAdditional(draft, target);
      }
    }
    if (wants(NAPTR)) this.addNaptr(draft, name, ttlS);
    return draft.answers.length > before;
  }

  private addAddresses(draft: Draft, name: string, type: number, face: ServerInterface | undefined): void {
    const isFour = type === DNS_TYPE.a;
    let found: readonly AddressEntry[] = this.entries().filter(
      (entry) => entry.name === name && (isFour ? entry.address : entry.address6) !== undefined,
    );
    if (isFour && this.config.flags.has('localise-queries')) found = localise(found, face);
    for (const entry of this.turned(name, type, found, true)) {
      const ttlS = this.ttlOf(entry);
      if (entry.address !== undefined) {
        const shown = formatIpv4(entry.address);
        draft.add(name, type, ttlS, { kind: 'a', address: entry.address }, entry.source, shown, entry.origin);
      } else if (entry.address6 !== undefined) {
        const shown = formatIpv6(entry.address6);
        draft.add(name, type, ttlS, { kind: 'aaaa', address: entry.address6 }, entry.source, shown, entry.origin);
      }
    }
    if (found.length > 0 || !isFour) return;
    const synthetic = this.synthAddress(name);
    if (synthetic !== undefined) {
      const { address, origin } = synthetic;
      const ttlS = this.config.numbers.get('local-ttl')?.value ?? 0;
      draft.add(name, type, ttlS, { kind: 'a', address }, 'config', formatIpv4(address), origin);
    }
  }

  private addPtr(draft: Draft, name: string, ttlS: number, isAny: boolean): void {
    const explicit = this.config.ptrs.filter((record) => record.name === name);
    for (const { target, origin } of explicit) {
      draft.add(name, DNS_TYPE.ptr, ttlS, { kind: 'ptr', target }, 'config', '<PTR>', origin);
    }
    if (explicit.length > 0) return;
    const reverse = reverseAddress(name);
    if (reverse === undefined) return;
    const found = reverseEntries(this.entries(), reverse.v4, reverse.v6);
    for (const entry of found) {
      draft.answers.push({
        name,
        type: DNS_TYPE.ptr,
        class: DNS_CLASS_IN,
        ttlS: this.ttlOf(entry),
        data: { kind: 'ptr', target: entry.name },
      });
      const shown = reverse.v4 === undefined ? formatIpv6(reverse.v6 ?? new Uint8Array(16)) : formatIpv4(reverse.v4);
      draft.log.push(`${entry.source} ${shown} is ${entry.name}`);
      if (entry.origin !== undefined) draft.lines.push(entry.origin);
    }
    if (found.length > 0 || reverse.v4 === undefined) return;
    const { v4 } = reverse;
    const synth = this.config.synthDomains.find(({ start, end }) => v4 >= start && v4 <= end);
    if (synth !== undefined) {
      const target = synthName(synth, v4);
      draft.add(name, DNS_TYPE.ptr, ttlS, { kind: 'ptr', target }, 'config', target, synth.origin);
      // Asked for all types, dnsmasq gives the address of the made-up name under the reverse name.
      if (isAny) draft.add(name, DNS_TYPE.a, ttlS, { kind: 'a', address: v4 }, 'config', formatIpv4(v4), synth.origin);
    }
  }

  /** Addresses of a target that are known here (RFC 2782). */
  private addAdditional(draft: Draft, target: string): void {
    for (const entry of this.entries()) {
      if (entry.name !== target) continue;
      const { address, address6 } = entry;
      const common = { name: target, class: DNS_CLASS_IN, ttlS: this.ttlOf(entry) };
      if (address !== undefined) draft.additionals.push({ ...common, type: DNS_TYPE.a, data: { kind: 'a', address } });
      else if (address6 !== undefined) {
        draft.additionals.push({ ...common, type: DNS_TYPE.aaaa, data: { kind: 'aaaa', address: address6 } });
      }
    }
  }

  private addMx(draft: Draft, name: string, ttlS: number): void {
    const target = this.config.settings.get('mx-target')?.value ?? '';
    for (const record of this.config.mxs) {
      if (record.name !== name) continue;
      const exchange = record.target ?? (target === '' ? HOST_NAME : target);
      draft.add(name, DNS_TYPE.mx, ttlS, mxData(record.preference, exchange), 'config', '<MX>', record.origin);
      if (record.target !== undefined) this.addAdditional(draft, exchange);
    }
    if (draft.answers.some((record) => record.type === DNS_TYPE.mx)) return;
    const isLocal = this.entries().some((entry) => entry.name === name);
    const { flags } = this.config;
    if (!isLocal || (!flags.has('selfmx') && !flags.has('localmx'))) return;
    const exchange = flags.has('selfmx') || target === '' ? name : target;
    draft.add(name, DNS_TYPE.mx, ttlS, mxData(1, exchange), 'config', '<MX>');
  }

  /** RFC 3403 §4.1. */
  private addNaptr(draft: Draft, name: string, ttlS: number): void {
    for (const record of this.config.naptrs) {
      if (record.name !== name) continue;
      const text = (value: string): Uint8Array => concatBytes([Uint8Array.of(value.length), latin1(value)]);
      const bytes = concatBytes([
        Uint8Array.of(record.order >>> 8, record.order & 255, record.preference >>> 8, record.preference & 255),
        text(record.flags),
        text(record.services),
        text(record.regexp),
        encodeName(record.replacement),
      ]);
      draft.add(name, NAPTR, ttlS, { kind: 'unknown', bytes }, 'config', '<NAPTR>', record.origin);
    }
  }

  private synthAddress(name: string): { readonly address: Ipv4Address; readonly origin: ConfigLine } | undefined {
    for (const synth of this.config.synthDomains) {
      const suffix = `.${synth.domain}`;
      if (!name.endsWith(suffix) || !name.startsWith(synth.prefix)) continue;
      const middle = name.slice(synth.prefix.length, name.length - suffix.length);
      let address: number | undefined;
      if (synth.indexed) address = /^[0-9]+$/.test(middle) ? synth.start + Number(middle) : undefined;
      else {
        const parts = /^(\d{1,3})-(\d{1,3})-(\d{1,3})-(\d{1,3})$/.exec(middle);
        if (parts !== null) address = parts.slice(1).reduce((sum, part) => sum * 256 + Number(part), 0);
      }
      if (address !== undefined && address >= synth.start && address <= synth.end)
        return { address, origin: synth.origin };
    }
    return undefined;
  }

  /** What address=, local= and the filters say of a name that has no record of the type. */
  private decide(query: Query): LocalAnswer | undefined {
    const { name, type } = query;
    const { flags } = this.config;
    const verdict = domainVerdict(this.config, name);
    const { addresses, servers } = verdict;
    const deny = (rcode: number, what: string, lines: readonly ConfigLine[]): LocalAnswer => ({
      rcode,
      isAuthoritative: false,
      answers: [],
      log: [`config ${name} is ${what}`],
      lines,
    });
    const noData = type === DNS_TYPE.a ? 'NODATA-IPv4' : type === DNS_TYPE.aaaa ? 'NODATA-IPv6' : 'NODATA';
    const denyLocal = (lines: readonly ConfigLine[]): LocalAnswer =>
      this.existsAbove(name) ? deny(DNS_RCODE.noError, noData, lines) : deny(DNS_RCODE.nameError, 'NXDOMAIN', lines);
    const isInternet = query.class === DNS_CLASS_IN;
    if (addresses.length > 0 && specificity(addresses) >= specificity(servers)) {
      const draft = new Draft();
      const ttlS = this.config.numbers.get('local-ttl')?.value ?? 0;
      for (const line of addresses) {
        const four = line.isNull ? 0 : line.address;
        const six = line.isNull ? new Uint8Array(16) : line.address6;
        if (!isInternet) continue;
        if (type === DNS_TYPE.a && four !== undefined) {
          draft.add(name, type, ttlS, { kind: 'a', address: four }, 'config', formatIpv4(four), line.origin);
        }
        if (type === DNS_TYPE.aaaa && six !== undefined) {
          draft.add(name, type, ttlS, { kind: 'aaaa', address: six }, 'config', formatIpv6(six), line.origin);
        }
      }
      if (draft.answers.length > 0) return draft.finish();
      const empty = addresses.find((line) => line.isNxdomain);
      if (empty !== undefined) return denyLocal([empty.origin]);
    }
    const local = servers.filter((line) => line.target.kind === 'local');
    if (local.length > 0) return denyLocal(local.map((line) => line.origin));
    const isPlain = !name.includes('.') && name !== '';
    const needed = flags.get('domain-needed');
    if (needed !== undefined && isPlain && (type === DNS_TYPE.a || type === DNS_TYPE.aaaa)) {
      if (!servers.some((line) => fallsUnder(name, line) && line.domain !== '')) return denyLocal([needed]);
    }
    const priv = flags.get('bogus-priv');
    if (priv !== undefined && type === DNS_TYPE.ptr) {
      const reverse = partialReverse(name);
      if (reverse !== undefined && isPrivateReverse(reverse)) {
        const log = [`config ${formatIpv4(reverse)} is NXDOMAIN`];
        return { ...deny(DNS_RCODE.nameError, 'NXDOMAIN', [priv]), isAuthoritative: true, log };
      }
    }
    const win = flags.get('filterwin2k');
    if (win !== undefined && (WINDOWS_NOISE.has(type) || (type === DNS_TYPE.any && name.includes('_')))) {
      return { ...deny(DNS_RCODE.noError, 'NODATA', [win]), isAuthoritative: true };
    }
    const filter =
      type === DNS_TYPE.a ? flags.get('filter-A') : type === DNS_TYPE.aaaa ? flags.get('filter-AAAA') : undefined;
    if (isInternet && filter !== undefined && this.exists(name)) return deny(DNS_RCODE.noError, 'NODATA', [filter]);
    return undefined;
  }
}

function synthName(synth: SynthDomain, address: Ipv4Address): string {
  const middle = synth.indexed ? String(address - synth.start) : formatIpv4(address).replaceAll('.', '-');
  return `${synth.prefix}${middle}.${synth.domain}`;
}

/** Names in MX and SRV data are written out: only the oldest types are compressed (RFC 3597 §4). */
function mxData(preference: number, exchange: string): DnsData {
  return { kind: 'unknown', bytes: concatBytes([Uint8Array.of(preference >>> 8, preference), encodeName(exchange)]) };
}

function srvData(priority: number, weight: number, port: number, target: string): DnsData {
  const head = Uint8Array.of(priority >>> 8, priority, weight >>> 8, weight, port >>> 8, port);
  return { kind: 'unknown', bytes: concatBytes([head, encodeName(target)]) };
}

/** The network that a name in in-addr.arpa stands for, also one with fewer than four labels. */
function partialReverse(name: string): Ipv4Address | undefined {
  if (!name.endsWith('.in-addr.arpa')) return undefined;
  const labels = name.slice(0, -'.in-addr.arpa'.length).split('.').reverse();
  if (labels.length > 4 || labels.some((label) => !/^[0-9]{1,3}$/.test(label) || Number(label) > 255)) return undefined;
  return labels.reduce((sum, label, i) => sum + Number(label) * 2 ** (24 - 8 * i), 0);
}
