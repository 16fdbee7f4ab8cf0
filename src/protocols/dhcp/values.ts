/** What DHCP options mean: typed reading of a message. Data of a wrong length counts as absent, as servers and clients treat it. */
import { prefixMask, readIpv4 } from '../../base/address.ts';
import type { Ipv4Address } from '../../base/address.ts';
import { byteAt, fromCString, fromLatin1, readU16 } from '../../base/bytes.ts';
import { decodeName } from '../dns/name.ts';
import { collectOption } from './codec.ts';
import type { DhcpMessage } from './codec.ts';
import { DHCP_OPTION } from './options.ts';

/** One byte; undefined when the option is absent or longer. */
function optionU8(message: DhcpMessage, code: number): number | undefined {
  const data = collectOption(message, code);
  return data?.length === 1 ? data[0] : undefined;
}

/** One address; undefined when the option is absent or of another length. */
function optionIp(message: DhcpMessage, code: number): Ipv4Address | undefined {
  const data = collectOption(message, code);
  return data?.length === 4 ? readIpv4(data, 0) : undefined;
}

/** All whole addresses; up to three bytes behind them are passed over. */
export function readIps(data: Uint8Array): readonly Ipv4Address[] {
  const list: Ipv4Address[] = [];
  for (let at = 0; at + 4 <= data.length; at += 4) list.push(readIpv4(data, at));
  return list;
}

/** Text without trailing NULs, which a receiver must be prepared to delete (RFC 2132 §2). */
function optionText(message: DhcpMessage, code: number): string | undefined {
  const data = collectOption(message, code);
  return data === undefined ? undefined : readText(data);
}

/** Latin-1 without trailing NULs (RFC 2132 §2). */
function readText(data: Uint8Array): string {
  let end = data.length;
  while (end > 0 && data[end - 1] === 0) end--;
  return fromLatin1(data, 0, end);
}

export const messageType = (message: DhcpMessage): number | undefined => optionU8(message, DHCP_OPTION.messageType);
export const serverIdentifier = (message: DhcpMessage): Ipv4Address | undefined =>
  optionIp(message, DHCP_OPTION.serverIdentifier);
export const vendorClass = (message: DhcpMessage): string | undefined => optionText(message, DHCP_OPTION.vendorClass);
/** Option 66. */
export const tftpServerName = (message: DhcpMessage): string | undefined =>
  optionText(message, DHCP_OPTION.tftpServerName);
/** Option 210 (RFC 5071 §5). */
export const pathPrefix = (message: DhcpMessage): string | undefined => optionText(message, DHCP_OPTION.pathPrefix);

/** Bit 0: `file` holds options; bit 1: `sname` does (RFC 2132 §9.3). */
export function optionOverload(message: DhcpMessage): number {
  return optionU8(message, DHCP_OPTION.overload) ?? 0;
}

/** Option 67, or else the `file` field; undefined when there is no name. */
export function bootFileName(message: DhcpMessage): string | undefined {
  const option = optionText(message, DHCP_OPTION.bootFileName);
  if (option !== undefined) return option;
  return headerFileName(message);
}

/** What the `file` field names, which option 52 may have taken for options; undefined when there is no name. */
export function headerFileName(message: DhcpMessage): string | undefined {
  return (optionOverload(message) & 1) !== 0 ? undefined : fieldText(message.file);
}

function fieldText(field: Uint8Array): string | undefined {
  const text = fromCString(field);
  return text === '' ? undefined : text;
}

/** RFC 4578 §2.1: the architectures that the client can boot, most wanted first. */
export function clientArchs(message: DhcpMessage): readonly number[] {
  const data = collectOption(message, DHCP_OPTION.clientArch) ?? new Uint8Array(0);
  const list: number[] = [];
  for (let at = 0; at + 2 <= data.length; at += 2) list.push(readU16(data, at));
  return list;
}

/** The user classes: a list (RFC 3004), or bare text as one class, which iPXE and others send. */
export function userClasses(message: DhcpMessage): readonly string[] {
  const data = collectOption(message, DHCP_OPTION.userClass);
  if (data === undefined || data.length === 0) return [];
  const list: string[] = [];
  let at = 0;
  while (at < data.length) {
    const end = at + 1 + byteAt(data, at);
    if (data[at] === 0 || end > data.length) return [readText(data)];
    list.push(fromLatin1(data, at + 1, end));
    at = end;
  }
  return list;
}

/** Names with compression (RFC 3397 §2); undefined when one is malformed. */
export function readDomainList(data: Uint8Array): readonly string[] | undefined {
  const names: string[] = [];
  let at = 0;
  while (at < data.length) {
    const name = decodeName(data, at);
    if (!name.ok) return undefined;
    names.push(name.value.name);
    at = name.value.next;
  }
  return names;
}

export interface ClasslessRoute {
  readonly destination: Ipv4Address;
  readonly prefixLength: number;
  readonly router: Ipv4Address;
}

/** Option 121 (RFC 3442); undefined when a route is cut off or has more than 32 bits of mask. */
export function readClasslessRoutes(data: Uint8Array): readonly ClasslessRoute[] | undefined {
  const routes: ClasslessRoute[] = [];
  let at = 0;
  while (at < data.length) {
    const prefixLength = byteAt(data, at);
    const significant = Math.ceil(prefixLength / 8);
    if (prefixLength > 32 || at + 1 + significant + 4 > data.length) return undefined;
    const destination = new Uint8Array(4);
    destination.set(data.subarray(at + 1, at + 1 + significant));
    const router = readIpv4(data, at + 1 + significant);
    // RFC 3442: bits below the mask are to be cleared by the client.
    routes.push({ destination: (readIpv4(destination, 0) & prefixMask(prefixLength)) >>> 0, prefixLength, router });
    at += 1 + significant + 4;
  }
  return routes;
}
