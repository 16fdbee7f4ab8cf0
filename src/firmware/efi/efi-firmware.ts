/**
 * The personality `efi`: UEFI firmware (EDK2) of a machine of any architecture, as far as network boot goes. It tries its
 * boot options in order, says what it does in the firmware's own words, and stops where an EFI program would start.
 */
import { formatMac } from '../../base/address.ts';
import { NS_PER_MS } from '../../base/time/clock.ts';
import type { Message } from '../../base/sentence.ts';
import type { Task } from '../../base/time/task.ts';
import { HostStack } from '../../net/host/host-stack.ts';
import { DhcpClient } from '../clients/dhcp-client.ts';
import type { BootOutcome, Personality, Platform, PlatformNic } from '../platform.ts';
import { EFI_ARCHITECTURES } from './architectures.ts';
import type { EfiArchitectureId } from './architectures.ts';
import { decide, print, stage } from './attempt.ts';
import type { Attempt, LoadedFile } from './attempt.ts';
import { bootByHttp } from './http/http-boot.ts';
import { EFI_TCP } from './http/http-client.ts';
import { judgeImage } from './image.ts';
import { efiMessage } from './messages.ts';
import { bootByPxe } from './pxe/pxe-boot.ts';

export const EFI_BOOT_WAYS = ['pxe', 'http'] as const;
export type EfiBootWay = (typeof EFI_BOOT_WAYS)[number];

export interface EfiFirmwareOptions {
  readonly architecture: EfiArchitectureId;
  /** In the order in which each card tries them. */
  readonly boot: readonly EfiBootWay[];
  /** What a PXE client says in option 93; some x64 firmware says 9. Default: what the architecture has. */
  readonly clientArch?: number;
}

/** Three requests, half a second apart. */
const ARP_RETRY_NS = [500, 500, 500].map((ms) => ms * NS_PER_MS);

export function createEfiFirmware(options: EfiFirmwareOptions): Personality {
  return {
    id: 'efi',
    isWhole: true,
    // oxlint-disable-next-line require-yield -- nothing is printed
    *init(platform) {
      const architecture = EFI_ARCHITECTURES[options.architecture].title;
      platform.log.emit({ kind: 'stage', stage: 'uefi-bds', ...efiMessage('efi.rom-init', { architecture }) });
    },
    boot: (platform) => bootFromOptions(platform, options),
  };
}

function* bootFromOptions(platform: Platform, options: EfiFirmwareOptions): Task<BootOutcome> {
  let number = 0;
  for (const nic of platform.nics) {
    for (const way of options.boot) {
      number++;
      if (yield* bootBy(platform, options, nic, way, number)) return { kind: 'stopped' };
    }
  }
  yield* platform.console.write(
    'BdsDxe: No bootable option or device was found.\nBdsDxe: Press any key to enter the Boot Manager Menu.\n',
  );
  const reason: Message = efiMessage(number === 0 ? 'efi.no-card' : 'efi.nothing-left');
  return { kind: 'next-device', reason, isSaid: true };
}

/** True when a program is loaded. */
function* bootBy(
  platform: Platform,
  { architecture: id, clientArch }: EfiFirmwareOptions,
  nic: PlatformNic,
  way: EfiBootWay,
  number: number,
): Task<boolean> {
  const { clock, rng, log, name } = platform;
  const host = new HostStack({
    name,
    clock,
    rng: rng.derive(`efi-${nic.name}-${way}`),
    log,
    arpRetryNs: ARP_RETRY_NS,
    tcp: EFI_TCP,
    // TCP goes on when ARP finds nobody.
    reportsErrors: way === 'pxe',
  });
  try {
    host.addInterface({ name: nic.name, port: nic.port, mac: nic.mac });
    const socket = host.openUdp({ port: 68, interfaceName: nic.name });
    const dhcp = new DhcpClient({
      clock,
      rng: rng.derive(`dhcp-${nic.name}-${way}`),
      socket,
      interfaceName: nic.name,
      mac: nic.mac,
      broadcast: true,
    });
    const architecture = EFI_ARCHITECTURES[id];
    const arch = way === 'http' ? architecture.http : (clientArch ?? architecture.pxe);
    const attempt: Attempt = { platform, nic, host, dhcp, architecture, clientArch: arch };
    const option = describeOption(nic, way, number);
    const loaded = yield* way === 'pxe' ? bootByPxe(attempt) : bootByHttp(attempt);
    if (loaded !== undefined) return yield* start(attempt, option, loaded);
    yield* print(attempt, `BdsDxe: failed to load ${option}: Not Found\n`);
    return false;
  } finally {
    host.close();
  }
}

/** As the boot manager names an option: number, description, device path. */
function describeOption({ mac, bus }: PlatformNic, way: EfiBootWay, number: number): string {
  const digits = formatMac(mac).replaceAll(':', '').toUpperCase();
  const hex = (value: number): string => `0x${value.toString(16).toUpperCase()}`;
  const card = `PciRoot(0x0)/Pci(${hex(bus.device)},${hex(bus.function)})/MAC(${digits},0x1)`;
  const path = `${card}/IPv4(0.0.0.0,0x0,DHCP,0.0.0.0,0.0.0.0,0.0.0.0)`;
  const title = way === 'pxe' ? 'PXEv4' : 'HTTPv4';
  return `Boot${hex4(number)} "UEFI ${title} (MAC:${digits})" from ${path}${way === 'http' ? '/Uri()' : ''}`;
}

function hex4(value: number): string {
  return value.toString(16).toUpperCase().padStart(4, '0');
}

/** UEFI §7.4: LoadImage and StartImage, as far as the head of the file decides. */
function* start(attempt: Attempt, option: string, { name: file, bytes }: LoadedFile): Task<boolean> {
  const verdict = judgeImage(bytes, attempt.architecture);
  if (verdict.kind === 'good') {
    yield* print(attempt, `BdsDxe: loading ${option}\nBdsDxe: starting ${option}\n`);
    const { title } = attempt.architecture;
    stage(attempt, 'nbp-entry', efiMessage('efi.program-loaded', { file, architecture: title }), 'UEFI §7.4');
    return true;
  }
  switch (verdict.kind) {
    case 'not-found':
      yield* print(attempt, `BdsDxe: failed to load ${option}: Not Found\n`);
      break;
    case 'unsupported':
      yield* print(attempt, `BdsDxe: loading ${option}\nBdsDxe: failed to load ${option}: Unsupported\n`);
      break;
    case 'not-started':
      yield* print(
        attempt,
        `BdsDxe: loading ${option}\nBdsDxe: starting ${option}\nBdsDxe: failed to start ${option}: Unsupported\n`,
      );
      break;
  }
  decide(attempt, verdict.code, efiMessage('efi.program-refused', { file, why: verdict.why }), 'UEFI §7.4', 'error');
  return false;
}
