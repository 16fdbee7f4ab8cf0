/**
 * Disks with an MBR partition table, and with GRUB in the boot sector and in the gap before the first partition, as
 * `grub-install` leaves them. Everything is found by sector number (LBA): a BIOS with the EDD calls of INT 13h reads
 * beyond the 8 GB that cylinder, head and sector can say.
 */
import { concatBytes } from '../base/bytes.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { Message } from '../base/sentence.ts';
import { placeGrub, type GrubImages } from './grub.ts';
import { mediaMessage } from './messages.ts';
import { SECTOR_BYTES, sectorsOf } from './sectors.ts';

/** Where the first partition begins, and to what each is aligned: 1 MiB, as partitioning programs do today. */
export const PARTITION_ALIGNMENT_SECTORS = 2048;
/** Larger images are not for memory. */
const MAX_SECTORS = (2 * 1024 ** 3) / SECTOR_BYTES;

/** Partition types of an MBR that the lab's disks use. */
export const PARTITION_TYPE = { fat32Lba: 0x0c, fat16Lba: 0x0e, linux: 0x83 } as const;

export interface MbrPartition {
  /** `PARTITION_TYPE`, or any other byte. */
  readonly type: number;
  /** Marked as the one to boot from: a BIOS or a boot sector may ask for it. GRUB does not. */
  readonly active?: boolean;
  /** A file system, from its first sector on. */
  readonly content: Uint8Array;
  /** When the partition is larger than its contents. */
  readonly sectors?: number;
}

export interface MbrDisk {
  /** At most 4. */
  readonly partitions: readonly MbrPartition[];
  readonly grub?: GrubImages;
  /** 32 bits; Linux names partition N of the disk `PARTUUID=signature-0N` (in hexadecimal). */
  readonly signature: number;
}

const TABLE = { signature: 0x1b8, entries: 0x1be, entryBytes: 16, entryCount: 4, bootSignature: 0x1fe } as const;

/** `core.img` lies directly behind the MBR. */
const CORE_SECTOR = 1;

/** `int 18h; hlt; jmp $-1`: a disk without a boot loader sends the BIOS on to its next device. */
const NO_BOOT_LOADER = [0xcd, 0x18, 0xf4, 0xeb, 0xfd];

/** What a BIOS makes of a disk by LBA assist; the largest image ends far below its 1024 cylinders. */
const GEOMETRY = { heads: 255, sectors: 63 } as const;

/** The whole disk, a whole number of MiB. Fails when the parts do not fit together. */
export function makeMbrDisk({ partitions, grub, signature }: MbrDisk): Result<Uint8Array, Message> {
  if (partitions.length > TABLE.entryCount)
    return err(mediaMessage('media.disk.partitions', { count: partitions.length }));
  const placed: { readonly partition: MbrPartition; readonly first: number; readonly sectors: number }[] = [];
  let end = PARTITION_ALIGNMENT_SECTORS;
  for (const [index, partition] of partitions.entries()) {
    const needed = sectorsOf(partition.content);
    const sectors = partition.sectors ?? needed;
    const number = index + 1;
    if (sectors === 0) return err(mediaMessage('media.disk.empty-partition', { number }));
    if (sectors < needed) return err(mediaMessage('media.disk.partition-too-small', { number, sectors, needed }));
    placed.push({ partition, first: end, sectors });
    end = Math.ceil((end + sectors) / PARTITION_ALIGNMENT_SECTORS) * PARTITION_ALIGNMENT_SECTORS;
  }
  if (end > MAX_SECTORS) {
    const perMebibyte = 1024 ** 2 / SECTOR_BYTES;
    const parameters = { mebibytes: Math.ceil(end / perMebibyte), limit: MAX_SECTORS / perMebibyte };
    return err(mediaMessage('media.disk.too-large', parameters));
  }
  const disk = new Uint8Array(end * SECTOR_BYTES);
  const loader = grub === undefined ? ok(Uint8Array.from(NO_BOOT_LOADER)) : embedGrub(grub);
  if (!loader.ok) return loader;
  disk.set(loader.value);
  const view = new DataView(disk.buffer);
  disk.fill(0, TABLE.signature, TABLE.bootSignature);
  view.setUint32(TABLE.signature, signature, true);
  for (const [index, { partition, first, sectors }] of placed.entries()) {
    const at = TABLE.entries + index * TABLE.entryBytes;
    disk[at] = partition.active === true ? 0x80 : 0;
    disk.set(cylinderHeadSector(first), at + 1);
    disk[at + 4] = partition.type;
    disk.set(cylinderHeadSector(first + sectors - 1), at + 5);
    view.setUint32(at + 8, first, true);
    view.setUint32(at + 12, sectors, true);
    disk.set(partition.content, first * SECTOR_BYTES);
  }
  disk.set([0x55, 0xaa], TABLE.bootSignature);
  return ok(disk);
}

/** The MBR's code and the sectors behind it. */
function embedGrub(grub: GrubImages): Result<Uint8Array, Message> {
  const placed = placeGrub(grub, { coreSector: CORE_SECTOR, isHardDisk: true });
  if (!placed.ok) return placed;
  const { boot, core } = placed.value;
  const gap = PARTITION_ALIGNMENT_SECTORS - CORE_SECTOR;
  const sectors = sectorsOf(core);
  if (sectors > gap) return err(mediaMessage('media.disk.core-too-large', { sectors, gap }));
  return ok(concatBytes([boot, core]));
}

/** Head, sector and cylinder as an MBR packs them. */
function cylinderHeadSector(lba: number): readonly number[] {
  const track = Math.floor(lba / GEOMETRY.sectors);
  const cylinder = Math.floor(track / GEOMETRY.heads);
  const sector = (lba % GEOMETRY.sectors) + 1;
  return [track % GEOMETRY.heads, ((cylinder >> 2) & 0xc0) | sector, cylinder & 0xff];
}
