/** A DHCP message as lines that people read: header fields that matter, then every option by its name. */
import { PXE_OPTION } from '../../../protocols/pxe/vendor-options.ts';
import { formatIpv4, formatMac, readIpv4 } from '../../../base/address.ts';
import { byteAt, fromCString, fromLatin1, readU16, readU32, toHex } from '../../../base/bytes.ts';
import { clientMac, FLAG_BROADCAST } from '../../../protocols/dhcp/codec.ts';
import type { DhcpMessage, DhcpOption } from '../../../protocols/dhcp/codec.ts';
import { IPXE_OPTIONS } from '../../../protocols/dhcp/ipxe-options.ts';
import {
  CLIENT_ARCH_NAMES,
  DHCP_MESSAGE_TYPE_NAMES,
  DHCP_OPTION,
  dhcpOptionName,
  dhcpOptionType,
} from '../../../protocols/dhcp/options.ts';
import { decodeSubOptions } from '../../../protocols/dhcp/suboptions.ts';
import { optionOverload, readClasslessRoutes, readDomainList, readIps } from '../../../protocols/dhcp/values.ts';

export interface ReadableLine {
  readonly name: string;
  readonly value: string;
  /** Of the option; absent for header fields. */
  readonly code?: number;
}

/** As PXE 2.1 table 2-1 names its tags: the same in every language. */
const PXE_SUBOPTION_NAMES: ReadonlyMap<number, string> = new Map([
  [PXE_OPTION.mtftpAddress, 'PXE_MTFTP_IP'],
  [PXE_OPTION.mtftpClientPort, 'PXE_MTFTP_CPORT'],
  [PXE_OPTION.mtftpServerPort, 'PXE_MTFTP_SPORT'],
  [PXE_OPTION.mtftpTimeout, 'PXE_MTFTP_TMOUT'],
  [PXE_OPTION.mtftpDelay, 'PXE_MTFTP_DELAY'],
  [PXE_OPTION.discoveryControl, 'PXE_DISCOVERY_CONTROL'],
  [PXE_OPTION.multicastAddress, 'PXE_DISCOVERY_MCAST_ADDR'],
  [PXE_OPTION.bootServers, 'PXE_BOOT_SERVERS'],
  [PXE_OPTION.bootMenu, 'PXE_BOOT_MENU'],
  [PXE_OPTION.menuPrompt, 'PXE_MENU_PROMPT'],
  [PXE_OPTION.bootItem, 'PXE_BOOT_ITEM'],
]);

const INFINITE = 0xffff_ffff;

function isPrintable(data: Uint8Array): boolean {
  return data.length > 0 && data.every((byte, i) => (byte >= 0x20 && byte < 0x7f) || (byte === 0 && i > 0));
}

function textOf(data: Uint8Array): string {
  return fromLatin1(data).replace(/\0+$/, '');
}

function bytesOf(data: Uint8Array): string {
  return data.length === 0 ? '–' : toHex(data, ':');
}

/** Sub-option 6, by bit (PXE 2.1 table 2-1), in Wireshark's words. */
function discoveryControl(byte: number): string {
  const parts = ['Disable Broadcast', 'Disable Multicast', 'Serverlist only', 'Bootstrap override'];
  const set = parts.filter((_part, bit) => (byte & (1 << bit)) !== 0);
  return `${byte}${set.length === 0 ? '' : ` (${set.join(', ')})`}`;
}

function bootServers(data: Uint8Array): string {
  const out: string[] = [];
  for (let at = 0; at + 3 <= data.length;) {
    const end = at + 3 + 4 * byteAt(data, at + 2);
    const ips = readIps(data.subarray(at + 3, end)).map(formatIpv4);
    out.push(`type ${readU16(data, at)}: ${ips.join(', ')}`);
    at = end;
  }
  return out.join('; ');
}

function bootMenu(data: Uint8Array): string {
  const out: string[] = [];
  for (let at = 0; at + 3 <= data.length;) {
    const end = at + 3 + byteAt(data, at + 2);
    out.push(`type ${readU16(data, at)}: "${fromLatin1(data, at + 3, end)}"`);
    at = end;
  }
  return out.join('; ');
}

function pxeSubOption(code: number, data: Uint8Array): string {
  switch (code) {
    case 6:
      return data.length === 1 ? discoveryControl(byteAt(data, 0)) : bytesOf(data);
    case 8:
      return bootServers(data);
    case 9:
      return bootMenu(data);
    case 10:
      if (data.length < 1) return bytesOf(data);
      return `${data[0] === 255 ? '∞' : `${data[0]} s`}: "${fromLatin1(data, 1)}"`;
    case 71:
      return data.length === 4 ? `type ${readU16(data, 0)}, layer ${readU16(data, 2)}` : bytesOf(data);
    default:
      return bytesOf(data);
  }
}

function vendorOptions(data: Uint8Array, names: ReadonlyMap<number, string>): string {
  const list = decodeSubOptions(data);
  if (!list.ok) return bytesOf(data);
  return list.value.map((sub) => `${names.get(sub.code) ?? sub.code}: ${pxeSubOption(sub.code, sub.data)}`).join(' | ');
}

function ipxeSettings(data: Uint8Array): string {
  const list = decodeSubOptions(data);
  if (!list.ok) return bytesOf(data);
  return list.value
    .map(({ code, data: value }) => {
      const info = IPXE_OPTIONS.get(code);
      const shown = info?.type === 'string' ? textOf(value) : value.length === 1 ? String(value[0]) : bytesOf(value);
      return `${info?.name ?? code} = ${shown}`;
    })
    .join(', ');
}

function duration(seconds: number): string {
  return seconds === INFINITE ? '∞' : `${seconds} s`;
}

function optionValue({ code, data }: DhcpOption): string {
  if (code === DHCP_OPTION.clientArch && data.length === 2) {
    const arch = readU16(data, 0);
    const name = CLIENT_ARCH_NAMES.get(arch);
    return name === undefined ? String(arch) : `${arch} (${name})`;
  }
  const { leaseTime, renewalTime, rebindingTime } = DHCP_OPTION;
  if ((code === leaseTime || code === renewalTime || code === rebindingTime) && data.length === 4) {
    return duration(readU32(data, 0));
  }
  switch (dhcpOptionType(code)) {
    case 'ip':
      return data.length === 4 ? formatIpv4(readIpv4(data, 0)) : bytesOf(data);
    case 'ips':
    case 'ip-pairs':
      return data.length % 4 === 0 ? readIps(data).map(formatIpv4).join(', ') : bytesOf(data);
    case 'u8':
    case 'bool':
      return data.length === 1 ? String(data[0]) : bytesOf(data);
    case 'u16':
      return data.length === 2 ? String(readU16(data, 0)) : bytesOf(data);
    case 'u32':
      return data.length === 4 ? String(readU32(data, 0)) : bytesOf(data);
    case 'i32':
      return data.length === 4 ? String(readU32(data, 0) | 0) : bytesOf(data);
    case 'message-type':
      return data.length === 1 ? (DHCP_MESSAGE_TYPE_NAMES.get(byteAt(data, 0)) ?? String(data[0])) : bytesOf(data);
    case 'codes':
      return [...data].join(', ');
    case 'domain-list':
      return readDomainList(data)?.join(', ') ?? bytesOf(data);
    case 'classless-routes': {
      const routes = readClasslessRoutes(data);
      if (routes === undefined) return bytesOf(data);
      return routes
        .map((route) => `${formatIpv4(route.destination)}/${route.prefixLength} via ${formatIpv4(route.router)}`)
        .join(', ');
    }
    case 'vendor':
      return vendorOptions(data, PXE_SUBOPTION_NAMES);
    case 'ipxe':
      return ipxeSettings(data);
    case 'string':
    case 'user-class':
      return isPrintable(data) ? textOf(data) : bytesOf(data);
    case 'u8s':
    case 'u16s':
    case 'flag':
    case 'bytes':
    case 'client-id':
    case 'relay-agent':
    case 'fqdn':
    case 'ndi':
    case 'client-uuid':
    case 'vendor-class-vi':
    case 'vendor-info-vi':
      return isPrintable(data) && code >= 128 ? `"${textOf(data)}"` : bytesOf(data);
  }
}

/** Header fields that say something, then the options in the order of the message. */
export function readableMessage(message: DhcpMessage): readonly ReadableLine[] {
  const lines: ReadableLine[] = [];
  const address = (name: string, value: number): void => {
    if (value !== 0) lines.push({ name, value: formatIpv4(value) });
  };
  lines.push({ name: 'chaddr', value: formatMac(clientMac(message)) });
  if ((message.flags & FLAG_BROADCAST) !== 0) lines.push({ name: 'flags', value: 'broadcast' });
  address('ciaddr', message.ciaddr);
  address('yiaddr', message.yiaddr);
  address('siaddr', message.siaddr);
  address('giaddr', message.giaddr);
  const overload = optionOverload(message);
  const sname = (overload & 2) === 0 ? fromCString(message.sname) : '';
  const file = (overload & 1) === 0 ? fromCString(message.file) : '';
  if (sname !== '') lines.push({ name: 'sname', value: sname });
  if (file !== '') lines.push({ name: 'file', value: file });
  for (const option of message.options) {
    lines.push({ name: dhcpOptionName(option.code), value: optionValue(option), code: option.code });
  }
  return lines;
}
