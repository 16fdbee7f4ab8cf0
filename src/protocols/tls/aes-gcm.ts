/**
 * AES-GCM (NIST SP 800-38D) for many records under one key. The library makes key schedule and GHASH tables for each
 * message, which for records of a few kilobytes is most of the work; here they are made once for a key. AES itself is the
 * library's.
 */
import { unsafe } from '@noble/ciphers/aes.js';

const BLOCK_BYTES = 16;
const TAG_BYTES = 16;
/** The low byte that falls out of a shift by eight, reduced: x^128 = x^7 + x^2 + x + 1, bits reversed. */
const REDUCED = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let [high, low] = [0, byte];
  for (let bit = 0; bit < 8; bit++) {
    const carry = low & 1;
    low = (low >>> 1) | ((high & 1) << 7);
    high >>>= 1;
    if (carry === 1) high ^= 0xe1000000;
  }
  REDUCED[byte] = high >>> 0;
}

export class AesGcm {
  private readonly schedule: Uint32Array;
  /** Multiples of the hash key by each byte, four words each. */
  private readonly table = new Uint32Array(256 * 4);

  constructor(key: Uint8Array) {
    this.schedule = unsafe.expandKeyLE(key);
    const h = new Uint8Array(BLOCK_BYTES);
    unsafe.ctr32(this.schedule, false, new Uint8Array(BLOCK_BYTES), h, h);
    const view = new DataView(h.buffer);
    let [a, b, c, d] = [view.getUint32(0), view.getUint32(4), view.getUint32(8), view.getUint32(12)];
    const { table } = this;
    for (let byte = 128; byte > 0; byte >>= 1) {
      table.set([a, b, c, d], byte * 4);
      const carry = d & 1;
      d = (d >>> 1) | (c << 31);
      c = (c >>> 1) | (b << 31);
      b = (b >>> 1) | (a << 31);
      a = (a >>> 1) ^ (carry === 1 ? 0xe1000000 : 0);
    }
    for (let top = 2; top < 256; top <<= 1) {
      for (let low = 1; low < top; low++) {
        for (let word = 0; word < 4; word++) {
          table[(top + low) * 4 + word] = (table[top * 4 + word] ?? 0) ^ (table[low * 4 + word] ?? 0);
        }
      }
    }
  }

  /** The ciphertext with its tag. `nonce` has twelve bytes. */
  seal(nonce: Uint8Array, additional: Uint8Array, plain: Uint8Array): Uint8Array {
    const out = new Uint8Array(plain.length + TAG_BYTES);
    const sealed = out.subarray(0, plain.length);
    this.crypt(nonce, plain, sealed);
    out.set(this.tag(nonce, additional, sealed), plain.length);
    return out;
  }

  /** Undefined when the tag is wrong. */
  open(nonce: Uint8Array, additional: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    const length = sealed.length - TAG_BYTES;
    if (length < 0) return undefined;
    const text = sealed.subarray(0, length);
    const tag = this.tag(nonce, additional, text);
    let difference = 0;
    for (let at = 0; at < TAG_BYTES; at++) difference |= (tag[at] ?? 0) ^ (sealed[length + at] ?? 0);
    if (difference !== 0) return undefined;
    const out = new Uint8Array(length);
    this.crypt(nonce, text, out);
    return out;
  }

  private crypt(nonce: Uint8Array, from: Uint8Array, to: Uint8Array): void {
    const counter = new Uint8Array(BLOCK_BYTES);
    counter.set(nonce);
    counter[15] = 2;
    unsafe.ctr32(this.schedule, false, counter, aligned(from), to);
  }

  private tag(nonce: Uint8Array, additional: Uint8Array, sealed: Uint8Array): Uint8Array {
    const hash = new Uint32Array(4);
    this.absorb(hash, additional);
    this.absorb(hash, sealed);
    const lengths = new Uint8Array(BLOCK_BYTES);
    const view = new DataView(lengths.buffer);
    view.setUint32(4, additional.length * 8);
    view.setUint32(12, sealed.length * 8);
    this.absorb(hash, lengths);
    const out = new Uint8Array(TAG_BYTES);
    const written = new DataView(out.buffer);
    for (let word = 0; word < 4; word++) written.setUint32(word * 4, hash[word] ?? 0);
    const counter = new Uint8Array(BLOCK_BYTES);
    counter.set(nonce);
    counter[15] = 1;
    unsafe.ctr32(this.schedule, false, counter, out, out);
    return out;
  }

  /** GHASH of bytes, with zeros up to a whole block. */
  private absorb(hash: Uint32Array, bytes: Uint8Array): void {
    const { table } = this;
    let [a, b, c, d] = [hash[0] ?? 0, hash[1] ?? 0, hash[2] ?? 0, hash[3] ?? 0];
    for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
      const x0 = a ^ word(bytes, at);
      const x1 = b ^ word(bytes, at + 4);
      const x2 = c ^ word(bytes, at + 8);
      const x3 = d ^ word(bytes, at + 12);
      a = b = c = d = 0;
      for (let which = 3; which >= 0; which--) {
        const x = which === 3 ? x3 : which === 2 ? x2 : which === 1 ? x1 : x0;
        for (let shift = 0; shift < 32; shift += 8) {
          const entry = ((x >>> shift) & 0xff) << 2;
          const fallen = REDUCED[d & 0xff] ?? 0;
          d = ((d >>> 8) | (c << 24)) ^ (table[entry + 3] ?? 0);
          c = ((c >>> 8) | (b << 24)) ^ (table[entry + 2] ?? 0);
          b = ((b >>> 8) | (a << 24)) ^ (table[entry + 1] ?? 0);
          a = (a >>> 8) ^ fallen ^ (table[entry] ?? 0);
        }
      }
    }
    hash[0] = a;
    hash[1] = b;
    hash[2] = c;
    hash[3] = d;
  }
}

/** Big-endian; bytes past the end are 0. */
function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
}

/** The library reads words: a view that begins between them is copied. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
}
