/**
 * Tagged images, "Draft Net Boot Image Proposal 0.3" (1997): a header of 512 bytes says where the pieces of the file belong in
 * memory and where to begin. A kernel becomes one by `mknbi`, so that a small ROM can load it without a program between.
 */
import type { Message } from '../../base/sentence.ts';
import { loaderMessage } from './messages.ts';
import { readU32, toHex } from '../../base/bytes.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { Platform, Program } from '../platform.ts';

export const NBI_HEADER_BYTES = 512;
/** 36 13 03 1B in the file. */
const MAGIC = 0x3613_031b;
/** Bit 31 of the flags: a linear address, called in protected mode. */
const FLAG_LINEAR = 0x8000_0000;
const LAST_SEGMENT = 0x04;
const ONE_MIB = 0x10_0000;

export interface NbiSegment {
  /** Where the piece goes, linear. */
  readonly address: number;
  /** Bytes of the file. */
  readonly bytes: number;
  /** Bytes of memory: what the file does not fill is zero. */
  readonly room: number;
  readonly fileOffset: number;
}

export interface NbiImage {
  /** Where the header itself goes, as a far pointer (segment and offset). */
  readonly location: { readonly segment: number; readonly offset: number };
  readonly entry:
    | { readonly mode: 'real'; readonly cs: number; readonly ip: number }
    | { readonly mode: 'protected'; readonly eip: number };
  readonly segments: readonly NbiSegment[];
  /** Bytes of the whole file. */
  readonly fileBytes: number;
}

export function isNbi(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && readU32(bytes, 0) === MAGIC;
}

const le32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0;

/** Reads the header. `memoryEnd` is one past the last byte of memory, from which images may count downwards. */
export function readNbi(header: Uint8Array, memoryEnd: number): Result<NbiImage, Message> {
  if (header.length < NBI_HEADER_BYTES || !isNbi(header)) return err(loaderMessage('loader.nbi.signature'));
  const flags = le32(header, 4);
  const location = { segment: le32(header, 8) >>> 16, offset: le32(header, 8) & 0xffff };
  const start = location.segment * 16 + location.offset;
  const entryWord = le32(header, 12);
  const segments: NbiSegment[] = [];
  let fileOffset = NBI_HEADER_BYTES;
  let last = { address: start, room: NBI_HEADER_BYTES };
  for (let at = 4 * ((flags & 15) + ((flags >>> 4) & 15)); ;) {
    if (at + 16 > NBI_HEADER_BYTES) return err(loaderMessage('loader.nbi.no-last'));
    const lengths = header[at] ?? 0;
    const kind = header[at + 3] ?? 0;
    if ((lengths & 15) < 4)
      return err(
        loaderMessage('loader.nbi.record', { bytes: 4 * (lengths & 15), found: toHex(header.subarray(at, at + 4)) }),
      );
    const [given, bytes, room] = [le32(header, at + 4), le32(header, at + 8), le32(header, at + 12)];
    const address = placed(kind & 3, given, last, memoryEnd);
    if (bytes > room) return err(loaderMessage('loader.nbi.piece'));
    segments.push({ address, bytes, room, fileOffset });
    fileOffset += bytes;
    last = { address, room };
    if ((kind & LAST_SEGMENT) !== 0) break;
    at += 4 * ((lengths & 15) + (lengths >>> 4));
  }
  const entry =
    flags >= FLAG_LINEAR
      ? ({ mode: 'protected', eip: entryWord } as const)
      : ({ mode: 'real', cs: entryWord >>> 16, ip: entryWord & 0xffff } as const);
  return ok({ location, entry, segments, fileBytes: fileOffset });
}

/** The four ways of saying where a piece goes (§5, flags byte, bits 0 and 1). */
function placed(
  way: number,
  given: number,
  last: { readonly address: number; readonly room: number },
  memoryEnd: number,
): number {
  switch (way) {
    case 0:
      return given;
    case 1:
      return last.address + last.room + given;
    case 2:
      return memoryEnd - given;
    default:
      return last.address - given;
  }
}

/**
 * Puts header and segments where the header wants them, and calls back for each. Returns the first that has no room: it and
 * those behind it are not written.
 */
export function placeNbi(
  { memory, freeBaseBytes }: Pick<Platform, 'memory' | 'freeBaseBytes'>,
  { location, segments }: NbiImage,
  file: Uint8Array,
  placed: (number: number, segment: NbiSegment) => void,
): NbiSegment | undefined {
  memory.write(location.segment * 16 + location.offset, file.subarray(0, NBI_HEADER_BYTES));
  for (const [index, segment] of segments.entries()) {
    const { address, bytes, room, fileOffset } = segment;
    const isInside = address >= 0 && address + room <= memory.sizeBytes;
    const isHeld = address < ONE_MIB && address + room > freeBaseBytes;
    if (!isInside || isHeld) return segment;
    memory.write(address, file.subarray(fileOffset, fileOffset + bytes));
    if (room > bytes) memory.write(address + bytes, new Uint8Array(room - bytes));
    placed(index + 1, segment);
  }
  return undefined;
}

/** In real mode a far call, with a far pointer to the header above the return address. */
export function nbiProgram(name: string, { location, entry }: NbiImage): Program {
  const header = (location.segment << 16) | location.offset;
  return {
    kind: 'linux',
    name,
    entry: entry.mode === 'real' ? { ...entry, interrupts: true, argument: header >>> 0 } : entry,
  };
}
