/** Byte offsets of an ARP packet for Ethernet and IPv4 (RFC 826), and its numbers (IANA arp-parameters). */

export const ARP = {
  hardwareType: 0,
  protocolType: 2,
  hardwareLength: 4,
  protocolLength: 5,
  operation: 6,
  senderMac: 8,
  senderIp: 14,
  targetMac: 18,
  targetIp: 24,
} as const;
export const ARP_LENGTH = 28;
export const ARP_HARDWARE_ETHERNET = 1;

/** RARP (RFC 903) has the same layout. */
export const ARP_OPERATION = { request: 1, reply: 2, reverseRequest: 3, reverseReply: 4 } as const;
