/**
 * What is on a disk, as far as its first sectors say: partitions (MBR with a chain of logical ones, GPT) and the names of
 * the file systems in them. Reads little, and nothing that it reads can make it read for long.
 */
import { byteAt, fromLatin1, hexNumber } from '../bytes.ts';
import { guidText } from '../data/guid.ts';

/** Bytes from a place; less than asked for at the end of the disk. */
export type ReadBytes = (start: number, bytes: number) => Uint8Array;

export interface DiskPart {
  /** As Linux counts them. */
  readonly number: number;
  /** In sectors of 512 bytes. */
  readonly first: number;
  readonly sectors: number;
  /** Of an MBR: two hexadecimal digits; of a GPT: the GUID. */
  readonly type: string;
  readonly isActive: boolean;
  /** The file system, or what else is recognised; empty for none. */
  readonly content: string;
}

export interface DiskLayout {
  readonly table: 'mbr' | 'gpt' | 'none';
  /** The first sector ends with 55 AA: a BIOS boots no other. */
  readonly isBootable: boolean;
  readonly parts: readonly DiskPart[];
  /** Of a disk without partitions, such as a CD. */
  readonly content: string;
}

const SECTOR_BYTES = 512;
const ENTRIES_AT = 446;
const ENTRY_BYTES = 16;
const SIGNATURE_AT = 510;
const MAX_LOGICAL = 60;
const FIRST_LOGICAL = 5;
const EXTENDED: ReadonlySet<number> = new Set([0x05, 0x0f, 0x85]);
const PROTECTIVE = 0xee;
const MAX_GPT_ENTRIES = 128;
const GPT_ENTRY_BYTES = 128;
const MAX_SECTORS = 2 ** 51;

function le(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = count - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}

const text = (bytes: Uint8Array, at: number, length: number): string => fromLatin1(bytes, at, at + length);

/** Signatures of file systems: place, bytes, name. */
const MAGIC: readonly (readonly [at: number, magic: string, name: string])[] = [
  [3, 'NTFS    ', 'NTFS'],
  [3, 'EXFAT   ', 'exFAT'],
  [0, 'XFSB', 'XFS'],
  [0, 'LUKS\xba\xbe', 'LUKS'],
  [0, 'hsqs', 'SquashFS'],
  [512, 'LABELONE', 'LVM'],
  [4086, 'SWAPSPACE2', 'swap'],
  [0x8001, 'CD001', 'ISO 9660'],
  [0x1_0040, '_BHRfS_M', 'Btrfs'],
];
const LOOKED_AT_BYTES = 0x1_0048;
/** The superblock of ext2 (Linux `Documentation/filesystems/ext4/super.rst`): magic, then the features. */
const EXT = { at: 1024, magic: 0xef53, magicAt: 56, compatibleAt: 92, incompatibleAt: 96 } as const;

/** The file system that begins at a place; empty when none is recognised. */
function contentAt(read: ReadBytes, start: number): string {
  const bytes = read(start, LOOKED_AT_BYTES);
  const found = MAGIC.find(([at, magic]) => bytes.length > at && text(bytes, at, magic.length) === magic);
  if (found !== undefined) return found[2];
  if (le(bytes, EXT.at + EXT.magicAt, 2) === EXT.magic) {
    const hasExtents = (le(bytes, EXT.at + EXT.incompatibleAt, 4) & 0x40) !== 0;
    const hasJournal = (le(bytes, EXT.at + EXT.compatibleAt, 4) & 4) !== 0;
    return hasExtents ? 'ext4' : hasJournal ? 'ext3' : 'ext2';
  }
  if (text(bytes, 82, 5) === 'FAT32') return 'FAT32';
  const fat = text(bytes, 54, 5);
  return fat === 'FAT16' || fat === 'FAT12' ? fat : '';
}

interface Entry {
  readonly type: number;
  readonly first: number;
  readonly sectors: number;
  readonly isActive: boolean;
}

function entriesOf(sector: Uint8Array): readonly Entry[] {
  return [0, 1, 2, 3].map((index) => {
    const at = ENTRIES_AT + index * ENTRY_BYTES;
    const isActive = byteAt(sector, at) === 0x80;
    return { type: byteAt(sector, at + 4), first: le(sector, at + 8, 4), sectors: le(sector, at + 12, 4), isActive };
  });
}

const isTable = (sector: Uint8Array): boolean =>
  sector.length === SECTOR_BYTES && le(sector, SIGNATURE_AT, 2) === 0xaa55;

/** A boot sector of a file system has code where a partition table would be: its status bytes are no status bytes. */
const looksRight = (sector: Uint8Array): boolean =>
  [0, 1, 2, 3].every((index) => [0, 0x80].includes(sector[ENTRIES_AT + index * ENTRY_BYTES] ?? 1)) &&
  entriesOf(sector).some(({ type, sectors }) => type !== 0 && sectors > 0);

export function readLayout(read: ReadBytes): DiskLayout {
  const first = read(0, SECTOR_BYTES);
  const isBootable = isTable(first);
  if (!isBootable || !looksRight(first)) return { table: 'none', isBootable, parts: [], content: contentAt(read, 0) };
  const entries = entriesOf(first);
  if (entries.some(({ type }) => type === PROTECTIVE)) {
    const parts = gptParts(read);
    if (parts !== undefined) return { table: 'gpt', isBootable, parts, content: '' };
  }
  return { table: 'mbr', isBootable, parts: mbrParts(read, entries), content: isoOf(read) };
}

/** An installer's CD that may be written to a stick is both: an ISO with a partition table. */
function isoOf(read: ReadBytes): string {
  return text(read(0x8001, 5), 0, 5) === 'CD001' ? 'ISO 9660' : '';
}

function mbrParts(read: ReadBytes, entries: readonly Entry[]): readonly DiskPart[] {
  const part = (number: number, { type, first, sectors, isActive }: Entry): DiskPart => ({
    number,
    first,
    sectors,
    type: hexNumber(type, 2),
    isActive,
    content: EXTENDED.has(type) ? '' : contentAt(read, first * SECTOR_BYTES),
  });
  const parts = entries.flatMap((entry, index) => (entry.sectors === 0 ? [] : [part(index + 1, entry)]));
  const extended = entries.find(({ type, sectors }) => EXTENDED.has(type) && sectors > 0);
  let at = extended?.first;
  for (let number = FIRST_LOGICAL; at !== undefined && number < FIRST_LOGICAL + MAX_LOGICAL; number++) {
    const table = read(at * SECTOR_BYTES, SECTOR_BYTES);
    if (!isTable(table)) break;
    const [logical, next] = entriesOf(table);
    if (logical !== undefined && logical.sectors > 0) {
      parts.push(part(number, { ...logical, first: at + logical.first }));
    }
    const isLast = next === undefined || next.sectors === 0 || extended === undefined;
    at = isLast ? undefined : extended.first + next.first;
  }
  return parts;
}

/** UEFI 2.10 §5.3. */
function gptParts(read: ReadBytes): readonly DiskPart[] | undefined {
  const header = read(SECTOR_BYTES, SECTOR_BYTES);
  if (text(header, 0, 8) !== 'EFI PART' || le(header, 84, 4) !== GPT_ENTRY_BYTES) return undefined;
  const count = Math.min(le(header, 80, 4), MAX_GPT_ENTRIES);
  const entriesAt = le(header, 72, 8);
  if (entriesAt > MAX_SECTORS) return undefined;
  const table = read(entriesAt * SECTOR_BYTES, count * GPT_ENTRY_BYTES);
  const parts: DiskPart[] = [];
  for (let index = 0; (index + 1) * GPT_ENTRY_BYTES <= table.length; index++) {
    const entry = table.subarray(index * GPT_ENTRY_BYTES, (index + 1) * GPT_ENTRY_BYTES);
    const type = guidText(entry);
    const first = le(entry, 32, 8);
    const sectors = le(entry, 40, 8) - first + 1;
    if (/^[0-]*$/.test(type) || first > MAX_SECTORS || sectors < 1 || sectors > MAX_SECTORS) continue;
    const content = contentAt(read, first * SECTOR_BYTES);
    parts.push({ number: index + 1, first, sectors, type, isActive: false, content });
  }
  return parts;
}
