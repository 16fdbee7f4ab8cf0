/** Values of the filter language: what kinds there are, and how a literal becomes a value of a field's kind. */
import { parseIpv4, parseMac, prefixMask } from '../../base/address.ts';
import { fromUtf8 } from '../../base/bytes.ts';
import { parseIpv6 } from '../../base/data/ipv6.ts';
import { itemAt } from '../../base/lists/list.ts';
import { unreachable } from '../../base/result.ts';
import type { Message } from '../../base/sentence.ts';
import { type FieldKind, type FieldDef } from '../../protocols/core/field.ts';
import type { Entity } from './ast.ts';
import { filterMessage } from './messages.ts';

export type Value = number | bigint | string | Uint8Array;

export function kindName(kind: FieldKind): Message {
  return filterMessage(`filter.kind.${kind}`);
}

/** Kinds that compare with one another; undefined when the two do not. */
export function commonKind(a: FieldKind, b: FieldKind): FieldKind | undefined {
  if (a === b) return a === 'protocol' ? 'bytes' : a;
  const isNumber = (kind: FieldKind): boolean => kind === 'int' || kind === 'bool';
  if (isNumber(a) && isNumber(b)) return 'int';
  const isBytes = (kind: FieldKind): boolean => kind === 'bytes' || kind === 'protocol' || kind === 'ether';
  return isBytes(a) && isBytes(b) ? 'bytes' : undefined;
}

/** A literal of a kind. `prefix` is the length of an address's network part. */
export interface Constant {
  readonly value: Value;
  readonly prefix?: number;
}

export type Conversion =
  | { readonly ok: true; readonly constant: Constant }
  | { readonly ok: false; readonly message: Message };

function good(value: Value): Conversion {
  return { ok: true, constant: { value } };
}

function bad(message: Message): Conversion {
  return { ok: false, message };
}

type Literal = Extract<Entity, { kind: 'word' | 'string' | 'char' }>;

function shown(literal: Literal): Message {
  switch (literal.kind) {
    case 'word':
      return filterMessage('filter.quoted', { text: literal.text });
    case 'string':
      return filterMessage('filter.quoted', { text: fromUtf8(literal.bytes) });
    case 'char':
      return filterMessage('filter.character', { code: literal.code });
  }
}

/** A literal as a value to compare with `def`, or with something of its kind when there is no field. */
export function convertLiteral(literal: Literal, kind: FieldKind, def: FieldDef | undefined): Conversion {
  switch (kind) {
    case 'int':
      return convertInt(literal, def);
    case 'double': {
      const number =
        literal.kind === 'word' && /^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(literal.text) ? Number(literal.text) : undefined;
      return number === undefined ? bad(filterMessage('filter.not-number', { value: shown(literal) })) : good(number);
    }
    case 'bool':
      return convertBool(literal, def);
    case 'ether': {
      const mac = literal.kind === 'word' ? parseEther(literal.text) : undefined;
      return mac === undefined ? bad(filterMessage('filter.not-ether', { value: shown(literal) })) : good(mac);
    }
    case 'ipv4':
      return convertIpv4(literal);
    case 'ipv6':
      return convertIpv6(literal);
    case 'bytes':
    case 'protocol':
      return convertBytes(literal);
    case 'string':
      if (literal.kind === 'word') return good(literal.text);
      return good(literal.kind === 'char' ? String.fromCharCode(literal.code) : fromUtf8(literal.bytes));
    case 'guid': {
      const text = literal.kind === 'word' ? literal.text : literal.kind === 'string' ? fromUtf8(literal.bytes) : '';
      const isGuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
      return isGuid ? good(text.toLowerCase()) : bad(filterMessage('filter.not-guid', { value: shown(literal) }));
    }
    case 'relative-time': {
      const ns = literal.kind === 'word' ? parseSeconds(literal.text) : undefined;
      return ns === undefined ? bad(filterMessage('filter.not-seconds', { value: shown(literal) })) : good(ns);
    }
    case 'absolute-time': {
      const text = literal.kind === 'word' ? literal.text : literal.kind === 'string' ? fromUtf8(literal.bytes) : '';
      const ns = parseAbsoluteTime(text);
      return ns === undefined ? bad(filterMessage('filter.not-date', { value: shown(literal) })) : good(ns);
    }
    case 'none':
      return bad(filterMessage('filter.no-value'));
    default:
      return unreachable(kind);
  }
}

/** Decimal, 0x hexadecimal, 0b binary, and octal with a leading 0 or 0o. */
export function parseInteger(text: string): number | bigint | undefined {
  const octal = /^0([0-7]+)$/.exec(text);
  const isNumber = octal !== null || /^(0x[0-9a-f]+|0b[01]+|0o[0-7]+|0|[1-9]\d*)$/i.test(text);
  if (!isNumber) return undefined;
  const value = BigInt(octal === null ? text.toLowerCase() : `0o${octal[1]}`);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

function namedValue(def: FieldDef, name: string): number | undefined {
  const wanted = name.toLowerCase();
  const { values } = def;
  if (values === undefined) return undefined;
  if (typeof values !== 'function') {
    const entry = Object.entries(values).find(([, text]) => text.toLowerCase() === wanted);
    return entry === undefined ? undefined : Number(entry[0]);
  }
  const last = Math.min(2 ** def.bits - 1, 0xffff);
  for (let value = 0; value <= last; value++) if (values(value)?.toLowerCase() === wanted) return value;
  return undefined;
}

function convertInt(literal: Literal, def: FieldDef | undefined): Conversion {
  if (literal.kind === 'char') return good(literal.code);
  const text = literal.kind === 'word' ? literal.text : fromUtf8(literal.bytes);
  const value = literal.kind === 'word' ? parseInteger(text) : undefined;
  if (value === undefined) {
    const named = def === undefined ? undefined : namedValue(def, text);
    if (named !== undefined) return good(named);
    return bad(
      def?.values === undefined
        ? filterMessage('filter.not-number', { value: shown(literal) })
        : filterMessage('filter.not-named-value', { text, field: def.name }),
    );
  }
  if (def !== undefined) {
    const isSigned = def.type.startsWith('int');
    const limit = 2 ** (def.type === 'uint64' ? 64 : isSigned ? def.bits - 1 : def.bits) - 1;
    if (value > limit) return bad(filterMessage('filter.too-big', { value: text, field: def.name, limit }));
  }
  return good(value);
}

function convertBool(literal: Literal, def: FieldDef | undefined): Conversion {
  const text = literal.kind === 'word' ? literal.text : literal.kind === 'string' ? fromUtf8(literal.bytes) : '';
  const number = literal.kind === 'char' ? literal.code : parseInteger(text);
  if (number !== undefined) return good(Number(number) === 0 ? 0 : 1);
  const [whenTrue, whenFalse] = def?.trueFalse ?? ['True', 'False'];
  const wanted = text.toLowerCase();
  if (wanted === 'true' || wanted === whenTrue.toLowerCase()) return good(1);
  if (wanted === 'false' || wanted === whenFalse.toLowerCase()) return good(0);
  return bad(filterMessage('filter.not-bool', { value: shown(literal), whenTrue, whenFalse }));
}

function parseEther(text: string): number | undefined {
  const dotted = /^([0-9a-f]{4})\.([0-9a-f]{4})\.([0-9a-f]{4})$/i.exec(text);
  if (dotted !== null) return Number.parseInt(dotted.slice(1).join(''), 16);
  return parseMac(text.replaceAll('.', ':'));
}

function convertIpv4(literal: Literal): Conversion {
  const parts = literal.kind === 'word' ? /^([\d.]+)(?:\/(\d+))?$/.exec(literal.text) : null;
  const address = parts === null ? undefined : parseIpv4(itemAt(parts, 1));
  if (parts === null || address === undefined) return bad(filterMessage('filter.not-ipv4', { value: shown(literal) }));
  if (parts[2] === undefined) return good(address);
  const prefix = Number(parts[2]);
  if (prefix > 32) return bad(filterMessage('filter.ipv4-prefix', { bits: prefix }));
  return { ok: true, constant: { value: (address & prefixMask(prefix)) >>> 0, prefix } };
}

function convertIpv6(literal: Literal): Conversion {
  const [text = '', prefixText] = literal.kind === 'word' ? literal.text.split('/') : [];
  const address = parseIpv6(text);
  if (address === undefined) return bad(filterMessage('filter.not-ipv6', { value: shown(literal) }));
  if (prefixText === undefined) return good(address);
  const prefix = Number(prefixText);
  if (prefix > 128) return bad(filterMessage('filter.ipv6-prefix', { bits: prefix }));
  return { ok: true, constant: { value: maskBytes(address, prefix), prefix } };
}

/** The first `prefix` bits, the others zero. */
export function maskBytes(bytes: Uint8Array, prefix: number): Uint8Array {
  return bytes.map((byte, i) => byte & (0xff00 >>> Math.min(8, Math.max(0, prefix - 8 * i))));
}

function convertBytes(literal: Literal): Conversion {
  if (literal.kind === 'char') return good(Uint8Array.of(literal.code));
  if (literal.kind === 'string') return good(literal.bytes);
  const { text } = literal;
  const groups = text.replace(/^:/, '').split(/[:.-]/);
  const isOneGroup = groups.length === 1 && /^[0-9a-f]+$/i.test(itemAt(groups, 0));
  const isManyGroups = groups.length > 1 && groups.every((group) => /^[0-9a-f]{2}$|^[0-9a-f]{4}$/i.test(group));
  if (!isOneGroup && !isManyGroups) return bad(filterMessage('filter.not-bytes', { text }));
  let digits = groups.join('');
  if (digits.length % 2 !== 0) digits = `0${digits}`;
  return good(
    Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16)),
  );
}

/** Seconds with a fraction, as nanoseconds. */
export function parseSeconds(text: string): number | bigint | undefined {
  const parts = /^(\d+)(?:\.(\d{1,9})\d*)?$/.exec(text);
  if (parts === null) return undefined;
  const ns = BigInt(itemAt(parts, 1)) * 1_000_000_000n + BigInt((parts[2] ?? '').padEnd(9, '0'));
  return ns <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(ns) : ns;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const CLOCK = String.raw`(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(?:UTC|Z)?`;
const NUMERIC_DATE = new RegExp(String.raw`^(\d{4})-(\d{2})-(\d{2})${CLOCK}$`);
const WORD_DATE = new RegExp(String.raw`^([a-z]{3})\s+(\d{1,2}),\s*(\d{4})${CLOCK}$`, 'i');

/** Nanoseconds since 1970. The lab has no time zone: dates are UTC. */
export function parseAbsoluteTime(text: string): bigint | undefined {
  const numeric = NUMERIC_DATE.exec(text);
  const word = numeric === null ? WORD_DATE.exec(text) : null;
  const match = numeric ?? word;
  if (match === null) return undefined;
  const [year, month, day] =
    word === null
      ? [Number(match[1]), Number(match[2]) - 1, Number(match[3])]
      : [Number(match[3]), MONTHS.indexOf(itemAt(match, 1).toLowerCase()), Number(match[2])];
  const [, , , , hour = 0, minute = 0, second = 0] = match.map((part: string | undefined) => Number(part ?? 0));
  if (month < 0 || month > 11 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return undefined;
  const ms = Date.UTC(year, month, day, hour, minute, second);
  return BigInt(ms) * 1_000_000n + BigInt((match[7] ?? '').padEnd(9, '0'));
}
