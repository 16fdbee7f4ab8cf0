/** What filters do with values: order them, cut them, search in them, calculate. */
import { type FieldKind } from '../../protocols/core/field.ts';
import { prefixMask } from '../../base/address.ts';
import { byteAt, equalBytes, utf8 } from '../../base/bytes.ts';
import { unreachable } from '../../base/result.ts';
import type { FieldHits } from '../../protocols/core/collector.ts';
import type { ArithmeticOp, RangeItem } from './ast.ts';
import type { Relation } from './check.ts';
import { maskBytes } from './values.ts';
import type { Value } from './values.ts';

/** The value of one occurrence, as `kind`; undefined when it has none. */
export function readAs(kind: FieldKind, hits: FieldHits, at: number): Value | undefined {
  if (kind === 'bytes' || kind === 'protocol') {
    const value = hits.value(at);
    if (value instanceof Uint8Array) return value;
    // Text may be worked out instead of read: then its own length counts, and its span is that of the source.
    return typeof value === 'string' ? utf8(value) : hits.bytes(at);
  }
  const value = hits.value(at);
  return typeof value === 'boolean' ? Number(value) : value;
}

/** The longer one is the greater, as in Wireshark. */
function compareBytes(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return a.length - b.length;
  for (const [i, byte] of a.entries()) {
    const difference = byte - byteAt(b, i);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Negative, 0 or positive. With a prefix, only that many leading bits of an address count. */
export function compareValues(a: Value, b: Value, prefix?: number): number {
  if (a instanceof Uint8Array && b instanceof Uint8Array)
    return compareBytes(prefix === undefined ? a : maskBytes(a, prefix), b);
  if (prefix !== undefined && typeof a === 'number' && typeof b === 'number') {
    return ((a & prefixMask(prefix)) >>> 0) - b;
  }
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

export function holds(relation: Relation, order: number): boolean {
  switch (relation) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      return unreachable(relation);
  }
}

/** The bytes of the ranges, one after the other; undefined when one of them is not wholly inside. */
export function sliceBytes(bytes: Uint8Array, ranges: readonly RangeItem[]): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  let total = 0;
  for (const item of ranges) {
    const start = item.first < 0 ? bytes.length + item.first : item.first;
    let end = bytes.length;
    if (item.kind === 'length') end = start + item.length;
    else if (item.kind === 'last') end = (item.last < 0 ? bytes.length + item.last : item.last) + 1;
    if (start < 0 || end > bytes.length || end <= start) return undefined;
    parts.push(bytes.subarray(start, end));
    total += end - start;
  }
  if (parts.length === 1) return parts[0];
  const out = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Whether `needle` lies somewhere in `hay`. */
export function indexOfBytes(hay: Uint8Array, needle: Uint8Array): number {
  const [first] = needle;
  if (first === undefined) return 0;
  const last = hay.length - needle.length;
  for (let at = hay.indexOf(first); at >= 0 && at <= last; at = hay.indexOf(first, at + 1)) {
    if (equalBytes(hay.subarray(at, at + needle.length), needle)) return at;
  }
  return -1;
}

export function containsValue(hay: Value, needle: Value): boolean {
  if (hay instanceof Uint8Array && needle instanceof Uint8Array) return indexOfBytes(hay, needle) >= 0;
  return typeof hay === 'string' && typeof needle === 'string' && hay.includes(needle);
}

export function negated(value: Value): Value | undefined {
  return typeof value === 'number' || typeof value === 'bigint' ? -value : undefined;
}

/** Whole numbers; undefined for a division by zero and for what does not go together. */
export function arithmetic(op: ArithmeticOp, a: Value, b: Value): Value | undefined {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return op === '&' ? maskedBytes(a, b) : undefined;
  if (typeof a === 'number' && typeof b === 'number' && op !== '&') {
    const result = numberArithmetic(op, a, b);
    if (result === undefined || Number.isSafeInteger(result)) return result;
  }
  if (typeof a === 'string' || typeof b === 'string' || a instanceof Uint8Array || b instanceof Uint8Array)
    return undefined;
  const result = bigArithmetic(op, BigInt(a), BigInt(b));
  if (result === undefined) return undefined;
  const number = Number(result);
  return Number.isSafeInteger(number) ? number : result;
}

function numberArithmetic(op: Exclude<ArithmeticOp, '&'>, a: number, b: number): number | undefined {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? undefined : Math.trunc(a / b);
    case '%':
      return b === 0 ? undefined : a % b;
    default:
      return unreachable(op);
  }
}

function bigArithmetic(op: ArithmeticOp, a: bigint, b: bigint): bigint | undefined {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0n ? undefined : a / b;
    case '%':
      return b === 0n ? undefined : a % b;
    case '&':
      return a & b;
    default:
      return unreachable(op);
  }
}

function maskedBytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.subarray(0, Math.min(a.length, b.length)).map((byte, i) => byte & byteAt(b, i));
}
