/**
 * auth-server and auth-zone: answers as the server that has the authority over a zone (RFC 1034 §4.2, RFC 5936 for
 * transfers), from the names that are known anyway. Where the auth-server line names an interface, queries that come in
 * there get these answers alone; elsewhere the zones are answered from the same records to clients as ever.
 */
import { formatIpv4, prefixMask, sameSubnet } from '../../../base/address.ts';
import type { Ipv4Address } from '../../../base/address.ts';
import { fromLatin1 } from '../../../base/bytes.ts';
import { DNS_CLASS_IN, DNS_RCODE, DNS_TYPE } from '../../../protocols/dns/codec.ts';
import type { DnsData, DnsQuestion, DnsRecord } from '../../../protocols/dns/codec.ts';
import { canonicalName } from '../../../protocols/dns/name.ts';
import type { AuthNetwork, AuthZone, DnsmasqConfig } from '../config/model.ts';
import { formatIpv6 } from '../../../base/data/ipv6.ts';
import { rrTypeName } from '../config/rr-types.ts';
import type { ServerInterface } from '../datagram.ts';
import type { LocalAnswer } from './local-answer.ts';
import { describeEmpty } from './describe.ts';
import type { ServiceLine } from './names/service-lines.ts';
import { reverseAddress } from './names/local-names.ts';
import { AXFR } from './names/own-names.ts';
import type { AddressEntry } from './names/local-names.ts';
import { mxData, naptrData, srvData } from './record-data.ts';
import { EDE } from './reply.ts';
import { synthAddress, synthName } from './names/synth-domain.ts';
import type { DnsAsker } from './upstream/upstream.ts';

const DEFAULT_TTL_S = 600;
const NAPTR = 35;
/** What the zones of addresses have. */
const REVERSE_TYPES: ReadonlySet<number> = new Set([DNS_TYPE.ptr, DNS_TYPE.soa, DNS_TYPE.ns]);

export type AuthAnswer = LocalAnswer & {
  /** A transfer is not answered by UDP. */
  readonly isSilent?: boolean;
};

interface Finding {
  readonly record: DnsRecord;
  readonly log: string;
}

interface AddressFinding {
  readonly entry: AddressEntry;
  readonly finding: Finding;
}

/** The server's own names. */
interface ZoneNames {
  readonly entries: () => readonly AddressEntry[];
  /** MX and SRV records in the order of their turns. */
  readonly services: () => readonly ServiceLine[];
  readonly turnServices: (listed: readonly ServiceLine[]) => void;
  /** Addresses of one name, in the order of their turns. */
  readonly lookUp: (name: string, isFound: (entry: AddressEntry) => boolean) => readonly AddressEntry[];
  /** Whether others have said anything of a name but that it does not exist; turns what they have said. */
  readonly wasHeard: (name: string) => boolean;
}

export class AuthZones {
  private readonly config: DnsmasqConfig;
  private readonly interfaces: readonly ServerInterface[];
  private readonly names: ZoneNames;
  /** Of the SOA where none is configured: the time of the start. */
  private readonly startS: number;
  private changes = 0;

  constructor(config: DnsmasqConfig, interfaces: readonly ServerInterface[], names: ZoneNames, startS: number) {
    this.config = config;
    this.interfaces = interfaces;
    this.names = names;
    this.startS = startS;
    // The DHCP server hands over its leases once at the start.
    if (config.ranges.length > 0) this.changes = 1;
  }

  /** A lease was given, or has ended: secondaries have to look again. */
  leasesChanged(): void {
    this.changes++;
  }

  /** Whether a query comes in where the zones are all there is. */
  isPublic({ interfaceName, local }: DnsAsker): boolean {
    const { authServer } = this.config;
    return (
      authServer !== undefined &&
      (authServer.interfaceNames.includes(interfaceName) || authServer.addresses.includes(local))
    );
  }

  /** Undefined: no matter of the zones, for a client of the server as ever. */
  answer(question: DnsQuestion, asker: DnsAsker): AuthAnswer | undefined {
    const isPublic = this.isPublic(asker);
    const name = canonicalName(question.name);
    const named = this.config.authZones.find((one) => isInZone(one, name));
    // With localise-queries clients get the addresses near them, as for any other name.
    if (!isPublic && (named === undefined || this.config.flags.has('localise-queries'))) return undefined;
    if (question.type === AXFR && !this.mayTransfer(asker.address)) {
      const log = [`ignoring zone transfer request from ${formatIpv4(asker.address)}`];
      if (asker.isStream) log.push('config error is REFUSED');
      const isSilent = !asker.isStream;
      return { rcode: DNS_RCODE.refused, isAuthoritative: false, answers: [], log, lines: [], isSilent };
    }
    const address = REVERSE_TYPES.has(question.type) ? this.zoneOfReverse(name) : undefined;
    const zone = address?.zone ?? named;
    if (zone === undefined || question.class !== DNS_CLASS_IN) {
      return {
        rcode: DNS_RCODE.refused,
        isAuthoritative: false,
        offersRecursion: false,
        answers: [],
        ...(asker.isStream ? { extendedError: EDE.filtered } : { omitsEdns: true }),
        log: ['reply error is REFUSED (EDE: not authoritative)'],
        lines: [],
      };
    }
    const answer = (): AuthAnswer => {
      const made = this.inZone(zone, address?.domain ?? zone.name, question, name, isPublic, asker.isStream);
      if (name === zone.name && question.type !== AXFR) this.turnServices(zone);
      return made;
    };
    // By TCP dnsmasq makes the answer twice: of a transfer the second one is sent, of all else the first.
    if (asker.isStream && question.type === AXFR) answer();
    return answer();
  }

  /** RFC 5936 §5: to whom a line allows it; to anybody when only secondaries are named. */
  private mayTransfer(from: Ipv4Address): boolean {
    const { authPeers, authSecondaries } = this.config;
    return authPeers.length > 0 ? authPeers.includes(from) : authSecondaries.length > 0;
  }

  private networksOf(
    networks: readonly AuthNetwork[],
  ): readonly { readonly address: Ipv4Address; readonly prefix: number }[] {
    return networks.flatMap((network): readonly { readonly address: Ipv4Address; readonly prefix: number }[] =>
      network.kind === 'network' ? [network] : this.interfaces.filter(({ name }) => name === network.name),
    );
  }

  private covers(networks: readonly AuthNetwork[], address: Ipv4Address): { readonly prefix: number } | undefined {
    return this.networksOf(networks).find((one) => sameSubnet(one.address, address, prefixMask(one.prefix)));
  }

  /** The zone that a name of in-addr.arpa belongs to by its networks, and the domain of that network. */
  private zoneOfReverse(name: string): { readonly zone: AuthZone; readonly domain: string } | undefined {
    const labels = name.replace(/\.?in-addr\.arpa$/, '').split('.');
    const padded = [...Array.from({ length: Math.max(0, 4 - labels.length) }, () => '0'), ...labels].join('.');
    const address = reverseAddress(`${padded}.in-addr.arpa`)?.v4;
    if (address === undefined) return undefined;
    for (const zone of this.config.authZones) {
      const network = this.covers(zone.networks, address);
      if (network === undefined) continue;
      const kept = network.prefix >= 24 ? 3 : network.prefix >= 16 ? 2 : 1;
      return {
        zone,
        domain: `${padded
          .split('.')
          .slice(4 - kept)
          .join('.')}.in-addr.arpa`,
      };
    }
    return undefined;
  }

  /** Whether an address is told in a zone: to clients of the server as ever, all are. */
  private isListed(zone: AuthZone, entry: AddressEntry, isPublic: boolean): boolean {
    if (!isPublic) return true;
    if (entry.address === undefined) return !zone.isLimited;
    if (zone.excluded.length > 0 && this.covers(zone.excluded, entry.address) !== undefined) return false;
    return !zone.isLimited || this.covers(zone.networks, entry.address) !== undefined;
  }

  private get ttlS(): number {
    return this.config.numbers.get('auth-ttl')?.value ?? DEFAULT_TTL_S;
  }

  private record(name: string, type: number, data: DnsData): DnsRecord {
    return { name, type, class: DNS_CLASS_IN, ttlS: this.ttlS, data };
  }

  private soa(owner: string): DnsRecord {
    const { authServer, authSoa } = this.config;
    const server = authServer?.name ?? '';
    return this.record(owner, DNS_TYPE.soa, {
      kind: 'soa',
      mname: server,
      rname: authSoa?.rname ?? `hostmaster.${server}`,
      serial: ((authSoa?.serial ?? this.startS) + this.changes) >>> 0,
      refreshS: authSoa?.refreshS ?? 1200,
      retryS: authSoa?.retryS ?? 180,
      expireS: authSoa?.expireS ?? 1_209_600,
      minimumS: this.ttlS,
    });
  }

  private nameServers(owner: string): DnsRecord[] {
    const { authServer, authSecondaries } = this.config;
    const own = authServer?.hasPlace === true ? [authServer.name] : [];
    // Secondaries are those of the zone of names.
    const isReverse = owner.endsWith('.in-addr.arpa');
    return [...own, ...(isReverse ? [] : authSecondaries.toReversed())].map((target) =>
      this.record(owner, DNS_TYPE.ns, { kind: 'ns', target }),
    );
  }

  private inZone(
    zone: AuthZone,
    owner: string,
    question: DnsQuestion,
    name: string,
    isPublic: boolean,
    isStream: boolean,
  ): AuthAnswer {
    const { type } = question;
    const isApex = name === owner || name === zone.name;
    const base = {
      lines: [zone.origin],
      offersRecursion: !isPublic,
      isOfZone: true,
      // By TCP dnsmasq 2.90 says so of whatever a zone answers.
      ...(isStream ? { extendedError: EDE.filtered } : {}),
    };
    // Of a zone of addresses these are told for each of its names.
    const isOfApex = type === DNS_TYPE.soa || type === DNS_TYPE.ns;
    const isOfZone = (isApex && (isOfApex || type === AXFR)) || (owner !== zone.name && isOfApex);
    if (isOfZone && type === AXFR) {
      const log = [`auth ${zone.name} is <AXFR>`];
      const soa = this.soa(owner);
      const answers = [soa, ...this.nameServers(owner), ...this.transferred(zone, isPublic), soa];
      const isSilent = !isStream;
      return { ...base, rcode: DNS_RCODE.noError, isAuthoritative: true, answers, log, isSilent };
    }
    if (isOfZone) {
      const answers = type === DNS_TYPE.soa ? [this.soa(owner)] : this.nameServers(owner);
      const authorities = type === DNS_TYPE.soa ? this.nameServers(owner) : [];
      const log = [`auth ${zone.name} is <${rrTypeName(type)}>`];
      return { ...base, rcode: DNS_RCODE.noError, isAuthoritative: true, answers, authorities, log };
    }
    const { findings, exists } =
      owner === zone.name ? this.forward(zone, question, name, isPublic) : this.reverse(zone, question, name);
    const [first] = findings;
    if (first?.record.type === DNS_TYPE.cname && isOfApex) {
      // Behind an alias, the records of the zone stand beside it.
      const own = type === DNS_TYPE.soa ? [this.soa(owner)] : this.nameServers(owner);
      const authorities = type === DNS_TYPE.soa ? this.nameServers(owner) : [];
      const log = [...findings.map((one) => one.log), `auth ${zone.name} is <${rrTypeName(type)}>`];
      const answers = [...findings.map(({ record }) => record), ...own];
      return { ...base, rcode: DNS_RCODE.noError, isAuthoritative: true, answers, authorities, log };
    }
    const rcode = exists || findings.length > 0 || name === zone.name ? DNS_RCODE.noError : DNS_RCODE.nameError;
    const address = reverseAddress(name)?.v4;
    const shown = address !== undefined && owner !== zone.name ? formatIpv4(address) : question.name;
    const isEmpty = findings.length === 0 && name !== zone.name;
    const log = isEmpty ? [`auth ${shown} is ${describeEmpty(question, rcode)}`] : findings.map((one) => one.log);
    return {
      ...base,
      rcode,
      isAuthoritative: isPublic,
      answers: findings.map(({ record }) => record),
      authorities: !isPublic ? [] : findings.length === 0 ? [this.soa(owner)] : this.nameServers(owner),
      log,
    };
  }

  /** Names of addresses: those of the zone alone; a lease's own name is taken to be in the zone. */
  private reverse(
    zone: AuthZone,
    { name: asked, type }: DnsQuestion,
    name: string,
  ): { findings: Finding[]; exists: boolean } {
    const address = reverseAddress(name)?.v4;
    if (address === undefined || type !== DNS_TYPE.ptr) return { findings: [], exists: false };
    const found = this.names.entries().flatMap((entry): Finding[] => {
      if (entry.address !== address || !entry.isReverse) return [];
      const isBare = entry.isLease && !this.config.flags.has('dhcp-fqdn');
      const target = isBare ? `${entry.name.split('.', 1)[0]}.${zone.name}` : entry.name;
      if (!isInZone(zone, target)) return [];
      const record = this.record(asked, DNS_TYPE.ptr, { kind: 'ptr', target });
      return [{ record, log: `${entry.source} ${formatIpv4(address)} is ${target}` }];
    });
    if (found.length > 0) return { findings: found, exists: true };
    const synth = this.config.synthDomains.find(({ start, end }) => address >= start && address <= end);
    const made = synth === undefined ? undefined : synthName(synth, address);
    if (made === undefined || !isInZone(zone, made)) return { findings: [], exists: false };
    const record = this.record(asked, DNS_TYPE.ptr, { kind: 'ptr', target: made });
    return { findings: [{ record, log: `config ${formatIpv4(address)} is ${made}` }], exists: true };
  }

  private forward(
    zone: AuthZone,
    question: DnsQuestion,
    asked: string,
    isPublic: boolean,
  ): { findings: Finding[]; exists: boolean } {
    const findings: Finding[] = [];
    let [name, shown] = [asked, question.name];
    // Of an alias of an alias the first alone is told.
    const alias = isInZone(zone, name) ? this.config.cnames.find((one) => one.alias === name) : undefined;
    if (alias !== undefined) {
      const target = targetIn(zone, alias.target);
      const record = this.record(shown, DNS_TYPE.cname, { kind: 'cname', target });
      findings.push({ record, log: `config ${shown} is <CNAME>` });
      if (question.type === DNS_TYPE.cname) return { findings, exists: true };
      name = target;
      shown = target;
    }
    if (!isInZone(zone, name)) return { findings, exists: true };
    const own = this.configured(zone, name, shown, question.type);
    const known = this.addresses(zone, name, shown);
    const addresses = known.length > 0 ? known : this.synthetic(name, shown, question.type);
    findings.push(...own.filter(({ record }) => record.type === question.type));
    findings.push(
      ...addresses
        .filter(({ finding }) => finding.record.type === question.type)
        // An address that a name makes up is told, whatever networks the zone has.
        .filter(({ entry }) => known.length === 0 || this.isListed(zone, entry, isPublic))
        .map(({ finding }) => finding),
    );
    // The full name of a lease exists, even where it tells no address.
    const isLease = this.names.entries().some((entry) => entry.isLease && entry.name === name);
    // What others have told about a name is not told in the zone, but makes it exist.
    const wasHeard = this.names.wasHeard(name);
    const exists = findings.length > 0 || own.length > 0 || addresses.length > 0 || isLease || wasHeard;
    return { findings, exists };
  }

  /** What lists all of a zone turns the SRV records that are in it, and so does any question for its name. */
  private turnServices(zone: AuthZone): void {
    this.names.turnServices(this.names.services().filter(({ name }) => isInZone(zone, name)));
  }

  /** Records of lines of the configuration other than addresses. */
  private configured(zone: AuthZone, name?: string, shown?: string, type?: number): Finding[] {
    const { rawRecords, texts, naptrs, settings } = this.config;
    const out: Finding[] = [];
    const add = (owner: string, type: number, data: DnsData): void => {
      if (name === undefined ? !isInZone(zone, owner) : owner !== name) return;
      const label = shown ?? owner;
      out.push({ record: this.record(label, type, data), log: `config ${label} is <${rrTypeName(type)}>` });
    };
    const mxTarget = settings.get('mx-target')?.value ?? 'localhost';
    const services = this.names.services();
    for (const one of services) {
      if (one.kind === 'mx') add(one.name, DNS_TYPE.mx, mxData(one.preference, one.target ?? mxTarget));
      else add(one.name, DNS_TYPE.srv, srvData(one.priority, one.weight, one.port, one.target));
    }
    if (name === undefined) this.turnServices(zone);
    else if (type === DNS_TYPE.srv && name !== zone.name) {
      this.names.turnServices(services.filter((one) => one.name === name));
    }
    for (const { name: owner, type, data } of rawRecords.toReversed())
      add(owner, type, { kind: 'unknown', bytes: data });
    for (const { name: owner, strings } of texts.toReversed())
      add(owner, DNS_TYPE.txt, { kind: 'txt', strings: strings.map((part) => fromLatin1(part)) });
    for (const record of naptrs.toReversed()) add(record.name, NAPTR, naptrData(record));
    return out;
  }

  /** Address records of a name, or of all names of a zone. */
  private addresses(zone: AuthZone, name: string | undefined, shown: string | undefined): readonly AddressFinding[] {
    const out: AddressFinding[] = [];
    const onlyFull = this.config.flags.has('dhcp-fqdn');
    const all = this.names.entries();
    const turned = name === undefined ? [] : this.names.lookUp(name, () => true);
    const others = all.filter((one) => one.name !== name || one.isInterface === true);
    const ofInterfaces = others.filter(({ isInterface }) => isInterface === true);
    for (const entry of [...ofInterfaces, ...turned, ...others.filter((one) => !ofInterfaces.includes(one))]) {
      // A lease's name without a domain is taken to be in the zone; its full name counts with dhcp-fqdn alone.
      const isBare = entry.isLease && !onlyFull;
      if (isBare && entry.name.includes('.')) continue;
      const owner = isBare ? `${entry.name}.${zone.name}` : entry.name;
      if (name === undefined ? !isInZone(zone, owner) : owner !== name) continue;
      const label = shown ?? owner;
      const { address, address6 } = entry;
      const value = address === undefined ? formatIpv6(address6 ?? new Uint8Array(16)) : formatIpv4(address);
      const data: DnsData =
        address === undefined ? { kind: 'aaaa', address: address6 ?? new Uint8Array(16) } : { kind: 'a', address };
      const record = this.record(label, address === undefined ? DNS_TYPE.aaaa : DNS_TYPE.a, data);
      const log =
        entry.isInterface === true ? `${entry.source} ${label} is ${value}` : `${entry.source} ${value} is ${label}`;
      if (!out.some((one) => one.finding.log === log)) out.push({ entry, finding: { record, log } });
    }
    return out;
  }

  /** A name that a synth-domain line makes up has an IPv4 address, and for the other kind it does not exist. */
  private synthetic(name: string, shown: string, type: number): readonly AddressFinding[] {
    const made = type === DNS_TYPE.aaaa ? undefined : synthAddress(this.config.synthDomains, name);
    if (made === undefined) return [];
    const { address, origin } = made;
    const entry: AddressEntry = {
      name,
      address,
      address6: undefined,
      ttlS: undefined,
      source: 'config',
      isLease: false,
      origin,
      isReverse: false,
    };
    const record = this.record(shown, DNS_TYPE.a, { kind: 'a', address });
    return [{ entry, finding: { record, log: `config ${shown} is ${formatIpv4(address)}` } }];
  }

  private transferred(zone: AuthZone, isPublic: boolean): DnsRecord[] {
    const addresses = this.addresses(zone, undefined, undefined).filter(({ entry }) =>
      this.isListed(zone, entry, isPublic),
    );
    const aliases = this.config.cnames
      .filter(({ alias }) => isInZone(zone, alias))
      .toReversed()
      .map(({ alias, target }) =>
        this.record(alias, DNS_TYPE.cname, { kind: 'cname', target: targetIn(zone, target) }),
      );
    const recordsOf = (ofInterfaces: boolean): readonly DnsRecord[] =>
      addresses
        .filter(({ entry }) => (entry.isInterface === true) === ofInterfaces)
        .map(({ finding }) => finding.record);
    const records = this.configured(zone).map(({ record }) => record);
    return [...records, ...recordsOf(true), ...aliases, ...recordsOf(false)];
  }
}

/** A target without a dot is taken to be in the zone. */
function targetIn(zone: AuthZone, target: string): string {
  return target.includes('.') ? target : `${target}.${zone.name}`;
}

function isInZone(zone: AuthZone, name: string): boolean {
  return name === zone.name || name.endsWith(`.${zone.name}`);
}
