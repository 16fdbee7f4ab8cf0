/** Memory comes back as it was, what did not change is kept once, and dropped keyframes give their pages back. */
import { describe, expect, it } from 'vitest';
import { SeededRng } from '../../base/rng.ts';
import { hashPages } from './page-hash.ts';
import { captureMemory, compactBlocks, PAGE_BYTES, writeMemory, type MemoryImage } from './pages.ts';

const PAGES = 40;

function restored(image: MemoryImage): Uint8Array {
  // The new emulator has things of its own in its memory.
  const memory = new Uint8Array(image.bytes);
  memory.fill(0xee, 0, 3 * PAGE_BYTES);
  writeMemory(memory.buffer, image, (page) => page >= 3);
  return memory;
}

/** Where two memories differ first, or -1. */
function firstDifference(one: Uint8Array, other: Uint8Array | undefined): number {
  return one.findIndex((byte, i) => byte !== other?.[i]);
}

describe('captureMemory', () => {
  it('keeps each state, and no page twice', () => {
    const rng = new SeededRng('pages');
    const memory = new Uint8Array(PAGES * PAGE_BYTES);
    const states: Uint8Array[] = [];
    const images: MemoryImage[] = [];
    for (let step = 0; step < 8; step++) {
      const touched = new Set(Array.from({ length: 5 }, () => rng.below(PAGES)));
      for (const page of touched)
        // The last byte of a page, and a page that is empty again.
        if (step % 3 === 2) memory.fill(0, page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
        else memory[(page + 1) * PAGE_BYTES - 1] = 1 + rng.below(255);
      images.push(captureMemory(memory.buffer, images.at(-1)));
      states.push(memory.slice());
      expect(images.at(-1)?.blocks.at(-1)?.words.length).toBeLessThanOrEqual((touched.size * PAGE_BYTES) / 4);
    }
    images.forEach((image, i) => expect(firstDifference(restored(image), states[i]), `state ${i}`).toBe(-1));

    const isKept = (i: number): boolean => i === 0 || i === 7;
    const kept = images.filter((_, i) => isKept(i));
    const size = (): number =>
      [...new Set(kept.flatMap(({ blocks }) => blocks))].reduce((sum, { words }) => sum + words.byteLength, 0);
    const before = size();
    compactBlocks(kept);
    expect(size()).toBeLessThan(before);
    images.forEach((image, i) => {
      if (isKept(i)) expect(firstDifference(restored(image), states[i]), `state ${i}`).toBe(-1);
    });
  });

  it('finds by hashes what it finds by comparing', () => {
    const rng = new SeededRng('hashes');
    const { Memory } = (
      globalThis as unknown as { WebAssembly: { Memory: new (of: object) => { buffer: ArrayBuffer } } }
    ).WebAssembly;
    const memory = new Memory({ initial: 2 });
    const bytes = new Uint8Array(memory.buffer);
    let image = captureMemory(memory.buffer, undefined);
    let earlier = hashPages(memory);
    for (let step = 0; step < 40; step++) {
      const before = image;
      const at = rng.below(bytes.length);
      // One bit, a page that is empty again, a value moved within its page, nothing.
      if (step % 4 === 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << rng.below(8));
      if (step % 4 === 1) bytes.fill(0, at & -PAGE_BYTES, (at & -PAGE_BYTES) + PAGE_BYTES);
      if (step % 4 === 2) bytes.copyWithin(at & -PAGE_BYTES, (at & -PAGE_BYTES) + 32, (at & -PAGE_BYTES) + PAGE_BYTES);
      if (step % 4 === 3) bytes[at] = bytes[at] ?? 0;
      const now = hashPages(memory);
      image = captureMemory(memory.buffer, before, { now, before: earlier });
      earlier = now;
      expect(image).toEqual(captureMemory(memory.buffer, before));
    }
  });

  it('hashes a page by all of its bits, and by nothing else', () => {
    const { Memory } = (
      globalThis as unknown as { WebAssembly: { Memory: new (of: object) => { buffer: ArrayBuffer } } }
    ).WebAssembly;
    const memory = new Memory({ initial: 1 });
    const bytes = new Uint8Array(memory.buffer);
    const seen = new Set<string>();
    const PAGE = 5;
    for (let bit = 0; bit < 8 * PAGE_BYTES; bit += 13) {
      bytes[PAGE * PAGE_BYTES + (bit >> 3)] = 1 << (bit & 7);
      const hashes = hashPages(memory);
      seen.add(`${hashes[2 * PAGE]} ${hashes[2 * PAGE + 1]}`);
      expect(new Set(hashes.filter((_, i) => i >> 1 !== PAGE)).size).toBe(2);
      bytes[PAGE * PAGE_BYTES + (bit >> 3)] = 0;
    }
    expect(seen.size).toBe(Math.ceil((8 * PAGE_BYTES) / 13));
  });
});
