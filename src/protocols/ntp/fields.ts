/** Byte offsets of an NTP packet (RFC 5905 §7.3, figure 8). */

export const NTP_FIELDS = {
  /** Leap indicator (2 bits), version (3), mode (3). */
  flags: 0,
  stratum: 1,
  poll: 2,
  precision: 3,
  rootDelay: 4,
  rootDispersion: 8,
  referenceId: 12,
  reference: 16,
  origin: 24,
  receive: 32,
  transmit: 40,
} as const;
/** Without extension fields and authentication. */
export const NTP_BYTES = 48;
