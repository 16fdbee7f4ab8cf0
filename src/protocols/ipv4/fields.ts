/** Byte offsets of the IPv4 header (RFC 791 §3.1) and the protocol numbers that the lab knows. */

export const IPV4 = {
  versionAndLength: 0,
  typeOfService: 1,
  totalLength: 2,
  identification: 4,
  flagsAndOffset: 6,
  ttl: 8,
  protocol: 9,
  checksum: 10,
  source: 12,
  destination: 16,
  options: 20,
} as const;
export const IPV4_HEADER_LENGTH = 20;
export const IPV4_MAX_LENGTH = 65_535;

/** Bits of the word at `flagsAndOffset`. The offset counts 8-byte units. */
export const IPV4_RESERVED = 0x8000;
export const IPV4_DONT_FRAGMENT = 0x4000;
export const IPV4_MORE_FRAGMENTS = 0x2000;
export const IPV4_OFFSET_MASK = 0x1fff;

export const IP_PROTOCOL = { icmp: 1, igmp: 2, tcp: 6, udp: 17, icmpv6: 58 } as const;
