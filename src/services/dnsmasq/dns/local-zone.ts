/** Answers from the names that the server knows itself: lines of the configuration, hosts files and leases. */
import { formatIpv4 } from '../../../base/address.ts';
import type { Ipv4Address } from '../../../base/address.ts';
import { fromLatin1 } from '../../../base/bytes.ts';
import { DNS_CLASS_IN, DNS_RCODE, DNS_TYPE } from '../../../protocols/dns/codec.ts';
import type { DnsRecord } from '../../../protocols/dns/codec.ts';
import { formatIpv6 } from '../../../base/data/ipv6.ts';
import type { CnameRecord, DnsmasqConfig } from '../config/model.ts';
import { rrTypeName } from '../config/rr-types.ts';
import type { Lease } from '../dhcp/policy/leases.ts';
import { denial } from './denial.ts';
import { Draft } from './local-answer.ts';
import type { Findings, LocalAnswer, Query, Remembered } from './local-answer.ts';
import {
  interfaceEntries,
  isInterfaceName,
  leaseEntries,
  localise,
  reverseAddress,
  reverseEntries,
} from './names/local-names.ts';
import type { AddressEntry } from './names/local-names.ts';
import { serviceLines, turnServices } from './names/service-lines.ts';
import type { ServiceLine } from './names/service-lines.ts';
import { NameTurns } from './names/turns.ts';
import { mxData, naptrData, srvData } from './record-data.ts';
import { synthAddress, synthName } from './names/synth-domain.ts';
import type { ServerInterface } from '../datagram.ts';

const CLASS_CHAOS = 3;
const NAPTR = 35;
const MAX_CNAMES = 10;
const SERVICE_TYPES = { mx: DNS_TYPE.mx, srv: DNS_TYPE.srv } as const;
/** What the server's machine calls itself: the target of mx-host lines without one. */
const HOST_NAME = 'localhost';

export class LocalZone {
  private readonly config: DnsmasqConfig;
  private readonly fixed: readonly AddressEntry[];
  /** Of hosts files and host-record lines. */
  private readonly statics: readonly AddressEntry[];
  private readonly leases: () => readonly Lease[];
  /** Texts of hits.bind and its like. */
  counters: Readonly<Record<string, string>> = {};
  private readonly turns: NameTurns;
  private serviceLines: readonly ServiceLine[];

  constructor(
    config: DnsmasqConfig,
    interfaces: readonly ServerInterface[],
    fixed: readonly AddressEntry[],
    leases: () => readonly Lease[],
  ) {
    this.config = config;
    this.serviceLines = serviceLines(config);
    this.turns = new NameTurns(!config.flags.has('no-round-robin'));
    this.statics = this.turns.read(fixed);
    this.fixed = [...interfaceEntries(config, interfaces), ...this.statics];
    this.leases = leases;
  }

  /** mx-host and srv-host lines in the order of their turns. */
  get services(): readonly ServiceLine[] {
    return this.serviceLines;
  }

  turnServices(listed: readonly ServiceLine[]): void {
    this.serviceLines = turnServices(this.serviceLines, listed);
  }

  entries(): readonly AddressEntry[] {
    return [...this.fixed, ...leaseEntries(this.config, this.leases(), this.fixed)];
  }

  fixedAddress(name: string): Ipv4Address | undefined {
    return this.fixed.find((entry) => entry.name === name && entry.address !== undefined)?.address;
  }

  /** The first name that a hosts file or host-record line gives to an address. */
  hostNameOf(address: Ipv4Address): string | undefined {
    return this.statics.find((entry) => entry.isReverse && entry.address === address)?.name;
  }

  /** Who has a name of hosts files or host-record lines at another address, when nobody has it at this one. */
  otherHolder(name: string, address: Ipv4Address): AddressEntry | undefined {
    const holders = this.statics.filter((entry) => entry.name === name && entry.address !== undefined);
    return holders.some((entry) => entry.address === address) ? undefined : holders[0];
  }

  /** Whether hosts files, host-record lines or leases give a name an address of whatever kind. */
  hasAddress(name: string): boolean {
    return this.entries().some((entry) => entry.name === name && entry.isInterface !== true);
  }

  /**
   * Whether the records that others have for a name have no place beside own ones: an alias beside any and above any, an address
   * beside one of its kind, anything beside an alias.
   * @param type undefined: the statement that there is no such name
   */
  excludes(name: string, type: number | undefined): boolean {
    if (this.cnameOf(name) !== undefined) return true;
    const own = this.entries().filter((entry) => entry.isInterface !== true);
    if (type === DNS_TYPE.cname) {
      const isAboveOther = this.otherNames().some((other) => other !== name && covers(name, other));
      return own.some((entry) => covers(name, entry.name)) || this.isAboveAlias(name) || isAboveOther;
    }
    const isOfType = ({ address }: AddressEntry): boolean =>
      address === undefined ? type === DNS_TYPE.aaaa : type === DNS_TYPE.a;
    return own.some((entry) => entry.name === name && isOfType(entry));
  }

  private isAboveAlias(name: string): boolean {
    return this.config.cnames.some(({ alias }) => covers(name, alias));
  }

  private otherNames(): readonly string[] {
    const { texts, ptrs, mxs, srvs, naptrs } = this.config;
    const names = [texts, ptrs, mxs, srvs, naptrs].flatMap((list) => list.map((line) => line.name));
    return this.hasMailOfItsOwn() ? [...names, HOST_NAME] : names;
  }

  /** Whether the server's own name has an MX record without an mx-host line. */
  private hasMailOfItsOwn(): boolean {
    return this.mailTarget() !== '' || this.config.flags.has('localmx');
  }

  /** `mx-target`, empty without one. */
  private mailTarget(): string {
    return this.config.settings.get('mx-target')?.value ?? '';
  }

  /**
   * Whether selfmx and localmx take a name for one of a host: it has an address or is above one that has. Above an alias,
   * and with another record of its own, only leases below it count, which are known later than those.
   */
  private isMailHost(name: string): boolean {
    const own = this.entries().filter((entry) => entry.isInterface !== true && covers(name, entry.name));
    if (own.some((entry) => entry.name === name || entry.isLease)) return true;
    return own.length > 0 && !this.isAboveAlias(name) && !this.otherNames().includes(name);
  }

  /** Of hosts files and host-record lines: a lease's own name and that of an interface are no boot servers. */
  addressOf(name: string, turn: boolean): Ipv4Address {
    return this.lookUp(name, (entry) => entry.address !== undefined, turn)[0]?.address ?? 0;
  }

  /** Addresses of a name that are no interface's, in the order of their turns. */
  lookUp(name: string, isFound: (entry: AddressEntry) => boolean, turn = true): readonly AddressEntry[] {
    const entries = this.entries().filter((entry) => entry.name === name && entry.isInterface !== true);
    return this.turns.lookUp(name, entries, isFound, turn);
  }

  /** Runs something whose look-ups turn nothing for those that come after. */
  aside<T>(run: () => T): T {
    const { serviceLines: lines } = this;
    const result = this.turns.aside(run);
    this.serviceLines = lines;
    return result;
  }

  private ttlOf(entry: AddressEntry): number {
    const { numbers } = this.config;
    const local = numbers.get('local-ttl')?.value ?? 0;
    if (entry.isLease) return numbers.get('dhcp-ttl')?.value ?? local;
    return entry.ttlS ?? local;
  }

  /** @param others what is remembered of other servers' answers */
  find(query: Query, others: Remembered): Findings {
    const draft = new Draft();
    let name = query.name;
    let hasOwn = false;
    let isWhole = false;
    // An alias has nothing but its alias (RFC 1034 §3.6.2).
    for (let hops = 0; hops <= MAX_CNAMES && !isWhole; hops++) {
      const alias = this.cnameOf(name);
      const other = alias === undefined && !this.hasAddress(name) ? others.alias(name) : undefined;
      if (alias === undefined && other === undefined) {
        isWhole = this.addRecords(draft, name, query, others);
        hasOwn ||= isWhole;
        break;
      }
      if (alias !== undefined) {
        const ttlS = alias.ttlS ?? this.config.numbers.get('local-ttl')?.value ?? 0;
        const data = { kind: 'cname', target: alias.target } as const;
        draft.add(name, DNS_TYPE.cname, ttlS, data, 'config', '<CNAME>', alias.origin);
        hasOwn = true;
      } else if (other !== undefined) {
        draft.answers.push(other.record);
        draft.log.push(other.log);
      }
      isWhole = query.type === DNS_TYPE.cname;
      name = alias?.target ?? other?.target ?? name;
    }
    return { answer: draft.finish(), end: name, hasOwn, isWhole };
  }

  /**
   * The answer for a name without a record of the type that is not to be forwarded.
   * @param isRemembered whether others have said something about a name
   */
  deny(query: Query, isRemembered: (name: string) => boolean): LocalAnswer | undefined {
    return denial(this.config, query, (name) => this.existsAbove(name) || isRemembered(name));
  }

  /** The server's texts about itself. */
  answerChaos({ name, type, class: asked }: Query): LocalAnswer | undefined {
    if (asked !== CLASS_CHAOS || !name.endsWith('.bind') || type !== DNS_TYPE.txt) return undefined;
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

  /** Whether anything is known about a name or one below it: then the name is no error, it has only no data. */
  existsAbove(name: string): boolean {
    return (
      this.entries().some((entry) => covers(name, entry.name)) ||
      [...this.otherNames(), ...this.config.interfaceNames.map((line) => line.name)].some((one) => covers(name, one)) ||
      this.isAboveAlias(name) ||
      synthAddress(this.config.synthDomains, name) !== undefined
    );
  }

  /** Adds the records of a name; true when there were some of the type asked for. */
  private addRecords(draft: Draft, name: string, query: Query, others: Remembered): boolean {
    const before = draft.answers.length;
    const wants = (type: number): boolean => query.type === type || query.type === DNS_TYPE.any;
    const ttlS = this.config.numbers.get('local-ttl')?.value ?? 0;
    if (wants(DNS_TYPE.txt)) {
      for (const { name: own, strings, origin } of this.config.texts.toReversed()) {
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
    for (const { name: own, type, data, origin } of this.config.rawRecords.toReversed()) {
      if (own !== name || !wants(type)) continue;
      draft.add(name, type, ttlS, { kind: 'unknown', bytes: data }, 'config', `<${rrTypeName(type)}>`, origin);
    }
    if (wants(DNS_TYPE.ptr)) this.addPtr(draft, name, ttlS, query.type === DNS_TYPE.any);
    for (const type of [DNS_TYPE.a, DNS_TYPE.aaaa]) if (wants(type)) this.addAddresses(draft, name, type, query.face);
    if (wants(DNS_TYPE.mx)) this.addMx(draft, name, ttlS, others);
    const listed = this.serviceLines.filter((line) => line.name === name && wants(SERVICE_TYPES[line.kind]));
    for (const line of listed) {
      if (line.kind === 'srv') {
        const data = srvData(line.priority, line.weight, line.port, line.target);
        draft.add(name, DNS_TYPE.srv, ttlS, data, 'config', '<SRV>', line.origin);
      }
    }
    this.turnServices(listed);
    const targets = this.serviceLines.filter((line) => listed.includes(line)).map((line) => this.targetOf(line));
    for (const target of new Set(targets)) this.addAdditional(draft, target, others);
    if (wants(NAPTR)) this.addNaptr(draft, name, ttlS);
    return draft.answers.length > before;
  }

  private addAddresses(draft: Draft, name: string, type: number, face: ServerInterface | undefined): void {
    const isFour = type === DNS_TYPE.a;
    const isFound = (entry: AddressEntry): boolean => (isFour ? entry.address : entry.address6) !== undefined;
    // What interfaces have stands alone.
    let found = isInterfaceName(this.config, name, type)
      ? this.fixed.filter((entry) => entry.name === name && entry.isInterface === true && isFound(entry))
      : this.lookUp(name, isFound);
    if (isFour && this.config.flags.has('localise-queries')) found = localise(found, face);
    for (const entry of found) {
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
    const synthetic = synthAddress(this.config.synthDomains, name);
    if (synthetic !== undefined) {
      const { address, origin } = synthetic;
      const ttlS = this.config.numbers.get('local-ttl')?.value ?? 0;
      draft.add(name, type, ttlS, { kind: 'a', address }, 'config', formatIpv4(address), origin);
    }
  }

  private addPtr(draft: Draft, name: string, ttlS: number, isAny: boolean): void {
    const explicit = this.config.ptrs.filter((record) => record.name === name).toReversed();
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

  /** Addresses of a target that are known here or remembered (RFC 2782). */
  private addAdditional(draft: Draft, target: string, others: Remembered): void {
    for (const entry of this.lookUp(target, () => true)) {
      const { address, address6 } = entry;
      const common = { name: target, class: DNS_CLASS_IN, ttlS: this.ttlOf(entry) };
      if (address !== undefined) draft.additionals.push({ ...common, type: DNS_TYPE.a, data: { kind: 'a', address } });
      else if (address6 !== undefined) {
        draft.additionals.push({ ...common, type: DNS_TYPE.aaaa, data: { kind: 'aaaa', address: address6 } });
      }
    }
    draft.additionals.push(...others.addresses(target));
  }

  private targetOf(line: ServiceLine): string {
    return line.target ?? (this.mailTarget() || HOST_NAME);
  }

  private addMx(draft: Draft, name: string, ttlS: number, others: Remembered): void {
    for (const line of this.serviceLines) {
      if (line.name !== name || line.kind !== 'mx') continue;
      const data = mxData(line.preference, this.targetOf(line));
      draft.add(name, DNS_TYPE.mx, ttlS, data, 'config', '<MX>', line.origin);
    }
    if (draft.answers.some((record) => record.type === DNS_TYPE.mx)) return;
    // The server's own mail goes to the target.
    const { flags } = this.config;
    const host = this.mailTarget() || HOST_NAME;
    if (name === HOST_NAME && this.hasMailOfItsOwn()) {
      draft.add(name, DNS_TYPE.mx, ttlS, mxData(0, host), 'config', '<MX>');
      this.addAdditional(draft, host, others);
      return;
    }
    if ((!flags.has('selfmx') && !flags.has('localmx')) || !this.isMailHost(name)) return;
    const exchange = flags.has('selfmx') ? name : host;
    draft.add(name, DNS_TYPE.mx, ttlS, mxData(1, exchange), 'config', '<MX>');
  }

  private addNaptr(draft: Draft, name: string, ttlS: number): void {
    for (const record of this.config.naptrs.toReversed()) {
      if (record.name === name) draft.add(name, NAPTR, ttlS, naptrData(record), 'config', '<NAPTR>', record.origin);
    }
  }
}

/** The name itself or one below it. */
function covers(name: string, own: string): boolean {
  return own === name || own.endsWith(`.${name}`);
}
