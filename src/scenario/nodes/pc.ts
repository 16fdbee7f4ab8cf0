/** An emulated PC: v86 with the lab's firmware as its option ROM. */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { SCENARIO_LIMITS } from '../limits.ts';
import { fileContent } from './content.ts';
import { portFaults } from './fault-schemas.ts';
import { defineNode, type NodeContent } from './node-kind.ts';
import { identity, name, nic, pcFirmware, position, power } from './parts.ts';

const bootDevice = z.enum(['network', 'disk', 'cdrom', 'floppy']);

const media = z.strictObject({
  floppy: z.optional(fileContent),
  cdrom: z.optional(fileContent),
  disk: z.optional(fileContent),
});

const settings = z.strictObject({
  kind: z.literal('pc'),
  name,
  memMiB: withDefault(z.int().check(z.gte(8), z.lte(SCENARIO_LIMITS.maxMemMiB)), 128),
  nics: z.array(nic).check(z.minLength(1), z.maxLength(4)),
  firmware: withDefault(pcFirmware, { personality: 'pxe', options: {} }),
  /** Devices in the order the BIOS tries them; the BIOS goes on with the others. */
  bootOrder: withDefault(z.array(bootDevice).check(z.minLength(1)), ['network']),
  /** The BIOS waits 2.5 s for this key before it boots, and shows a menu of all devices when it comes. */
  bootMenu: z.optional(z.enum(['Esc', 'F12'])),
  media: withDefault(media, {}),
  keyboardLayout: withDefault(z.enum(['us', 'fr', 'de']), 'us'),
  /** A kernel handed to the BIOS directly, without a network: the measure that a network boot is compared with. */
  preload: z.optional(
    z.strictObject({ kernel: fileContent, initrd: z.optional(fileContent), cmdline: withDefault(z.string(), '') }),
  ),
  /** An option ROM handed to the BIOS instead of the lab's firmware, without a card that it sits in (QEMU's `-option-rom`). */
  optionRom: z.optional(fileContent),
  /** A ROM file in the flash memory of the first card, instead of the lab's firmware. The BIOS starts it if it is right. */
  flash: z.optional(
    z.strictObject({
      rom: fileContent,
      /** Puts the ids of the card into the ROM, as QEMU does with its own: Debian's `pxe-ne2k_pci.rom` has none. */
      fitIds: withDefault(z.boolean(), false),
    }),
  ),
  power,
  faults: portFaults,
  ...identity,
  position,
});

export type PcNode = z.output<typeof settings>;

export const pcKind = defineNode({
  id: 'pc',
  settings,
  isEmulated: true,
  contents: ({ media: { floppy, cdrom, disk }, preload, optionRom, flash }): readonly NodeContent[] => [
    { content: floppy, path: ['media', 'floppy'] },
    { content: cdrom, path: ['media', 'cdrom'] },
    { content: disk, path: ['media', 'disk'] },
    { content: preload?.kernel, path: ['preload', 'kernel'] },
    { content: preload?.initrd, path: ['preload', 'initrd'] },
    { content: optionRom, path: ['optionRom'] },
    { content: flash?.rom, path: ['flash', 'rom'] },
  ],
  offers: { pc: { stem: 'pc', settings: ({ mac }) => ({ nics: [{ mac: mac('52:54:00:12') }] }) } },
  texts: { 'kind.pc': 'PC', 'topology.add.pc': 'Add PC' },
});
