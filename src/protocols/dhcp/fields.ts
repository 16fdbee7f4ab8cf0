/** The fixed part of a BOOTP and DHCP message (RFC 951 §3, RFC 2131 §2), in order. */

interface Span {
  readonly offset: number;
  readonly length: number;
}

/** 99.130.83.99 (RFC 1497). */
export const DHCP_MAGIC_COOKIE = 0x63825363;
export const COOKIE_BYTES = 4;
/** From `op` to the end of `file`. */
export const FIXED_BYTES = 236;

export const DHCP_FIELDS = {
  op: { offset: 0, length: 1 },
  htype: { offset: 1, length: 1 },
  hlen: { offset: 2, length: 1 },
  hops: { offset: 3, length: 1 },
  xid: { offset: 4, length: 4 },
  secs: { offset: 8, length: 2 },
  flags: { offset: 10, length: 2 },
  ciaddr: { offset: 12, length: 4 },
  yiaddr: { offset: 16, length: 4 },
  siaddr: { offset: 20, length: 4 },
  giaddr: { offset: 24, length: 4 },
  chaddr: { offset: 28, length: 16 },
  sname: { offset: 44, length: 64 },
  file: { offset: 108, length: 128 },
  cookie: { offset: 236, length: 4 },
} as const satisfies Record<string, Span>;
