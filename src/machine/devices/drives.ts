/**
 * What is in a PC's drives, made at the first power-on. It stays when the power goes: what a guest has written to a disk
 * is there at the next start.
 */
import type { PcMedia } from '../pc-options.ts';
import { makeDisk, ownBuffer } from '../v86/host.ts';
import type { DriveKind } from '../observe/disk-boot.ts';
import type { V86Disk } from '../v86/internals.ts';

export interface Drives {
  readonly floppy?: ArrayBuffer;
  readonly disk?: V86Disk;
  readonly cdrom?: Uint8Array;
}

/** The drives with another medium in one of them, or none. */
export function withMedium(drives: Drives, drive: 'floppy' | 'cdrom', image: Uint8Array | undefined): Drives {
  const { [drive]: _out, ...others } = drives;
  return image === undefined ? others : { ...others, [drive]: drive === 'floppy' ? ownBuffer(image) : image };
}

export function makeDrives({ floppy, disk, cdrom }: PcMedia): Drives {
  return {
    ...(floppy === undefined ? {} : { floppy: ownBuffer(floppy) }),
    ...(disk === undefined ? {} : { disk: makeDisk(disk, 512) }),
    ...(cdrom === undefined ? {} : { cdrom }),
  };
}

/** All bytes of a drive, as they are now; undefined for a drive with nothing in it. Must not be changed. */
export function driveBytes({ floppy, disk, cdrom }: Drives, drive: DriveKind): Uint8Array | undefined {
  switch (drive) {
    case 'floppy':
      return floppy === undefined ? undefined : new Uint8Array(floppy);
    case 'disk':
      return disk?.get_from_cache(0, disk.byteLength);
    case 'cdrom':
      return cdrom;
  }
}
