/** What several kinds of node have: names, addresses, times, firmware, cards. */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { parseIpv4, parseMac } from '../../base/address.ts';
import type { Expectation } from '../problems.ts';
import { SCENARIO_LIMITS } from '../limits.ts';
import { personalitiesOf } from './personalities.ts';

/** The id of the words for what is right; `explain.ts` says them. */
export function expects(what: Expectation): string {
  return `scenario.expects.${what}`;
}

export const name = z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9_-]{0,31}$/, expects('name')));
export const portName = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,15}$/, expects('port-name')));
export const mac = z.string().check(z.refine((text) => parseMac(text) !== undefined, expects('mac')));
export const address = z.string().check(z.refine((text) => parseIpv4(text) !== undefined, expects('address')));
export const addressWithPrefix = z.string().check(
  z.refine((text) => {
    const [ip, prefix, ...rest] = text.split('/');
    return (
      rest.length === 0 && parseIpv4(ip ?? '') !== undefined && /^\d{1,2}$/.test(prefix ?? '') && Number(prefix) <= 32
    );
  }, expects('address-with-prefix')),
);
export const vlanId = z.int().check(z.gte(1), z.lte(4094));
export const text = z.string().check(z.maxLength(SCENARIO_LIMITS.maxTextBytes, expects('text')));
const coordinate = z.number().check(z.gte(-100_000), z.lte(100_000));
/** On the drawing. */
export const place = z.strictObject({ x: coordinate, y: coordinate });
export const position = z.optional(place);
/** A display filter, or what else `--until` takes. */
export const condition = z.string().check(z.minLength(1), z.maxLength(1000));
export const timeMs = z.number().check(z.gte(0), z.lte(SCENARIO_LIMITS.maxMs));

export const firmwareSettings = withDefault(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])), {});

const firmwareParts = {
  /** iPXE: a script built into the image. */
  embeddedScript: z.optional(text),
  /** Features, branding and timeouts, as an iPXE build chooses them; the firmware says which it knows. */
  options: firmwareSettings,
  /** PXE: faults that ROMs have had; `src/firmware/pxe/quirks.ts` says what each does. */
  quirks: z.optional(
    z.array(
      z.enum([
        'reads-past-option-67',
        'cuts-option-67',
        'no-uuid',
        'ignores-port-4011',
        'hangs-on-local-boot',
        'wide-block-numbers',
        'small-blocks',
      ]),
    ),
  ),
};

/** `personalities.ts` lists what there is. */
export const pcFirmware = z.strictObject({
  personality: withDefault(z.enum(personalitiesOf('pc')), 'pxe'),
  ...firmwareParts,
});
/** UEFI: what the firmware is built for, and how it boots. */
const efi = z.strictObject({
  architecture: withDefault(z.enum(['ia32', 'x64', 'arm', 'arm64', 'riscv64', 'loongarch64']), 'x64'),
  /** The ways that each card is booted by, in this order. */
  boot: withDefault(z.array(z.enum(['pxe', 'http'])).check(z.minLength(1), z.maxLength(4)), ['pxe', 'http']),
  /** What the PXE client says in option 93 instead of what its architecture has: some x64 firmware says 9. */
  clientArch: z.optional(z.int().check(z.gte(0), z.lte(0xffff))),
});

export const bareFirmware = z.strictObject({
  personality: withDefault(z.enum(personalitiesOf('bare')), 'pxe'),
  ...firmwareParts,
  efi: z.optional(efi),
});

export const nic = z.strictObject({
  name: withDefault(portName, 'net0'),
  mac,
  model: withDefault(z.enum(['ne2k', 'virtio']), 'ne2k'),
});

export const identity = {
  uuid: z.optional(z.string().check(z.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'a UUID'))),
  serial: z.optional(z.string().check(z.maxLength(64))),
  asset: z.optional(z.string().check(z.maxLength(64))),
};

/** When a machine is switched on: with the lab, after a while, or by hand. */
export const power = withDefault(
  z.union([z.literal('on'), z.literal('off'), z.strictObject({ onAtMs: timeMs })]),
  'on',
);
