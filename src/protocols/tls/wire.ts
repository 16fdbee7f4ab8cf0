/** Numbers and vectors of TLS's presentation language (RFC 5246 §4), read with a bound and written. */
import { concatBytes } from '../../base/bytes.ts';

const NOTHING = new Uint8Array(0);

/** Reads from the front. Beyond the end everything is empty and `failed` says so. */
export class WireReader {
  private at: number;
  private readonly bytes: Uint8Array;
  failed = false;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.at = 0;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  get offset(): number {
    return this.at;
  }

  take(length: number): Uint8Array {
    if (length > this.left) {
      this.failed = true;
      this.at = this.bytes.length;
      return NOTHING;
    }
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** A number of 1 to 4 bytes. */
  uint(length: number): number {
    let value = 0;
    for (const byte of this.take(length)) value = value * 256 + byte;
    return value;
  }

  /** A vector behind its length, which takes `lengthBytes`. */
  vector(lengthBytes: number): Uint8Array {
    return this.take(this.uint(lengthBytes));
  }

  rest(): Uint8Array {
    return this.take(this.left);
  }

  /** The numbers of a vector, each of two bytes. */
  uint16s(lengthBytes: number): number[] {
    const list = new WireReader(this.vector(lengthBytes));
    const values: number[] = [];
    while (list.left > 0) values.push(list.uint(2));
    if (list.failed) this.failed = true;
    return values;
  }

  /** The vectors in a vector. */
  vectors(lengthBytes: number, itemLengthBytes: number): Uint8Array[] {
    const list = new WireReader(this.vector(lengthBytes));
    const values: Uint8Array[] = [];
    while (list.left > 0) values.push(list.vector(itemLengthBytes));
    if (list.failed) this.failed = true;
    return values;
  }
}

export function uint(value: number, length: number): Uint8Array {
  const out = new Uint8Array(length);
  for (let at = length - 1, rest = value; at >= 0; at--, rest = Math.floor(rest / 256)) out[at] = rest;
  return out;
}

export function vector(lengthBytes: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(parts);
  return concatBytes([uint(body.length, lengthBytes), body]);
}

export function uint16s(lengthBytes: number, values: readonly number[]): Uint8Array {
  return vector(lengthBytes, ...values.map((value) => uint(value, 2)));
}
