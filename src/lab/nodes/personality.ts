/** The boot firmware of a card that a scenario names, built with the options that it gives. */
import { assert } from '../../base/result.ts';
import type { Ipxe } from '../../firmware/ipxe/ipxe.ts';
import { IpxePersonality } from '../../firmware/ipxe/personality.ts';
import type { ChainRequest, Personality } from '../../firmware/platform.ts';
import { buildChainNbp } from '../../firmware/rom/chain-nbp.ts';
import { createBootpRom } from '../../firmware/bootp/bootp-rom.ts';
import { createEtherboot } from '../../firmware/etherboot/etherboot.ts';
import { createGpxe } from '../../firmware/gpxe/gpxe.ts';
import { createPxeRom } from '../../firmware/pxe/pxe-rom.ts';
import { createRarpRom } from '../../firmware/rarp/rarp-rom.ts';
import { chainImageSchema } from '../../scenario/nodes/content.ts';
import type { PersonalityOn } from '../../scenario/nodes/personalities.ts';
import type { ChainImage, FirmwareOptions, PcNode } from '../../scenario/schema.ts';
import { ipxeBuild } from '../observe/ipxe-build.ts';

export type Maker = (firmware: FirmwareOptions, onIpxe?: (ipxe: Ipxe) => void) => Personality;

/** How each personality of `scenario/nodes/personalities.ts` is made that is a ROM; others are in `bare-personality.ts`. */
export const ROM_MAKERS: { readonly [Id in Exclude<PersonalityOn<'pc'>, 'uefi'>]: Maker } = {
  pxe: ({ options: { banner, blksize, windowsize }, quirks }) =>
    createPxeRom({
      ...(quirks === undefined ? {} : { quirks }),
      ...(typeof banner === 'string' ? { banner } : {}),
      ...(typeof blksize === 'number' ? { blksize } : {}),
      ...(typeof windowsize === 'number' ? { windowsize } : {}),
    }),
  gpxe: ({ embeddedScript }, onGpxe) => createGpxe(embeddedScript, onGpxe),
  etherboot: () => createEtherboot(),
  bootp: ({ options: { file } }) => createBootpRom(typeof file === 'string' ? file : ''),
  rarp: ({ options: { architecture } }) => createRarpRom(typeof architecture === 'string' ? architecture : ''),
  ipxe: (firmware, onIpxe) => new IpxePersonality(ipxeBuild(firmware), onIpxe),
};

/** A new instance: firmware keeps nothing through a reset. */
export function personalityOf(firmware: PcNode['firmware'], onIpxe?: (ipxe: Ipxe) => void): Personality {
  const { personality } = firmware;
  assert(personality !== 'uefi', 'UEFI firmware runs on the CPU');
  return ROM_MAKERS[personality](firmware, onIpxe);
}

/** The lab's `undionly.kpxe`; the image contains its build options. */
export function chainImage({ options, embeddedScript }: ChainImage): Uint8Array {
  return buildChainNbp(JSON.stringify({ options, ...(embeddedScript === undefined ? {} : { embeddedScript }) }));
}

/** The personality of such an image, once a PXE ROM has loaded it. */
export function chainedPersonality(request: ChainRequest, onIpxe?: (ipxe: Ipxe) => void): Personality {
  let built: unknown;
  try {
    built = JSON.parse(request.options);
  } catch {
    // The bytes were corrupted in transit: an iPXE with default options.
  }
  const parsed = chainImageSchema.safeParse(built);
  const { options, embeddedScript } = parsed.success ? parsed.data : { options: {}, embeddedScript: undefined };
  const firmware = {
    personality: 'ipxe' as const,
    options,
    ...(embeddedScript === undefined ? {} : { embeddedScript }),
  };
  return new IpxePersonality(ipxeBuild(firmware), onIpxe, request);
}
