/** The dissection of DNS messages over UDP, and over TCP behind their length (RFC 1035 §4.2). */
import { frameKey, StateKey } from '../core/conversation.ts';
import { GENERATED, ONE_MORE_SEGMENT, type Dissection } from '../core/dissect.ts';
import { defineProtocol } from '../core/registry.ts';
import { DNS_PORT } from './codec.ts';
import { DNS } from './dissect-fields.ts';
import { dissectRecord, nameAt } from './dissect-records.ts';
import { DNS_CLASS_NAMES, DNS_OPCODE_NAMES, DNS_RCODE_NAMES, DNS_TYPE_NAMES } from './type-names.ts';

const UPDATE = 5;

function dissectDns(d: Dissection, start: number, end: number): number {
  if (d.layers.at(-2) !== 'tcp') {
    message(d, start, start, end);
    return end;
  }
  let at = start;
  while (at < end) {
    const missing = end - at < 2 ? ONE_MORE_SEGMENT : at + 2 + d.u16(at) - end;
    if (d.canDesegment && (missing > 0 || missing === ONE_MORE_SEGMENT)) {
      d.desegmentOffset = at;
      d.desegmentLength = missing;
      return end;
    }
    const next = at + 2 + d.u16(at);
    message(d, at, at + 2, next);
    at = next;
  }
  return end;
}

/** One message; `start` is `base` or, over TCP, its length's offset. */
function message(d: Dissection, start: number, base: number, end: number): void {
  const flags = d.u16(base + 2);
  const isResponse = (flags & 0x8000) !== 0;
  const seen = d.quoted
    ? undefined
    : d.remember(SEEN, () => match(d, d.u16(base), isResponse), base > start ? base : 0);
  columns(d, base, flags);
  d.begin(dnsProtocol.field, start, end - start);
  if (d.building) d.labelOpen(`Domain Name System (${isResponse ? 'response' : 'query'})`);
  if (base > start) d.add(DNS.length, start, 2);
  d.add(DNS.id, base, 2);
  retransmissionFinding(d, seen);
  header(d, base, flags);
  sections(d, base, end, ((flags >>> 11) & 15) === UPDATE);
  references(d, base, seen);
  d.end();
}

function opcodeName(flags: number): string {
  return DNS_OPCODE_NAMES.get((flags >>> 11) & 15) ?? 'Unknown operation';
}

function rcodeName(flags: number): string {
  return DNS_RCODE_NAMES.get(flags & 15) ?? 'Unknown error';
}

function columns(d: Dissection, base: number, flags: number): void {
  if (d.columns === undefined) return;
  const isResponse = (flags & 0x8000) !== 0;
  d.columns.protocol = 'DNS';
  const before = d.columns.info.startsWith('Standard query') ? `${d.columns.info} ` : '';
  d.columns.info = `${before}${opcodeName(flags)}${isResponse ? ' response' : ''} 0x${d.u16(base).toString(16).padStart(4, '0')}`;
  if (isResponse && (flags & 15) !== 0) d.columns.info += ` ${rcodeName(flags)}`;
}

function header(d: Dissection, base: number, flags: number): void {
  const isResponse = (flags & 0x8000) !== 0;
  const at = base + 2;
  d.begin(DNS.flags, at, 2);
  if (d.building) {
    d.appendOpen(` ${opcodeName(flags)}`);
    if (isResponse) d.appendOpen(` response, ${rcodeName(flags)}`);
  }
  d.add(DNS.response, at, 2);
  d.add(DNS.opcode, at, 2);
  if (isResponse) d.add(DNS.authoritative, at, 2);
  d.add(DNS.truncated, at, 2);
  d.add(DNS.recursionDesired, at, 2);
  if (isResponse) d.add(DNS.recursionAvailable, at, 2);
  d.add(DNS.z, at, 2);
  if (isResponse) d.add(DNS.authenticated, at, 2);
  else if ((flags & 0x20) !== 0) {
    // RFC 6840 §5.7: in a query the bit asks for the AD bit of the answer.
    d.add(DNS.authenticated, at, 2);
    if (d.building) d.label('.... .... ..1. .... = AD bit: Set');
  }
  d.add(DNS.checkingDisabled, at, 2);
  if (isResponse) d.add(DNS.rcode, at, 2);
  d.end();
}

const ADDITIONAL_SECTION = { field: DNS.additionals, title: 'Additional records' };
const QUERY_SECTIONS = [
  { field: DNS.queries, title: 'Queries' },
  { field: DNS.answers, title: 'Answers' },
  { field: DNS.authorities, title: 'Authoritative nameservers' },
  ADDITIONAL_SECTION,
];
const UPDATE_SECTIONS = [
  { field: DNS.zones, title: 'Zone' },
  { field: DNS.prerequisites, title: 'Prerequisites' },
  { field: DNS.updates, title: 'Updates' },
  ADDITIONAL_SECTION,
];

function sections(d: Dissection, base: number, end: number, isUpdate: boolean): void {
  const list = isUpdate ? UPDATE_SECTIONS : QUERY_SECTIONS;
  for (const [i, { field }] of list.entries()) d.add(field, base + 4 + 2 * i, 2);
  let at = base + 12;
  for (const [i, { title }] of list.entries()) {
    const count = d.u16(base + 4 + 2 * i);
    if (count === 0) continue;
    d.beginText(at, end - at, title);
    for (let n = 0; n < count; n++) {
      // Above the loop's end there is nothing to read: the message is malformed, however many it promises.
      at = i === 0 ? question(d, base, at, end) : dissectRecord(d, base, at, end);
    }
    d.endAt(at);
    d.end();
  }
}

function question(d: Dissection, base: number, at: number, end: number): number {
  const { name, next } = nameAt(d, base, at, end);
  const type = d.u16(next);
  const shortType = DNS_TYPE_NAMES.get(type)?.[0] ?? `Unknown (${type})`;
  const { columns: texts } = d;
  if (texts !== undefined) texts.info += ` ${shortType} ${name}`;
  const classCode = d.u16(next + 2);
  d.beginText(at, next + 4 - at, `${name}: type ${shortType}, class ${DNS_CLASS_NAMES.get(classCode) ?? 'Unknown'}`);
  d.add(DNS.queryName, at, next - at, name);
  d.add(DNS.queryNameLength, at, next - at, name.length, GENERATED);
  d.add(DNS.labels, at, next - at, name.split('.').length, GENERATED);
  d.add(DNS.queryType, next, 2);
  d.add(DNS.queryClass, next + 2, 2);
  d.end();
  return next + 4;
}

// ---- requests and their responses

interface Transaction {
  /** As shown, from 1. */
  readonly requestFrame: number;
  readonly requestNs: number;
  responseFrame: number | undefined;
}

/** Of a conversation: the latest transaction of each id. */
const TRANSACTIONS = new StateKey<Map<number, Transaction>>(() => new Map());

interface Seen {
  readonly kind: 'query' | 'query-again' | 'response' | 'response-again' | 'unsolicited';
  readonly otherFrame: number;
  /** From the request to the response. */
  readonly timeNs: number;
  /** Of a query: its response comes later than the first look at the query. */
  readonly transaction: Transaction | undefined;
}
const SEEN = frameKey<Seen>();

function match(d: Dissection, id: number, isResponse: boolean): Seen {
  const known = d.conversation?.state(TRANSACTIONS);
  const transaction = known?.get(id);
  const nowNs = d.context.frames.timeNs(d.index);
  if (!isResponse) {
    // The same question again counts as a new one once the first has its answer.
    if (transaction !== undefined && transaction.responseFrame === undefined) {
      // Twice in one frame is no retransmission.
      if (transaction.requestFrame === d.number) return { kind: 'query', otherFrame: 0, timeNs: 0, transaction };
      return { kind: 'query-again', otherFrame: transaction.requestFrame, timeNs: 0, transaction: undefined };
    }
    const made: Transaction = { requestFrame: d.number, requestNs: nowNs, responseFrame: undefined };
    known?.set(id, made);
    return { kind: 'query', otherFrame: 0, timeNs: 0, transaction: made };
  }
  if (transaction === undefined) return { kind: 'unsolicited', otherFrame: 0, timeNs: 0, transaction: undefined };
  if (transaction.responseFrame !== undefined) {
    return { kind: 'response-again', otherFrame: transaction.responseFrame, timeNs: 0, transaction: undefined };
  }
  transaction.responseFrame = d.number;
  const timeNs = nowNs - transaction.requestNs;
  return { kind: 'response', otherFrame: transaction.requestFrame, timeNs, transaction: undefined };
}

function retransmissionFinding(d: Dissection, seen: Seen | undefined): void {
  if (seen?.kind === 'query-again') {
    d.expert(DNS.retransmitRequest, `DNS query retransmission. Original request in frame ${seen.otherFrame}`);
  } else if (seen?.kind === 'response-again') {
    d.expert(DNS.retransmitResponse, `DNS response retransmission. Original response in frame ${seen.otherFrame}`);
  }
}

function references(d: Dissection, base: number, seen: Seen | undefined): void {
  if (seen === undefined) return;
  const { otherFrame } = seen;
  switch (seen.kind) {
    case 'query': {
      const responseFrame = seen.transaction?.responseFrame;
      if (responseFrame !== undefined) d.add(DNS.responseIn, base, 0, responseFrame, GENERATED);
      return;
    }
    case 'response':
      d.add(DNS.responseTo, base, 0, otherFrame, GENERATED);
      d.add(DNS.time, base, 0, seen.timeNs, GENERATED);
      return;
    case 'unsolicited':
      d.add(DNS.unsolicited, base, 0, true, GENERATED);
      return;
    case 'query-again':
      d.add(DNS.retransmitRequestIn, base, 0, otherFrame, GENERATED);
      d.add(DNS.retransmission, base, 0, true, GENERATED);
      return;
    case 'response-again':
      d.add(DNS.retransmitResponseIn, base, 0, otherFrame, GENERATED);
      d.add(DNS.retransmission, base, 0, true, GENERATED);
  }
}

export const dnsProtocol = defineProtocol({
  id: 'dns',
  name: 'Domain Name System',
  shortName: 'DNS',
  fields: DNS,
  tables: { 'udp.port': [DNS_PORT], 'tcp.port': [DNS_PORT] },
  dissect: dissectDns,
});
