/** Queries on their way upstream, and which of the servers there to prefer. */
import type { Ipv4Address } from '../../../../base/address.ts';
import { writeU16 } from '../../../../base/bytes.ts';
import { NS_PER_S } from '../../../../base/time/clock.ts';
import type { ConfigLine } from '../../../../base/event-log.ts';
import { DNS_RCODE } from '../../../../protocols/dns/codec.ts';
import type { DnsMessage, DnsQuestion } from '../../../../protocols/dns/codec.ts';

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

/** A query on its way over UDP, to one server or to several. */
export interface PendingQuery {
  readonly id: number;
  readonly forwarded: Forwarded;
  /** As it is sent, but for the ID. */
  data: Uint8Array;
  /** Others that have asked the same since. */
  readonly joined: Forwarded[];
  readonly group: string;
  /** Port of ours; the same to all servers. */
  readonly port: number;
  /** How many times it was sent. */
  sent: number;
  /** It went to all servers: what comes first is the answer. */
  isToAll: boolean;
  lastSentNs: number;
}

export interface UpstreamLine {
  readonly upstream: Upstream;
  readonly origin: ConfigLine;
}

/** Answers later than this are nobody's. */
const PENDING_NS = 40 * NS_PER_S;
export class PendingQueries {
  private queries: PendingQuery[] = [];

  add(query: PendingQuery): void {
    this.queries.push(query);
  }

  has(port: number): boolean {
    return this.queries.some((query) => query.port === port);
  }

  /** One that asks the same. */
  same({ name, question, query: asked }: Forwarded): PendingQuery | undefined {
    return this.queries.find(
      ({ forwarded }) =>
        forwarded.name === name &&
        forwarded.question.type === question.type &&
        forwarded.question.class === question.class &&
        forwarded.query.additionals.length === asked.additionals.length,
    );
  }

  /** Queries that were given up; they are forgotten. */
  expire(nowNs: number): PendingQuery[] {
    const gone = this.queries.filter(({ lastSentNs }) => nowNs - lastSentNs >= PENDING_NS);
    for (const query of gone) this.remove(query);
    return gone;
  }

  find(port: number, id: number): PendingQuery | undefined {
    return this.queries.find((query) => query.id === id && query.port === port);
  }

  remove(query: PendingQuery): void {
    this.queries = this.queries.filter((other) => other !== query);
  }
}

/** How often all servers of a group are tried again, beside the one that answered last. */
const PROBE_NS = 20 * NS_PER_S;
const PROBE_QUERIES = 50;

interface Preference {
  last: Upstream | undefined;
  probedNs: number;
  count: number;
}

/** Which of several servers to ask: the one that answered last, and all of them now and then. */
export class Preferences {
  private readonly byGroup = new Map<string, Preference>();

  /** Undefined: all of them. */
  choose(group: string, lines: readonly UpstreamLine[], nowNs: number): UpstreamLine | undefined {
    const known = this.byGroup.get(group) ?? { last: undefined, probedNs: nowNs, count: 0 };
    this.byGroup.set(group, known);
    const isTime = nowNs - known.probedNs > PROBE_NS;
    if (known.last === undefined || known.count++ > PROBE_QUERIES || isTime) {
      known.probedNs = nowNs;
      known.count = 0;
      return undefined;
    }
    const { last } = known;
    return lines.find(({ upstream }) => upstream.address === last.address && upstream.port === last.port);
  }

  answered(group: string, upstream: Upstream, rcode: number): void {
    const known = this.byGroup.get(group);
    if (known === undefined) return;
    if (rcode !== DNS_RCODE.refused) known.last = upstream;
    else if (known.last?.address === upstream.address && known.last.port === upstream.port) known.last = undefined;
  }
}

/** The same message under another ID. */
export function withId(message: Uint8Array, id: number): Uint8Array {
  const out = message.slice();
  writeU16(out, 0, id);
  return out;
}
