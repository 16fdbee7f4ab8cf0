/** Records of TLS (RFC 5246 §6.2.1): a header of five bytes and a fragment. */
import { byteAt, readU16, writeU16 } from '../../base/bytes.ts';

export const RECORD_HEADER_BYTES = 5;
/** RFC 5246 §6.2.1. */
export const MAX_PLAINTEXT_BYTES = 1 << 14;
/** RFC 5246 §6.2.3. */
export const MAX_FRAGMENT_BYTES = MAX_PLAINTEXT_BYTES + 2048;

export interface TlsRecord {
  readonly type: number;
  readonly version: number;
  readonly fragment: Uint8Array;
}

export function encodeRecord(type: number, version: number, fragment: Uint8Array): Uint8Array {
  const out = new Uint8Array(RECORD_HEADER_BYTES + fragment.length);
  out[0] = type;
  writeU16(out, 1, version);
  writeU16(out, 3, fragment.length);
  out.set(fragment, RECORD_HEADER_BYTES);
  return out;
}

/** Whether this can be the beginning of a record: a known type and a version of SSL 3.0 to TLS 1.3. */
export function looksLikeRecord(type: number, version: number): boolean {
  return type >= 20 && type <= 24 && version >= 0x0300 && version <= 0x0304;
}

/** Cuts a stream into records. */
export class RecordReader {
  private pending = new Uint8Array(RECORD_HEADER_BYTES);
  private filled = 0;
  /** A record came that is longer than any may be (RFC 5246 §6.2.3): nothing behind it can be read. */
  overflow = false;

  push(bytes: Uint8Array, onRecord: (record: TlsRecord) => void): void {
    let at = 0;
    while (at < bytes.length && !this.overflow) {
      const taken = Math.min(this.pending.length - this.filled, bytes.length - at);
      this.pending.set(bytes.subarray(at, at + taken), this.filled);
      this.filled += taken;
      at += taken;
      if (this.filled < this.pending.length) return;
      if (this.filled === RECORD_HEADER_BYTES) {
        const length = readU16(this.pending, 3);
        if (length > MAX_FRAGMENT_BYTES) {
          this.overflow = true;
          return;
        }
        if (length > 0) {
          const whole = new Uint8Array(RECORD_HEADER_BYTES + length);
          whole.set(this.pending);
          this.pending = whole;
          continue;
        }
      }
      const { pending } = this;
      this.pending = new Uint8Array(RECORD_HEADER_BYTES);
      this.filled = 0;
      const fragment = pending.subarray(RECORD_HEADER_BYTES);
      onRecord({ type: byteAt(pending, 0), version: readU16(pending, 1), fragment });
    }
  }
}
