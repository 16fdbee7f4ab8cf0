/** The personality `ipxe`: iPXE as an option ROM of a machine. */
import type { Task } from '../../base/task.ts';
import type { BootOutcome, Personality, Platform } from '../platform.ts';
import { bootIpxe } from './boot/boot.ts';
import { DEFAULT_BUILD, type IpxeBuild } from './build.ts';
import type { Ipxe } from './ipxe.ts';
import { SGR_RESET } from './tui/colours.ts';

export class IpxePersonality implements Personality {
  readonly id = 'ipxe';
  /** The iPXE of the boot that is going on: for panels and debuggers. */
  running: Ipxe | undefined;
  private readonly build: IpxeBuild;
  private readonly onStart: ((ipxe: Ipxe) => void) | undefined;

  constructor(build: IpxeBuild = DEFAULT_BUILD, onStart?: (ipxe: Ipxe) => void) {
    this.build = build;
    this.onStart = onStart;
  }

  /** The line that a ROM shows at POST: name, address, place, and the BIOS services it found. */
  *init(platform: Platform): Task<void> {
    const nic = platform.nics[0];
    if (nic === undefined) return;
    const hex = (value: number): string => value.toString(16).padStart(2, '0');
    const place = `${hex(nic.bus.bus)}:${hex(nic.bus.device)}.${nic.bus.function}`;
    const { productShortName, productUri } = this.build;
    yield* platform.console.write(`${SGR_RESET}${productShortName} (${productUri}) ${place} CA00 PCI2.10 PnP PMM\n`);
  }

  *boot(platform: Platform): Task<BootOutcome> {
    return yield* bootIpxe(platform, this.build, (ipxe) => {
      this.running = ipxe;
      this.onStart?.(ipxe);
    });
  }
}
