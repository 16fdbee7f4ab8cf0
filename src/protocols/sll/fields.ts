/** Byte offsets of the headers of Linux cooked captures (LINKTYPE_LINUX_SLL and _SLL2 of the pcap registry). */

export const LINKTYPE_SLL = 113;
export const LINKTYPE_SLL2 = 276;

export const SLL = { packetType: 0, hardwareType: 2, addressLength: 4, address: 6, protocol: 14 } as const;
export const SLL_HEADER_LENGTH = 16;

export const SLL2 = {
  protocol: 0,
  interfaceIndex: 4,
  hardwareType: 8,
  packetType: 10,
  addressLength: 11,
  address: 12,
} as const;
export const SLL2_HEADER_LENGTH = 20;

/** A protocol that is no EtherType: 802.2 LLC follows. */
export const SLL_LLC = 4;
