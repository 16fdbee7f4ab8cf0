/**
 * DER (X.690): elements read in place, and written. Reading costs time proportional to the bytes, whatever they say:
 * an element never reaches past the one that holds it, and nesting is only followed where the caller asks for it.
 */
import { byteAt, concatBytes, fromLatin1, latin1 } from '../base/bytes.ts';

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The tag of `[number]`: constructed (explicit, or an implicit SEQUENCE) or primitive. */
export const contextTag = (number: number, isConstructed = true): number => (isConstructed ? 0xa0 : 0x80) | number;

/** A value of X.690 in the bytes that hold it. */
export interface Element {
  readonly tag: number;
  /** With its tag and length. */
  readonly whole: Uint8Array;
  readonly contents: Uint8Array;
}

/** The most bytes of a length: more would not fit into any file. */
const MAX_LENGTH_BYTES = 4;

/** The element at the start of some bytes; undefined when it does not fit (X.690 §8.1). */
export function readElement(data: Uint8Array): Element | undefined {
  if (data.length < 2) return undefined;
  const short = byteAt(data, 1);
  const width = short < 0x80 ? 0 : short & 0x7f;
  const start = 2 + width;
  if (width > MAX_LENGTH_BYTES || short === 0x80 || start > data.length) return undefined;
  const length = data.subarray(2, start).reduce((sum, byte) => sum * 256 + byte, width === 0 ? short : 0);
  const end = start + length;
  if (end > data.length) return undefined;
  return { tag: byteAt(data, 0), whole: data.subarray(0, end), contents: data.subarray(start, end) };
}

/** The elements one after another in some bytes; undefined when one of them does not fit. */
export function readElements(data: Uint8Array): readonly Element[] | undefined {
  const out: Element[] = [];
  for (let at = 0; at < data.length;) {
    const element = readElement(data.subarray(at));
    if (element === undefined) return undefined;
    out.push(element);
    at += element.whole.length;
  }
  return out;
}

/** The elements inside an element with that tag; undefined when it is another one or they do not fit. */
export function childrenOf(element: Element | undefined, tag: number): readonly Element[] | undefined {
  return element?.tag === tag ? readElements(element.contents) : undefined;
}

/** Takes the elements of a structure one after another, as its definition lists them. */
export class ElementReader {
  private readonly elements: readonly Element[];
  private at = 0;

  constructor(elements: readonly Element[]) {
    this.elements = elements;
  }

  /** The next element, if it has the tag; any, without one. */
  take(tag?: number): Element | undefined {
    const element = this.elements[this.at];
    if (element === undefined || (tag !== undefined && element.tag !== tag)) return undefined;
    this.at++;
    return element;
  }
}

/** An INTEGER of at most 6 bytes that is not negative; undefined for any other. */
export function readSmallInteger(element: Element | undefined): number | undefined {
  const bytes = element?.contents;
  if (bytes === undefined || bytes.length === 0 || bytes.length > 6 || byteAt(bytes, 0) >= 0x80) return undefined;
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** The digits of an INTEGER that is not negative, without leading zeros; undefined for any other element. */
export function readUnsigned(element: Element | undefined): Uint8Array | undefined {
  if (element?.tag !== TAG.integer || element.contents.length === 0 || byteAt(element.contents, 0) >= 0x80)
    return undefined;
  let start = 0;
  while (start < element.contents.length - 1 && element.contents[start] === 0) start++;
  return element.contents.subarray(start);
}

/** The bytes of a BIT STRING that is whole bytes long. */
export function readBitString(element: Element | undefined): Uint8Array | undefined {
  if (element?.tag !== TAG.bitString || element.contents[0] !== 0) return undefined;
  return element.contents.subarray(1);
}

/** An OBJECT IDENTIFIER in dotted decimal; undefined when it is none. */
export function readOid(element: Element | undefined): string | undefined {
  if (element?.tag !== TAG.objectIdentifier || element.contents.length === 0 || element.contents.length > 64)
    return undefined;
  const numbers: number[] = [];
  let value = 0;
  for (const byte of element.contents) {
    value = value * 128 + (byte & 0x7f);
    if (value > 0xffff_ffff) return undefined;
    if (byte >= 0x80) continue;
    numbers.push(value);
    value = 0;
  }
  const [first = 0, ...rest] = numbers;
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - 40 * top, ...rest].join('.');
}

/** Milliseconds since 1970 of a UTCTime or GeneralizedTime in UTC (RFC 5280 §4.1.2.5); undefined for other forms. */
export function readTime(element: Element | undefined): number | undefined {
  if (element?.tag !== TAG.utcTime && element?.tag !== TAG.generalizedTime) return undefined;
  if (element.contents.length > 32) return undefined;
  const text = fromLatin1(element.contents);
  const match = /^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return undefined;
  const [, years = '', ...rest] = match;
  if ((years.length === 2) !== (element.tag === TAG.utcTime)) return undefined;
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = rest.map(Number);
  const year = years.length === 4 ? Number(years) : Number(years) + (Number(years) < 50 ? 2000 : 1900);
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

export function writeElement(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(contents);
  const digits: number[] = [];
  for (let rest = body.length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  const length = body.length < 0x80 ? [body.length] : [0x80 | digits.length, ...digits];
  return concatBytes([Uint8Array.of(tag, ...length), body]);
}

export const writeSequence = (...parts: readonly Uint8Array[]): Uint8Array => writeElement(TAG.sequence, ...parts);

/** SET OF: DER wants its elements in the order of their bytes (X.690 §11.6). */
export function writeSetOf(parts: readonly Uint8Array[]): Uint8Array {
  return writeElement(TAG.set, ...parts.toSorted(compareBytes));
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = byteAt(a, i) - byteAt(b, i);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** An INTEGER from the digits of a number that is not negative. */
export function writeUnsigned(digits: Uint8Array): Uint8Array {
  let start = 0;
  while (start < digits.length - 1 && digits[start] === 0) start++;
  const body = digits.length === 0 ? Uint8Array.of(0) : digits.subarray(start);
  return writeElement(TAG.integer, byteAt(body, 0) >= 0x80 ? Uint8Array.of(0) : new Uint8Array(0), body);
}

export const writeInteger = (value: number): Uint8Array =>
  writeUnsigned(Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value));

export const writeBitString = (bytes: Uint8Array): Uint8Array => writeElement(TAG.bitString, Uint8Array.of(0), bytes);

export const writeOctetString = (bytes: Uint8Array): Uint8Array => writeElement(TAG.octetString, bytes);

export const writeNull = (): Uint8Array => writeElement(TAG.null);

export function writeOid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes: number[] = [];
  for (const number of [first * 40 + second, ...rest]) {
    const digits = [number % 128];
    for (let left = Math.floor(number / 128); left > 0; left = Math.floor(left / 128))
      digits.unshift(0x80 | (left % 128));
    bytes.push(...digits);
  }
  return writeElement(TAG.objectIdentifier, Uint8Array.from(bytes));
}

/** UTCTime until 2049, GeneralizedTime after it (RFC 5280 §4.1.2.5). */
export function writeTime(ms: number): Uint8Array {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '');
  const isShort = /^(?:19[5-9]|20[0-4])/.test(digits);
  return writeElement(isShort ? TAG.utcTime : TAG.generalizedTime, latin1(isShort ? digits.slice(2) : digits));
}
