/**
 * Where the firmware's volumes lie in guest memory. The build of the images tool links them for these addresses, and the
 * machine puts them there at power-on and at each reset.
 */

/** The 4 MiB that OVMF takes for its flash chip. v86 runs code in RAM only, so they are RAM, below OVMF's own volumes. */
export const FLASH_BASE = 0x40_0000;
/** Variables come first in the flash. */
export const FLASH_VARIABLES_BYTES = 0x8_4000;

export interface VolumePlace {
  /** Path in the image catalogue. */
  readonly image: string;
  readonly address: number;
  /** The volume's own length; what the image lacks of it reads as FFh, as erased flash does. */
  readonly bytes: number;
}

/** The first code that runs (SEC). */
export const SECFV: VolumePlace = { image: 'uefi/secfv.fv', address: 0x7c_c000, bytes: 0x3_4000 };
/** Memory and platform initialization (PEI). */
export const PEIFV: VolumePlace = { image: 'uefi/peifv.fv', address: 0x82_0000, bytes: 0xe_0000 };
/** Drivers, boot manager and shell (DXE, BDS). */
export const DXEFV: VolumePlace = { image: 'uefi/dxefv.fv', address: 0x90_0000, bytes: 0xc0_0000 };

export const VOLUMES: readonly VolumePlace[] = [SECFV, PEIFV, DXEFV];
