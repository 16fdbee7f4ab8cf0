/** Captures that are packed by gzip (RFC 1952), as `tcpdump | gzip` and Wireshark write them, unpacked as they are read. */
import { Gunzip } from 'fflate';
import type { Message } from '../../base/sentence.ts';
import { captureMessage } from './messages.ts';

/** Bytes of input at a time: at most 1032 times as many come out. */
const PIECE_BYTES = 64 * 1024;
/** Without a limit of its own. */
const MOST_BYTES = 2 ** 31;

/** Whether the file begins as gzip does. */
export function isPacked(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

export interface PackingError {
  readonly code: 'malformed' | 'too-large';
  /** Of the packed file. */
  readonly offset: number;
  readonly message: Message;
}

/** Feeds the reader what the file holds; an error is one of the packing, at an offset of the packed file. */
export function pushPacked(
  reader: { readonly error: unknown; push(chunk: Uint8Array): unknown },
  packed: Uint8Array,
  maxBytes = MOST_BYTES,
): PackingError | undefined {
  let total = 0;
  const stream = new Gunzip((chunk) => {
    total += chunk.length;
    if (total <= maxBytes && reader.error === undefined) reader.push(chunk);
  });
  for (let at = 0; at < packed.length; at += PIECE_BYTES) {
    try {
      stream.push(packed.subarray(at, at + PIECE_BYTES), at + PIECE_BYTES >= packed.length);
    } catch {
      return { code: 'malformed', offset: at, message: captureMessage('capture.not-packed') };
    }
    if (total > maxBytes)
      return { code: 'too-large', offset: at, message: captureMessage('capture.unpacked', { limit: maxBytes }) };
    if (reader.error !== undefined) return undefined;
  }
  return undefined;
}
