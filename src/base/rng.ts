/**
 * Seeded randomness. Every node draws from a stream of its own, made from the scenario's seed and the node's
 * name, so that a node more or less does not disturb the others.
 */

export interface Rng {
  /** 32 random bits as an unsigned integer. */
  u32(): number;
  /** An integer in [0, bound). */
  below(bound: number): number;
  /** A number in [0, 1). */
  float(): number;
  bytes(length: number): Uint8Array;
  /** An independent stream for a part of the owner. */
  derive(name: string): Rng;
}

/** FNV-1a over UTF-16 code units, with a final mix: spreads names and seeds over 32 bits. */
function hash32(text: string, start: number): number {
  let h = (start ^ 0x811c9dc5) >>> 0;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b) >>> 0;
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35) >>> 0;
  return (h ^ (h >>> 16)) >>> 0;
}

/** sfc32: small, fast, passes PractRand; the state is 128 bits and a counter is part of it. */
export class SeededRng implements Rng {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;
  private readonly seed: string;

  constructor(seed: string) {
    this.seed = seed;
    this.a = hash32(seed, 1);
    this.b = hash32(seed, 2);
    this.c = hash32(seed, 3);
    for (let i = 0; i < 12; i++) this.u32();
  }

  u32(): number {
    const t = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (this.c << 21) | (this.c >>> 11);
    this.c = (this.c + t) | 0;
    return t >>> 0;
  }

  below(bound: number): number {
    return Math.floor(this.float() * bound);
  }

  float(): number {
    return this.u32() / 0x1_0000_0000;
  }

  bytes(length: number): Uint8Array {
    const out = new Uint8Array(length);
    for (let i = 0; i < length; i++) out[i] = this.u32() & 0xff;
    return out;
  }

  derive(name: string): Rng {
    return new SeededRng(`${this.seed}/${name}`);
  }
}
