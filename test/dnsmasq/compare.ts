/**
 * Compares a play with its recording. MUST: a client would behave differently. ORDER: the order of options or
 * records. BYTES: length, padding, where names are compressed, log lines.
 */
import { byteAt, concatBytes, fromHex, readU16, readU32, toHex, writeU32 } from '../../src/base/bytes.ts';
import { itemAt } from '../../src/base/lists/list.ts';
import { dnsSpans } from '../../src/protocols/dns/spans.ts';
import type { PlayedCase, ReceiveStep, RecordedCase, RecordedReply, SendStep } from './case.ts';

export type Level = 'MUST' | 'ORDER' | 'BYTES';

export interface Difference {
  readonly level: Level;
  readonly where: string;
  readonly expected: string;
  readonly actual: string;
}

type Option = readonly [code: number, hex: string];

function tlv(bytes: Uint8Array): Option[] {
  const out: Option[] = [];
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] === 255) break;
    if (bytes[at] === 0) {
      at++;
      continue;
    }
    if (at + 1 >= bytes.length) break;
    const end = at + 2 + byteAt(bytes, at + 1);
    out.push([byteAt(bytes, at), toHex(bytes.subarray(at + 2, end))]);
    at = end;
  }
  return out;
}

function text(bytes: Uint8Array): string {
  const nul = bytes.indexOf(0);
  return toHex(nul < 0 ? bytes : bytes.subarray(0, nul));
}

const HEADER_FIELDS: readonly (readonly [string, number, number])[] = [
  ['op', 0, 1],
  ['htype', 1, 2],
  ['hlen', 2, 3],
  ['hops', 3, 4],
  ['xid', 4, 8],
  ['secs', 8, 10],
  ['flags', 10, 12],
  ['ciaddr', 12, 16],
  ['yiaddr', 16, 20],
  ['siaddr', 20, 24],
  ['giaddr', 24, 28],
  ['chaddr', 28, 44],
  ['cookie', 236, 240],
];

function dhcpFields(bytes: Uint8Array): { fields: Map<string, string>; options: Option[] } {
  const fields = new Map(HEADER_FIELDS.map(([name, from, to]) => [name, toHex(bytes.subarray(from, to))]));
  const options = tlv(bytes.subarray(240));
  const overload = Number.parseInt(options.find(([code]) => code === 52)?.[1].slice(0, 2) ?? '0', 16);
  const file = bytes.subarray(108, 236);
  const sname = bytes.subarray(44, 108);
  fields.set('file', (overload & 1) !== 0 ? JSON.stringify(tlv(file)) : text(file));
  fields.set('sname', (overload & 2) !== 0 ? JSON.stringify(tlv(sname)) : text(sname));
  return { fields, options };
}

function byCode(options: readonly Option[]): Map<number, string> {
  const out = new Map<number, string>();
  for (const [code, hex] of options) out.set(code, out.has(code) ? `${out.get(code)},${hex}` : hex);
  return out;
}

interface Rr {
  readonly key: string;
  readonly ttl: number;
  readonly data: string;
}

function readName(bytes: Uint8Array, start: number): readonly [string, number] {
  const labels: string[] = [];
  let at = start;
  let end: number | undefined;
  for (let i = 0; i < 64 && at < bytes.length; i++) {
    const length = byteAt(bytes, at);
    if ((length & 0xc0) === 0xc0) {
      end ??= at + 2;
      at = readU16(bytes, at) & 0x3fff;
      continue;
    }
    at++;
    if (length === 0) break;
    labels.push(String.fromCharCode(...bytes.subarray(at, at + length)));
    at += length;
  }
  return [labels.join('.'), end ?? at];
}

/** RDATA with its names written out, however they were compressed: plain bytes before them, names, plain bytes. */
function readData(bytes: Uint8Array, type: number, start: number, length: number): string {
  const shape = NAMES_IN_DATA[type];
  if (shape === undefined) return toHex(bytes.subarray(start, start + length));
  const parts = [toHex(bytes.subarray(start, start + shape.before))];
  let at = start + shape.before;
  for (let i = 0; i < shape.names; i++) {
    const [name, end] = readName(bytes, at);
    parts.push(name);
    at = end;
  }
  // The serial of a zone is the time of the start where none is configured.
  if (type === SOA && readU32(bytes, at) > EARLIEST_TIME_S) {
    parts.push('TIME');
    at += 4;
  }
  return [...parts, toHex(bytes.subarray(at, start + length))].filter((part) => part !== '').join(' ');
}

const SOA = 6;
const EARLIEST_TIME_S = 1_600_000_000;

/** NS, CNAME, SOA, PTR, MX, SRV (RFC 1035 §3.3, RFC 2782). */
const NAMES_IN_DATA: Readonly<Record<number, { readonly before: number; readonly names: number }>> = {
  2: { before: 0, names: 1 },
  5: { before: 0, names: 1 },
  6: { before: 0, names: 2 },
  12: { before: 0, names: 1 },
  15: { before: 2, names: 1 },
  33: { before: 6, names: 1 },
};

function dnsParts(bytes: Uint8Array): { flags: string; question: string; sections: Rr[][] } {
  const counts = [6, 8, 10].map((offset) => readU16(bytes, offset));
  let at = 12;
  let question = '';
  if (readU16(bytes, 4) === 1) {
    const [name, end] = readName(bytes, at);
    question = `${name} ${toHex(bytes.subarray(end, end + 4))}`;
    at = end + 4;
  }
  const sections = counts.map((count) => {
    const rrs: Rr[] = [];
    for (let i = 0; i < count; i++) {
      const [name, end] = readName(bytes, at);
      const type = readU16(bytes, end);
      const length = readU16(bytes, end + 8);
      const start = end + 10;
      const data = readData(bytes, type, start, length);
      rrs.push({
        key: `${name.toLowerCase()} ${type} ${readU16(bytes, end + 2)} ${data}`,
        ttl: readU32(bytes, end + 4),
        data,
      });
      at = start + length;
    }
    return rrs;
  });
  return { flags: toHex(bytes.subarray(2, 4)), question, sections };
}

export function compareCase(recorded: RecordedCase, played: PlayedCase): Difference[] {
  const out: Difference[] = [];
  const varies = Object.keys(recorded.varies ?? {});
  const isFree = (prefix: string): boolean => varies.some((key) => key.startsWith(prefix));
  const add = (level: Level, where: string, expected: unknown, actual: unknown): void => {
    if (expected === actual) return;
    out.push({ level, where, expected: String(expected), actual: String(actual) });
  };
  const starts = recorded.starts !== false;
  if (starts !== played.started) {
    add('MUST', 'starts', starts, `${played.started}: ${played.startupLog.join(' | ')}`);
    return out;
  }
  add(
    'BYTES',
    'startup log',
    (recorded.startup_log ?? []).toSorted().join('\n'),
    played.startupLog.toSorted().join('\n'),
  );
  if (!starts) return out;

  let step = 0;
  const [wantedBefore, gotBefore] = [new Set<string>(), new Set<string>()];
  recorded.exchange.forEach((entry, index) => {
    if (!('recv' in entry)) return;
    const got = itemAt(played.steps, step++);
    const where = `/${index}/recv`;
    const before = itemAt(recorded.exchange, index - 1);
    const proto = 'send' in before ? before.proto : undefined;
    const isTftp = proto === 'tftp';
    const wanted = repeatsApart(
      entry.recv.filter((reply) => reply.hex !== undefined),
      isTftp ? wantedBefore : undefined,
    );
    const replies = repeatsApart(got.replies, isTftp ? gotBefore : undefined);
    if (wanted.length !== replies.length) {
      if (varies.includes(where)) return;
      add('MUST', `${where} number of replies`, wanted.length, replies.length);
    }
    for (let i = 0; i < Math.min(wanted.length, replies.length); i++) {
      const loose = 'send' in before ? movingOptions(before) : [];
      const isLoose = (path: string): boolean =>
        isFree(path) || loose.some((code) => path.endsWith(`/options/${code}`));
      compareReply(`${where}/${i}`, itemAt(wanted, i), itemAt(replies, i), proto, isLoose, add);
    }
    compareLog(where, entry, got.log, add);
  });
  const leaseKey = (lease: { mac: string; ip: string; name: string; clientid: string }): string =>
    `${lease.mac} ${lease.ip} ${lease.name} ${lease.clientid}`;
  const expected = (recorded.leases_after ?? []).map(leaseKey).toSorted().join('; ');
  add('MUST', 'leases_after', expected, played.leases.map(leaseKey).toSorted().join('; '));
  return out;
}

/**
 * Which TFTP packets were repeated, behind all others. The real server counts in whole seconds: of two transfers that were
 * asked for in the same second the newer one repeats first, else the older one, a second before the other; and one repeat more
 * or less falls into a step. Of 24 recordings of one conversation 17 began with the newer one and 5 with the older one; in 2
 * one repeat came a step earlier or later.
 * @param seen packets of the steps before; undefined where the order counts
 */
function repeatsApart<T extends RecordedReply>(replies: readonly T[], seen: Set<string> | undefined): readonly T[] {
  if (seen === undefined) return replies;
  const [first, again]: [T[], T[]] = [[], []];
  for (const reply of replies) {
    const key = `${reply.dst} ${reply.hex ?? ''}`;
    if (!seen.has(key)) first.push(reply);
    else if (!again.some(({ dst, hex }) => dst === reply.dst && hex === reply.hex)) again.push(reply);
    seen.add(key);
  }
  return [...first, ...again.toSorted((a, b) => (`${a.dst} ${a.hex}` < `${b.dst} ${b.hex}` ? -1 : 1))];
}

/** Times that are not the same twice: T1 and T2 of a renewal are spread by chance, a DHCPINFORM hears what is left. */
function movingOptions({ proto, send }: SendStep): readonly number[] {
  if (proto !== 'dhcp') return [];
  const codes = byCode(dhcpFields(fromHex(send) ?? new Uint8Array(0)).options);
  if (codes.get(53) === '08') return [51];
  return codes.get(53) === '03' && !codes.has(50) ? [58, 59] : [];
}

type Add = (level: Level, where: string, expected: unknown, actual: unknown) => void;

function compareReply(
  where: string,
  wanted: RecordedReply,
  got: RecordedReply & { readonly hex: string },
  proto: string | undefined,
  isFree: (prefix: string) => boolean,
  add: Add,
): void {
  for (const field of ['dst', 'eth_dst', 'iface'] as const) {
    if (!isFree(`${where}/${field}`)) add('MUST', `${where}/${field}`, wanted[field], got[field]);
  }
  const isQueryUp = wanted.dst.endsWith(':53');
  const portMatters = proto !== 'tftp' && !isQueryUp && !(proto === undefined && !wanted.src.endsWith(':53'));
  const source = (reply: RecordedReply): string => (portMatters ? reply.src : itemAt(reply.src.split(':'), 0));
  add('MUST', `${where}/src`, source(wanted), source(got));
  if (wanted.hex === undefined || wanted.hex === got.hex) return;
  const a = fromHex(wanted.hex) ?? new Uint8Array(0);
  const b = fromHex(got.hex) ?? new Uint8Array(0);
  if (isQueryUp) {
    add('BYTES', `${where} forwarded query`, toHex(a.subarray(2)), toHex(b.subarray(2)));
  } else if (wanted.src.endsWith(':53')) compareDns(where, a, b, add);
  else if (proto === 'tftp' || (proto === undefined && a.length < 236)) {
    add('MUST', `${where} tftp`, printable(a), printable(b));
  } else compareDhcp(where, a, b, isFree, add);
}

function printable(bytes: Uint8Array): string {
  const head = bytes.subarray(0, 160);
  const shown = String.fromCharCode(...head).replace(/[^\u0020-\u007e]/g, '.');
  return `${bytes.length} bytes ${toHex(bytes.subarray(0, 40))} ${shown}`;
}

function compareDns(where: string, a: Uint8Array, b: Uint8Array, add: Add): void {
  const x = dnsParts(a);
  const y = dnsParts(b);
  add('MUST', `${where} dns flags`, x.flags, y.flags);
  add('MUST', `${where} dns question`, x.question, y.question);
  x.sections.forEach((section, i) => {
    const other = itemAt(y.sections, i);
    const keys = (rrs: readonly Rr[]): string =>
      rrs
        .filter((rr) => rr.key.split(' ')[1] !== '41')
        .map((rr) => rr.key)
        .toSorted()
        .join(', ');
    if (keys(section) !== keys(other)) add('MUST', `${where} dns section ${i}`, keys(section), keys(other));
    else {
      const ttls = (rrs: readonly Rr[]): number[] =>
        rrs.toSorted((p, q) => (p.key === q.key ? p.ttl - q.ttl : p.key < q.key ? -1 : 1)).map((rr) => rr.ttl);
      const mine = ttls(other);
      if (ttls(section).some((ttl, n) => Math.abs(ttl - (mine[n] ?? -9)) > 3)) {
        add('MUST', `${where} ttl`, ttls(section).join(), mine.join());
      } else if (!x.question.endsWith(' 00fc0001')) {
        add('ORDER', `${where} records`, section.map((rr) => rr.data).join(), other.map((rr) => rr.data).join());
      }
    }
  });
  add('BYTES', `${where} dns bytes`, toHex(settled(a, b).subarray(2)), toHex(settled(b, b).subarray(2)));
}

const AXFR = 252;
const ADDRESS_TYPES: readonly number[] = [1, 28];

/**
 * A message without what is an accident of its recording: the time of the start as the serial of an SOA; a time to live
 * that a tick of the clock between two packets makes one second shorter than `other` has it; the order in which a transfer lists
 * addresses, which follows a hash over where the program was loaded.
 */
function settled(bytes: Uint8Array, other: Uint8Array): Uint8Array {
  const out = bytes.slice();
  const [spans, others] = [dnsSpans(out), dnsSpans(other)];
  if (!spans.ok || !others.ok) return out;
  const { questionsEnd, records } = spans.value;
  for (const [i, { type, typeAt, dataAt, end }] of records.entries()) {
    const match = others.value.records[i];
    if (match !== undefined && readU32(out, typeAt + 4) + 1 === readU32(other, match.typeAt + 4)) {
      writeU32(out, typeAt + 4, readU32(out, typeAt + 4) + 1);
    }
    if (type === SOA && end - dataAt > 20 && readU32(out, end - 20) > EARLIEST_TIME_S) writeU32(out, end - 20, 0);
  }
  if (readU16(out, questionsEnd - 4) !== AXFR) return out;
  const pieces = records.map(({ type, start, end }) => ({ type, bytes: out.subarray(start, end) }));
  const isAddress = ({ type }: { readonly type: number }): boolean => ADDRESS_TYPES.includes(type);
  const addresses = pieces.filter(isAddress).toSorted((p, q) => (toHex(p.bytes) < toHex(q.bytes) ? -1 : 1));
  const ordered = pieces.map((piece) => (isAddress(piece) ? (addresses.shift() ?? piece) : piece));
  return concatBytes([out.subarray(0, questionsEnd), ...ordered.map((piece) => piece.bytes)]);
}

function compareDhcp(where: string, a: Uint8Array, b: Uint8Array, isFree: (prefix: string) => boolean, add: Add): void {
  const x = dhcpFields(a);
  const y = dhcpFields(b);
  for (const [name, value] of x.fields) add('MUST', `${where} ${name}`, value, y.fields.get(name));
  const wanted = byCode(x.options);
  const got = byCode(y.options);
  for (const code of new Set([...wanted.keys(), ...got.keys()])) {
    const left = wanted.get(code);
    const right = got.get(code);
    if (left === right) continue;
    if (isFree(`${where}/decoded/options/${code}`) && left !== undefined && right !== undefined) {
      // T1 and T2 come before their time by up to a sixteenth of the lease.
      const spreadS =
        code === 58 || code === 59 ? Math.floor(Number.parseInt(wanted.get(51) ?? '0', 16) / 16) : Infinity;
      if (Math.abs(Number.parseInt(left, 16) - Number.parseInt(right, 16)) <= spreadS) continue;
    }
    add('MUST', `${where} option ${code}`, left, right);
  }
  const order = (options: readonly Option[]): string => options.map(([code]) => code).join();
  if (order(x.options) !== order(y.options)) add('ORDER', `${where} options`, order(x.options), order(y.options));
  else add('BYTES', `${where} length`, a.length, b.length);
}

/** The tags as a set; of the rest, which lines are missing or too many. */
function compareLog(where: string, entry: ReceiveStep, got: readonly string[], add: Add): void {
  if (entry.log === undefined) return;
  const normal = (lines: readonly string[]): string[] =>
    lines.map((line) => {
      const tags = /^(.*tags: )(.*)$/.exec(line);
      return (tags === null ? line : tags[1] + itemAt(tags, 2).split(', ').toSorted().join(', ')).trimEnd();
    });
  const left = normal(entry.log);
  const right = normal(got);
  const missing = left.filter((line) => !right.includes(line));
  const extra = right.filter((line) => !left.includes(line));
  add('BYTES', `${where} log`, missing.join(' | '), extra.join(' | '));
}
