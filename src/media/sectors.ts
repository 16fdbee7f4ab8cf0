/** Sectors of disks, and numbers as PCs write them there, the low byte first. */

export const SECTOR_BYTES = 512;

export function sectorsOf(bytes: Uint8Array): number {
  return Math.ceil(bytes.length / SECTOR_BYTES);
}

export function setU16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value;
  bytes[offset + 1] = value >>> 8;
}

export function setU32(bytes: Uint8Array, offset: number, value: number): void {
  setU16(bytes, offset, value);
  setU16(bytes, offset + 2, value >>> 16);
}

export function getU16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] ?? 0) | ((bytes[offset + 1] ?? 0) << 8);
}

export function getU32(bytes: Uint8Array, offset: number): number {
  return (getU16(bytes, offset) | (getU16(bytes, offset + 2) << 16)) >>> 0;
}
