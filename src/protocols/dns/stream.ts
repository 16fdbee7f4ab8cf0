/** DNS messages on a TCP stream: each behind its length (RFC 1035 §4.2.2, RFC 7766 §8). */
import { concatBytes, readU16, writeU16 } from '../../base/bytes.ts';
import { assert } from '../../base/result.ts';

const LENGTH_BYTES = 2;
const MAX_MESSAGE_BYTES = 0xffff;

/** A message, at most 65,535 bytes, with its length before it: to be written at once (RFC 7766 §8). */
export function frameDns(message: Uint8Array): Uint8Array {
  assert(message.length <= MAX_MESSAGE_BYTES, 'a DNS message fits its length');
  const out = new Uint8Array(LENGTH_BYTES + message.length);
  writeU16(out, 0, message.length);
  out.set(message, LENGTH_BYTES);
  return out;
}

/** Cuts a stream into messages, wherever its segments begin and end. */
export class DnsStreamReader {
  private held: Uint8Array = new Uint8Array(0);

  /** The messages that end in `data`: copies, without their lengths. They may be anything; `decodeDns` says what. */
  push(data: Uint8Array): readonly Uint8Array[] {
    const bytes = concatBytes([this.held, data]);
    const messages: Uint8Array[] = [];
    let at = 0;
    while (at + LENGTH_BYTES <= bytes.length) {
      const start = at + LENGTH_BYTES;
      const end = start + readU16(bytes, at);
      if (end > bytes.length) break;
      messages.push(bytes.slice(start, end));
      at = end;
    }
    this.held = bytes.subarray(at);
    return messages;
  }
}
