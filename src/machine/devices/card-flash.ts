/**
 * The flash memory of a network card: its PCI expansion ROM, which the BIOS reads through a window in memory, and reports
 * nothing about. What becomes of it is in the lab's log, at the time at which the BIOS looks.
 */
import { itemAt } from '../../base/lists/list.ts';
import type { EventSink } from '../../base/event-log.ts';
import { fitToCard, judgeFlash, type CardIds } from '../../firmware/rom/flash.ts';
import type { V86Cpu } from '../v86/internals.ts';

export interface CardFlash {
  readonly rom: Uint8Array;
  /** The ids of the card are written into the ROM, as QEMU does with its own. */
  readonly fitIds: boolean;
}

/** Between the VGA card's memory and the BIOS's own ROM; above all RAM. */
const WINDOW = 0xfd00_0000;
/** The largest expansion ROM (PCI 3.0 §6.2.5.2). */
const MAX_BYTES = 16 * 1024 * 1024;
/** v86 maps memory by so much. */
const MAP_BYTES = 128 * 1024;
/** Word of the expansion ROM's address in configuration space. */
const ROM_ADDRESS = 0x30 / 4;
/** Where v86 puts the first card: NE2000, virtio. */
const PLACES = [5 << 3, 10 << 3] as const;
const UNWRITTEN = 0xff;

function cardPlace(cpu: V86Cpu): number {
  const [ne2k, virtio] = PLACES;
  return cpu.devices.virtio_net === undefined ? ne2k : virtio;
}

function idsOf(space: Int32Array): CardIds {
  const word = itemAt(space, 0);
  return { vendorId: word & 0xffff, deviceId: word >>> 16 };
}

export function plugFlash(
  cpu: V86Cpu,
  { rom, fitIds }: CardFlash,
  now: () => number,
  log: EventSink,
): { restart(): void } {
  const { pci } = cpu.devices;
  const place = cardPlace(cpu);
  const space = itemAt(pci.device_spaces, place);
  const ids = idsOf(space);
  const bytes = (fitIds ? fitToCard(rom, ids) : rom).subarray(0, MAX_BYTES);
  let size = MAP_BYTES;
  while (size < bytes.length) size *= 2;
  const device = itemAt(pci.devices, place);
  device.pci_rom_size = size;
  device.pci_rom_address = WINDOW;
  space[ROM_ADDRESS] = WINDOW;
  let isReported = false;
  const report = (): void => {
    isReported = true;
    const { isStarted, message } = judgeFlash(bytes, ids);
    const code = message.says.id;
    log.emit({ kind: 'decision', code, severity: isStarted ? 'info' : 'error', ...message }, { timeNs: now() });
  };
  cpu.io.mmap_register(
    WINDOW,
    size,
    (address) => {
      if (!isReported) report();
      return bytes[(address >>> 0) - WINDOW] ?? UNWRITTEN;
    },
    () => {},
  );
  return {
    restart() {
      isReported = false;
    },
  };
}
