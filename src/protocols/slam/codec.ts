/**
 * SLAM, the Scalable Local Area Multicast of Etherboot and iPXE: integers whose first three bits are their length in
 * bytes. A server sends transaction, size, block size, and with data the number of the block; a client sends runs of
 * received and missing blocks, closed by a zero byte. No RFC describes it, and Wireshark does not know it.
 */
import { byteAt } from '../../base/bytes.ts';

export const SLAM_PORT = 10_000;
/** 239.255.1.1 */
export const SLAM_GROUP = 0xefff_0101;

/** Integers one after the other, each below 2^45. */
export function encodeSlam(values: readonly number[]): number[] {
  return values.flatMap((value) => {
    const bytes: number[] = [];
    for (let left = value; left > 0; left = Math.floor(left / 256)) bytes.unshift(left % 256);
    if (bytes.length === 0 || (bytes[0] ?? 0) > 31) bytes.unshift(0);
    bytes[0] = (bytes[0] ?? 0) | (bytes.length << 5);
    return bytes;
  });
}

/** Up to `most` integers, and where they end; fewer when a zero byte or the end comes first. Undefined when one is cut short. */
export function decodeSlam(
  bytes: Uint8Array,
  most: number,
): { readonly values: readonly number[]; readonly end: number } | undefined {
  const values: number[] = [];
  let at = 0;
  while (values.length < most && at < bytes.length && bytes[at] !== 0) {
    const length = byteAt(bytes, at) >>> 5;
    if (length === 0 || length > 6 || at + length > bytes.length) return undefined;
    let value = byteAt(bytes, at) & 31;
    for (let i = 1; i < length; i++) value = value * 256 + byteAt(bytes, at + i);
    values.push(value);
    at += length;
  }
  return { values, end: at };
}
