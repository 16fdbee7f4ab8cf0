/** CDs that boot (El Torito 1.0): how one is recognised, and what its boot catalogue says to load. */
import { byteAt, fromLatin1 } from '../../../base/bytes.ts';
import type { Task } from '../../../base/time/task.ts';
import type { BlockDevice } from '../../platform.ts';
import { le16, le32 } from '../images/memory.ts';

export const CD_SECTOR_BYTES = 2048;
/** ECMA-119 §6.2.1: where volume descriptors begin. */
export const CD_DESCRIPTOR_SECTOR = 16;
/** El Torito §2.0: the boot record. */
const BOOT_RECORD_SECTOR = 17;
const STANDARD_ID = 'CD001';
const BOOT_SYSTEM_ID = 'EL TORITO SPECIFICATION';
const CATALOGUE_POINTER = 0x47;
/** The virtual sectors of El Torito. */
const VIRTUAL_SECTOR_BYTES = 512;
const DEFAULT_SEGMENT = 0x7c0;
/** The key of the validation entry, and the mark of an entry that boots. */
const VALIDATION_KEY = 0xaa55;
const BOOTABLE = 0x88;
const INITIAL_ENTRY = 0x20;

export interface BootImage {
  /** Where in memory it goes and is entered. */
  readonly segment: number;
  readonly data: Uint8Array;
}

/** ECMA-119 §8.4: the primary volume descriptor is of type 1. */
export function isCdDescriptor(descriptor: Uint8Array): boolean {
  return byteAt(descriptor, 0) === 1 && fromLatin1(descriptor, 1, 6) === STANDARD_ID;
}

/** What the initial entry of the boot catalogue names; undefined when the CD does not boot or cannot be read. */
export function* readBootImage(cd: BlockDevice): Task<BootImage | undefined> {
  const record = yield* cd.read(BOOT_RECORD_SECTOR, 1);
  if (record === undefined || byteAt(record, 0) !== 0) return undefined;
  const isBootRecord = fromLatin1(record, 1, 6) === STANDARD_ID && fromLatin1(record, 7, 30) === BOOT_SYSTEM_ID;
  if (!isBootRecord) return undefined;
  const catalogue = yield* cd.read(le32(record, CATALOGUE_POINTER), 1);
  if (catalogue === undefined || le16(catalogue, 30) !== VALIDATION_KEY) return undefined;
  if (byteAt(catalogue, INITIAL_ENTRY) !== BOOTABLE) return undefined;
  const segment = le16(catalogue, INITIAL_ENTRY + 2) || DEFAULT_SEGMENT;
  const virtualSectors = le16(catalogue, INITIAL_ENTRY + 6);
  const bytes = Math.max(virtualSectors, 1) * VIRTUAL_SECTOR_BYTES;
  const image = yield* cd.read(le32(catalogue, INITIAL_ENTRY + 8), Math.ceil(bytes / CD_SECTOR_BYTES));
  return image === undefined ? undefined : { segment, data: image };
}
