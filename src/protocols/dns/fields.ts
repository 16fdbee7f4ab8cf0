/** The header of a DNS message (RFC 1035 §4.1.1), in order; sections of records follow. */

interface Span {
  readonly offset: number;
  readonly length: number;
}

export const DNS_HEADER_BYTES = 12;

export const DNS_HEADER = {
  id: { offset: 0, length: 2 },
  flags: { offset: 2, length: 2 },
  qdcount: { offset: 4, length: 2 },
  ancount: { offset: 6, length: 2 },
  nscount: { offset: 8, length: 2 },
  arcount: { offset: 10, length: 2 },
} as const satisfies Record<string, Span>;
