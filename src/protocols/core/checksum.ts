/**
 * The Internet checksum (RFC 1071), the one piece of arithmetic that every frame of the lab goes through several
 * times. The sum is kept unfolded in a double: exact far beyond the largest datagram.
 */
import type { Ipv4Address } from '../../base/address.ts';
import { byteAt } from '../../base/bytes.ts';

/**
 * Adds the 16-bit big-endian words of `bytes[start, end)` to `sum`; an odd last byte counts as the high half of a
 * word (RFC 1071 §4.1). Only a range of even length may be followed by another. The result is unfolded.
 */
export function checksumAdd(bytes: Uint8Array, start: number, end: number, sum = 0): number {
  let high = 0;
  let low = 0;
  let at = start;
  // Two sums of bytes and one multiplication at the end are cheaper than a shift for each word.
  for (const last = end - 15; at < last; at += 16) {
    high += byteAt(bytes, at) + byteAt(bytes, at + 2) + byteAt(bytes, at + 4) + byteAt(bytes, at + 6);
    low += byteAt(bytes, at + 1) + byteAt(bytes, at + 3) + byteAt(bytes, at + 5) + byteAt(bytes, at + 7);
    high += byteAt(bytes, at + 8) + byteAt(bytes, at + 10) + byteAt(bytes, at + 12) + byteAt(bytes, at + 14);
    low += byteAt(bytes, at + 9) + byteAt(bytes, at + 11) + byteAt(bytes, at + 13) + byteAt(bytes, at + 15);
  }
  for (const last = end - 1; at < last; at += 2) {
    high += byteAt(bytes, at);
    low += byteAt(bytes, at + 1);
  }
  if (at < end) high += byteAt(bytes, at);
  return sum + high * 256 + low;
}

/** Folds the carries and takes the ones' complement: what is written into the checksum field. */
export function checksumFinish(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x1_0000);
  return ~folded & 0xffff;
}

/** The checksum of `bytes[start, end)`. Over a range that holds its own correct checksum the result is 0. */
export function internetChecksum(bytes: Uint8Array, start = 0, end = bytes.length, sum = 0): number {
  return checksumFinish(checksumAdd(bytes, start, end, sum));
}

/**
 * The checksum of UDP and TCP over IPv4: `bytes[offset, offset + length)`, header and data, behind the pseudo header
 * (RFC 768, RFC 9293 §3.1). Over bytes that hold their own correct checksum the result is 0; what they hold in its
 * field is not counted when it is given as `held`.
 */
export function transportChecksum(
  bytes: Uint8Array,
  offset: number,
  length: number,
  protocol: number,
  source: Ipv4Address,
  destination: Ipv4Address,
  held = 0,
): number {
  const addresses = (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff);
  return internetChecksum(bytes, offset, offset + length, addresses + protocol + length - held);
}
