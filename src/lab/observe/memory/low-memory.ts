/**
 * What lies in the first MiB of a PC, where a BIOS, an option ROM and a boot program live side by side in real mode: found
 * by the signatures and pointers that the programs themselves go by, never from what the lab itself put there.
 */
import { byteAt, fromLatin1, hexNumber } from '../../../base/bytes.ts';
import { readBootTable } from './boot-tables.ts';
import { readRomFile } from '../../../firmware/rom/rom-file.ts';
import { readPxenvStructure, readPxeStructure, type ApiStructure, type StructureField } from './pxe-structures.ts';

/** How much of memory is looked at. */
export const LOW_MEMORY_BYTES = 0x10_0000;

/** What a region is; the page has a name and a sentence for each. */
export type RegionKind =
  | 'vectors'
  | 'bios-data'
  | 'free'
  | 'boot-code'
  | 'reserved'
  | 'undi-code'
  | 'undi-data'
  | 'base-code'
  | 'base-data'
  | 'pxe'
  | 'pxenv'
  | 'boot-table'
  | 'ebda'
  | 'video'
  | 'option-rom'
  | 'bios';

export interface MemoryRegion {
  readonly kind: RegionKind;
  /** Linear address. */
  readonly start: number;
  readonly lengthBytes: number;
  /** The product of a ROM, the signature of a table. */
  readonly name: string;
  readonly fields: readonly StructureField[];
  /** False: its bytes do not add up to 0 as they should. */
  readonly isSumRight?: boolean;
}

/** The first MiB of a machine, with what lies in it. */
export interface LowMemoryView {
  readonly bytes: Uint8Array;
  readonly regions: readonly MemoryRegion[];
}

const VECTORS_BYTES = 0x400;
const BIOS_DATA = { start: 0x400, lengthBytes: 0x100, ebda: 0x40e, baseMemoryKib: 0x413, ticks: 0x46c, disks: 0x475 };
const BOOT_ADDRESS = 0x7c00;
const BASE_MEMORY_BYTES = 0xa_0000;
const VIDEO_BYTES = 0x2_0000;
const ROMS = { start: 0xc_0000, end: 0xe_0000, step: 0x800 };
const PARAGRAPH = 16;
const KIB = 1024;
/** Vectors that this story is about, with the names of their services. */
const VECTORS: readonly (readonly [number: number, name: string])[] = [
  [0x08, 'INT 08h timer'],
  [0x09, 'INT 09h keyboard'],
  [0x10, 'INT 10h video'],
  [0x13, 'INT 13h disks'],
  [0x15, 'INT 15h system'],
  [0x16, 'INT 16h keyboard'],
  [0x18, 'INT 18h no boot'],
  [0x19, 'INT 19h boot'],
  [0x1a, 'INT 1Ah clock, PXE'],
];
const BOOT_TABLES: readonly string[] = ['iBFT', 'aBFT', 'sBFT'];
/** Of an ACPI-like table: its signature, length, revision and checksum. */
const TABLE_HEADER_BYTES = 12;
const MAX_TABLE_BYTES = 0x1000;

/** The regions of a memory image, by address; smaller ones follow those that they lie in. Costs a pass over the image. */
export function mapLowMemory(memory: Uint8Array): readonly MemoryRegion[] {
  const u16 = (at: number): number => byteAt(memory, at) | (byteAt(memory, at + 1) << 8);
  const ebda = u16(BIOS_DATA.ebda) * PARAGRAPH;
  const freeEnd = Math.min(u16(BIOS_DATA.baseMemoryKib) * KIB, BASE_MEMORY_BYTES);
  const hasEbda = ebda >= freeEnd && ebda >= BOOT_ADDRESS && ebda < BASE_MEMORY_BYTES;
  const reservedEnd = hasEbda ? ebda : BASE_MEMORY_BYTES;
  const regions: MemoryRegion[] = [
    plain(
      'vectors',
      0,
      VECTORS_BYTES,
      VECTORS.map(([number, name]) => vector(number, name, u16)),
    ),
    plain('bios-data', BIOS_DATA.start, BIOS_DATA.lengthBytes, biosData(memory, u16)),
    plain('free', BIOS_DATA.start + BIOS_DATA.lengthBytes, freeEnd - BIOS_DATA.start - BIOS_DATA.lengthBytes),
    plain('reserved', freeEnd, reservedEnd - freeEnd),
    plain('ebda', ebda, hasEbda ? Math.min(byteAt(memory, ebda) * KIB, BASE_MEMORY_BYTES - ebda) : 0),
    plain('video', BASE_MEMORY_BYTES, VIDEO_BYTES),
    plain('bios', ROMS.end, LOW_MEMORY_BYTES - ROMS.end),
    ...bootCode(memory, freeEnd),
    ...optionRoms(memory),
    ...tables(memory),
    ...apiRegions(memory),
  ];
  return regions
    .filter(({ lengthBytes }) => lengthBytes > 0)
    .sort((a, b) => a.start - b.start || b.lengthBytes - a.lengthBytes);
}

function plain(
  kind: RegionKind,
  start: number,
  lengthBytes: number,
  fields: readonly StructureField[] = [],
): MemoryRegion {
  return { kind, start, lengthBytes, name: '', fields };
}

function vector(number: number, name: string, u16: (at: number) => number): StructureField {
  const address = number * 4;
  const value = `${hexNumber(u16(address + 2), 4)}:${hexNumber(u16(address), 4)}`;
  return { name, address, lengthBytes: 4, value };
}

function biosData(memory: Uint8Array, u16: (at: number) => number): readonly StructureField[] {
  const { ebda, baseMemoryKib, ticks, disks } = BIOS_DATA;
  return [
    { name: '40:0E EBDA', address: ebda, lengthBytes: 2, value: hexNumber(u16(ebda), 4) },
    { name: '40:13 KiB', address: baseMemoryKib, lengthBytes: 2, value: String(u16(baseMemoryKib)) },
    { name: '40:6C ticks', address: ticks, lengthBytes: 4, value: String(u16(ticks) + u16(ticks + 2) * 0x1_0000) },
    { name: '40:75 disks', address: disks, lengthBytes: 1, value: String(byteAt(memory, disks)) },
  ];
}

/** What was loaded to 0:7C00, up to the first 4 KiB that are empty. */
function bootCode(memory: Uint8Array, freeEnd: number): readonly MemoryRegion[] {
  const block = 4 * KIB;
  let end = BOOT_ADDRESS;
  while (end < freeEnd && memory.subarray(end, Math.min(end + block, freeEnd)).some((byte) => byte !== 0)) end += block;
  const lengthBytes = Math.min(end, freeEnd) - BOOT_ADDRESS;
  return lengthBytes <= 0 ? [] : [plain('boot-code', BOOT_ADDRESS, lengthBytes)];
}

function optionRoms(memory: Uint8Array): readonly MemoryRegion[] {
  const found: MemoryRegion[] = [];
  let at = ROMS.start;
  while (at < ROMS.end) {
    const [image] = readRomFile(memory.subarray(at, ROMS.end));
    if (image === undefined || image.sizeBytes === 0) {
      at += ROMS.step;
      continue;
    }
    const start = at;
    found.push({
      kind: 'option-rom',
      start,
      lengthBytes: Math.min(image.sizeBytes, ROMS.end - at),
      name: image.pnp?.product ?? '',
      isSumRight: image.sum === 0,
      fields: [],
    });
    at += Math.ceil(image.sizeBytes / ROMS.step) * ROMS.step;
  }
  return found;
}

function tables(memory: Uint8Array): readonly MemoryRegion[] {
  const found: MemoryRegion[] = [];
  for (let at = BOOT_ADDRESS & ~(PARAGRAPH - 1); at < BASE_MEMORY_BYTES; at += PARAGRAPH) {
    if (byteAt(memory, at + 1) !== 0x42) continue;
    const name = fromLatin1(memory, at, at + 4);
    if (!BOOT_TABLES.includes(name)) continue;
    const lengthBytes = byteAt(memory, at + 4) | (byteAt(memory, at + 5) << 8);
    if (lengthBytes < TABLE_HEADER_BYTES || lengthBytes > MAX_TABLE_BYTES) continue;
    let sum = 0;
    for (let i = 0; i < lengthBytes; i++) sum = (sum + byteAt(memory, at + i)) & 0xff;
    found.push({
      kind: 'boot-table',
      start: at,
      lengthBytes,
      name,
      isSumRight: sum === 0,
      fields: readBootTable(memory, at, lengthBytes),
    });
  }
  return found;
}

/** The API's structures, where a boot program looks for them: on paragraphs below 640 KiB. The segments are as !PXE names them. */
function apiRegions(memory: Uint8Array): readonly MemoryRegion[] {
  const found: MemoryRegion[] = [];
  const segments = new Map<string, MemoryRegion>();
  const add = (kind: 'pxe' | 'pxenv', structure: ApiStructure): void => {
    const { address: start, lengthBytes, sum, fields } = structure;
    found.push({ kind, start, lengthBytes, name: '', fields, isSumRight: sum === 0 });
    for (const segment of structure.segments) {
      const part = SEGMENT_KINDS[segment.name];
      if (part === undefined || segment.start + segment.lengthBytes > LOW_MEMORY_BYTES) continue;
      const key = `${segment.start} ${segment.lengthBytes}`;
      if (!segments.has(key)) segments.set(key, { ...plain(part, segment.start, segment.lengthBytes) });
    }
  };
  for (let at = BOOT_ADDRESS & ~(PARAGRAPH - 1); at < BASE_MEMORY_BYTES; at += PARAGRAPH) {
    const first = byteAt(memory, at);
    if (first !== 0x21 && first !== 0x50) continue;
    const pxe = readPxeStructure(memory, at);
    if (pxe?.sum === 0) add('pxe', pxe);
    const pxenv = readPxenvStructure(memory, at);
    if (pxenv?.sum === 0) add('pxenv', pxenv);
  }
  return [...found, ...segments.values()];
}

const SEGMENT_KINDS: Readonly<Record<string, RegionKind>> = {
  UNDIData: 'undi-data',
  UNDICode: 'undi-code',
  BC_Data: 'base-data',
  BC_Code: 'base-code',
};
