/** Little-endian fields, as firmware tables have them, and bytes of several widths in a row. */
import { byteAt, concatBytes } from '../../base/bytes.ts';

export function readLe16(bytes: Uint8Array, offset: number): number {
  return byteAt(bytes, offset) | (byteAt(bytes, offset + 1) << 8);
}

export function readLe24(bytes: Uint8Array, offset: number): number {
  return readLe16(bytes, offset) | (byteAt(bytes, offset + 2) << 16);
}

export function readLe32(bytes: Uint8Array, offset: number): number {
  return (readLe16(bytes, offset) | (readLe16(bytes, offset + 2) << 16)) >>> 0;
}

export function le16(value: number): Uint8Array {
  return Uint8Array.of(value, value >>> 8);
}

export function le32(value: number): Uint8Array {
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
}

/** A number of less than 2^53. */
export function le64(value: number): Uint8Array {
  return concatBytes([le32(value), le32(Math.floor(value / 2 ** 32))]);
}
