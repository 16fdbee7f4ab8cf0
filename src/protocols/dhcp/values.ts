/** What DHCP options mean: typed reading of a message, and options made from typed values. */
import { maskPrefix, prefixMask, readIpv4, writeIpv4 } from '../../base/address.ts';
import type { Ipv4Address } from '../../base/address.ts';
import {
  concatBytes,
  fromCString,
  fromLatin1,
  latin1,
  readU16,
  readU32,
  writeU16,
  writeU32,
} from '../../base/bytes.ts';
import { assert } from '../../base/result.ts';
import { decodeName, NameCompressor, nameLabels } from '../dns/name.ts';
import { collectOption } from './codec.ts';
import type { DhcpMessage, DhcpOption, OptionArea } from './codec.ts';
import { DHCP_OPTION } from './options.ts';

// --- Reading. Data of a wrong length counts as absent, as servers and clients treat it. ---

/** One byte; undefined when the option is absent or longer. */
export function optionU8(message: DhcpMessage, code: number): number | undefined {
  const data = collectOption(message, code);
  return data?.length === 1 ? data[0] : undefined;
}

/** Two bytes, the higher first; undefined when the option is absent or of another length. */
export function optionU16(message: DhcpMessage, code: number): number | undefined {
  const data = collectOption(message, code);
  return data?.length === 2 ? readU16(data, 0) : undefined;
}

/** Four bytes, the highest first; undefined when the option is absent or of another length. */
export function optionU32(message: DhcpMessage, code: number): number | undefined {
  const data = collectOption(message, code);
  return data?.length === 4 ? readU32(data, 0) : undefined;
}

/** One address; undefined when the option is absent or of another length. */
export function optionIp(message: DhcpMessage, code: number): Ipv4Address | undefined {
  return optionU32(message, code);
}

/** All whole addresses of a list; empty when the option is absent. */
export function optionIps(message: DhcpMessage, code: number): readonly Ipv4Address[] {
  return readIps(collectOption(message, code) ?? new Uint8Array(0));
}

/** All whole addresses; up to three bytes behind them are passed over. */
export function readIps(data: Uint8Array): readonly Ipv4Address[] {
  const list: Ipv4Address[] = [];
  for (let at = 0; at + 4 <= data.length; at += 4) list.push(readIpv4(data, at));
  return list;
}

/** Text without trailing NULs, which a receiver must be prepared to delete (RFC 2132 §2). */
export function optionText(message: DhcpMessage, code: number): string | undefined {
  const data = collectOption(message, code);
  return data === undefined ? undefined : readText(data);
}

/** Latin-1 without trailing NULs (RFC 2132 §2). */
export function readText(data: Uint8Array): string {
  let end = data.length;
  while (end > 0 && data[end - 1] === 0) end--;
  return fromLatin1(data, 0, end);
}

export const messageType = (message: DhcpMessage): number | undefined => optionU8(message, DHCP_OPTION.messageType);
export const requestedAddress = (message: DhcpMessage): Ipv4Address | undefined =>
  optionIp(message, DHCP_OPTION.requestedAddress);
export const serverIdentifier = (message: DhcpMessage): Ipv4Address | undefined =>
  optionIp(message, DHCP_OPTION.serverIdentifier);
export const leaseTimeS = (message: DhcpMessage): number | undefined => optionU32(message, DHCP_OPTION.leaseTime);
export const renewalTimeS = (message: DhcpMessage): number | undefined => optionU32(message, DHCP_OPTION.renewalTime);
export const rebindingTimeS = (message: DhcpMessage): number | undefined =>
  optionU32(message, DHCP_OPTION.rebindingTime);
export const subnetMask = (message: DhcpMessage): Ipv4Address | undefined => optionIp(message, DHCP_OPTION.subnetMask);
export const broadcastAddress = (message: DhcpMessage): Ipv4Address | undefined =>
  optionIp(message, DHCP_OPTION.broadcastAddress);
export const routers = (message: DhcpMessage): readonly Ipv4Address[] => optionIps(message, DHCP_OPTION.router);
export const dnsServers = (message: DhcpMessage): readonly Ipv4Address[] =>
  optionIps(message, DHCP_OPTION.domainNameServer);
export const hostName = (message: DhcpMessage): string | undefined => optionText(message, DHCP_OPTION.hostName);
export const domainName = (message: DhcpMessage): string | undefined => optionText(message, DHCP_OPTION.domainName);
export const rootPath = (message: DhcpMessage): string | undefined => optionText(message, DHCP_OPTION.rootPath);
export const vendorClass = (message: DhcpMessage): string | undefined => optionText(message, DHCP_OPTION.vendorClass);
export const clientIdentifier = (message: DhcpMessage): Uint8Array | undefined =>
  collectOption(message, DHCP_OPTION.clientIdentifier);
export const maxMessageSize = (message: DhcpMessage): number | undefined =>
  optionU16(message, DHCP_OPTION.maxMessageSize);
/** The text of option 56, why a DHCPNAK came. */
export const messageText = (message: DhcpMessage): string | undefined => optionText(message, DHCP_OPTION.message);
/** RFC 5859. */
export const tftpServerAddresses = (message: DhcpMessage): readonly Ipv4Address[] =>
  optionIps(message, DHCP_OPTION.tftpServerAddress);

/** The codes that the client asks for, in its order; undefined when it does not say. */
export function parameterRequestList(message: DhcpMessage): readonly number[] | undefined {
  const data = collectOption(message, DHCP_OPTION.parameterRequestList);
  return data === undefined ? undefined : [...data];
}

/** Bit 0: `file` holds options; bit 1: `sname` does (RFC 2132 §9.3). */
export function optionOverload(message: DhcpMessage): number {
  return optionU8(message, DHCP_OPTION.overload) ?? 0;
}

/** Option 67, or else the `file` field unless option 52 took it; undefined when there is no name. */
export function bootFileName(message: DhcpMessage): string | undefined {
  const option = optionText(message, DHCP_OPTION.bootFileName);
  if (option !== undefined) return option;
  return (optionOverload(message) & 1) !== 0 ? undefined : fieldText(message.file);
}

/** Option 66, or else the `sname` field unless option 52 took it; undefined when there is no name. */
export function tftpServerName(message: DhcpMessage): string | undefined {
  const option = optionText(message, DHCP_OPTION.tftpServerName);
  if (option !== undefined) return option;
  return (optionOverload(message) & 2) !== 0 ? undefined : fieldText(message.sname);
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

export interface ClientNdi {
  /** 1 is UNDI (RFC 4578 §2.2). */
  readonly type: number;
  readonly major: number;
  readonly minor: number;
}

/** Option 94 (RFC 4578 §2.2); undefined when it is absent or not of three bytes. */
export function clientNdi(message: DhcpMessage): ClientNdi | undefined {
  const data = collectOption(message, DHCP_OPTION.clientNdi);
  return data?.length === 3 ? { type: data[0], major: data[1], minor: data[2] } : undefined;
}

/** The 16 bytes of option 97 as they came (RFC 4578 §2.3); undefined for another type than 0. */
export function clientUuid(message: DhcpMessage): Uint8Array | undefined {
  const data = collectOption(message, DHCP_OPTION.clientUuid);
  return data?.length === 17 && data[0] === 0 ? data.slice(1) : undefined;
}

/** The user classes: a list (RFC 3004), or bare text as one class, which iPXE and others send. */
export function userClasses(message: DhcpMessage): readonly string[] {
  const data = collectOption(message, DHCP_OPTION.userClass);
  if (data === undefined || data.length === 0) return [];
  const list: string[] = [];
  let at = 0;
  while (at < data.length) {
    const end = at + 1 + data[at];
    if (data[at] === 0 || end > data.length) return [readText(data)];
    list.push(fromLatin1(data, at + 1, end));
    at = end;
  }
  return list;
}

/** RFC 3397: the pieces of the option are joined first. Undefined when a name is malformed. */
export function domainSearch(message: DhcpMessage): readonly string[] | undefined {
  const data = collectOption(message, DHCP_OPTION.domainSearch);
  return data === undefined ? undefined : readDomainList(data);
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

/** RFC 3442. Undefined when the option is absent or malformed. */
export function classlessRoutes(message: DhcpMessage): readonly ClasslessRoute[] | undefined {
  const data = collectOption(message, DHCP_OPTION.classlessRoutes);
  return data === undefined ? undefined : readClasslessRoutes(data);
}

/** Option 121 (RFC 3442); undefined when a route is cut off or has more than 32 bits of mask. */
export function readClasslessRoutes(data: Uint8Array): readonly ClasslessRoute[] | undefined {
  const routes: ClasslessRoute[] = [];
  let at = 0;
  while (at < data.length) {
    const prefixLength = data[at];
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

// --- Making ---

/** An option of bytes as they are; the others of this kind write numbers with the highest byte first (RFC 2132 §2). */
export function bytesOption(code: number, data: Uint8Array, area: OptionArea = 'options'): DhcpOption {
  return { code, data, area };
}

export function u8Option(code: number, value: number): DhcpOption {
  return bytesOption(code, Uint8Array.of(value));
}

export function u16Option(code: number, value: number): DhcpOption {
  const data = new Uint8Array(2);
  writeU16(data, 0, value);
  return bytesOption(code, data);
}

export function u32Option(code: number, value: number): DhcpOption {
  const data = new Uint8Array(4);
  writeU32(data, 0, value);
  return bytesOption(code, data);
}

export function ipOption(code: number, ...addresses: readonly Ipv4Address[]): DhcpOption {
  const data = new Uint8Array(4 * addresses.length);
  for (let i = 0; i < addresses.length; i++) writeIpv4(data, 4 * i, addresses[i]);
  return bytesOption(code, data);
}

/** One byte a character, no NUL at the end (RFC 2132 §2). */
export function textOption(code: number, text: string): DhcpOption {
  return bytesOption(code, latin1(text));
}

/** RFC 3397, compressed. Undefined when one of the names cannot be written. */
export function encodeDomainList(names: readonly string[]): Uint8Array | undefined {
  const out: number[] = [];
  const compressor = new NameCompressor();
  for (const name of names) {
    const labels = nameLabels(name);
    if (!labels.ok) return undefined;
    compressor.write(out, labels.value);
  }
  return Uint8Array.from(out);
}

/** RFC 3442. */
export function encodeClasslessRoutes(routes: readonly ClasslessRoute[]): Uint8Array {
  return concatBytes(
    routes.map(({ destination, prefixLength, router }) => {
      assert(maskPrefix(prefixMask(prefixLength)) === prefixLength, `prefix length ${prefixLength} is not 0 to 32`);
      const significant = Math.ceil(prefixLength / 8);
      const bytes = new Uint8Array(9);
      bytes[0] = prefixLength;
      writeIpv4(bytes, 1, (destination & prefixMask(prefixLength)) >>> 0);
      writeIpv4(bytes, 1 + significant, router);
      return bytes.subarray(0, 1 + significant + 4);
    }),
  );
}

/** RFC 3004 §4: each class behind its length. */
export function encodeUserClasses(classes: readonly string[]): Uint8Array {
  return concatBytes(
    classes.map((name) => {
      assert(name.length > 0 && name.length <= 255, 'a user class has 1 to 255 bytes');
      return concatBytes([Uint8Array.of(name.length), latin1(name)]);
    }),
  );
}
