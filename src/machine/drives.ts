/**
 * What is in a PC's drives, made at the first power-on. It stays when the power goes: what a guest has written to a disk
 * is there at the next start.
 */
import type { PcMedia } from './pc-options.ts';
import { makeDisk, ownBuffer } from './v86/host.ts';
import type { V86Disk } from './v86/internals.ts';

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
