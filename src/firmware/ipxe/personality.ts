/** The personality `ipxe`: iPXE as an option ROM of a machine. */
import { NS_PER_S } from '../../base/time/clock.ts';
import type { Task } from '../../base/time/task.ts';
import type { BootOutcome, ChainRequest, Personality, Platform } from '../platform.ts';
import { banner, bootIpxe, CTRL_B } from './boot/boot.ts';
import { DEFAULT_BUILD, type IpxeBuild } from './build.ts';
import { allCommands } from './commands/all.ts';
import { Ipxe, type IpxeParts } from './ipxe.ts';
import { allSchemes } from './schemes/all.ts';
import { runShell } from './script/shell.ts';
import { SGR_RESET } from './tui/colours.ts';

const PARTS: IpxeParts = { commands: allCommands, schemes: allSchemes };

export class IpxePersonality implements Personality {
  readonly id: string;
  /** The iPXE of the boot that is going on: for panels and debuggers. */
  running: Ipxe | undefined;
  private readonly build: IpxeBuild;
  private readonly onStart: ((ipxe: Ipxe) => void) | undefined;
  private readonly chainedBy: ChainRequest | undefined;

  /** `chainedBy`: this is `undionly.kpxe`, loaded by a PXE stack. */
  constructor(build: IpxeBuild = DEFAULT_BUILD, onStart?: (ipxe: Ipxe) => void, chainedBy?: ChainRequest) {
    this.id = build.ancestor?.id ?? 'ipxe';
    this.build = build;
    this.onStart = onStart;
    this.chainedBy = chainedBy;
  }

  /** The line that a ROM shows at POST: name, address, place, and the BIOS services it found. */
  *init(platform: Platform): Task<void> {
    const nic = platform.nics[0];
    if (nic === undefined) return;
    const hex = (value: number): string => value.toString(16).padStart(2, '0');
    const place = `${hex(nic.bus.bus)}:${hex(nic.bus.device)}.${nic.bus.function}`;
    const { productShortName, productUri } = this.build;
    yield* platform.console.write(`${SGR_RESET}${productShortName} (${productUri}) ${place} CA00 PCI2.10 PnP PMM\n`);
    yield* this.offerConfiguration(platform, place);
  }

  /** A ROM's own window for Ctrl-B, before the BIOS boots anything. */
  private *offerConfiguration(platform: Platform, place: string): Task<void> {
    const { romBannerTimeoutDs, productShortName } = this.build;
    if (romBannerTimeoutDs === 0) return;
    const prompt = `Press Ctrl-B to configure ${productShortName} (PCI ${place})...`;
    yield* platform.console.write(prompt);
    const key = yield* platform.console.key(romBannerTimeoutDs * (NS_PER_S / 10));
    yield* platform.console.write('\b \b'.repeat(prompt.length));
    if (key?.ascii !== CTRL_B) return;
    const ipxe = new Ipxe(platform, this.build, PARTS);
    this.running = ipxe;
    this.onStart?.(ipxe);
    try {
      yield* ipxe.print(banner(this.build));
      yield* runShell(ipxe);
    } finally {
      ipxe.transfers.forgetIdle();
      ipxe.netdevs.closeAll();
      ipxe.ip.close();
    }
  }

  *boot(platform: Platform): Task<BootOutcome> {
    const ipxe = new Ipxe(platform, this.build, PARTS, this.chainedBy);
    this.running = ipxe;
    this.onStart?.(ipxe);
    return yield* bootIpxe(ipxe);
  }
}
