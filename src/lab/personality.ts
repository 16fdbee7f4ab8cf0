/** The boot firmware that a scenario names, built with the options that it gives. */
import { unreachable } from '../base/result.ts';
import {
  BUILD_PRESETS,
  DEFAULT_BUILD,
  FEATURE_FLAGS,
  type FeatureFlag,
  type IpxeBuild,
} from '../firmware/ipxe/build.ts';
import type { Ipxe } from '../firmware/ipxe/ipxe.ts';
import { IpxePersonality } from '../firmware/ipxe/personality.ts';
import type { ChainRequest, Personality } from '../firmware/platform.ts';
import { buildChainNbp } from '../firmware/rom/chain-nbp.ts';
import { createPxeRom } from '../firmware/pxe/pxe-rom.ts';
import { chainImageSchema, type ChainImage, type FirmwareOptions } from '../scenario/schema.ts';

/** A new instance: firmware keeps nothing through a reset. */
export function personalityOf(firmware: FirmwareOptions, onIpxe?: (ipxe: Ipxe) => void): Personality {
  const { personality, options } = firmware;
  switch (personality) {
    case 'pxe': {
      const { banner, blksize, windowsize } = options;
      return createPxeRom({
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

/** The lab's `undionly.kpxe`; what it is built with stands in it. */
export function chainImage({ options, embeddedScript }: ChainImage): Uint8Array {
  return buildChainNbp(JSON.stringify({ options, ...(embeddedScript === undefined ? {} : { embeddedScript }) }));
}

/** What such an image stands for, once a PXE ROM has loaded it. */
export function chainedPersonality(request: ChainRequest, onIpxe?: (ipxe: Ipxe) => void): Personality {
  let built: unknown;
  try {
    built = JSON.parse(request.options);
  } catch {
    // Bytes that were damaged on the way: an iPXE of the defaults.
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

function isFeature(name: string): name is FeatureFlag {
  return FEATURE_FLAGS.some((flag) => flag === name);
}

/**
 * `preset` names the build to start from; `enable` and `disable` are lists of its feature flags, as `config/general.h`
 * names them; `productName`, `userClass` (empty sends none) and `bannerTimeoutDs` are what they are in a build.
 */
function ipxeBuild({ options, embeddedScript }: FirmwareOptions): IpxeBuild {
  const base = BUILD_PRESETS.find(({ name }) => name === options['preset']) ?? DEFAULT_BUILD;
  const list = (value: unknown): FeatureFlag[] =>
    typeof value === 'string' ? value.split(/[\s,]+/).filter(isFeature) : [];
  const features = new Set([...base.features, ...list(options['enable'])]);
  for (const flag of list(options['disable'])) features.delete(flag);
  const { productName, userClass, bannerTimeoutDs } = options;
  return {
    ...base,
    features,
    ...(typeof productName === 'string' ? { productName } : {}),
    ...(typeof userClass === 'string' ? { userClass: userClass === '' ? undefined : userClass } : {}),
    ...(typeof bannerTimeoutDs === 'number' ? { bannerTimeoutDs } : {}),
    ...(embeddedScript === undefined ? {} : { embeddedScript }),
  };
}
