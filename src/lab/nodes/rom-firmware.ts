/** The lab's own ROM as a file: what is built into it, and the firmware that stands behind it once it is in a card. */
import { utf8 } from '../../base/bytes.ts';
import { buildOptionRom, MAX_ROM_BUILD_BYTES, readRomBuild } from '../../firmware/rom/option-rom.ts';
import { fitToCard, judgeFlash, type FlashVerdict } from '../../firmware/rom/flash.ts';
import { readRomFile, type RomImage } from '../../firmware/rom/rom-file.ts';
import { pcFirmware } from '../../scenario/nodes/parts.ts';
import { PERSONALITIES } from '../../scenario/nodes/personalities.ts';
import type { PcNode } from '../../scenario/schema.ts';
import { flashIdsOf, type NicModel } from './hardware.ts';

type PcFirmwareSettings = PcNode['firmware'];

/** What the BIOS shows in its boot menu. */
export function romProduct({ personality }: PcFirmwareSettings): string {
  return personality === 'pxe' ? 'PXE 2.1 boot ROM' : PERSONALITIES[personality].title;
}

/** A ROM file for a card of this model; undefined when what is built in (an embedded script) is too long for a ROM. */
export function romFile(firmware: PcFirmwareSettings, model: NicModel): Uint8Array | undefined {
  const build = JSON.stringify(firmware);
  if (utf8(build).length > MAX_ROM_BUILD_BYTES) return undefined;
  return buildOptionRom({ ...flashIdsOf(model), manufacturer: 'Netboot Lab', product: romProduct(firmware), build })
    .bytes;
}

/** A ROM file in a card, taken apart, with what the BIOS makes of it. */
export interface RomView {
  readonly sizeBytes: number;
  readonly images: readonly RomImage[];
  readonly verdict: FlashVerdict;
}

export function viewRom(rom: Uint8Array, model: NicModel, fitIds: boolean): RomView {
  const card = flashIdsOf(model);
  const bytes = fitIds ? fitToCard(rom, card) : rom;
  return { sizeBytes: bytes.length, images: readRomFile(bytes), verdict: judgeFlash(bytes, card) };
}

/** The firmware of a ROM file of the lab's; undefined for any other ROM, and for one whose text was damaged. */
export function romFirmware(rom: Uint8Array): PcFirmwareSettings | undefined {
  const build = readRomBuild(rom);
  if (build === undefined) return undefined;
  try {
    const parsed = pcFirmware.safeParse(JSON.parse(build));
    return parsed.success && parsed.data.personality !== 'uefi' ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
