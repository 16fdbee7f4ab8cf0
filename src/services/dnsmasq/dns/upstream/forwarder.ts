/**
 * Queries on their way upstream. All servers are asked at first and now and then, in between the one that answered
 * last; who fails is given a second chance beside the others, and who has asked the same waits for the same answer.
 */
import { formatIpv4, prefixMask, sameSubnet } from '../../../../base/address.ts';
import type { Ipv4Address } from '../../../../base/address.ts';
import { NS_PER_S } from '../../../../base/time/clock.ts';
import type { Clock } from '../../../../base/time/clock.ts';
import type { ConfigLine } from '../../../../base/event-log.ts';
import type { Rng } from '../../../../base/rng.ts';
import type { Message } from '../../../../base/sentence.ts';
import type { TcpConnection } from '../../../../net/host/types.ts';
import { DNS_PORT, DNS_RCODE, DNS_TYPE, decodeDns, encodeDns } from '../../../../protocols/dns/codec.ts';
import type { DnsMessage, DnsRecord } from '../../../../protocols/dns/codec.ts';
import { canonicalName } from '../../../../protocols/dns/name.ts';
import type { DnsmasqConfig } from '../../config/model.ts';
import type { Arrival, OutgoingDatagram, ServerInterface } from '../../datagram.ts';
import { dnsmasqMessage } from '../../messages.ts';
import { ednsBytes } from '../reply.ts';
import { DnsStream } from './stream.ts';
import { PendingQueries, Preferences, withId } from './upstream.ts';
import type { Forwarded, PendingQuery, Upstream, UpstreamLine } from './upstream.ts';

interface ForwarderOptions {
  readonly config: DnsmasqConfig;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly interfaces: readonly ServerInterface[];
}

interface ForwarderHooks {
  readonly send: (datagram: OutgoingDatagram) => void;
  readonly openPort: () => number | undefined;
  readonly closePort: (port: number) => void;
  /** Opens a TCP connection to a server upstream; undefined where there is no TCP. */
  readonly connect: (address: Ipv4Address, port: number) => TcpConnection | undefined;
  readonly log: (text: string) => void;
  readonly decided: (code: string, message: Message, lines: readonly ConfigLine[], isFailure: boolean) => void;
  /** The answer to a query, for all who wait for it. */
  readonly answered: (waiting: readonly Forwarded[], data: Uint8Array, answer: DnsMessage) => void;
  /** No server upstream can be reached by TCP. */
  readonly failed: (forwarded: Forwarded) => void;
  /** Whether an answer is to be dropped as if it had not come. */
  readonly isIgnored: (answer: DnsMessage) => boolean;
}

/** Who asks the same within this time waits for the answer that is on its way. */
const JOIN_NS = 2 * NS_PER_S;

function isFailure({ rcode }: DnsMessage): boolean {
  return rcode === DNS_RCODE.serverFailure || rcode === DNS_RCODE.refused;
}

export class Forwarder {
  private readonly options: ForwarderOptions;
  private readonly hooks: ForwarderHooks;
  private readonly pending = new PendingQueries();
  private readonly preferences = new Preferences();
  private readonly streams = new Set<DnsStream>();

  constructor(options: ForwarderOptions, hooks: ForwarderHooks) {
    this.options = options;
    this.hooks = hooks;
  }

  ownsPort(port: number): boolean {
    return this.pending.has(port);
  }

  /** As a server that is switched off: connections are cut. */
  stop(): void {
    for (const stream of this.streams) stream.abort();
    this.streams.clear();
  }

  /** @param group of the lines that name the servers */
  forward(forwarded: Forwarded, group: string, lines: readonly UpstreamLine[]): void {
    if (forwarded.asker.isStream) {
      this.forwardByStream(forwarded, lines);
      return;
    }
    const { config, clock, rng } = this.options;
    for (const gone of this.pending.expire(clock.nowNs)) this.close(gone);
    const same = this.pending.same(forwarded);
    if (same !== undefined) {
      same.joined.push(forwarded);
      // After a moment the question is put once more.
      if (clock.nowNs - same.lastSentNs >= JOIN_NS) {
        same.isToAll = !this.isOrdered();
        this.send(same, same.isToAll ? lines : lines.slice(0, 1));
      }
      return;
    }
    const isOrdered = this.isOrdered();
    const chosen = config.flags.has('all-servers') ? undefined : this.preferences.choose(group, lines, clock.nowNs);
    const port = this.hooks.openPort();
    if (port === undefined) return;
    const query: PendingQuery = {
      port,
      id: rng.below(0x10000),
      forwarded,
      data: this.withOurSize(forwarded),
      joined: [],
      group,
      sent: 0,
      isToAll: !isOrdered && chosen === undefined,
      lastSentNs: clock.nowNs,
    };
    this.pending.add(query);
    if (isOrdered) this.send(query, lines.slice(0, 1));
    else this.send(query, chosen === undefined ? lines : [chosen]);
  }

  /** strict-order; all-servers counts more. */
  private isOrdered(): boolean {
    const { flags } = this.options.config;
    return flags.has('strict-order') && !flags.has('all-servers');
  }

  /** A client's wish for longer answers than the server takes itself is cut down (RFC 6891 §6.2.3). */
  private withOurSize({ query, data }: Forwarded): Uint8Array {
    const max = ednsBytes(this.options.config);
    const isLong = ({ type, class: size }: DnsRecord): boolean => type === DNS_TYPE.opt && size > max;
    if (!query.additionals.some(isLong)) return data;
    const additionals = query.additionals.map((record) => (isLong(record) ? { ...record, class: max } : record));
    return encodeDns({ ...query, additionals });
  }

  private close(query: PendingQuery): void {
    this.hooks.closePort(query.port);
    this.pending.remove(query);
  }

  private send(query: PendingQuery, lines: readonly UpstreamLine[]): void {
    const { interfaces, clock } = this.options;
    const { asker, name } = query.forwarded;
    query.lastSentNs = clock.nowNs;
    for (const { upstream, origin } of lines) {
      query.sent++;
      const face = interfaces.find(({ address, prefix }) => sameSubnet(address, upstream.address, prefixMask(prefix)));
      this.logForwarded(query.forwarded, upstream);
      const server = formatIpv4(upstream.address);
      this.hooks.decided('dns-forward', dnsmasqMessage('dns.forward', { name, server }), [origin], false);
      this.hooks.send({
        data: withId(query.data, query.id),
        source: face?.address ?? asker.local,
        sourcePort: query.port,
        destination: upstream.address,
        destinationPort: upstream.port,
        destinationMac: undefined,
        interfaceName: face?.name ?? asker.interfaceName,
      });
    }
  }

  /** A datagram from upstream. `lines`: the servers that the query may go to. */
  receive(arrival: Arrival, lines: (forwarded: Forwarded) => readonly UpstreamLine[]): void {
    const decoded = decodeDns(arrival.data);
    if (!decoded.ok || !decoded.value.response) return;
    const answer = decoded.value;
    const query = this.pending.find(arrival.destinationPort, answer.id);
    const asked = answer.questions[0];
    if (query === undefined || asked === undefined || asked.type !== query.forwarded.question.type) return;
    if (canonicalName(asked.name) !== query.forwarded.name) return;
    const all = lines(query.forwarded);
    const from = all.find(({ upstream }) => upstream.address === arrival.source);
    if (from === undefined) return;
    this.preferences.answered(query.group, from.upstream, answer.rcode);
    if (this.hooks.isIgnored(answer)) return;
    if (isFailure(answer) && !query.isToAll) {
      this.retry(query, all, answer);
      return;
    }
    this.close(query);
    this.hooks.answered([query.forwarded, ...query.joined], arrival.data, answer);
  }

  /** In strict order the next server is asked, and after the last one the client hears nothing; else all are asked. */
  private retry(query: PendingQuery, all: readonly UpstreamLine[], failure: DnsMessage): void {
    // The question as it came back is asked again: with the server's EDNS record, or without one.
    const additionals = failure.additionals.filter(({ type }) => type === DNS_TYPE.opt);
    query.data = encodeDns({ ...query.forwarded.query, additionals });
    if (!this.isOrdered()) {
      query.isToAll = true;
      this.send(query, all);
      return;
    }
    this.send(query, all.slice(query.sent, query.sent + 1));
  }

  /** What was asked by TCP is asked upstream by TCP, of one server after the other. */
  private forwardByStream(forwarded: Forwarded, [first, ...rest]: readonly UpstreamLine[]): void {
    const { query, name, data } = forwarded;
    const connection =
      first === undefined ? undefined : this.hooks.connect(first.upstream.address, first.upstream.port);
    if (first === undefined || connection === undefined) {
      this.hooks.failed(forwarded);
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
        this.hooks.answered([forwarded], message, decoded.value);
      },
      () => {
        this.streams.delete(stream);
        if (!isAnswered) this.forwardByStream(forwarded, rest);
      },
    );
    this.streams.add(stream);
    this.logForwarded(forwarded, first.upstream);
    this.hooks.decided(
      'dns-forward',
      dnsmasqMessage('dns.forward-by-tcp', { name, server: formatIpv4(first.upstream.address) }),
      [first.origin],
      false,
    );
    stream.send(data);
  }

  private logForwarded({ question }: Forwarded, { address, port }: Upstream): void {
    this.hooks.log(`forwarded ${question.name} to ${formatIpv4(address)}${port === DNS_PORT ? '' : `#${port}`}`);
  }
}
