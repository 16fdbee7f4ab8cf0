/** 3.5-inch floppies of 1.44 MB: two sides of 80 tracks with 18 sectors. */
import { ok, type Result } from '../base/result.ts';
import type { Message } from '../base/sentence.ts';
import { makeFatVolume } from './fat.ts';
import { placeGrub, type GrubImages } from './grub.ts';
import { SECTOR_BYTES, sectorsOf } from './sectors.ts';
import type { MediumFile } from './tree.ts';

const FLOPPY_SECTORS = 2880;
/** Where the volume's parameters stand in its first sector, in the middle of a boot loader. */
const PARAMETERS = { start: 0x0b, end: 0x5a } as const;
/** The core lies behind the boot sector, in sectors that the file system leaves alone. */
const CORE_SECTOR = 1;

export interface FloppyOptions {
  readonly label: string;
  readonly files: readonly MediumFile[];
  /** Without it the floppy has files only. */
  readonly grub?: GrubImages;
}

export function makeFloppy({ label, files, grub }: FloppyOptions): Result<Uint8Array, Message> {
  const volume = makeFatVolume({
    sectors: FLOPPY_SECTORS,
    files,
    label,
    geometry: { heads: 2, sectorsPerTrack: 18 },
    mediaDescriptor: 0xf0,
    rootEntries: 224,
    reservedSectors: CORE_SECTOR + (grub === undefined ? 0 : sectorsOf(grub.coreImg)),
    driveNumber: 0,
  });
  if (!volume.ok || grub === undefined) return volume;
  const floppy = volume.value;
  const parameters = floppy.slice(PARAMETERS.start, PARAMETERS.end);
  const placed = placeGrub(grub, { coreSector: CORE_SECTOR, isHardDisk: false });
  if (!placed.ok) return placed;
  floppy.set(placed.value.boot);
  floppy.set(parameters, PARAMETERS.start);
  floppy.set(placed.value.core, CORE_SECTOR * SECTOR_BYTES);
  return ok(floppy);
}
