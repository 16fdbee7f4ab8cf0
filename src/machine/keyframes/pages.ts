/**
 * Memory as pages: what is zero is not kept, and what is as it was in the keyframe before is kept once. What changed is found
 * by hashes of 106 bits where both states have them, else by comparing each page with its copy.
 */
import { itemAt } from '../../base/lists/list.ts';

export const PAGE_BYTES = 4096;
const PAGE_WORDS = PAGE_BYTES / 4;
/** In an entry of the table: number of the block, and of the page in it. */
const PAGE_BITS = 20;
const MAX_BLOCKS = 2 ** (31 - PAGE_BITS) - 1;

/** The pages that had changed when a keyframe was taken. */
export interface PageBlock {
  words: Int32Array<ArrayBuffer>;
}

export interface MemoryImage {
  readonly bytes: number;
  readonly blocks: readonly PageBlock[];
  /** For each page 0 when it is zero, else one more than its place. */
  readonly table: Int32Array<ArrayBuffer>;
}

function isZero(words: Int32Array, at: number): boolean {
  for (let i = at; i < at + PAGE_WORDS; i += 4)
    if (((words[i] ?? 0) | (words[i + 1] ?? 0) | (words[i + 2] ?? 0) | (words[i + 3] ?? 0)) !== 0) return false;
  return true;
}

function isSame(words: Int32Array, at: number, other: Int32Array, otherAt: number): boolean {
  for (let i = 0; i < PAGE_WORDS; i++) if (words[at + i] !== other[otherAt + i]) return false;
  return true;
}

/** Hashes of the pages of a memory (`page-hash.ts`) now and when the image before was made. */
export interface PageHashes {
  readonly now: Float64Array;
  readonly before: Float64Array;
}

export function captureMemory(memory: ArrayBuffer, before: MemoryImage | undefined, hashes?: PageHashes): MemoryImage {
  const words = new Int32Array(memory);
  const pages = memory.byteLength / PAGE_BYTES;
  const table = new Int32Array(pages);
  // A page leads to the block that keeps it; after too many blocks, everything is kept again.
  const base = before !== undefined && before.blocks.length < MAX_BLOCKS ? before : undefined;
  const blocks = base?.blocks ?? [];
  const changed: number[] = [];
  for (let page = 0; page < pages; page++) {
    const at = page * PAGE_WORDS;
    const entry = base?.table[page] ?? 0;
    if (base !== undefined && hashes !== undefined) {
      const { now, before: earlier } = hashes;
      if (now[2 * page] === earlier[2 * page] && now[2 * page + 1] === earlier[2 * page + 1]) {
        table[page] = entry;
        continue;
      }
    } else if (entry > 0) {
      const place = entry - 1;
      const { words: kept } = itemAt(blocks, place >>> PAGE_BITS);
      if (isSame(words, at, kept, (place & (2 ** PAGE_BITS - 1)) * PAGE_WORDS)) {
        table[page] = entry;
        continue;
      }
    }
    if (!isZero(words, at)) changed.push(page);
  }
  const own = new Int32Array(changed.length * PAGE_WORDS);
  changed.forEach((page, slot) => {
    own.set(words.subarray(page * PAGE_WORDS, (page + 1) * PAGE_WORDS), slot * PAGE_WORDS);
    table[page] = (blocks.length << PAGE_BITS) + slot + 1;
  });
  return { bytes: memory.byteLength, blocks: [...blocks, { words: own }], table };
}

/** Writes an image into a memory of its size. `isBlank`: nothing but zeros has been in that page. */
export function writeMemory(
  memory: ArrayBuffer,
  { blocks, table }: MemoryImage,
  isBlank: (page: number) => boolean,
): void {
  const words = new Int32Array(memory);
  table.forEach((entry, page) => {
    const at = page * PAGE_WORDS;
    if (entry > 0) {
      const place = entry - 1;
      const from = (place & (2 ** PAGE_BITS - 1)) * PAGE_WORDS;
      words.set(itemAt(blocks, place >>> PAGE_BITS).words.subarray(from, from + PAGE_WORDS), at);
    } else if (!isBlank(page) && !isZero(words, at)) words.fill(0, at, at + PAGE_WORDS);
  });
}

/** How many of an image's pages are in none of these others. */
export function ownPages({ blocks, table }: MemoryImage, others: readonly MemoryImage[]): number {
  // Images that go on from each other begin with the same blocks.
  const shared = others.map((other) => {
    const differs = blocks.findIndex((block, i) => other.blocks[i] !== block);
    return { table: other.table, blocks: differs < 0 ? blocks.length : differs };
  });
  let own = 0;
  table.forEach((entry, page) => {
    if (entry === 0) return;
    const block = (entry - 1) >>> PAGE_BITS;
    if (!shared.some((other) => block < other.blocks && other.table[page] === entry)) own++;
  });
  return own;
}

/** A block of which so much is no longer used is made smaller. */
const COMPACT_BELOW = 0.8;

/** Drops the pages that none of these images leads to any more. */
export function compactBlocks(images: readonly MemoryImage[]): void {
  const places = new Map<PageBlock, { readonly image: MemoryImage; readonly index: number }[]>();
  for (const image of images)
    image.blocks.forEach((block, index) => {
      const known = places.get(block) ?? [];
      known.push({ image, index });
      places.set(block, known);
    });
  for (const [block, uses] of places) {
    const slots = block.words.length / PAGE_WORDS;
    const slotOf = new Int32Array(slots).fill(-1);
    let used = 0;
    for (const { image, index } of uses)
      for (const entry of image.table) {
        const slot = (entry - 1) & (2 ** PAGE_BITS - 1);
        if (entry > 0 && (entry - 1) >>> PAGE_BITS === index && slotOf[slot] === -1) slotOf[slot] = used++;
      }
    if (used >= COMPACT_BELOW * slots) continue;
    const words = new Int32Array(used * PAGE_WORDS);
    slotOf.forEach((to, from) => {
      if (to >= 0) words.set(block.words.subarray(from * PAGE_WORDS, (from + 1) * PAGE_WORDS), to * PAGE_WORDS);
    });
    block.words = words;
    for (const { image, index } of uses)
      image.table.forEach((entry, page) => {
        if (entry === 0 || (entry - 1) >>> PAGE_BITS !== index) return;
        const slot = itemAt(slotOf, (entry - 1) & (2 ** PAGE_BITS - 1));
        image.table[page] = (index << PAGE_BITS) + slot + 1;
      });
  }
}
