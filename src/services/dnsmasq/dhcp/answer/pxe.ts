/** PXE in option 43 (PXE 2.1 §2.2): the boot menu, its servers, and what UEFI firmware is told instead. */
import { writeIpv4 } from '../../../../base/address.ts';
import type { Ipv4Address } from '../../../../base/address.ts';
import { PXE_OPTION } from '../../../../protocols/pxe/vendor-options.ts';
import { concatBytes, latin1 } from '../../../../base/bytes.ts';
import type { ConfigLine } from '../../../../base/event-log.ts';
import { itemAt } from '../../../../base/lists/list.ts';
import type { DnsmasqConfig, PxeService } from '../../config/model.ts';
import { matchTags } from '../policy/tags.ts';
import type { Tags } from '../policy/tags.ts';

/** Client system architectures from here on are UEFI. */
export const FIRST_UEFI_ARCH = 6;
/** More does not fit an option. */
const MAX_MENU_BYTES = 252;

export interface SubOption {
  readonly code: number;
  readonly data: Uint8Array;
  readonly origin: ConfigLine | undefined;
}

export interface PxeEnvironment {
  readonly config: DnsmasqConfig;
  readonly arch: number;
  readonly tags: Tags;
  readonly local: Ipv4Address;
  /** The address of a host name, 0 when it has none. */
  readonly resolve: (name: string) => Ipv4Address;
}

export function matchingServices({ config, arch, tags }: PxeEnvironment): PxeService[] {
  return config.pxeServices.filter((service) => service.arch === arch && matchTags(service.tags, tags, true));
}

/** Where a service's boot server is: itself for services with a file, else as configured. */
function bootServer(service: PxeService, { local, resolve }: PxeEnvironment): Ipv4Address | undefined {
  if (service.baseName !== undefined) return local;
  if (service.serverName !== undefined) return resolve(service.serverName);
  return service.server;
}

export interface PxeMenu {
  readonly subOptions: readonly SubOption[];
  readonly services: readonly PxeService[];
  /** The menu does not fit: nothing is sent. */
  readonly isTooLarge: boolean;
}

/** Whether configured sub-options have a prompt: of a pxe-prompt line, or of an option line that gives it itself. */
export function hasPrompt(subOptions: readonly { readonly code: number }[]): boolean {
  return subOptions.some(({ code }) => code === PXE_OPTION.menuPrompt);
}

/**
 * PXE 2.1 §2.2.1.2: discovery control, prompt, boot servers, menu.
 * @param isPrompted a prompt is configured: none is made
 */
export function pxeMenu(environment: PxeEnvironment, isPrompted: boolean): PxeMenu {
  const services = matchingServices(environment);
  const menu: Uint8Array[] = [];
  const servers: Uint8Array[] = [];
  let control = services.length === 0 ? 8 : 3;
  for (const service of services) {
    const type = Uint8Array.of(service.type >>> 8, service.type & 0xff);
    const text = latin1(service.menu);
    menu.push(type, Uint8Array.of(text.length), text);
    const server = bootServer(service, environment);
    if (service.type === 0 && server === undefined) continue;
    if (server === undefined || server === 0) {
      // The server of this type is found by broadcast.
      control = 2;
      continue;
    }
    const entry = new Uint8Array(7);
    entry.set(type);
    entry[2] = 1;
    writeIpv4(entry, 3, server);
    servers.push(entry);
  }
  const menuBytes = concatBytes(menu);
  const serverBytes = concatBytes(servers);
  if (menuBytes.length > MAX_MENU_BYTES || serverBytes.length > MAX_MENU_BYTES) {
    return { subOptions: [], services, isTooLarge: true };
  }
  const origin = services[0]?.origin;
  const out: SubOption[] = [{ code: PXE_OPTION.discoveryControl, data: Uint8Array.of(control), origin }];
  if (!isPrompted) {
    const wait = services.length > 1 ? 255 : 0;
    const data = concatBytes([Uint8Array.of(wait), latin1('PXE')]);
    out.push({ code: PXE_OPTION.menuPrompt, data, origin: undefined });
  }
  if (serverBytes.length > 0) out.push({ code: PXE_OPTION.bootServers, data: serverBytes, origin });
  if (menuBytes.length > 0) out.push({ code: PXE_OPTION.bootMenu, data: menuBytes, origin });
  return { subOptions: out, services, isTooLarge: false };
}

/**
 * UEFI firmware with one choice gets its file outright instead of a menu. Services without a file do not count.
 * @returns the service, undefined when there is none or more than one
 */
export function soleUefiService(environment: PxeEnvironment): PxeService | undefined {
  if (environment.arch < FIRST_UEFI_ARCH) return undefined;
  const withFile = matchingServices(environment).filter(({ baseName }) => baseName !== undefined);
  return withFile.length === 1 ? withFile[0] : undefined;
}

/** PXE 2.1 §2.2.1.3: the boot item that the client asks for, type and layer. */
export function bootItem(option43: Uint8Array | undefined): { type: number; layer: number } | undefined {
  if (option43 === undefined) return undefined;
  let at = 0;
  while (at + 1 < option43.length && option43[at] !== 255) {
    if (option43[at] === 0) {
      at++;
      continue;
    }
    const length = itemAt(option43, at + 1);
    if (option43[at] === PXE_OPTION.bootItem && length >= 4 && at + 2 + length <= option43.length) {
      return {
        type: (itemAt(option43, at + 2) << 8) | itemAt(option43, at + 3),
        layer: (itemAt(option43, at + 4) << 8) | itemAt(option43, at + 5),
      };
    }
    at += 2 + length;
  }
  return undefined;
}

/**
 * Sub-options as values of an option; what is over 255 bytes opens another one, and the last is closed by 255.
 */
export function packSubOptions(subOptions: readonly { code: number; data: Uint8Array }[]): Uint8Array[] {
  const out: Uint8Array[] = [];
  let parts: Uint8Array[] = [];
  let length = 0;
  const flush = (isLast: boolean): void => {
    if (parts.length > 0) out.push(concatBytes(isLast ? [...parts, Uint8Array.of(255)] : parts));
    parts = [];
    length = 0;
  };
  for (const { code, data } of subOptions) {
    if (length + data.length + 2 > 254) flush(false);
    parts.push(Uint8Array.of(code, data.length), data);
    length += data.length + 2;
  }
  flush(true);
  return out;
}
