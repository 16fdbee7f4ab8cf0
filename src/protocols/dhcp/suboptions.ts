/** Options inside an option (RFC 2132 §8.4): code, length, data, again and again. */
import { byteAt, concatBytes } from '../../base/bytes.ts';
import { assert, decodeError, ok } from '../../base/result.ts';
import type { DecodeError, Result } from '../../base/result.ts';

export interface SubOption {
  readonly code: number;
  readonly data: Uint8Array;
}

/** One byte of filling. Option 82 has neither pad nor end (RFC 3046 §2.0). */
const PAD = 0;
/** Ends the list. */
const END = 255;

/**
 * Reads the options inside an option. Fails when one goes past its end (`truncated`), at its offset in `bytes`. Data are
 * copies.
 */
export function decodeSubOptions(bytes: Uint8Array): Result<readonly SubOption[], DecodeError> {
  const list: SubOption[] = [];
  let at = 0;
  while (at < bytes.length) {
    const code = byteAt(bytes, at);
    if (code === END) break;
    if (code === PAD) {
      at++;
      continue;
    }
    if (at + 1 >= bytes.length || at + 2 + byteAt(bytes, at + 1) > bytes.length) {
      return decodeError('truncated', at, 'RFC 2132 §8.4');
    }
    const dataAt = at + 2;
    at = dataAt + byteAt(bytes, at + 1);
    list.push({ code, data: bytes.slice(dataAt, at) });
  }
  return ok(list);
}

/** Writes sub-options in the order given; `end` adds the closing 255. */
export function encodeSubOptions(list: readonly SubOption[], end: boolean): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { code, data } of list) {
    assert(data.length <= 255, `sub-option ${code} holds at most 255 bytes, not ${data.length}`);
    parts.push(Uint8Array.of(code, data.length), data);
  }
  if (end) parts.push(Uint8Array.of(END));
  return concatBytes(parts);
}
