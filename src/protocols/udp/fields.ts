/** Byte offsets of the UDP header (RFC 768). */

export const UDP = { sourcePort: 0, destinationPort: 2, length: 4, checksum: 6 } as const;
export const UDP_HEADER_LENGTH = 8;
