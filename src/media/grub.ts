/**
 * GRUB's first two stages as they lie on a disk: `boot.img` in the boot sector knows where `core.img` begins, and the first
 * sector of that where the rest is.
 */
import { err, ok, type Result } from '../base/result.ts';
import type { Message } from '../base/sentence.ts';
import { mediaMessage } from './messages.ts';
import { SECTOR_BYTES, sectorsOf } from './sectors.ts';

/** Two files of GRUB's `i386-pc` platform: `boot.img`, and what `grub-mkimage -O i386-pc` made. */
export interface GrubImages {
  readonly bootImg: Uint8Array;
  readonly coreImg: Uint8Array;
}

/** The two with the places filled in. */
export interface PlacedGrub {
  readonly boot: Uint8Array;
  readonly core: Uint8Array;
}

/**
 * Fields of GRUB 2's boot sector: the number of the sector to load next (64 bits), and a jump over the check of the drive
 * number, which `grub-install` takes away on hard disks for the BIOSes that pass a wrong number in DL.
 */
const BOOT_IMG = { kernelSector: 0x5c, driveCheck: 0x66 } as const;
const NOP = 0x90;

/**
 * The first sector of `core.img` loads the others by a list that grows downwards from its end; an entry is the first
 * sector (64 bits), the number of sectors and the segment to load them to (16 bits each).
 */
const CORE_LIST_ENTRY = 0x1f4;
const CORE_LIST_LENGTH = CORE_LIST_ENTRY + 8;
const CORE_LIST_SEGMENT = CORE_LIST_ENTRY + 10;
const CORE_SEGMENT = 0x820;
/** `core.img` is to be at `coreSector` of the whole disk. */
export function placeGrub(
  { bootImg, coreImg }: GrubImages,
  { coreSector, isHardDisk }: { readonly coreSector: number; readonly isHardDisk: boolean },
): Result<PlacedGrub, Message> {
  const isBootSector = bootImg.length === SECTOR_BYTES && bootImg[0x1fe] === 0x55 && bootImg[0x1ff] === 0xaa;
  if (!isBootSector) return err(mediaMessage('media.disk.boot-image', { bytes: bootImg.length }));
  const rest = sectorsOf(coreImg) - 1;
  const core = coreImg.slice();
  const list = new DataView(core.buffer);
  const isCore =
    rest > 0 &&
    list.getUint16(CORE_LIST_LENGTH, true) === rest &&
    list.getUint16(CORE_LIST_SEGMENT, true) === CORE_SEGMENT;
  if (!isCore) return err(mediaMessage('media.disk.core-image'));
  list.setBigUint64(CORE_LIST_ENTRY, BigInt(coreSector + 1), true);
  const boot = bootImg.slice();
  new DataView(boot.buffer).setBigUint64(BOOT_IMG.kernelSector, BigInt(coreSector), true);
  if (isHardDisk) boot.fill(NOP, BOOT_IMG.driveCheck, BOOT_IMG.driveCheck + 2);
  return ok({ boot, core });
}
