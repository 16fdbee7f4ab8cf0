/** Byte offsets of FIP messages behind the Ethernet header, and their numbers (FC-BB-6 §7.9). */
import type { MacAddress } from '../../base/address.ts';

export const FIP = { version: 0, opcode: 2, subcode: 5, length: 6, flags: 8 } as const;
export const FIP_HEADER_LENGTH = 10;
export const FIP_VERSION = 1;

export const FIP_OPCODE = { discovery: 1, linkService: 2, control: 3, vlan: 4 } as const;
/** The lower number goes to the forwarder, the higher one comes from it. */
export const FIP_SUBCODE = {
  solicitation: 1,
  advertisement: 2,
  request: 1,
  reply: 2,
  keepAlive: 1,
  clearVirtualLinks: 2,
  vlanRequest: 1,
  vlanNotification: 2,
} as const;

/** Who gives MAC addresses (the fabric, the machine), whether logins are taken, solicited, from a forwarder. */
export const FIP_FLAG = { fpma: 0x8000, spma: 0x4000, available: 0x0004, solicited: 0x0002, fPort: 0x0001 } as const;

export const FIP_DESCRIPTOR = {
  priority: 1,
  mac: 2,
  fcMap: 3,
  name: 4,
  fabric: 5,
  maxSize: 6,
  flogi: 7,
  fdisc: 8,
  logo: 9,
  elp: 10,
  port: 11,
  keepAlive: 12,
  vendor: 13,
  vlan: 14,
  fc4: 15,
} as const;

/** Groups (FC-BB-6 §7.8.2). */
export const ALL_ENODE_MACS: MacAddress = 0x0110_1801_0001;
export const ALL_FCF_MACS: MacAddress = 0x0110_1801_0002;
