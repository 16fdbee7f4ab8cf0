/** Inflates what strangers have packed: a thousand bytes may hold a million, so that it goes in pieces, up to a limit. */
import { concatBytes } from '../bytes.ts';
import { err, ok, type Result } from '../result.ts';

/**
 * fflate's `Inflate` (RFC 1951), `Unzlib` (RFC 1950) or `Gunzip` (RFC 1952): the caller passes the one that it needs.
 */
export type InflateStream = new (onData: (chunk: Uint8Array, isFinal: boolean) => void) => {
  push(chunk: Uint8Array, isFinal?: boolean): void;
};

/** Bytes of input that are inflated at a time: at most 1032 times as many come out. */
const PIECE_BYTES = 4096;

/**
 * At most `maxBytes` of what is packed. `too-large`: there is more, and it has not been inflated; with `isEnough`, that is
 * no error. `broken`: it is no such stream, or breaks off.
 */
export function inflate(
  Stream: InflateStream,
  packed: Uint8Array,
  maxBytes: number,
  isEnough = false,
): Result<Uint8Array, 'broken' | 'too-large'> {
  const parts: Uint8Array[] = [];
  let total = 0;
  let isComplete = false;
  const stream = new Stream((chunk, isFinal) => {
    total += chunk.length;
    parts.push(chunk);
    isComplete = isFinal;
  });
  try {
    for (let at = 0; at < packed.length; at += PIECE_BYTES) {
      stream.push(packed.subarray(at, at + PIECE_BYTES), at + PIECE_BYTES >= packed.length);
      if (total > maxBytes || (isEnough && total === maxBytes)) break;
    }
  } catch {
    // fflate throws on bytes that are not what they say.
    return err('broken');
  }
  if (total > maxBytes && !isEnough) return err('too-large');
  if (!isComplete && total < maxBytes) return err('broken');
  return ok(concatBytes(parts).subarray(0, maxBytes));
}
