/**
 * An answer of others as dnsmasq passes it on: changed where it stands, not written again, so that names stay compressed
 * as they came.
 */
import { byteAt, concatBytes, readU16, writeU16, writeU32 } from '../../../../base/bytes.ts';
import { itemAt } from '../../../../base/lists/list.ts';
import { DNS_TYPE } from '../../../../protocols/dns/codec.ts';
import type { DnsData, DnsMessage } from '../../../../protocols/dns/codec.ts';
import { DNS_HEADER } from '../../../../protocols/dns/fields.ts';
import { dnsSpans } from '../../../../protocols/dns/spans.ts';
import type { MessageSpans, RecordSpan } from '../../../../protocols/dns/spans.ts';
import { EDE, extendedErrorOption } from '../reply.ts';

export interface AnswerChanges {
  readonly id: number;
  /** With as many answers and additional records as came; what is taken of them are IPv4 addresses and times to live. */
  readonly message: DnsMessage;
  /** Nothing but the question, and the OPT record that came, is left. */
  readonly isEmptied: boolean;
  readonly isLeftOut: IsLeftOut;
  /** The longest message that the server takes by UDP: nobody upstream is said to take more (RFC 6891 §6.2.3). */
  readonly maxBytes: number;
}

/** Whether records of a section are not passed on. */
export type IsLeftOut = (section: RecordSpan['section'], type: number) => boolean;

const FLAG_AA = 0x0400;
const FLAG_TC = 0x0200;

export function rewriteAnswer(
  data: Uint8Array,
  { id, message, isEmptied, isLeftOut, maxBytes }: AnswerChanges,
): Uint8Array {
  const out = data.slice();
  writeU16(out, DNS_HEADER.id.offset, id);
  const flags = readU16(out, DNS_HEADER.flags.offset) & ~(FLAG_AA | 15);
  writeU16(out, DNS_HEADER.flags.offset, flags | (message.authoritative ? FLAG_AA : 0) | message.rcode);
  const spans = dnsSpans(out);
  if (!spans.ok) return out;
  for (const span of spans.value.records) {
    if (isOptions(span) && readU16(out, span.typeAt + 2) > maxBytes) writeU16(out, span.typeAt + 2, maxBytes);
  }
  if (isEmptied) return emptied(out, spans.value);
  const of = (section: RecordSpan['section']): readonly RecordSpan[] =>
    spans.value.records.filter((span) => span.section === section);
  const answers = of('answer');
  for (const [i, span] of answers.entries()) {
    writeU32(out, span.typeAt + 4, itemAt(message.answers, i).ttlS);
    putAddress(out, span, itemAt(message.answers, i).data);
  }
  for (const [i, span] of of('additional').entries()) {
    putAddress(out, span, itemAt(message.additionals, i).data);
  }
  const gone = spans.value.records.filter(({ section, type }) => isLeftOut(section, type));
  return gone.length === 0 ? out : without(out, spans.value, gone);
}

function putAddress(bytes: Uint8Array, { dataAt }: RecordSpan, data: DnsData): void {
  if (data.kind === 'a') writeU32(bytes, dataAt, data.address);
}

function emptied(bytes: Uint8Array, { questionsEnd, records }: MessageSpans): Uint8Array {
  const options = records.filter(isOptions);
  const out = concatBytes([
    bytes.subarray(0, questionsEnd),
    ...options.map((span) => withExtendedError(bytes, span, EDE.blocked)),
  ]);
  writeU16(out, DNS_HEADER.flags.offset, readU16(out, DNS_HEADER.flags.offset) & ~FLAG_TC);
  writeU16(out, DNS_HEADER.ancount.offset, 0);
  writeU16(out, DNS_HEADER.nscount.offset, 0);
  writeU16(out, DNS_HEADER.arcount.offset, options.length);
  return out;
}

function isOptions({ type, section }: RecordSpan): boolean {
  return section === 'additional' && type === DNS_TYPE.opt;
}

/** An OPT record that says more: its bytes. */
function withExtendedError(bytes: Uint8Array, { start, end, dataAt }: RecordSpan, error: number): Uint8Array {
  const { code, data } = extendedErrorOption(error);
  const option = Uint8Array.of(code >>> 8, code, data.length >>> 8, data.length, ...data);
  const out = concatBytes([bytes.subarray(start, end), option]);
  writeU16(out, dataAt - 2 - start, end - dataAt + option.length);
  return out;
}

/** Names in RDATA that may be compressed: how many bytes stand before them, and how many there are (RFC 3597 §4, RFC 2782). */
const NAMES_IN_DATA: Readonly<Record<number, readonly [before: number, names: number]>> = {
  [DNS_TYPE.ns]: [0, 1],
  [DNS_TYPE.cname]: [0, 1],
  [DNS_TYPE.soa]: [0, 2],
  [DNS_TYPE.ptr]: [0, 1],
  [DNS_TYPE.mx]: [2, 1],
  [DNS_TYPE.srv]: [6, 1],
};

/** Where the pointer of a name stands, if it ends in one; and where the name ends. */
function pointerOf(bytes: Uint8Array, start: number): { readonly at: number | undefined; readonly end: number } {
  for (let at = start; at < bytes.length; at += 1 + byteAt(bytes, at)) {
    if (byteAt(bytes, at) === 0) return { at: undefined, end: at + 1 };
    if (byteAt(bytes, at) >= 0xc0) return { at, end: at + 2 };
  }
  return { at: undefined, end: bytes.length };
}

function pointersOf(bytes: Uint8Array, { type, start, dataAt }: RecordSpan): readonly number[] {
  const out = [pointerOf(bytes, start).at];
  const [before, names] = NAMES_IN_DATA[type] ?? [0, 0];
  for (let i = 0, at = dataAt + before; i < names; i++) {
    const pointer = pointerOf(bytes, at);
    out.push(pointer.at);
    at = pointer.end;
  }
  return out.filter((at) => at !== undefined);
}

/** Without some records; as it came where a name that stays points into one of them. */
function without(bytes: Uint8Array, { questionsEnd, records }: MessageSpans, gone: readonly RecordSpan[]): Uint8Array {
  const kept = records.filter((span) => !gone.includes(span));
  const out = bytes.slice();
  for (const at of kept.flatMap((span) => pointersOf(bytes, span))) {
    const target = readU16(bytes, at) & 0x3fff;
    if (gone.some(({ start, end }) => target >= start && target < end)) return bytes;
    const before = gone.filter(({ end }) => end <= target).reduce((sum, { start, end }) => sum + end - start, 0);
    writeU16(out, at, 0xc000 | (target - before));
  }
  const head = out.slice(0, questionsEnd);
  const count = (field: number, counted: RecordSpan['section']): void =>
    writeU16(head, field, readU16(head, field) - gone.filter(({ section }) => section === counted).length);
  count(DNS_HEADER.ancount.offset, 'answer');
  count(DNS_HEADER.nscount.offset, 'authority');
  return concatBytes([
    head,
    ...kept.filter((span) => !isOptions(span)).map(({ start, end }) => out.subarray(start, end)),
    ...kept.filter(isOptions).map((span) => withExtendedError(out, span, EDE.filtered)),
  ]);
}
