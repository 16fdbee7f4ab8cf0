/**
 * What a BIOS makes of a ROM file in the flash of a PCI card: it walks through the images for the one that names the card,
 * copies that to memory, adds it up, and calls it, or passes it over without a word. In the order in which SeaBIOS looks,
 * which is that of the PCI Firmware Specification 3.0 §5.2.
 */
import { hexNumber } from '../../base/bytes.ts';
import { defineMessages, type Message } from '../../base/sentence.ts';
import { CODE_TYPE, readRomFile, type RomImage } from './rom-file.ts';

export const FLASH_TEXTS = {
  'flash.started':
    'The BIOS finds a ROM for {card} in the flash of the card: {product}, {bytes} bytes, sum 00. It copies it to memory and starts it',
  'flash.not-a-rom': 'The BIOS passes the ROM over: the flash of the card does not begin with 55 AA',
  'flash.no-pcir': 'The BIOS passes the ROM over: it has no PCI data structure (PCIR), which says for which card it is',
  'flash.other-card': 'The BIOS passes the ROM over: it is for {ids}, and the card is {card}',
  'flash.efi-only':
    'The BIOS passes the ROM over: its code is for EFI (code type 3), and a BIOS starts code type 0 only',
  'flash.no-size': 'The BIOS passes the ROM over: its header gives a size of 0',
  'flash.too-large':
    'The BIOS passes the ROM over: it has {bytes} bytes, and a ROM header cannot say more than {most}; its size byte says {size}',
  'flash.cut-off':
    'The BIOS passes the ROM over: its bytes add up to {sum} instead of 00. Its header says {bytes} bytes, and the file ends after {found}',
  'flash.wrong-sum': 'The BIOS passes the ROM over: its bytes add up to {sum} instead of 00, so one of them is wrong',
} as const;

const flashMessage = defineMessages(FLASH_TEXTS);

export interface CardIds {
  readonly vendorId: number;
  readonly deviceId: number;
}

/** The most that the size byte of a ROM header can say. */
const MAX_ROM_BYTES = 0xff * 512;

export interface FlashVerdict {
  readonly isStarted: boolean;
  /** What it starts, or why it passes the ROM over. */
  readonly message: Message;
}

export function formatIds({ vendorId, deviceId }: CardIds): string {
  return `${hexNumber(vendorId, 4)}:${hexNumber(deviceId, 4)}`.toLowerCase();
}

export function judgeFlash(file: Uint8Array, card: CardIds): FlashVerdict {
  const images = readRomFile(file);
  const passedOver = (message: Message): FlashVerdict => ({ isStarted: false, message });
  if (images.length === 0) return passedOver(flashMessage('flash.not-a-rom'));
  const image = images.find(({ pci }) => pci !== undefined && isFor(pci, card) && pci.codeType === CODE_TYPE.pcAt);
  if (image === undefined) return passedOver(noMatch(images, card));
  const { sizeBytes: bytes, sum, pci } = image;
  // An .mrom is longer than its header says, too, but what the header says adds up.
  if ((bytes === 0 || sum !== 0) && pci !== undefined && pci.imageBytes > MAX_ROM_BYTES)
    return passedOver(
      flashMessage('flash.too-large', { bytes: pci.imageBytes, most: MAX_ROM_BYTES, size: bytes / 512 }),
    );
  if (bytes === 0) return passedOver(flashMessage('flash.no-size'));
  if (sum !== 0) {
    const found = file.length - image.offset;
    return passedOver(
      found < bytes
        ? flashMessage('flash.cut-off', { sum: hexNumber(sum, 2), bytes, found })
        : flashMessage('flash.wrong-sum', { sum: hexNumber(sum, 2) }),
    );
  }
  const product = image.pnp?.product ?? '';
  return { isStarted: true, message: flashMessage('flash.started', { card: formatIds(card), product, bytes }) };
}

function isFor(ids: CardIds, card: CardIds): boolean {
  return ids.vendorId === card.vendorId && ids.deviceId === card.deviceId;
}

function noMatch(images: readonly RomImage[], card: CardIds): Message {
  const named = images.flatMap(({ pci }) => (pci === undefined ? [] : [pci]));
  if (named.length === 0) return flashMessage('flash.no-pcir');
  if (named.some((pci) => isFor(pci, card))) return flashMessage('flash.efi-only');
  const ids = [...new Set(named.map(formatIds))].join(', ');
  return flashMessage('flash.other-card', { ids, card: formatIds(card) });
}

/** Where iPXE and the lab's ROM keep the byte that makes the sum zero (and QEMU looks for it). */
const CHECKSUM_OFFSET = 6;
const PCIR_POINTER = 0x18;

/**
 * The file with the ids of the card in its first image, and its sum kept: what QEMU does when it puts one of its own ROMs into
 * a card, and what Debian's `pxe-ne2k_pci.rom` needs, which names no card.
 */
export function fitToCard(file: Uint8Array, card: CardIds): Uint8Array {
  const [image] = readRomFile(file);
  if (image?.pci === undefined) return file;
  const fitted = file.slice();
  const view = new DataView(fitted.buffer);
  const at = view.getUint16(PCIR_POINTER, true) + 4;
  const sumAt = (): number => [0, 1, 2, 3].reduce((total, i) => total + view.getUint8(at + i), 0);
  const before = sumAt();
  view.setUint16(at, card.vendorId, true);
  view.setUint16(at + 2, card.deviceId, true);
  view.setUint8(CHECKSUM_OFFSET, view.getUint8(CHECKSUM_OFFSET) + before - sumAt());
  return fitted;
}
