/** What is asked about the server's own names, and the answer as it is put together. */
import type { ConfigLine } from '../../../base/event-log.ts';
import { DNS_CLASS_IN, DNS_RCODE } from '../../../protocols/dns/codec.ts';
import type { DnsData, DnsRecord } from '../../../protocols/dns/codec.ts';
import type { ServerInterface } from '../datagram.ts';
import type { CachedAlias } from './cache.ts';

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
  readonly authorities?: readonly DnsRecord[];
  /** False: the answer of an authoritative server alone, which asks nobody. */
  readonly offersRecursion?: boolean;
  /** RFC 8914 §4. */
  readonly extendedError?: number;
  readonly log: readonly string[];
  readonly lines: readonly ConfigLine[];
}

/** What is remembered of the answers of other servers. */
export interface Remembered {
  readonly alias: (name: string) => CachedAlias | undefined;
  /** Records of types A and AAAA. */
  readonly addresses: (name: string) => readonly DnsRecord[];
}

/** How far a question leads along aliases, and what the server's own names have there. */
export interface Findings {
  readonly answer: LocalAnswer;
  /** The name where the aliases end, in lower case. */
  readonly end: string;
  /** A record of the server's own is in it. */
  readonly hasOwn: boolean;
  /** What was asked for is in it. */
  readonly isWhole: boolean;
}

/** Records, log and lines of an answer while they are being found. */
export class Draft {
  readonly answers: DnsRecord[] = [];
  readonly additionals: DnsRecord[] = [];
  readonly log: string[] = [];
  readonly lines: ConfigLine[] = [];

  /** `source` and `shown` are the log's words for the record: `config NAME is SHOWN`. */
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

  finish(): LocalAnswer {
    const { answers, additionals, log, lines } = this;
    return { rcode: DNS_RCODE.noError, isAuthoritative: true, answers, additionals, log, lines };
  }
}
