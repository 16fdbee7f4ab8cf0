/** The boot firmware that a scenario names. */
import { unreachable } from '../base/result.ts';
import type { Personality } from '../firmware/platform.ts';
import { createPxeRom } from '../firmware/pxe/pxe-rom.ts';
import type { FirmwareOptions } from '../scenario/schema.ts';

/** A new instance: firmware keeps nothing through a reset. */
export function personalityOf(firmware: FirmwareOptions): Personality {
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
      return createPxeRom();
    default:
      return unreachable(personality);
  }
}
