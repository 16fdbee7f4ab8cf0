/**
 * AES-GCM (NIST SP 800-38D) for many records under one key. The library makes key schedule and GHASH tables for each
 * message, which for records of a few kilobytes is most of the work; here they are made once for a key, and nothing is
 * allocated for a block. It does not hide its timing: the keys of a lab are public.
 */

const BLOCK_BYTES = 16;
const TAG_BYTES = 16;
const PLACE_WORDS = 256 * 4;
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

/** The S-box of AES (FIPS 197 §5.1.1), and what a byte of a column becomes in a round: SubBytes and MixColumns at once. */
const SBOX = new Uint8Array(256);
const ROUND = [new Uint32Array(256), new Uint32Array(256), new Uint32Array(256), new Uint32Array(256)] as const;
const double = (byte: number): number => ((byte << 1) ^ (byte >= 0x80 ? 0x11b : 0)) & 0xff;
for (let p = 1, q = 1, round = 0; round < 255; round++) {
  // p runs through all that are not 0, by powers of 3; q is its inverse.
  p = p ^ double(p);
  q ^= q << 1;
  q ^= q << 2;
  q ^= q << 4;
  q &= 0xff;
  if (q >= 0x80) q ^= 0x09;
  SBOX[p] = q ^ rotated(q, 1) ^ rotated(q, 2) ^ rotated(q, 3) ^ rotated(q, 4) ^ 0x63;
}
SBOX[0] = 0x63;
for (let byte = 0; byte < 256; byte++) {
  const s = SBOX[byte] ?? 0;
  const column = ((double(s) << 24) | (s << 16) | (s << 8) | (double(s) ^ s)) >>> 0;
  for (const [which, table] of ROUND.entries()) {
    table[byte] = which === 0 ? column : (column >>> (8 * which)) | (column << (32 - 8 * which));
  }
}

function rotated(byte: number, bits: number): number {
  return ((byte << bits) | (byte >>> (8 - bits))) & 0xff;
}

function substituted(word: number): number {
  const byte = (shift: number): number => (SBOX[(word >>> shift) & 0xff] ?? 0) << shift;
  return byte(24) | byte(16) | byte(8) | byte(0);
}

/** FIPS 197 §5.2. */
function keySchedule(key: Uint8Array): Int32Array {
  const words = key.length / 4;
  const schedule = new Int32Array(4 * (words + 7));
  for (let at = 0; at < words; at++) schedule[at] = word(key, 4 * at);
  for (let at = words, constant = 1; at < schedule.length; at++) {
    let next = schedule[at - 1] ?? 0;
    if (at % words === 0) {
      next = substituted((next << 8) | (next >>> 24)) ^ (constant << 24);
      constant = double(constant);
    } else if (words > 6 && at % words === 4) next = substituted(next);
    schedule[at] = (schedule[at - words] ?? 0) ^ next;
  }
  return schedule;
}

export class AesGcm {
  private readonly schedule: Int32Array;
  /** For each of the 16 places of a byte in a block, what it contributes by its value: four words. */
  private readonly table = new Uint32Array(BLOCK_BYTES * PLACE_WORDS);

  constructor(key: Uint8Array) {
    this.schedule = keySchedule(key);
    const h = new Uint8Array(BLOCK_BYTES);
    this.counterMode(new Uint8Array(12), 0, h, h);
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
    // A byte further on is a factor of x^8.
    for (let to = PLACE_WORDS; to < table.length; to += 4) {
      const from = to - PLACE_WORDS;
      a = table[from] ?? 0;
      b = table[from + 1] ?? 0;
      c = table[from + 2] ?? 0;
      d = table[from + 3] ?? 0;
      table[to] = (a >>> 8) ^ (REDUCED[d & 0xff] ?? 0);
      table[to + 1] = (b >>> 8) | (a << 24);
      table[to + 2] = (c >>> 8) | (b << 24);
      table[to + 3] = (d >>> 8) | (c << 24);
    }
  }

  /** The ciphertext with its tag. `nonce` has twelve bytes. */
  seal(nonce: Uint8Array, additional: Uint8Array, plain: Uint8Array): Uint8Array {
    const out = new Uint8Array(plain.length + TAG_BYTES);
    const sealed = out.subarray(0, plain.length);
    this.counterMode(nonce, 2, plain, sealed);
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
    this.counterMode(nonce, 2, text, out);
    return out;
  }

  /** Counter mode from a number on (NIST SP 800-38D §6.5). */
  private counterMode(nonce: Uint8Array, first: number, from: Uint8Array, to: Uint8Array): void {
    const { schedule } = this;
    const [t0, t1, t2, t3] = ROUND;
    const [n0, n1, n2] = [word(nonce, 0), word(nonce, 4), word(nonce, 8)];
    const last = schedule.length - 4;
    for (let at = 0, counter = first; at < from.length; at += BLOCK_BYTES, counter++) {
      let a = n0 ^ (schedule[0] ?? 0);
      let b = n1 ^ (schedule[1] ?? 0);
      let c = n2 ^ (schedule[2] ?? 0);
      let d = counter ^ (schedule[3] ?? 0);
      for (let k = 4; k < last; k += 4) {
        const e = (t0[a >>> 24] ?? 0) ^ (t1[(b >>> 16) & 255] ?? 0) ^ (t2[(c >>> 8) & 255] ?? 0) ^ (t3[d & 255] ?? 0);
        const f = (t0[b >>> 24] ?? 0) ^ (t1[(c >>> 16) & 255] ?? 0) ^ (t2[(d >>> 8) & 255] ?? 0) ^ (t3[a & 255] ?? 0);
        const g = (t0[c >>> 24] ?? 0) ^ (t1[(d >>> 16) & 255] ?? 0) ^ (t2[(a >>> 8) & 255] ?? 0) ^ (t3[b & 255] ?? 0);
        const h = (t0[d >>> 24] ?? 0) ^ (t1[(a >>> 16) & 255] ?? 0) ^ (t2[(b >>> 8) & 255] ?? 0) ^ (t3[c & 255] ?? 0);
        a = e ^ (schedule[k] ?? 0);
        b = f ^ (schedule[k + 1] ?? 0);
        c = g ^ (schedule[k + 2] ?? 0);
        d = h ^ (schedule[k + 3] ?? 0);
      }
      store(from, to, at, lastRound(a, b, c, d) ^ (schedule[last] ?? 0));
      store(from, to, at + 4, lastRound(b, c, d, a) ^ (schedule[last + 1] ?? 0));
      store(from, to, at + 8, lastRound(c, d, a, b) ^ (schedule[last + 2] ?? 0));
      store(from, to, at + 12, lastRound(d, a, b, c) ^ (schedule[last + 3] ?? 0));
    }
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
    this.counterMode(nonce, 1, out, out);
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
      for (let which = 0, place = 0; which < 4; which++) {
        const x = which === 0 ? x0 : which === 1 ? x1 : which === 2 ? x2 : x3;
        for (let shift = 24; shift >= 0; shift -= 8, place += PLACE_WORDS) {
          const entry = place + (((x >>> shift) & 0xff) << 2);
          a ^= table[entry] ?? 0;
          b ^= table[entry + 1] ?? 0;
          c ^= table[entry + 2] ?? 0;
          d ^= table[entry + 3] ?? 0;
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

/** SubBytes and ShiftRows of the last round, for one column. */
function lastRound(a: number, b: number, c: number, d: number): number {
  return (
    ((SBOX[a >>> 24] ?? 0) << 24) |
    ((SBOX[(b >>> 16) & 255] ?? 0) << 16) |
    ((SBOX[(c >>> 8) & 255] ?? 0) << 8) |
    (SBOX[d & 255] ?? 0)
  );
}

/** Four bytes under a word of the key stream; what lies behind the end is left out. */
function store(from: Uint8Array, to: Uint8Array, at: number, key: number): void {
  if (at + 4 <= from.length) {
    to[at] = (from[at] ?? 0) ^ (key >>> 24);
    to[at + 1] = (from[at + 1] ?? 0) ^ (key >>> 16);
    to[at + 2] = (from[at + 2] ?? 0) ^ (key >>> 8);
    to[at + 3] = (from[at + 3] ?? 0) ^ key;
    return;
  }
  for (let which = at, shift = 24; which < from.length; which++, shift -= 8) {
    to[which] = (from[which] ?? 0) ^ (key >>> shift);
  }
}
