/** XDR (RFC 4506): everything in units of four bytes, most significant first. */
import { concatBytes, fromLatin1, latin1, readU32, writeU32 } from '../../base/bytes.ts';

export class XdrWriter {
  private readonly parts: Uint8Array[] = [];

  u32(...values: readonly number[]): this {
    const raw = new Uint8Array(4 * values.length);
    values.forEach((value, i) => writeU32(raw, 4 * i, value));
    this.parts.push(raw);
    return this;
  }

  /** An unsigned hyper, of which a number holds 53 bits. */
  u64(value: number): this {
    return this.u32(Math.floor(value / 2 ** 32), value >>> 0);
  }

  bool(value: boolean): this {
    return this.u32(value ? 1 : 0);
  }

  /** Bytes without a length before them, filled up to a multiple of four (RFC 4506 §4.9). */
  fixed(data: Uint8Array): this {
    this.parts.push(data, new Uint8Array((4 - (data.length % 4)) % 4));
    return this;
  }

  opaque(data: Uint8Array): this {
    return this.u32(data.length).fixed(data);
  }

  text(value: string): this {
    return this.opaque(latin1(value));
  }

  get bytes(): Uint8Array {
    return concatBytes(this.parts);
  }
}

/** Past the end it reads zeros, and `isShort` becomes true. */
export class XdrReader {
  isShort = false;
  offset: number;
  private readonly data: Uint8Array;

  constructor(data: Uint8Array, offset = 0) {
    this.data = data;
    this.offset = offset;
  }

  u32(): number {
    if (this.offset + 4 > this.data.length) {
      this.isShort = true;
      return 0;
    }
    this.offset += 4;
    return readU32(this.data, this.offset - 4);
  }

  u64(): number {
    return this.u32() * 2 ** 32 + this.u32();
  }

  /** So many bytes, which have no length before them (RFC 4506 §4.9). A view. */
  fixed(length: number): Uint8Array {
    const { offset } = this;
    this.skip(length + ((4 - (length % 4)) % 4));
    return this.data.subarray(offset, Math.min(this.data.length, offset + length));
  }

  /** Goes over so many bytes, a multiple of four. */
  skip(bytes: number): this {
    if (this.offset + bytes > this.data.length) this.isShort = true;
    this.offset = Math.min(this.data.length, this.offset + bytes);
    return this;
  }

  /** A view. */
  opaque(): Uint8Array {
    const length = this.u32();
    const end = this.offset + length;
    if (end > this.data.length) {
      this.isShort = true;
      return new Uint8Array(0);
    }
    const out = this.data.subarray(this.offset, end);
    this.offset = Math.min(this.data.length, end + ((4 - (length % 4)) % 4));
    return out;
  }

  text(): string {
    return fromLatin1(this.opaque());
  }

  /** What is left. */
  rest(): Uint8Array {
    return this.data.subarray(this.offset);
  }
}
