/** dnsmasq's DNS server: what it knows it answers, some it denies, the rest goes to the servers upstream. */
import { formatIpv4, sameSubnet } from '../../../base/address.ts';
import type { Ipv4Address } from '../../../base/address.ts';
import { fromLatin1 } from '../../../base/bytes.ts';
import type { Clock } from '../../../base/clock.ts';
import type { ConfigLine } from '../../../base/event-log.ts';
import type { Rng } from '../../../base/rng.ts';
import type { FileTree } from '../../files/file-tree.ts';
import { DNS_CLASS_IN, DNS_RCODE, DNS_TYPE, decodeDns, encodeDns } from '../../../protocols/dns/codec.ts';
import type { DnsData, DnsMessage, DnsQuestion, DnsRecord } from '../../../protocols/dns/codec.ts';
import { formatIpv6 } from '../config/fields.ts';
import type { DnsmasqConfig } from '../config/model.ts';
import { rrTypeName } from '../config/rr-types.ts';
import { domainLineOf } from '../dhcp/client.ts';
import type { OutgoingDatagram } from '../dhcp/engine.ts';
import type { Lease } from '../dhcp/leases.ts';
import type { ServerInterface } from '../dhcp/ranges.ts';
import { parseHostsFile } from './hosts-file.ts';
import { LocalZone } from './local-zone.ts';
import type { LocalAnswer } from './local-answer.ts';
import { staticEntries } from './local-names.ts';
import type { NamedHosts } from './local-names.ts';
import { domainVerdict } from './domain-match.ts';
import { AnswerCache, PendingQueries, withId } from './upstream.ts';
import type { Upstream } from './upstream.ts';

export interface DnsArrival {
  readonly data: Uint8Array;
  readonly source: Ipv4Address;
  readonly sourcePort: number;
  readonly destination: Ipv4Address;
  readonly destinationPort: number;
  readonly interfaceName: string;
}

export interface DnsOptions {
  readonly config: DnsmasqConfig;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly interfaces: readonly ServerInterface[];
  /** Text of /etc/hosts. */
  readonly hosts: string;
  readonly files: FileTree;
  readonly leases: () => readonly Lease[];
}

export interface DnsHooks {
  readonly send: (datagram: OutgoingDatagram) => void;
  readonly openPort: () => number | undefined;
  readonly closePort: (port: number) => void;
  readonly log: (text: string) => void;
  readonly decided: (code: string, text: string, lines: readonly ConfigLine[], isFailure: boolean) => void;
}

const DNS_SERVER_PORT = 53;
const DEFAULT_CACHE_SIZE = 150;
const DEFAULT_EDNS_BYTES = 1232;
const CLASSIC_BYTES = 512;
/** RFC 8914: what an extended error says. */
const EDE = { notReady: 14 } as const;
const EDE_OPTION = 15;

export class DnsEngine {
  private readonly options: DnsOptions;
  private readonly hooks: DnsHooks;
  private readonly named: readonly { readonly path: string; readonly text: string | undefined }[];
  private readonly zone: LocalZone;
  private readonly pending = new PendingQueries();
  private readonly cache: AnswerCache;
  private queries = 0;
  private misses = 0;

  constructor(options: DnsOptions, hooks: DnsHooks) {
    this.options = options;
    this.hooks = hooks;
    const { config, files } = options;
    const textAt = (path: string): string | undefined => {
      const bytes = files.read(path);
      return bytes === undefined ? undefined : fromLatin1(bytes);
    };
    const named: { path: string; text: string | undefined }[] = [];
    if (!config.flags.has('no-hosts')) named.push({ path: '/etc/hosts', text: options.hosts });
    for (const path of [...config.addnHosts, ...config.hostsDirs]) {
      const names = files.stat(path)?.kind === 'directory' ? files.list(path) : undefined;
      if (names === undefined) named.push({ path, text: textAt(path) });
      else for (const name of names) named.push({ path: `${path}/${name}`, text: textAt(`${path}/${name}`) });
    }
    this.named = named;
    const hosts: NamedHosts[] = named.map(({ path, text }) => ({ path, hosts: parseHostsFile(text ?? '') }));
    this.zone = new LocalZone(config, options.interfaces, staticEntries(config, hosts), options.leases);
    this.cache = new AnswerCache(
      options.clock,
      {
        size: config.numbers.get('cache-size')?.value ?? DEFAULT_CACHE_SIZE,
        minTtlS: Math.min(config.numbers.get('min-cache-ttl')?.value ?? 0, 3600),
        maxTtlS: config.numbers.get('max-cache-ttl')?.value ?? Infinity,
        negativeTtlS: config.numbers.get('neg-ttl')?.value,
        cachesNegative: !config.flags.has('no-negcache'),
      },
      config.cachedTypes,
    );
  }

  /** For the log at the start. */
  hostFiles(): { readonly path: string; readonly nameCount: number | undefined }[] {
    return this.named.map(({ path, text }) => ({
      path,
      nameCount: text === undefined ? undefined : parseHostsFile(text).nameCount,
    }));
  }

  /** The address of a name, turning among several; 0 when it has none. */
  resolveAddress(name: string): Ipv4Address {
    return this.zone.addressOf(name.toLowerCase(), true);
  }

  /** The same without turning. */
  peekAddress(name: string): Ipv4Address {
    return this.zone.addressOf(name.toLowerCase(), false);
  }

  /** The address that a hosts file or host-record line gives to a name; undefined when none does. */
  fixedAddress(name: string): Ipv4Address | undefined {
    return this.zone.fixedAddress(name.toLowerCase());
  }

  domainOf(address: Ipv4Address): string | undefined {
    return domainLineOf(this.options.config, address, undefined)?.domain;
  }

  ownsPort(port: number): boolean {
    return this.pending.has(port);
  }

  receive(arrival: DnsArrival): void {
    const decoded = decodeDns(arrival.data);
    if (!decoded.ok) return;
    const query = decoded.value;
    if (query.response) return;
    const question = query.questions[0];
    if (query.opcode !== 0) {
      this.reply(arrival, query, { rcode: DNS_RCODE.refused, isAuthoritative: false, answers: [] });
      return;
    }
    if (query.questions.length !== 1 || question === undefined) {
      this.reply(arrival, query, { rcode: DNS_RCODE.refused, isAuthoritative: false, answers: [] });
      return;
    }
    const name = question.name.replace(/\.$/, '').toLowerCase();
    this.log(
      `query[${rrTypeName(question.type)}] ${name === '' ? '<root>' : question.name} from ${formatIpv4(arrival.source)}`,
    );
    const face = this.options.interfaces.find((candidate) => candidate.name === arrival.interfaceName);
    this.zone.counters = {
      'hits.bind': String(this.queries++),
      'misses.bind': String(this.misses),
      'insertions.bind': '0',
      'evictions.bind': '0',
    };
    const local = this.zone.answer({ name, type: question.type, class: question.class, face });
    if (local !== undefined) {
      for (const line of local.log) this.log(line);
      this.reply(arrival, query, local);
      return;
    }
    const cached = question.class === DNS_CLASS_IN ? this.cache.lookup(name, question.type) : undefined;
    if (cached !== undefined) {
      this.logRecords('cached', question, cached.answers, cached.rcode);
      this.reply(arrival, query, { ...cached, isAuthoritative: false });
      return;
    }
    const upstreams = this.upstreamsFor(name);
    if (upstreams.length === 0 || !query.recursionDesired) {
      this.log('config error is REFUSED (EDE: not ready)');
      this.reply(arrival, query, {
        rcode: DNS_RCODE.refused,
        isAuthoritative: false,
        answers: [],
        extendedError: EDE.notReady,
      });
      return;
    }
    this.forward(arrival, query, question, name, upstreams);
  }

  /** An answer from upstream. */
  receiveUpstream(arrival: DnsArrival): void {
    const decoded = decodeDns(arrival.data);
    if (!decoded.ok || !decoded.value.response) return;
    const query = this.pending.take(arrival.destinationPort, decoded.value.id, arrival.source);
    if (query === undefined) return;
    this.hooks.closePort(arrival.destinationPort);
    const message = this.filterUpstream(decoded.value);
    const question: DnsQuestion = { name: query.name, type: query.type, class: DNS_CLASS_IN };
    this.cache.store(query.name, query.type, message);
    this.logRecords('reply', question, message.answers, message.rcode);
    const data =
      message === decoded.value ? withId(arrival.data, query.clientId) : encodeDns({ ...message, id: query.clientId });
    this.sendTo(query.client, query.clientPort, query.local, query.interfaceName, data);
    this.hooks.decided('dns-forwarded', `${query.name}: answered from upstream`, [], false);
  }

  private upstreamsFor(name: string): { upstream: Upstream; origin: ConfigLine }[] {
    const { config } = this.options;
    let lines = domainVerdict(config, name).servers;
    if (lines.some((line) => line.target.kind === 'standard')) {
      lines = config.servers.filter((line) => line.domain === '');
    }
    const out: { upstream: Upstream; origin: ConfigLine }[] = [];
    for (const { target, origin } of lines) {
      if (target.kind === 'address') out.push({ upstream: { address: target.address, port: target.port }, origin });
    }
    return out;
  }

  private forward(
    arrival: DnsArrival,
    query: DnsMessage,
    question: DnsQuestion,
    name: string,
    upstreams: readonly { upstream: Upstream; origin: ConfigLine }[],
  ): void {
    for (const port of this.pending.expire(this.options.clock)) this.hooks.closePort(port);
    this.misses++;
    const chosen = this.options.config.flags.has('all-servers') ? upstreams : upstreams.slice(0, 1);
    for (const { upstream, origin } of chosen) {
      const port = this.hooks.openPort();
      if (port === undefined) return;
      const id = this.options.rng.below(0x10000);
      this.pending.add(
        {
          id,
          port,
          upstream,
          clientId: query.id,
          client: arrival.source,
          clientPort: arrival.sourcePort,
          local: arrival.destination,
          interfaceName: arrival.interfaceName,
          name,
          type: question.type,
        },
        this.options.clock,
      );
      const face = this.options.interfaces.find((candidate) =>
        sameSubnet(candidate.address, upstream.address, (0xffff_ffff << (32 - candidate.prefix)) >>> 0),
      );
      this.log(
        `forwarded ${question.name} to ${formatIpv4(upstream.address)}${upstream.port === 53 ? '' : `#${upstream.port}`}`,
      );
      this.hooks.decided('dns-forward', `${name}: asking ${formatIpv4(upstream.address)}`, [origin], false);
      this.hooks.send({
        data: withId(arrival.data, id),
        source: face?.address ?? arrival.destination,
        sourcePort: port,
        destination: upstream.address,
        destinationPort: upstream.port,
        destinationMac: undefined,
        interfaceName: face?.name ?? arrival.interfaceName,
      });
    }
  }

  /** What the configuration does to answers of others: bogus-nxdomain, alias, rebinding, filters. */
  private filterUpstream(message: DnsMessage): DnsMessage {
    const { config } = this.options;
    let { answers, rcode } = message;
    const covers = (list: typeof config.bogusNxdomains, data: DnsData): boolean =>
      data.kind === 'a' &&
      list.some(({ address, prefix }) =>
        sameSubnet(address, data.address, prefix === 0 ? 0 : (0xffff_ffff << (32 - prefix)) >>> 0),
      );
    if (answers.some((record) => covers(config.bogusNxdomains, record.data))) {
      answers = [];
      rcode = DNS_RCODE.nameError;
    }
    if (config.aliases.length > 0) answers = answers.map((record) => this.applyAlias(record));
    const dropped = new Set(config.filteredTypes);
    if (config.flags.has('filter-A')) dropped.add(DNS_TYPE.a);
    if (config.flags.has('filter-AAAA')) dropped.add(DNS_TYPE.aaaa);
    if (dropped.size > 0 && answers.some((record) => dropped.has(record.type))) {
      answers = answers.filter((record) => !dropped.has(record.type));
    }
    return answers === message.answers && rcode === message.rcode ? message : { ...message, answers, rcode };
  }

  private applyAlias(record: DnsRecord): DnsRecord {
    const { data } = record;
    if (data.kind !== 'a') return record;
    for (const { from, to, target, mask } of this.options.config.aliases) {
      const isInside =
        to === undefined ? sameSubnet(data.address, from, mask) : data.address >= from && data.address <= to;
      if (!isInside) continue;
      const address = ((data.address & ~mask) | (target & mask)) >>> 0;
      return { ...record, data: { kind: 'a', address } };
    }
    return record;
  }

  private reply(
    arrival: DnsArrival,
    query: DnsMessage,
    answer: Omit<LocalAnswer, 'log' | 'lines'> & {
      readonly extendedError?: number;
      readonly lines?: readonly ConfigLine[];
    },
  ): void {
    const { config } = this.options;
    const opt = query.additionals.find((record) => record.data.kind === 'opt');
    const additionals: DnsRecord[] = [...(answer.additionals ?? [])];
    if (opt !== undefined) {
      const code = answer.extendedError;
      additionals.push({
        name: '',
        type: DNS_TYPE.opt,
        class: Math.max(config.numbers.get('edns-packet-max')?.value ?? DEFAULT_EDNS_BYTES, CLASSIC_BYTES),
        // The DO bit comes back (RFC 3225 §3).
        ttlS: opt.ttlS & 0x8000,
        data: {
          kind: 'opt',
          options: code === undefined ? [] : [{ code: EDE_OPTION, data: Uint8Array.of(code >>> 8, code) }],
        },
      });
    }
    const message: DnsMessage = {
      ...query,
      response: true,
      authoritative: answer.isAuthoritative,
      truncated: false,
      recursionAvailable: true,
      authenticData: false,
      rcode: answer.rcode,
      answers: answer.answers,
      authorities: [],
      additionals,
    };
    let data = encodeDns(message);
    const limit = opt === undefined ? CLASSIC_BYTES : Math.max(Math.min(opt.class, DEFAULT_EDNS_BYTES), CLASSIC_BYTES);
    if (data.length > limit) {
      // RFC 1035 §4.1.1: what fits, and the TC bit.
      const answers = [...message.answers];
      while (answers.length > 0 && data.length > limit) {
        answers.pop();
        data = encodeDns({ ...message, answers, truncated: true });
      }
    }
    const code = answer.rcode === DNS_RCODE.noError ? 'dns-answer' : 'dns-denied';
    const name = query.questions[0]?.name ?? '';
    this.hooks.decided(code, `${name}: ${rcodeName(answer.rcode)}`, answer.lines ?? [], answer.rcode !== 0);
    this.sendTo(arrival.source, arrival.sourcePort, arrival.destination, arrival.interfaceName, data);
  }

  private sendTo(
    destination: Ipv4Address,
    destinationPort: number,
    source: Ipv4Address,
    interfaceName: string,
    data: Uint8Array,
  ): void {
    this.hooks.send({
      data,
      source,
      sourcePort: this.options.config.numbers.get('port')?.value ?? DNS_SERVER_PORT,
      destination,
      destinationPort,
      destinationMac: undefined,
      interfaceName,
    });
  }

  private logRecords(kind: string, question: DnsQuestion, records: readonly DnsRecord[], rcode: number): void {
    if (records.length === 0) {
      const what =
        rcode === DNS_RCODE.nameError ? 'NXDOMAIN' : rcode === DNS_RCODE.noError ? 'NODATA' : rcodeName(rcode);
      const suffix =
        what === 'NODATA' && question.type === DNS_TYPE.a
          ? '-IPv4'
          : what === 'NODATA' && question.type === DNS_TYPE.aaaa
            ? '-IPv6'
            : '';
      this.log(`${kind} ${question.name} is ${what}${suffix}`);
      return;
    }
    for (const record of records) this.log(`${kind} ${record.name} is ${describeData(record.data, record.type)}`);
  }

  private log(text: string): void {
    if (this.options.config.flags.has('log-queries')) this.hooks.log(text);
  }
}

export function rcodeName(rcode: number): string {
  switch (rcode) {
    case DNS_RCODE.noError:
      return 'NOERROR';
    case DNS_RCODE.formatError:
      return 'FORMERR';
    case DNS_RCODE.serverFailure:
      return 'SERVFAIL';
    case DNS_RCODE.nameError:
      return 'NXDOMAIN';
    case DNS_RCODE.notImplemented:
      return 'NOTIMP';
    case DNS_RCODE.refused:
      return 'REFUSED';
    default:
      return String(rcode);
  }
}

/** The value of a record as the log shows it. */
export function describeData(data: DnsData, type: number): string {
  switch (data.kind) {
    case 'a':
      return formatIpv4(data.address);
    case 'aaaa':
      return formatIpv6(data.address);
    case 'cname':
      return '<CNAME>';
    case 'ns':
    case 'ptr':
      return data.target;
    case 'mx':
    case 'srv':
    case 'soa':
    case 'txt':
      return `<${rrTypeName(type)}>`;
    case 'opt':
      return '<OPT>';
    case 'unknown':
      return `<${rrTypeName(type)}>`;
  }
}
