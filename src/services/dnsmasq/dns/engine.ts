/** dnsmasq's DNS server: what it knows it answers, some it denies, the rest goes to the servers upstream. */
import { formatIpv4 } from '../../../base/address.ts';
import type { Ipv4Address } from '../../../base/address.ts';
import { fromLatin1 } from '../../../base/bytes.ts';
import type { Clock } from '../../../base/time/clock.ts';
import type { ConfigLine } from '../../../base/event-log.ts';
import type { Rng } from '../../../base/rng.ts';
import type { TcpConnection } from '../../../net/host/types.ts';
import { DNS_RCODE, DNS_TYPE, decodeDns } from '../../../protocols/dns/codec.ts';
import type { DnsMessage, DnsQuestion } from '../../../protocols/dns/codec.ts';
import { canonicalName } from '../../../protocols/dns/name.ts';
import type { FileTree } from '../../files/file-tree.ts';
import type { DnsmasqConfig } from '../config/model.ts';
import { rrTypeName } from '../config/rr-types.ts';
import { isLegalHostName } from '../config/parse/fields.ts';
import { domainLineOf } from '../dhcp/policy/client.ts';
import type { Lease } from '../dhcp/policy/leases.ts';
import { AuthZones } from './auth-zone.ts';
import { AnswerCache } from './cache.ts';
import { describeEmpty, describeRecord, rcodeName } from './describe.ts';
import { Forwarder } from './upstream/forwarder.ts';
import { KnownAnswers } from './known-answers.ts';
import type { LocalAnswer } from './local-answer.ts';
import { domainVerdict, groupOf, hasAddressLine } from './names/domain-match.ts';
import { parseHostsFile } from './names/hosts-file.ts';
import type { HostsEntry } from './names/hosts-file.ts';
import { staticEntries } from './names/local-names.ts';
import type { NamedHosts } from './names/local-names.ts';
import { LocalZone } from './local-zone.ts';
import { EDE, ednsBytes, encodeReply } from './reply.ts';
import type { OwnAnswer } from './reply.ts';
import { DnsStream } from './upstream/stream.ts';
import { checkAnswer, isIgnoredAnswer, cappedTtls, leftOut } from './upstream/upstream-filter.ts';
import { rewriteAnswer } from './upstream/rewrite.ts';
import type { IsLeftOut } from './upstream/rewrite.ts';
import type { DnsAsker, Forwarded, UpstreamLine } from './upstream/upstream.ts';
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
  /** Seconds since 1970 at the start. */
  readonly startS: number;
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

/** A hosts file for the log at the start; without names where it cannot be read. */
export interface HostsFileReport {
  readonly path: string;
  readonly nameCount: number | undefined;
  readonly badLines: readonly number[];
}

const DNS_SERVER_PORT = 53;
const DEFAULT_CACHE_SIZE = 150;
/** TCP connections at a time; more are refused (RFC 7766 §6.2.2 lets a server set a limit). */
const MAX_STREAMS = 20;

export class DnsEngine {
  private readonly options: DnsOptions;
  private readonly hooks: DnsHooks;
  private readonly named: readonly { readonly path: string; readonly text: string | undefined }[];
  private readonly zone: LocalZone;
  private readonly forwarder: Forwarder;
  private readonly auth: AuthZones;
  private readonly cache: AnswerCache;
  private readonly known: KnownAnswers;
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
    // port=0: nothing is known by name, not even to the DHCP server.
    const entries = config.numbers.get('port')?.value === 0 ? [] : staticEntries(config, hosts);
    this.zone = new LocalZone(config, options.interfaces, entries, options.leases);
    this.auth = new AuthZones(
      config,
      options.interfaces,
      {
        entries: () => this.zone.entries(),
        services: () => this.zone.services,
        turnServices: (listed) => this.zone.turnServices(listed),
        lookUp: (name, isFound) => this.zone.lookUp(name, isFound),
        wasHeard: (name) => this.cache.lookUpAll(name),
      },
      options.startS,
    );
    this.forwarder = new Forwarder(options, {
      ...hooks,
      log: (text) => this.log(text),
      answered: (waiting, data, answer) => this.passBack(waiting, data, answer),
      failed: ({ asker, query }) =>
        this.reply(asker, query, { rcode: DNS_RCODE.serverFailure, isAuthoritative: false, answers: [] }),
      isIgnored: (answer) => isIgnoredAnswer(config, answer),
    });
    this.cache = new AnswerCache(
      options.clock,
      {
        size: config.numbers.get('cache-size')?.value ?? DEFAULT_CACHE_SIZE,
        minTtlS: Math.min(config.numbers.get('min-cache-ttl')?.value ?? 0, 3600),
        maxTtlS: config.numbers.get('max-cache-ttl')?.value || Infinity,
        negativeTtlS: config.numbers.get('neg-ttl')?.value,
        cachesNegative: !config.flags.has('no-negcache'),
        turns: !config.flags.has('no-round-robin'),
      },
      config.cachedTypes,
      (name, type) => this.zone.excludes(name, type),
    );
    this.known = new KnownAnswers(config, this.zone, this.cache, (text) => this.log(text));
  }

  /** For the log at the start. */
  hostFiles(): HostsFileReport[] {
    const { config } = this.options;
    // With expand-hosts a name without a dot counts twice.
    const expanded = ({ address, names }: HostsEntry): number =>
      address === undefined || this.domainOf(address) === undefined
        ? 0
        : names.filter((name) => !name.includes('.')).length;
    return this.named.map(({ path, text }) => {
      if (text === undefined) return { path, nameCount: undefined, badLines: [] };
      const { entries, nameCount, badLines } = parseHostsFile(text);
      const more = config.flags.has('expand-hosts') ? entries.reduce((sum, entry) => sum + expanded(entry), 0) : 0;
      return { path, nameCount: nameCount + more, badLines };
    });
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

  /** A name of another domain than the address's own is none. */
  hostNameOf(address: Ipv4Address): string | undefined {
    const full = this.zone.hostNameOf(address);
    if (full === undefined) return undefined;
    const dot = full.indexOf('.');
    const name = dot < 0 ? full : full.slice(0, dot);
    if (!isLegalHostName(full)) return undefined;
    return dot < 0 || full.slice(dot + 1) === this.domainOf(address) ? name : undefined;
  }

  nameConflicts({ address, name, fqdn }: Lease): readonly string[] {
    return [fqdn, name].flatMap((one) => {
      const other = one === undefined ? undefined : this.zone.otherHolder(one.toLowerCase(), address);
      if (other?.address === undefined) return [];
      const [lease, holder] = [formatIpv4(address), formatIpv4(other.address)];
      const why = `the name exists in ${other.source} with address ${holder}`;
      return [`not giving name ${one} to the DHCP lease of ${lease} because ${why}`];
    });
  }

  domainOf(address: Ipv4Address): string | undefined {
    return domainLineOf(this.options.config, address, undefined)?.domain;
  }

  leasesChanged(): void {
    this.auth.leasesChanged();
  }

  ownsPort(port: number): boolean {
    return this.forwarder.ownsPort(port);
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
    this.forwarder.stop();
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
    const isPublic = this.auth.isPublic(asker);
    this.log(
      `${isPublic ? 'auth' : 'query'}[${rrTypeName(question.type)}] ${name === '' ? '<root>' : question.name} from ${formatIpv4(asker.address)}`,
    );
    const face = this.options.interfaces.find((candidate) => candidate.name === asker.interfaceName);
    this.zone.counters = {
      'hits.bind': String(this.queries++),
      'misses.bind': String(this.misses),
      'insertions.bind': '0',
      'evictions.bind': '0',
    };
    const authoritative = this.aside(asker, () => this.auth.answer(question, asker));
    if (authoritative !== undefined) {
      for (const line of authoritative.log) this.log(line);
      if (authoritative.isSilent !== true) this.reply(asker, query, authoritative);
      return;
    }
    const ask = { name, type: question.type, class: question.class, face };
    const found = this.aside(asker, () => this.known.answer(ask, question));
    if (found !== undefined) {
      const answer = asAsked(found, question, name);
      for (const line of answer.log) this.log(line);
      this.reply(asker, query, answer);
      return;
    }
    const { group, lines } = this.upstreamsFor(name, question.type);
    if (lines.length === 0 || !query.recursionDesired) {
      this.log('config error is REFUSED (EDE: not ready)');
      this.reply(asker, query, {
        rcode: DNS_RCODE.refused,
        isAuthoritative: false,
        answers: [],
        extendedError: EDE.notReady,
      });
      return;
    }
    this.misses++;
    this.forwarder.forward({ asker, query, question, name, data }, group, lines);
  }

  /** dnsmasq answers TCP in a process of its own, where names turn for nobody else. */
  private aside<T>({ isStream }: DnsAsker, run: () => T): T {
    return isStream ? this.cache.aside(() => this.zone.aside(run)) : run();
  }

  /** A datagram from upstream. */
  receiveUpstream(arrival: Arrival): void {
    this.forwarder.receive(arrival, ({ name, question }) => this.upstreamsFor(name, question.type).lines);
  }

  /** Passes an answer from upstream to those who wait for it, as the configuration allows. */
  private passBack(waiting: readonly Forwarded[], data: Uint8Array, answer: DnsMessage): void {
    const [first] = waiting;
    if (first === undefined) return;
    const { config } = this.options;
    const { question, name } = first;
    const { message: believed, log, isAttack, bogus } = checkAnswer(config, name, question.type, answer);
    for (const line of log) this.log(line);
    let message = believed;
    let isLeftOut: IsLeftOut = () => false;
    if (!isAttack) {
      // A name that is known here exists, whatever they say upstream.
      if (bogus === undefined && message.rcode === DNS_RCODE.nameError && this.isKnown(name)) {
        message = { ...message, rcode: DNS_RCODE.noError, authoritative: true };
      }
      // Half an answer is not kept (RFC 2181 §9).
      if (bogus !== undefined) this.cache.storeMissing(canonicalName(bogus.name), bogus.ttlS);
      else if (!message.truncated) this.cache.store(name, question.type, message);
      isLeftOut = leftOut(config, question.type);
      if (isLeftOut('answer', question.type) && message.answers.some(({ type }) => isLeftOut('answer', type))) {
        this.log(`config ${question.name} is ${describeEmpty(question, DNS_RCODE.noError)}`);
      } else this.logReply(question, message);
    }
    // That there is no name for an address is passed on as it is, and so are failures.
    const isCapped =
      answer.rcode === DNS_RCODE.noError || (answer.rcode === DNS_RCODE.nameError && question.type !== DNS_TYPE.ptr);
    if (isCapped) message = { ...message, answers: cappedTtls(config, message.answers) };
    const maxBytes = ednsBytes(config);
    const isEmptied = isAttack || bogus !== undefined;
    for (const { asker, query } of waiting) {
      asker.send(rewriteAnswer(data, { id: query.id, message, isEmptied, isLeftOut, maxBytes }));
    }
    this.hooks.decided('dns-forwarded', dnsmasqMessage('dns.forwarded', { name }), [], false);
  }

  private upstreamsFor(
    name: string,
    type: number,
  ): { readonly group: string; readonly lines: readonly UpstreamLine[] } {
    const { config } = this.options;
    let lines = domainVerdict(config, name, type).servers;
    if (lines.some((line) => line.target.kind === 'standard')) {
      lines = config.servers.filter((line) => line.domain === '' && line.isDotless !== true);
    }
    const out: UpstreamLine[] = [];
    for (const { target, origin } of lines) {
      if (target.kind === 'address') out.push({ upstream: { address: target.address, port: target.port }, origin });
    }
    const [first] = lines;
    return { group: first === undefined ? '' : groupOf(first), lines: out };
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

  private isKnown(name: string): boolean {
    return this.zone.existsAbove(name) || this.cache.knows(name) || hasAddressLine(this.options.config, name);
  }

  /** What the log reports about an answer from upstream: its records, and that those asked for are not among them. */
  private logReply(question: DnsQuestion, { rcode, answers }: DnsMessage): void {
    if (rcode !== DNS_RCODE.noError && rcode !== DNS_RCODE.nameError) {
      this.log(`reply error is ${rcodeName(rcode)}`);
      return;
    }
    let name = question.name;
    for (const record of answers) {
      this.log(`reply ${describeRecord(record, question.type)}`);
      if (record.data.kind === 'cname' && question.type !== DNS_TYPE.cname) name = record.data.target;
    }
    const isFound = question.type === DNS_TYPE.any || answers.some(({ type }) => type === question.type);
    if (answers.length === 0 || !isFound) this.log(`reply ${name} is ${describeEmpty(question, rcode)}`);
  }

  private log(text: string): void {
    if (this.options.config.flags.has('log-queries')) this.hooks.log(text);
  }
}

/** The name in the letters of the question, as it comes back (RFC 4343 §4.1). `name` is the same in lower case. */
function asAsked(answer: LocalAnswer, question: DnsQuestion, name: string): LocalAnswer {
  if (question.name === name || name === '') return answer;
  const answers = answer.answers.map((record) => (record.name === name ? { ...record, name: question.name } : record));
  const log = answer.log.map((line) => line.replace(` ${name} is `, ` ${question.name} is `));
  return { ...answer, answers, log };
}
