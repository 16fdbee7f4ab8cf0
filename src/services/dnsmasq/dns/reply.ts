/** The message that an answer of the server's own makes: flags, EDNS(0), and what is left of it when it is too long. */
import { DNS_TYPE, encodeDns } from '../../../protocols/dns/codec.ts';
import type { DnsMessage, DnsRecord } from '../../../protocols/dns/codec.ts';
import type { DnsmasqConfig } from '../config/model.ts';
import { OwnNames } from './names/own-names.ts';

const DEFAULT_EDNS_BYTES = 1232;
/** RFC 1035 §4.2.1: over UDP without EDNS. */
const CLASSIC_BYTES = 512;
/** RFC 1035 §4.2.2: what the length before a message over TCP can say. */
const STREAM_BYTES = 0xffff;
/** RFC 8914: option code, and what an extended error says. */
const EDE_OPTION = 15;
export const EDE = { notReady: 14, blocked: 15, filtered: 17 } as const;

export interface OwnAnswer {
  readonly rcode: number;
  readonly isAuthoritative: boolean;
  readonly answers: readonly DnsRecord[];
  readonly authorities?: readonly DnsRecord[];
  readonly additionals?: readonly DnsRecord[];
  readonly offersRecursion?: boolean;
  /** RFC 8914 §4. */
  readonly extendedError?: number;
  /** Of an auth-zone line. */
  readonly isOfZone?: boolean;
  /** A client that speaks EDNS gets no OPT record. */
  readonly omitsEdns?: boolean;
}

/** The longest message that the server takes by UDP. */
export function ednsBytes({ numbers }: DnsmasqConfig): number {
  return Math.max(numbers.get('edns-packet-max')?.value ?? DEFAULT_EDNS_BYTES, CLASSIC_BYTES);
}

/** RFC 8914 §2: an EDNS option that says why. */
export function extendedErrorOption(code: number): { readonly code: number; readonly data: Uint8Array } {
  return { code: EDE_OPTION, data: Uint8Array.of(code >>> 8, code) };
}

/** Encodes the answer to a query; over UDP it is cut down to what the client takes. */
export function encodeReply(
  config: DnsmasqConfig,
  query: DnsMessage,
  answer: OwnAnswer,
  isStream: boolean,
): Uint8Array {
  const opt = query.additionals.find((record) => record.data.kind === 'opt');
  const additionals: DnsRecord[] = [...(answer.additionals ?? [])];
  if (opt !== undefined && answer.omitsEdns !== true) {
    const code = answer.extendedError;
    additionals.push({
      name: '',
      type: DNS_TYPE.opt,
      class: ednsBytes(config),
      // The DO bit comes back (RFC 3225 §3).
      ttlS: opt.ttlS & 0x8000,
      data: {
        kind: 'opt',
        options: code === undefined ? [] : [extendedErrorOption(code)],
      },
    });
  }
  const message: DnsMessage = {
    ...query,
    response: true,
    authoritative: answer.isAuthoritative,
    truncated: false,
    recursionAvailable: answer.offersRecursion ?? true,
    authenticData: false,
    rcode: answer.rcode,
    answers: answer.answers,
    authorities: answer.authorities ?? [],
    additionals,
  };
  const limit = isStream
    ? STREAM_BYTES
    : opt === undefined
      ? CLASSIC_BYTES
      : Math.max(Math.min(opt.class, DEFAULT_EDNS_BYTES), CLASSIC_BYTES);
  const encode = (one: DnsMessage): Uint8Array =>
    encodeDns(one, new OwnNames(one.questions[0], answer.isOfZone === true));
  let data = encode(message);
  // RFC 1035 §4.1.1: what fits, and the TC bit. The client asks again by TCP (RFC 7766 §5).
  for (let count = message.answers.length - 1; count >= 0 && data.length > limit; count--) {
    data = encode({ ...message, answers: message.answers.slice(0, count), truncated: true });
  }
  return data;
}
