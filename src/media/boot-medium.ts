/**
 * Media that start a program by GRUB: a CD, a floppy, or a USB stick (which is a disk to a BIOS). They are what `ipxe.iso`,
 * `ipxe.dsk` and `ipxe.usb` are for, made without the programs of Linux that install boot loaders.
 */
import { utf8 } from '../base/bytes.ts';
import type { Result } from '../base/result.ts';
import type { Message } from '../base/sentence.ts';
import { makeFatVolume } from './fat.ts';
import { makeFloppy } from './floppy.ts';
import type { GrubImages } from './grub.ts';
import { makeIso } from './iso9660.ts';
import { makeMbrDisk, PARTITION_ALIGNMENT_SECTORS, PARTITION_TYPE } from './mbr-disk.ts';
import type { MediumFile } from './tree.ts';

export const MEDIUM_KINDS = ['iso', 'floppy', 'usb'] as const;
export type MediumKind = (typeof MEDIUM_KINDS)[number];

export interface BootMedium {
  readonly kind: MediumKind;
  /** `boot.img`, which a CD does not need, and the core for this kind of medium. */
  readonly grub: GrubImages;
  /** The text of `/boot/grub/grub.cfg`. */
  readonly config: string;
  readonly files: readonly MediumFile[];
}

const LABEL = 'NETBOOT_LAB';
/** 16 MiB: FAT16, as BIOSes that look into the partition table expect of a small stick. */
const STICK_SECTORS = 32_768;
const STICK_SIGNATURE = 0x4e42_4c01;
const CD_LOADER = '/boot/grub/eltorito.img';

export function makeBootMedium({ kind, grub, config, files }: BootMedium): Result<Uint8Array, Message> {
  const all = [{ path: '/boot/grub/grub.cfg', data: utf8(config) }, ...files];
  switch (kind) {
    case 'iso':
      return makeIso({
        volumeId: LABEL,
        files: [...all, { path: CD_LOADER, data: grub.coreImg }],
        boot: { path: CD_LOADER, emulation: 'none', infoTable: true, grubTable: true },
      });
    case 'floppy':
      return makeFloppy({ label: LABEL, files: all, grub });
    case 'usb': {
      const volume = makeFatVolume({
        sectors: STICK_SECTORS,
        files: all,
        label: LABEL,
        geometry: { heads: 255, sectorsPerTrack: 63 },
        mediaDescriptor: 0xf8,
        rootEntries: 512,
        hiddenSectors: PARTITION_ALIGNMENT_SECTORS,
        driveNumber: 0x80,
      });
      if (!volume.ok) return volume;
      return makeMbrDisk({
        partitions: [{ type: PARTITION_TYPE.fat16Lba, active: true, content: volume.value }],
        grub,
        signature: STICK_SIGNATURE,
      });
    }
  }
}

export interface IpxeMedium {
  readonly kind: MediumKind;
  readonly grub: GrubImages;
  /** `ipxe.lkrn`, which is loaded as a Linux kernel is. */
  readonly lkrn: Uint8Array;
  /** What it runs: it takes its script as its initrd. */
  readonly script: string;
}

const IPXE_CONFIG = `# Starts iPXE with the script of this medium.
linux16 /ipxe.lkrn
initrd16 /script.ipxe
boot
`;

export function makeIpxeMedium({ kind, grub, lkrn, script }: IpxeMedium): Result<Uint8Array, Message> {
  const files = [
    { path: '/ipxe.lkrn', data: lkrn },
    { path: '/script.ipxe', data: utf8(script) },
  ];
  return makeBootMedium({ kind, grub, config: IPXE_CONFIG, files });
}
