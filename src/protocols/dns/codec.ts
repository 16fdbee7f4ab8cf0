/**
 * DNS messages (RFC 1035 §4) with EDNS0 (RFC 6891). Record types that the lab has no use for keep their bytes, as
 * RFC 3597 asks.
 */
import { readIpv4, writeIpv4 } from '../../base/address.ts';
import type { Ipv4Address } from '../../base/address.ts';
import { byteAt, fromLatin1, latin1, readU16, readU32, writeU16 } from '../../base/bytes.ts';
import { assert, decodeError, ok, unreachable } from '../../base/result.ts';
import type { DecodeError, Result } from '../../base/result.ts';
import { DNS_HEADER, DNS_HEADER_BYTES } from './fields.ts';
import { decodeName, NameCompressor, nameLabels } from './name.ts';

export const DNS_PORT = 53;

export const DNS_TYPE = {
  a: 1,
  ns: 2,
  cname: 5,
  soa: 6,
  ptr: 12,
  mx: 15,
  txt: 16,
  aaaa: 28,
  srv: 33,
  opt: 41,
  any: 255,
} as const;

export const DNS_CLASS_IN = 1;

/** RFC 1035 §4.1.1. */
export const DNS_RCODE = {
  noError: 0,
  formatError: 1,
  serverFailure: 2,
  nameError: 3,
  notImplemented: 4,
  refused: 5,
} as const;

export interface DnsQuestion {
  readonly name: string;
  readonly type: number;
  readonly class: number;
}

/** The RDATA of a record, told apart by `kind`. */
export type DnsData =
  | { readonly kind: 'a'; readonly address: Ipv4Address }
  /** 16 bytes. */
  | { readonly kind: 'aaaa'; readonly address: Uint8Array }
  | { readonly kind: 'cname' | 'ns' | 'ptr'; readonly target: string }
  | { readonly kind: 'mx'; readonly preference: number; readonly exchange: string }
  | {
      readonly kind: 'srv';
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
    }
  /** Character strings, one byte per character. */
  | { readonly kind: 'txt'; readonly strings: readonly string[] }
  | {
      readonly kind: 'soa';
      readonly mname: string;
      readonly rname: string;
      readonly serial: number;
      readonly refreshS: number;
      readonly retryS: number;
      readonly expireS: number;
      readonly minimumS: number;
    }
  /** EDNS0: the record's class is the UDP payload size, its TTL the extended flags (RFC 6891 §6.1). */
  | { readonly kind: 'opt'; readonly options: readonly { readonly code: number; readonly data: Uint8Array }[] }
  | { readonly kind: 'unknown'; readonly bytes: Uint8Array };

export interface DnsRecord {
  readonly name: string;
  readonly type: number;
  readonly class: number;
  readonly ttlS: number;
  readonly data: DnsData;
}

export interface DnsMessage {
  readonly id: number;
  /** QR: false for a query. */
  readonly response: boolean;
  readonly opcode: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  /** The bit that stayed reserved. */
  readonly z: boolean;
  /** AD and CD: RFC 4035 §3.2. */
  readonly authenticData: boolean;
  readonly checkingDisabled: boolean;
  readonly rcode: number;
  readonly questions: readonly DnsQuestion[];
  readonly answers: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
}

/** A query for one name, with recursion asked for. */
export function dnsQuery(id: number, name: string, type: number): DnsMessage {
  return {
    id,
    response: false,
    opcode: 0,
    authoritative: false,
    truncated: false,
    recursionDesired: true,
    recursionAvailable: false,
    z: false,
    authenticData: false,
    checkingDisabled: false,
    rcode: DNS_RCODE.noError,
    questions: [{ name, type, class: DNS_CLASS_IN }],
    answers: [],
    authorities: [],
    additionals: [],
  };
}

/**
 * Reads a message (RFC 1035 §4). Fails where it is cut off (`truncated`) or a name is no name (`malformed`); types that are
 * not known keep their bytes (RFC 3597).
 */
export function decodeDns(bytes: Uint8Array): Result<DnsMessage, DecodeError> {
  if (bytes.length < DNS_HEADER_BYTES) {
    return decodeError('truncated', bytes.length, 'RFC 1035 §4.1.1');
  }
  const flags = readU16(bytes, DNS_HEADER.flags.offset);
  const questions: DnsQuestion[] = [];
  let at = DNS_HEADER_BYTES;
  for (let n = readU16(bytes, DNS_HEADER.qdcount.offset); n > 0; n--) {
    const name = decodeName(bytes, at);
    if (!name.ok) return name;
    at = name.value.next;
    if (at + 4 > bytes.length) return decodeError('truncated', at, 'RFC 1035 §4.1.2');
    questions.push({ name: name.value.name, type: readU16(bytes, at), class: readU16(bytes, at + 2) });
    at += 4;
  }
  const [answers, authorities, additionals]: [DnsRecord[], DnsRecord[], DnsRecord[]] = [[], [], []];
  for (const [count, records] of [
    [DNS_HEADER.ancount, answers],
    [DNS_HEADER.nscount, authorities],
    [DNS_HEADER.arcount, additionals],
  ] as const) {
    for (let n = readU16(bytes, count.offset); n > 0; n--) {
      const record = decodeRecord(bytes, at);
      if (!record.ok) return record;
      records.push(record.value.record);
      at = record.value.next;
    }
  }
  return ok({
    id: readU16(bytes, DNS_HEADER.id.offset),
    response: (flags & 0x8000) !== 0,
    opcode: (flags >>> 11) & 15,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    recursionDesired: (flags & 0x0100) !== 0,
    recursionAvailable: (flags & 0x0080) !== 0,
    z: (flags & 0x0040) !== 0,
    authenticData: (flags & 0x0020) !== 0,
    checkingDisabled: (flags & 0x0010) !== 0,
    rcode: flags & 15,
    questions,
    answers,
    authorities,
    additionals,
  });
}

function decodeRecord(
  bytes: Uint8Array,
  offset: number,
): Result<{ readonly record: DnsRecord; readonly next: number }, DecodeError> {
  const name = decodeName(bytes, offset);
  if (!name.ok) return name;
  const at = name.value.next;
  if (at + 10 > bytes.length) return decodeError('truncated', at, 'RFC 1035 §4.1.3');
  const type = readU16(bytes, at);
  const start = at + 10;
  const end = start + readU16(bytes, at + 8);
  if (end > bytes.length) {
    return decodeError('truncated', at + 8, 'RFC 1035 §4.1.3');
  }
  const data = decodeData(bytes, type, start, end);
  if (!data.ok) return data;
  const record = {
    name: name.value.name,
    type,
    class: readU16(bytes, at + 2),
    ttlS: readU32(bytes, at + 4),
    data: data.value,
  };
  return ok({ record, next: end });
}

function decodeData(bytes: Uint8Array, type: number, start: number, end: number): Result<DnsData, DecodeError> {
  const size = end - start;
  const wrongSize = decodeError('malformed', start, 'RFC 1035 §3.3');
  const nameIn = (at: number): Result<{ readonly name: string; readonly next: number }, DecodeError> =>
    decodeName(bytes, at, end);
  /** A name that must end where the RDATA does. */
  const lastName = (at: number): Result<string, DecodeError> => {
    const name = nameIn(at);
    if (!name.ok) return name;
    return name.value.next === end ? ok(name.value.name) : wrongSize;
  };
  // RFC 2136 §2.4: prerequisites and deletions name a type without data.
  if (size === 0 && type !== DNS_TYPE.opt) return ok({ kind: 'unknown', bytes: new Uint8Array(0) });
  switch (type) {
    case DNS_TYPE.a:
      return size === 4 ? ok({ kind: 'a', address: readIpv4(bytes, start) }) : wrongSize;
    case DNS_TYPE.aaaa:
      return size === 16 ? ok({ kind: 'aaaa', address: bytes.slice(start, end) }) : wrongSize;
    case DNS_TYPE.cname:
    case DNS_TYPE.ns:
    case DNS_TYPE.ptr: {
      const target = lastName(start);
      if (!target.ok) return target;
      const kind = type === DNS_TYPE.cname ? 'cname' : type === DNS_TYPE.ns ? 'ns' : 'ptr';
      return ok({ kind, target: target.value });
    }
    case DNS_TYPE.mx: {
      if (size < 3) return wrongSize;
      const exchange = lastName(start + 2);
      return exchange.ok ? ok({ kind: 'mx', preference: readU16(bytes, start), exchange: exchange.value }) : exchange;
    }
    case DNS_TYPE.srv: {
      if (size < 7) return wrongSize;
      const target = lastName(start + 6);
      if (!target.ok) return target;
      const priority = readU16(bytes, start);
      const weight = readU16(bytes, start + 2);
      const port = readU16(bytes, start + 4);
      return ok({ kind: 'srv', priority, weight, port, target: target.value });
    }
    case DNS_TYPE.txt: {
      const strings: string[] = [];
      for (let at = start; at < end;) {
        const next = at + 1 + byteAt(bytes, at);
        if (next > end) return wrongSize;
        strings.push(fromLatin1(bytes, at + 1, next));
        at = next;
      }
      return ok({ kind: 'txt', strings });
    }
    case DNS_TYPE.soa: {
      const mname = nameIn(start);
      if (!mname.ok) return mname;
      const rname = nameIn(mname.value.next);
      if (!rname.ok) return rname;
      const at = rname.value.next;
      if (at + 20 !== end) return wrongSize;
      return ok({
        kind: 'soa',
        mname: mname.value.name,
        rname: rname.value.name,
        serial: readU32(bytes, at),
        refreshS: readU32(bytes, at + 4),
        retryS: readU32(bytes, at + 8),
        expireS: readU32(bytes, at + 12),
        minimumS: readU32(bytes, at + 16),
      });
    }
    case DNS_TYPE.opt: {
      const options: { code: number; data: Uint8Array }[] = [];
      let at = start;
      while (at < end) {
        if (at + 4 > end || at + 4 + readU16(bytes, at + 2) > end) return wrongSize;
        const next = at + 4 + readU16(bytes, at + 2);
        options.push({ code: readU16(bytes, at), data: bytes.slice(at + 4, next) });
        at = next;
      }
      return ok({ kind: 'opt', options });
    }
    default:
      return ok({ kind: 'unknown', bytes: bytes.slice(start, end) });
  }
}

type Section = 'answer' | 'authority' | 'additional';

/** How the names of a message are written: at the end of `out`, whose start is the message's. */
export interface NameWriter {
  question: (out: number[], labels: Labels) => void;
  owner: (out: number[], labels: Labels, record: DnsRecord, section: Section) => void;
  /** A name in RDATA; `isOldType`: of a type that may be compressed there (RFC 3597 §4). */
  data: (out: number[], labels: Labels, record: DnsRecord, isOldType: boolean) => void;
}

type Labels = readonly Uint8Array[];

/** As short as can be: owner names, and the names of RFC 1035 types. */
class ShortNames implements NameWriter {
  private readonly names = new NameCompressor();

  question(out: number[], labels: Labels): void {
    this.names.write(out, labels);
  }

  owner(out: number[], labels: Labels): void {
    this.names.write(out, labels);
  }

  data(out: number[], labels: Labels, _record: DnsRecord, isOldType: boolean): void {
    this.names.write(out, labels, isOldType);
  }
}

/** Writes a message. Names must be valid. */
export function encodeDns(message: DnsMessage, names: NameWriter = new ShortNames()): Uint8Array {
  const out: number[] = Array.from({ length: DNS_HEADER_BYTES }, () => 0);
  for (const question of message.questions) {
    names.question(out, labelsOf(question.name));
    put16(out, question.type);
    put16(out, question.class);
  }
  const put = (record: DnsRecord, section: Section): void => {
    names.owner(out, labelsOf(record.name), record, section);
    put16(out, record.type);
    put16(out, record.class);
    put32(out, record.ttlS);
    const lengthAt = out.length;
    put16(out, 0);
    putData(out, record.data, (name, isOldType) => names.data(out, labelsOf(name), record, isOldType));
    const size = out.length - lengthAt - 2;
    assert(size <= 0xffff, 'RDATA has at most 65535 bytes');
    out[lengthAt] = size >>> 8;
    out[lengthAt + 1] = size & 255;
  };
  for (const record of message.answers) put(record, 'answer');
  for (const record of message.authorities) put(record, 'authority');
  for (const record of message.additionals) put(record, 'additional');
  const bytes = Uint8Array.from(out);
  writeU16(bytes, DNS_HEADER.id.offset, message.id);
  writeU16(bytes, DNS_HEADER.flags.offset, headerFlags(message));
  writeU16(bytes, DNS_HEADER.qdcount.offset, message.questions.length);
  writeU16(bytes, DNS_HEADER.ancount.offset, message.answers.length);
  writeU16(bytes, DNS_HEADER.nscount.offset, message.authorities.length);
  writeU16(bytes, DNS_HEADER.arcount.offset, message.additionals.length);
  return bytes;
}

function headerFlags(message: DnsMessage): number {
  return (
    (message.response ? 0x8000 : 0) |
    (message.opcode << 11) |
    (message.authoritative ? 0x0400 : 0) |
    (message.truncated ? 0x0200 : 0) |
    (message.recursionDesired ? 0x0100 : 0) |
    (message.recursionAvailable ? 0x0080 : 0) |
    (message.z ? 0x0040 : 0) |
    (message.authenticData ? 0x0020 : 0) |
    (message.checkingDisabled ? 0x0010 : 0) |
    message.rcode
  );
}

function put16(out: number[], value: number): void {
  out.push((value >>> 8) & 255, value & 255);
}

function put32(out: number[], value: number): void {
  put16(out, value >>> 16);
  put16(out, value & 0xffff);
}

function putBytes(out: number[], bytes: Uint8Array): void {
  for (const byte of bytes) out.push(byte);
}

function labelsOf(name: string): Labels {
  const labels = nameLabels(name);
  assert(labels.ok, `${name} is not a domain name`);
  return labels.value;
}

function putData(out: number[], data: DnsData, putName: (name: string, isOldType: boolean) => void): void {
  switch (data.kind) {
    case 'a': {
      const address = new Uint8Array(4);
      writeIpv4(address, 0, data.address);
      return putBytes(out, address);
    }
    case 'aaaa':
      return putBytes(out, data.address);
    case 'cname':
    case 'ns':
    case 'ptr':
      return putName(data.target, true);
    case 'mx':
      put16(out, data.preference);
      return putName(data.exchange, true);
    case 'srv':
      put16(out, data.priority);
      put16(out, data.weight);
      put16(out, data.port);
      // RFC 2782: name compression is not to be used for this field.
      return putName(data.target, false);
    case 'txt':
      for (const text of data.strings) {
        assert(text.length <= 255, 'a character string has at most 255 bytes');
        out.push(text.length);
        putBytes(out, latin1(text));
      }
      return undefined;
    case 'soa':
      putName(data.mname, true);
      putName(data.rname, true);
      for (const value of [data.serial, data.refreshS, data.retryS, data.expireS, data.minimumS]) put32(out, value);
      return undefined;
    case 'opt':
      for (const option of data.options) {
        put16(out, option.code);
        put16(out, option.data.length);
        putBytes(out, option.data);
      }
      return undefined;
    case 'unknown':
      return putBytes(out, data.bytes);
    default:
      return unreachable(data);
  }
}
