/** Guest memory for the loaders of images: the free areas, and access to the words of a file's headers. */
import type { MemoryRegion } from '../../platform.ts';

export const PAGE_BYTES = 4096;
export const ONE_MIB = 0x10_0000;

export function le32(data: Uint8Array, at: number): number {
  return (le16(data, at) | (le16(data, at + 2) << 16)) >>> 0;
}

export function le16(data: Uint8Array, at: number): number {
  return (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8);
}

/** The usable memory that begins at one mebibyte. */
export function highMemoryEnd(regions: readonly MemoryRegion[]): number {
  const region = regions.find(
    (each) => each.type === 'usable' && each.start <= ONE_MIB && each.start + each.length > ONE_MIB,
  );
  return region === undefined ? 0 : region.start + region.length;
}

/** Interrupt vectors and the BIOS's data: usable memory, but not for a program to lie in. */
const LOWEST_ADDRESS = 0x1000;

/** Whether the memory map has room for a program there. */
export function isUsable(map: readonly MemoryRegion[], start: number, end: number): boolean {
  return (
    start >= LOWEST_ADDRESS &&
    map.some((each) => each.type === 'usable' && each.start <= start && end <= each.start + each.length)
  );
}
