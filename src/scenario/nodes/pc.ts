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
  /** Option ROM images of the catalogue put in instead of the lab's firmware, such as real iPXE. */
  optionRom: z.optional(fileContent),
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
  contents: ({ media: { floppy, cdrom, disk }, preload, optionRom }): readonly NodeContent[] => [
    { content: floppy, path: ['media', 'floppy'] },
    { content: cdrom, path: ['media', 'cdrom'] },
    { content: disk, path: ['media', 'disk'] },
    { content: preload?.kernel, path: ['preload', 'kernel'] },
    { content: preload?.initrd, path: ['preload', 'initrd'] },
    { content: optionRom, path: ['optionRom'] },
  ],
  offers: { pc: { stem: 'pc', settings: ({ mac }) => ({ nics: [{ mac: mac('52:54:00:12') }] }) } },
  texts: { 'kind.pc': 'PC', 'topology.add.pc': 'Add PC' },
});
