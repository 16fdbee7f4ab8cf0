/** dnsmasq's DNS server: what it knows it answers, some it denies, the rest goes to the servers upstream. */
import { formatIpv4, sameSubnet } from '../../../base/address.ts';
import type { Ipv4Address } from '../../../base/address.ts';
import { fromLatin1 } from '../../../base/bytes.ts';
import type { Clock } from '../../../base/clock.ts';
import type { ConfigLine } from '../../../base/event-log.ts';
import type { Rng } from '../../../base/rng.ts';
import type { TcpConnection } from '../../../net/host/types.ts';
import { DNS_CLASS_IN, DNS_RCODE, decodeDns, encodeDns } from '../../../protocols/dns/codec.ts';
import type { DnsMessage, DnsQuestion, DnsRecord } from '../../../protocols/dns/codec.ts';
import type { FileTree } from '../../files/file-tree.ts';
import type { DnsmasqConfig } from '../config/model.ts';
import { rrTypeName } from '../config/rr-types.ts';
import { domainLineOf } from '../dhcp/policy/client.ts';
import type { Lease } from '../dhcp/policy/leases.ts';
import { describeData, describeEmpty, rcodeName } from './describe.ts';
import { domainVerdict } from './domain-match.ts';
import { parseHostsFile } from './hosts-file.ts';
import { staticEntries } from './local-names.ts';
import type { NamedHosts } from './local-names.ts';
import { LocalZone } from './local-zone.ts';
import { EDE, encodeReply } from './reply.ts';
import type { OwnAnswer } from './reply.ts';
import { DnsStream } from './stream.ts';
import { filterUpstream } from './upstream-filter.ts';
import { AnswerCache, PendingQueries, withId } from './upstream.ts';
import type { DnsAsker, Forwarded, Upstream } from './upstream.ts';
import type { Arrival, OutgoingDatagram, ServerInterface } from '../datagram.ts';
import { dnsmasqMessage } from '../messages.ts';
import { verbatim, type Message } from '../../../base/sentence.ts';

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
  /** Opens a TCP connection to a server upstream; undefined where there is no TCP. */
  readonly connect: (address: Ipv4Address, port: number) => TcpConnection | undefined;
  readonly closePort: (port: number) => void;
  readonly log: (text: string) => void;
  readonly decided: (code: string, message: Message, lines: readonly ConfigLine[], isFailure: boolean) => void;
}

const DNS_SERVER_PORT = 53;
const DEFAULT_CACHE_SIZE = 150;
/** TCP connections at a time; more are refused (RFC 7766 §6.2.2 lets a server set a limit). */
const MAX_STREAMS = 20;

interface UpstreamLine {
  readonly upstream: Upstream;
  readonly origin: ConfigLine;
}

export class DnsEngine {
  private readonly options: DnsOptions;
  private readonly hooks: DnsHooks;
  private readonly named: readonly { readonly path: string; readonly text: string | undefined }[];
  private readonly zone: LocalZone;
  private readonly pending = new PendingQueries();
  private readonly cache: AnswerCache;
  private readonly streams = new Set<DnsStream>();
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

  /** A datagram at the server's port. */
  receive(arrival: Arrival): void {
    const { source, sourcePort, destination, interfaceName } = arrival;
    this.ask(arrival.data, {
      address: source,
      local: destination,
      interfaceName,
      isStream: false,
      send: (data) =>
        this.hooks.send({
          data,
          source: destination,
          sourcePort: this.options.config.numbers.get('port')?.value ?? DNS_SERVER_PORT,
          destination: source,
          destinationPort: sourcePort,
          destinationMac: undefined,
          interfaceName,
        }),
    });
  }

  /** A TCP connection to the server's port: any number of queries, answered as the answers come (RFC 7766 §6.2.1). */
  accept(connection: TcpConnection, interfaceName: string): void {
    if (this.streams.size >= MAX_STREAMS) {
      connection.abort();
      return;
    }
    const stream = new DnsStream(
      connection,
      this.options.clock,
      (message) => {
        const send = (data: Uint8Array): void => stream.send(data);
        const { local, remote } = connection;
        this.ask(message, { address: remote.address, local: local.address, interfaceName, isStream: true, send });
      },
      () => this.streams.delete(stream),
    );
    this.streams.add(stream);
  }

  /** As a server that is switched off: connections are cut. */
  stop(): void {
    for (const stream of this.streams) stream.abort();
    this.streams.clear();
  }

  private ask(data: Uint8Array, asker: DnsAsker): void {
    const decoded = decodeDns(data);
    if (!decoded.ok) return;
    const query = decoded.value;
    if (query.response) return;
    const question = query.questions[0];
    if (query.opcode !== 0 || query.questions.length !== 1 || question === undefined) {
      this.reply(asker, query, { rcode: DNS_RCODE.refused, isAuthoritative: false, answers: [] });
      return;
    }
    const name = question.name.replace(/\.$/, '').toLowerCase();
    this.log(
      `query[${rrTypeName(question.type)}] ${name === '' ? '<root>' : question.name} from ${formatIpv4(asker.address)}`,
    );
    const face = this.options.interfaces.find((candidate) => candidate.name === asker.interfaceName);
    this.zone.counters = {
      'hits.bind': String(this.queries++),
      'misses.bind': String(this.misses),
      'insertions.bind': '0',
      'evictions.bind': '0',
    };
    const local = this.zone.answer({ name, type: question.type, class: question.class, face });
    if (local !== undefined) {
      for (const line of local.log) this.log(line);
      this.reply(asker, query, local);
      return;
    }
    const cached = question.class === DNS_CLASS_IN ? this.cache.lookup(name, question.type) : undefined;
    if (cached !== undefined) {
      this.logRecords('cached', question, cached.answers, cached.rcode);
      this.reply(asker, query, { ...cached, isAuthoritative: false });
      return;
    }
    const upstreams = this.upstreamsFor(name);
    if (upstreams.length === 0 || !query.recursionDesired) {
      this.log('config error is REFUSED (EDE: not ready)');
      this.reply(asker, query, {
        rcode: DNS_RCODE.refused,
        isAuthoritative: false,
        answers: [],
        extendedError: EDE.notReady,
      });
      return;
    }
    for (const port of this.pending.expire(this.options.clock)) this.hooks.closePort(port);
    this.misses++;
    if (asker.isStream) this.forwardByStream({ asker, query, question, name, data }, upstreams);
    else this.forward({ asker, query, question, name, data }, upstreams);
  }

  /** A datagram from upstream. */
  receiveUpstream(arrival: Arrival): void {
    const decoded = decodeDns(arrival.data);
    if (!decoded.ok || !decoded.value.response) return;
    const pending = this.pending.take(arrival.destinationPort, decoded.value.id, arrival.source);
    if (pending === undefined) return;
    this.hooks.closePort(arrival.destinationPort);
    this.passBack(pending.forwarded, arrival.data, decoded.value);
  }

  /** Passes an answer from upstream to the client, as the configuration allows. */
  private passBack({ asker, query, question, name }: Forwarded, data: Uint8Array, answer: DnsMessage): void {
    const message = filterUpstream(this.options.config, answer);
    // Half an answer is not kept (RFC 2181 §9).
    if (!message.truncated) this.cache.store(name, question.type, message);
    this.logRecords('reply', { ...question, name }, message.answers, message.rcode);
    asker.send(message === answer ? withId(data, query.id) : encodeDns({ ...message, id: query.id }));
    this.hooks.decided('dns-forwarded', dnsmasqMessage('dns.forwarded', { name }), [], false);
  }

  private upstreamsFor(name: string): readonly UpstreamLine[] {
    const { config } = this.options;
    let lines = domainVerdict(config, name).servers;
    if (lines.some((line) => line.target.kind === 'standard')) {
      lines = config.servers.filter((line) => line.domain === '');
    }
    const out: UpstreamLine[] = [];
    for (const { target, origin } of lines) {
      if (target.kind === 'address') out.push({ upstream: { address: target.address, port: target.port }, origin });
    }
    return out;
  }

  private forward(forwarded: Forwarded, upstreams: readonly UpstreamLine[]): void {
    const { asker, name, data } = forwarded;
    const chosen = this.options.config.flags.has('all-servers') ? upstreams : upstreams.slice(0, 1);
    for (const { upstream, origin } of chosen) {
      const port = this.hooks.openPort();
      if (port === undefined) return;
      const id = this.options.rng.below(0x10000);
      this.pending.add({ id, port, upstream, forwarded }, this.options.clock);
      const face = this.options.interfaces.find((candidate) =>
        sameSubnet(candidate.address, upstream.address, (0xffff_ffff << (32 - candidate.prefix)) >>> 0),
      );
      this.tellForward(forwarded, upstream);
      const server = formatIpv4(upstream.address);
      this.hooks.decided('dns-forward', dnsmasqMessage('dns.forward', { name, server }), [origin], false);
      this.hooks.send({
        data: withId(data, id),
        source: face?.address ?? asker.local,
        sourcePort: port,
        destination: upstream.address,
        destinationPort: upstream.port,
        destinationMac: undefined,
        interfaceName: face?.name ?? asker.interfaceName,
      });
    }
  }

  /** What was asked by TCP is asked upstream by TCP, of one server after the other. */
  private forwardByStream(forwarded: Forwarded, [first, ...rest]: readonly UpstreamLine[]): void {
    const { asker, query, name, data } = forwarded;
    const connection =
      first === undefined ? undefined : this.hooks.connect(first.upstream.address, first.upstream.port);
    if (first === undefined || connection === undefined) {
      this.reply(asker, query, { rcode: DNS_RCODE.serverFailure, isAuthoritative: false, answers: [] });
      return;
    }
    let isAnswered = false;
    const stream = new DnsStream(
      connection,
      this.options.clock,
      (message) => {
        const decoded = decodeDns(message);
        if (isAnswered || !decoded.ok || !decoded.value.response || decoded.value.id !== query.id) return;
        isAnswered = true;
        stream.close();
        this.passBack(forwarded, message, decoded.value);
      },
      () => {
        this.streams.delete(stream);
        if (!isAnswered) this.forwardByStream(forwarded, rest);
      },
    );
    this.streams.add(stream);
    this.tellForward(forwarded, first.upstream);
    this.hooks.decided(
      'dns-forward',
      dnsmasqMessage('dns.forward-by-tcp', { name, server: formatIpv4(first.upstream.address) }),
      [first.origin],
      false,
    );
    stream.send(data);
  }

  private tellForward({ question }: Forwarded, { address, port }: Upstream): void {
    this.log(`forwarded ${question.name} to ${formatIpv4(address)}${port === DNS_SERVER_PORT ? '' : `#${port}`}`);
  }

  private reply(
    asker: DnsAsker,
    query: DnsMessage,
    answer: OwnAnswer & { readonly lines?: readonly ConfigLine[] },
  ): void {
    const data = encodeReply(this.options.config, query, answer, asker.isStream);
    const code = answer.rcode === DNS_RCODE.noError ? 'dns-answer' : 'dns-denied';
    const name = query.questions[0]?.name ?? '';
    this.hooks.decided(code, verbatim(`${name}: ${rcodeName(answer.rcode)}`), answer.lines ?? [], answer.rcode !== 0);
    asker.send(data);
  }

  private logRecords(kind: string, question: DnsQuestion, records: readonly DnsRecord[], rcode: number): void {
    if (records.length === 0) this.log(`${kind} ${question.name} is ${describeEmpty(question, rcode)}`);
    for (const record of records) this.log(`${kind} ${record.name} is ${describeData(record.data, record.type)}`);
  }

  private log(text: string): void {
    if (this.options.config.flags.has('log-queries')) this.hooks.log(text);
  }
}
