/** Byte offsets of the TCP header (RFC 9293 §3.1), its flags and its option kinds (IANA tcp-parameters). */

export const TCP = {
  sourcePort: 0,
  destinationPort: 2,
  sequence: 4,
  acknowledgment: 8,
  /** Data offset (4 bits), reserved (4 bits), flags (8 bits). */
  offsetAndFlags: 12,
  window: 14,
  checksum: 16,
  urgentPointer: 18,
  options: 20,
} as const;
export const TCP_HEADER_LENGTH = 20;

export const TCP_FLAG = {
  fin: 0x01,
  syn: 0x02,
  rst: 0x04,
  psh: 0x08,
  ack: 0x10,
  urg: 0x20,
  ece: 0x40,
  cwr: 0x80,
} as const;

export const TCP_OPTION = {
  endOfList: 0,
  noOperation: 1,
  maximumSegmentSize: 2,
  windowScale: 3,
  sackPermitted: 4,
  sack: 5,
  timestamps: 8,
} as const;
