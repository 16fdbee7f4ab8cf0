/** The boot firmware that a scenario names, built with the options that it gives. */
import { unreachable } from '../../base/result.ts';
import type { Ipxe } from '../../firmware/ipxe/ipxe.ts';
import { IpxePersonality } from '../../firmware/ipxe/personality.ts';
import type { ChainRequest, Personality } from '../../firmware/platform.ts';
import { buildChainNbp } from '../../firmware/rom/chain-nbp.ts';
import { createPxeRom } from '../../firmware/pxe/pxe-rom.ts';
import { chainImageSchema } from '../../scenario/nodes/content.ts';
import type { ChainImage, FirmwareOptions } from '../../scenario/schema.ts';
import { ipxeBuild } from '../observe/ipxe-build.ts';

/** A new instance: firmware keeps nothing through a reset. */
export function personalityOf(firmware: FirmwareOptions, onIpxe?: (ipxe: Ipxe) => void): Personality {
  const { personality, options, quirks } = firmware;
  switch (personality) {
    case 'pxe': {
      const { banner, blksize, windowsize } = options;
      return createPxeRom({
        ...(quirks === undefined ? {} : { quirks }),
        ...(typeof banner === 'string' ? { banner } : {}),
        ...(typeof blksize === 'number' ? { blksize } : {}),
        ...(typeof windowsize === 'number' ? { windowsize } : {}),
      });
    }
    case 'ipxe':
      return new IpxePersonality(ipxeBuild(firmware), onIpxe);
    default:
      return unreachable(personality);
  }
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
