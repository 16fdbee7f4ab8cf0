/** Heads and sectors a track, guessed from the partition table as BIOSes do, so that old addresses stay right. */
import { byteAt } from '../../../base/bytes.ts';
import type { DiskGeometry } from '../../platform.ts';

const PARTITIONS_AT = 446;
const PARTITION_BYTES = 16;
const PARTITION_TYPE = 4;
const PARTITION_END_HEAD = 5;
const PARTITION_END_SECTOR = 6;

/** Without a hint: the largest of both. */
export const LARGEST_GEOMETRY: DiskGeometry = { heads: 255, sectorsPerTrack: 63 };

/** The last partition's end is the end of a cylinder: its head and sector are the largest there are. */
export function guessGeometry(masterBootRecord: Uint8Array): DiskGeometry {
  let { heads, sectorsPerTrack } = { heads: 0, sectorsPerTrack: 0 };
  for (let index = 0; index < 4; index++) {
    const at = PARTITIONS_AT + index * PARTITION_BYTES;
    if (byteAt(masterBootRecord, at + PARTITION_TYPE) === 0) continue;
    heads = Math.max(heads, byteAt(masterBootRecord, at + PARTITION_END_HEAD) + 1);
    sectorsPerTrack = Math.max(sectorsPerTrack, byteAt(masterBootRecord, at + PARTITION_END_SECTOR) & 0x3f);
  }
  const isPlausible = heads > 0 && heads <= 255 && sectorsPerTrack > 0;
  return isPlausible ? { heads, sectorsPerTrack } : LARGEST_GEOMETRY;
}
