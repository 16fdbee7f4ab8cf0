/** An emulated PC: v86 with the lab's firmware as its option ROM. */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { SCENARIO_LIMITS } from '../limits.ts';
import { fileContent } from './content.ts';
import { portFaults } from './fault-schemas.ts';
import { defineNode, type NodeContent } from './node-kind.ts';
import { expects, identity, name, nic, pcFirmware, position, power } from './parts.ts';

const bootDevice = z.enum(['network', 'disk', 'cdrom', 'floppy']);

const media = z.strictObject({
  floppy: z.optional(fileContent),
  cdrom: z.optional(fileContent),
  disk: z.optional(fileContent),
});

/** A variable of UEFI firmware (UEFI §8.2). */
const variable = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(SCENARIO_LIMITS.maxVariableName)),
  guid: z.string().check(z.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, expects('guid'))),
  /** Those that are kept have bit 0 set. */
  attributes: z.int().check(z.gte(0), z.lte(0xff)),
  /** In hexadecimal. */
  data: z.string().check(z.regex(/^([0-9a-f]{2})*$/, expects('hex'))),
});

/** All of them have room in the firmware's own store. */
const nvram = z.array(variable).check(
  z.maxLength(SCENARIO_LIMITS.maxVariables),
  z.refine(
    (variables) => variables.reduce((sum, { data }) => sum + data.length / 2, 0) <= SCENARIO_LIMITS.maxVariableBytes,
    expects('nvram-size'),
  ),
);

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
  /** What UEFI firmware keeps without power, as it is when the lab begins: boot options and their order, settings. */
  nvram: z.optional(nvram),
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
