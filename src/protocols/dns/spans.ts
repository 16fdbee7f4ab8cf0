/** Where the records of a message stand, for those that change a message without writing it again. */
import { readU16 } from '../../base/bytes.ts';
import { ok } from '../../base/result.ts';
import type { DecodeError, Result } from '../../base/result.ts';
import { DNS_HEADER, DNS_HEADER_BYTES } from './fields.ts';
import { decodeName } from './name.ts';

export interface RecordSpan {
  readonly section: 'answer' | 'authority' | 'additional';
  readonly type: number;
  /** Offsets of the owner's name, of what follows it (TYPE, CLASS, TTL, RDLENGTH), of RDATA, and behind the record. */
  readonly start: number;
  readonly typeAt: number;
  readonly dataAt: number;
  readonly end: number;
}

export interface MessageSpans {
  /** Where the questions end. */
  readonly questionsEnd: number;
  readonly records: readonly RecordSpan[];
}

/** The records of a message that `decodeDns` reads (RFC 1035 §4.1.3); fails where a name is none. */
export function dnsSpans(bytes: Uint8Array): Result<MessageSpans, DecodeError> {
  let at = DNS_HEADER_BYTES;
  for (let n = readU16(bytes, DNS_HEADER.qdcount.offset); n > 0; n--) {
    const name = decodeName(bytes, at);
    if (!name.ok) return name;
    at = name.value.next + 4;
  }
  const questionsEnd = at;
  const records: RecordSpan[] = [];
  for (const [section, count] of [
    ['answer', DNS_HEADER.ancount],
    ['authority', DNS_HEADER.nscount],
    ['additional', DNS_HEADER.arcount],
  ] as const) {
    for (let n = readU16(bytes, count.offset); n > 0; n--) {
      const name = decodeName(bytes, at);
      if (!name.ok) return name;
      const typeAt = name.value.next;
      const dataAt = typeAt + 10;
      const end = dataAt + readU16(bytes, typeAt + 8);
      records.push({ section, type: readU16(bytes, typeAt), start: at, typeAt, dataAt, end });
      at = end;
    }
  }
  return ok({ questionsEnd, records });
}
