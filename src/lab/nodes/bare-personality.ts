/**
 * The firmware of a machine without a CPU: any ROM, and whole firmware that only such machines have. Apart from
 * `personality.ts`, so that the worker of a PC does not carry it.
 */
import { createEfiFirmware } from '../../firmware/efi/efi-firmware.ts';
import type { Ipxe } from '../../firmware/ipxe/ipxe.ts';
import { createOpenBoot } from '../../firmware/openboot/openboot.ts';
import type { Personality } from '../../firmware/platform.ts';
import { createRpiRom } from '../../firmware/rpi/rpi-rom.ts';
import { createUboot } from '../../firmware/uboot/uboot.ts';
import type { PersonalityOn } from '../../scenario/nodes/personalities.ts';
import type { BareNode } from '../../scenario/schema.ts';
import { ROM_MAKERS, type Maker } from './personality.ts';

const MAKERS: { readonly [Id in PersonalityOn<'bare'>]: Maker } = {
  ...ROM_MAKERS,
  openboot: ({ options: { autoBoot, suffix } }) =>
    createOpenBoot({ autoBoot: autoBoot !== false, suffix: typeof suffix === 'string' ? suffix : '' }),
  rpi: ({ options: { serial } }) =>
    createRpiRom(typeof serial === 'string' && /^[0-9a-f]{8}$/i.test(serial) ? serial : ''),
  uboot: ({ options: { bootcmd } }) => createUboot({ bootcmd: bootcmd === true }),
  efi: (firmware) => {
    const { architecture = 'x64', boot = ['pxe', 'http'], clientArch } = ('efi' in firmware && firmware.efi) || {};
    return createEfiFirmware({ architecture, boot, ...(clientArch === undefined ? {} : { clientArch }) });
  },
};

/** A new instance: firmware keeps nothing through a reset. */
export function barePersonalityOf(firmware: BareNode['firmware'], onIpxe?: (ipxe: Ipxe) => void): Personality {
  return MAKERS[firmware.personality](firmware, onIpxe);
}
