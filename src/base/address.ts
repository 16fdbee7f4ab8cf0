/**
 * Ethernet and IPv4 addresses as plain numbers: they are keys of hot maps (the switch, ARP, leases), and
 * both fit a JavaScript integer exactly.
 */
import { readU16, readU32 } from './bytes.ts';

/** 48 bits, first byte on the wire most significant. */
export type MacAddress = number;
/** 32 bits unsigned, network order read as a number. */
export type Ipv4Address = number;

export const MAC_BROADCAST: MacAddress = 0xffff_ffff_ffff;
export const IPV4_ANY: Ipv4Address = 0;
export const IPV4_BROADCAST: Ipv4Address = 0xffff_ffff;

export function readMac(bytes: Uint8Array, offset: number): MacAddress {
  const high = readU16(bytes, offset);
  return high * 0x1_0000_0000 + readIpv4(bytes, offset + 2);
}

export function writeMac(bytes: Uint8Array, offset: number, mac: MacAddress): void {
  const high = Math.floor(mac / 0x1_0000_0000);
  const low = mac >>> 0;
  bytes[offset] = high >>> 8;
  bytes[offset + 1] = high;
  bytes[offset + 2] = low >>> 24;
  bytes[offset + 3] = low >>> 16;
  bytes[offset + 4] = low >>> 8;
  bytes[offset + 5] = low;
}

/** True for broadcast and multicast (the I/G bit, IEEE 802.3 §3.2.3). */
export function isGroupMac(mac: MacAddress): boolean {
  return (Math.floor(mac / 0x100_0000_0000) & 1) !== 0;
}

/** 01:80:C2:00:00:00 to 0F never cross a bridge (IEEE 802.1Q Table 8-1). */
export function isReservedGroup(mac: MacAddress): boolean {
  return mac >= 0x0180_c200_0000 && mac <= 0x0180_c200_000f;
}

/** `52:54:00:aa:00:01`. */
export function formatMac(mac: MacAddress): string {
  const hex = mac.toString(16).padStart(12, '0');
  return `${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}:${hex.slice(6, 8)}:${hex.slice(8, 10)}:${hex.slice(10, 12)}`;
}

/** Reads `52:54:00:aa:00:01` or `52-54-00-aa-00-01`; undefined when it is neither. */
export function parseMac(text: string): MacAddress | undefined {
  if (!/^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(text)) return undefined;
  return Number.parseInt(text.replace(/[:-]/g, ''), 16);
}

export function readIpv4(bytes: Uint8Array, offset: number): Ipv4Address {
  return readU32(bytes, offset);
}

export function writeIpv4(bytes: Uint8Array, offset: number, address: Ipv4Address): void {
  bytes[offset] = address >>> 24;
  bytes[offset + 1] = address >>> 16;
  bytes[offset + 2] = address >>> 8;
  bytes[offset + 3] = address;
}

export function formatIpv4(address: Ipv4Address): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** Reads dotted decimal with four parts; undefined when it is not that. */
export function parseIpv4(text: string): Ipv4Address | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (parts === null) return undefined;
  let address = 0;
  for (let i = 1; i <= 4; i++) {
    const part = Number(parts[i]);
    if (part > 255) return undefined;
    address = address * 256 + part;
  }
  return address;
}

/** The mask of a prefix length: 24 gives 255.255.255.0. */
export function prefixMask(length: number): Ipv4Address {
  return length === 0 ? 0 : (0xffff_ffff << (32 - length)) >>> 0;
}

/** The prefix length of a mask, or undefined when its ones are not contiguous. */
export function maskPrefix(mask: Ipv4Address): number | undefined {
  for (let length = 0; length <= 32; length++) if (prefixMask(length) === mask) return length;
  return undefined;
}

export function sameSubnet(a: Ipv4Address, b: Ipv4Address, mask: Ipv4Address): boolean {
  return ((a ^ b) & mask) === 0;
}
