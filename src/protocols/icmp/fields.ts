/** Byte offsets of ICMP messages (RFC 792), their types and codes (IANA icmp-parameters). */

export const ICMP = {
  type: 0,
  code: 1,
  checksum: 2,
  /** Echo and echo reply. */
  identifier: 4,
  sequence: 6,
  /** Destination unreachable, code 4 (RFC 1191 §4). */
  nextHopMtu: 6,
  gateway: 4,
  pointer: 4,
  data: 8,
} as const;
export const ICMP_HEADER_LENGTH = 8;

export const ICMP_TYPE = {
  echoReply: 0,
  destinationUnreachable: 3,
  sourceQuench: 4,
  redirect: 5,
  echoRequest: 8,
  routerAdvertisement: 9,
  routerSolicitation: 10,
  timeExceeded: 11,
  parameterProblem: 12,
  timestamp: 13,
  timestampReply: 14,
  addressMaskRequest: 17,
  addressMaskReply: 18,
} as const;

export const ICMP_UNREACHABLE = {
  network: 0,
  host: 1,
  protocol: 2,
  port: 3,
  fragmentationNeeded: 4,
  sourceRouteFailed: 5,
  administrativelyProhibited: 13,
} as const;
