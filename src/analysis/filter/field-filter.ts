/**
 * The display filter that chooses frames with this value in this field, as "apply as filter" writes it, and how it is
 * joined to the filter that is there. What is written here, the parser reads back to the same value.
 */
import { byteAt, toHex, utf8 } from '../../base/bytes.ts';
import { unreachable } from '../../base/result.ts';
import { kindOf, type FieldDef, type FieldValue } from '../../protocols/core/field.ts';
import { formatAbsoluteTime, formatSeconds, formatValue } from '../../protocols/core/format.ts';

/** Longest run of bytes that is compared whole; of more, the beginning is compared. */
const MAX_BYTES = 64;

/** How a filter is joined to the one that is there. */
export const FILTER_JOINS = ['selected', 'not-selected', 'and', 'or', 'and-not', 'or-not'] as const;

export type FilterJoin = (typeof FILTER_JOINS)[number];

/** A text in quotes, as the filter language reads it: what is not printable ASCII is written as bytes. */
export function quoteText(text: string): string {
  let out = '';
  for (const byte of utf8(text)) {
    const char = String.fromCharCode(byte);
    if (char === '"' || char === '\\') out += `\\${char}`;
    // Three digits: an octal escape ends there, a hexadecimal one would take in what follows.
    else out += byte >= 32 && byte < 127 ? char : `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return `"${out}"`;
}

function bytesTest(name: string, bytes: Uint8Array): string {
  if (bytes.length === 0) return name;
  // A single byte without a colon would be read as a number or a name.
  const digits = (part: Uint8Array): string =>
    part.length === 1 ? `"\\x${byteAt(part, 0).toString(16).padStart(2, '0')}"` : toHex(part, ':');
  const head = bytes.subarray(0, MAX_BYTES);
  return bytes.length > MAX_BYTES ? `${name}[0:${MAX_BYTES}] == ${digits(head)}` : `${name} == ${digits(bytes)}`;
}

/** Undefined for a line without a field of its own. */
export function fieldFilter(def: FieldDef, value: FieldValue): string | undefined {
  const { name } = def;
  if (name === '') return undefined;
  if (value === undefined) return name;
  const kind = kindOf(def.type);
  switch (kind) {
    case 'none':
    case 'protocol':
      return name;
    case 'bool':
      return `${name} == ${value === true ? 1 : 0}`;
    case 'ether':
    case 'ipv4':
    case 'ipv6': {
      const text = formatValue(def, value);
      return text === '' ? name : `${name} == ${text}`;
    }
    case 'bytes':
      return value instanceof Uint8Array ? bytesTest(name, value) : name;
    case 'string':
      return `${name} == ${quoteText(String(value))}`;
    case 'guid':
      return value === '' ? name : `${name} == ${String(value)}`;
    case 'relative-time':
      return typeof value === 'number' || typeof value === 'bigint' ? `${name} == ${formatSeconds(value)}` : name;
    case 'absolute-time':
      return typeof value === 'bigint' ? `${name} == "${formatAbsoluteTime(value).replace(/ +/g, ' ')}"` : name;
    case 'double':
      return `${name} == ${String(value)}`;
    case 'int':
      // A value that was worked out may be greater than what the field's bits hold.
      if (def.type !== 'uint64' && def.type !== 'framenum' && Number(value) >= 2 ** def.bits) return name;
      return `${name} == ${formatValue(def, value)}`;
    default:
      return unreachable(kind);
  }
}

/** In brackets where an operator beside it would tear it apart. */
function grouped(filter: string): string {
  return /\b(?:and|or|xor|not)\b|&&|\|\||\^\^|!/.test(filter) ? `(${filter})` : filter;
}

/** The filter that is there, joined with another. */
export function joinFilters(current: string, join: FilterJoin, filter: string): string {
  const before = current.trim();
  const negated = `!(${filter})`;
  switch (join) {
    case 'selected':
      return filter;
    case 'not-selected':
      return negated;
    case 'and':
      return before === '' ? filter : `${grouped(before)} && ${grouped(filter)}`;
    case 'or':
      return before === '' ? filter : `${grouped(before)} || ${grouped(filter)}`;
    case 'and-not':
      return before === '' ? negated : `${grouped(before)} && ${negated}`;
    case 'or-not':
      return before === '' ? negated : `${grouped(before)} || ${negated}`;
    default:
      return unreachable(join);
  }
}
