/** Byte helpers that need neither the DOM nor Node: hex, text, joining, big-endian access. */

/** The byte at an offset that the caller knows to lie inside; throws where it does not. Inlined in hot loops. */
export function byteAt(bytes: Uint8Array, offset: number): number {
  const byte = bytes[offset];
  if (byte === undefined) throw pastTheEnd(bytes, offset);
  return byte;
}

function pastTheEnd(bytes: Uint8Array, offset: number): RangeError {
  return new RangeError(`There is no byte ${offset} in ${bytes.length} bytes.`);
}

/** Bytes past the end count as 0, here and in `readU32`: what a short packet does not say. */
export function readU16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

export function readU32(bytes: Uint8Array, offset: number): number {
  return ((readU16(bytes, offset) << 16) | readU16(bytes, offset + 2)) >>> 0;
}

export function writeU16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 8;
  bytes[offset + 1] = value;
}

export function writeU32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}

/** A number in capital hexadecimal digits, with zeros in front: what assemblers and manuals print. */
export function hexNumber(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}

export function toHex(bytes: Uint8Array, separator = ''): string {
  let out = '';
  for (const byte of bytes) {
    if (out !== '') out += separator;
    out += byte.toString(16).padStart(2, '0');
  }
  return out;
}

/** Reads hexadecimal digits, ignoring blanks, colons and hyphens; undefined when something else is there. */
export function fromHex(text: string): Uint8Array | undefined {
  const digits = text.replace(/[\s:-]/g, '');
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return undefined;
  const out = new Uint8Array(digits.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return out;
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder('utf-8');

export function utf8(text: string): Uint8Array {
  return utf8Encoder.encode(text);
}

export function fromUtf8(bytes: Uint8Array): string {
  return utf8Decoder.decode(bytes);
}

/**
 * One byte per character, both ways: for protocols whose text is bytes. Characters above U+00FF lose their high bits.
 */
export function latin1(text: string): Uint8Array {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

/** The text from a start up to an end, or up to where the bytes end. */
export function fromLatin1(bytes: Uint8Array, start = 0, limit = bytes.length): string {
  let out = '';
  const end = Math.min(limit, bytes.length);
  if (end - start <= SHORT_TEXT) {
    for (let i = start; i < end; i++) out += String.fromCharCode(bytes[i] ?? 0);
    return out;
  }
  // An engine puts long texts together ten times as fast from pieces as from characters.
  for (let at = start; at < end; at += LATIN1_PIECE) {
    out += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(at, Math.min(end, at + LATIN1_PIECE)));
  }
  return out;
}

const SHORT_TEXT = 64;
const LATIN1_PIECE = 4096;

/** The text up to the first NUL, one byte per character: fixed-width fields such as BOOTP's `file`. */
export function fromCString(bytes: Uint8Array, start = 0, end = bytes.length): string {
  const nul = bytes.subarray(start, end).indexOf(0);
  return fromLatin1(bytes, start, nul < 0 ? end : start + nul);
}
