/**
 * A keyframe as a file: a header in JSON, and after it the bytes that the header leads to, each at a multiple of eight, so
 * that what is read need not be copied. A checksum covers everything after the first bytes: what was damaged, or belongs to
 * another name, is no keyframe. It does not guard against forgery: who can write where keyframes are can write the page.
 */
import { err, ok, type Result } from '../../base/result.ts';
import type { PcKeyframe } from '../../machine/keyframes/keyframe.ts';
import { compactBlocks } from '../../machine/keyframes/pages.ts';

const MAGIC = 'NBLKEY02';
const ALIGNMENT = 8;
/** Magic, length of the header, length of the file in units of `ALIGNMENT`, checksum. */
const START_BYTES = 24;

/** Why a file is no keyframe: cut or something else, changed, or that of another name. */
export type KeyframeFault = 'not-whole' | 'damaged' | 'foreign';

const TYPES = { u8: Uint8Array, i32: Int32Array } as const;
type TypeName = keyof typeof TYPES;

/** What JSON has no word for. */
type Special =
  | { readonly $: 'undefined' | 'NaN' | 'Infinity' | '-Infinity' | '-0' }
  | { readonly $: TypeName; readonly at: number; readonly length: number };

function special(value: number): Special | undefined {
  if (Object.is(value, -0)) return { $: '-0' };
  return Number.isFinite(value) ? undefined : { $: String(value) as 'NaN' | 'Infinity' | '-Infinity' };
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** Two sums of 32-bit words that each depend on the order: FNV-1a by words, and a second one with another multiplier. */
class Checksum {
  low: number;
  high = 0x9747b28c;

  constructor(headerBytes: number) {
    this.low = 0x811c9dc5 ^ headerBytes;
  }

  /** A multiple of four bytes. */
  add({ buffer, byteOffset, byteLength }: Uint8Array): void {
    const words = new Int32Array(buffer, byteOffset, byteLength / 4);
    let { low, high } = this;
    for (let i = 0; i < words.length; i++) {
      const word = words[i] ?? 0;
      low = Math.imul(low ^ word, 0x01000193);
      high = Math.imul(high ^ word, 0x85ebca6b);
      high ^= high >>> 13;
    }
    this.low = low;
    this.high = high;
  }
}

/** The parts of the file, in order. `name`: of the file. */
export function encodeKeyframe(keyframe: PcKeyframe, name: string): readonly Uint8Array[] {
  const { emulator } = keyframe;
  const { memory } = emulator;
  // Blocks of its own: those of the keyframes before it hold more.
  const own = { ...memory, blocks: memory.blocks.map((block) => ({ ...block })), table: memory.table.slice() };
  compactBlocks([own]);
  const parts: Uint8Array[] = [];
  let at = 0;
  const stored = { ...keyframe, emulator: { ...emulator, memory: own } };
  const header = JSON.stringify({ name, keyframe: stored }, (_, value: unknown) => {
    if (value === undefined) return { $: 'undefined' };
    if (typeof value === 'number') return special(value) ?? value;
    if (!(value instanceof Uint8Array || value instanceof Int32Array)) return value;
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    const place: Special = { $: value instanceof Uint8Array ? 'u8' : 'i32', at, length: value.length };
    if (bytes.length % ALIGNMENT === 0 && bytes.byteOffset % 4 === 0) parts.push(bytes);
    else {
      const padded = new Uint8Array(aligned(bytes.length));
      padded.set(bytes);
      parts.push(padded);
    }
    at += aligned(bytes.length);
    return place;
  });
  const text = new TextEncoder().encode(header);
  const start = new Uint8Array(aligned(START_BYTES + text.length));
  start.set(new TextEncoder().encode(MAGIC));
  const view = new DataView(start.buffer);
  view.setUint32(8, text.length);
  // The whole length: a file that was written in part is no keyframe.
  view.setUint32(12, Math.ceil((start.length + at) / ALIGNMENT));
  start.set(text, START_BYTES);
  const sum = new Checksum(text.length);
  sum.add(start.subarray(START_BYTES));
  for (const part of parts) sum.add(part);
  view.setInt32(16, sum.low);
  view.setInt32(20, sum.high);
  return [start, ...parts];
}

/** The keyframe in the file of that name. Its arrays are views of the file. */
export function decodeKeyframe(file: Uint8Array<ArrayBuffer>, name: string): Result<PcKeyframe, KeyframeFault> {
  if (file.length < START_BYTES || new TextDecoder().decode(file.subarray(0, 8)) !== MAGIC) return err('not-whole');
  const view = new DataView(file.buffer, file.byteOffset);
  const headerBytes = view.getUint32(8);
  if (view.getUint32(12) * ALIGNMENT !== file.length) return err('not-whole');
  const sum = new Checksum(headerBytes);
  sum.add(file.subarray(START_BYTES));
  if (view.getInt32(16) !== sum.low || view.getInt32(20) !== sum.high) return err('damaged');
  const from = file.byteOffset + aligned(START_BYTES + headerBytes);
  const restored = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(restored);
    if (typeof value !== 'object' || value === null) return value;
    if ('$' in value) return plain(value as Special);
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, restored(each)]));
  };
  const plain = (value: Special): unknown => {
    switch (value.$) {
      case 'undefined':
        return undefined;
      case 'NaN':
      case 'Infinity':
      case '-Infinity':
      case '-0':
        return Number(value.$);
      case 'u8':
      case 'i32':
        return new TYPES[value.$](file.buffer, from + value.at, value.length);
    }
  };
  const text = new TextDecoder().decode(file.subarray(START_BYTES, START_BYTES + headerBytes));
  const read = restored(JSON.parse(text)) as { readonly name: string; readonly keyframe: PcKeyframe };
  return read.name === name ? ok(read.keyframe) : err('foreign');
}
