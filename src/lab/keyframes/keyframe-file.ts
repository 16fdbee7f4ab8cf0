/**
 * A keyframe as a file: a header in JSON, and after it the bytes that the header leads to, each at a multiple of eight, so
 * that what is read need not be copied.
 */
import type { PcKeyframe } from '../../machine/keyframes/keyframe.ts';
import { compactBlocks } from '../../machine/keyframes/pages.ts';

const MAGIC = 'NBLKEY01';
const ALIGNMENT = 8;
/** Magic and length of the header. */
const START_BYTES = 16;

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

/** The parts of the file, in order. */
export function encodeKeyframe(keyframe: PcKeyframe): readonly Uint8Array[] {
  const { emulator } = keyframe;
  const { memory } = emulator;
  // Blocks of its own: those of the keyframes before it hold more.
  const own = { ...memory, blocks: memory.blocks.map((block) => ({ ...block })), table: memory.table.slice() };
  compactBlocks([own]);
  const parts: Uint8Array[] = [];
  let at = 0;
  const header = JSON.stringify({ ...keyframe, emulator: { ...emulator, memory: own } }, (_, value: unknown) => {
    if (value === undefined) return { $: 'undefined' };
    if (typeof value === 'number') return special(value) ?? value;
    if (!(value instanceof Uint8Array || value instanceof Int32Array)) return value;
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    const place: Special = { $: value instanceof Uint8Array ? 'u8' : 'i32', at, length: value.length };
    parts.push(bytes, new Uint8Array(aligned(bytes.length) - bytes.length));
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
  return [start, ...parts];
}

/** Undefined for a file that is not whole. Its arrays are views of the file. */
export function decodeKeyframe(file: Uint8Array<ArrayBuffer>): PcKeyframe | undefined {
  if (file.length < START_BYTES || new TextDecoder().decode(file.subarray(0, 8)) !== MAGIC) return undefined;
  const view = new DataView(file.buffer, file.byteOffset);
  const headerBytes = view.getUint32(8);
  if (view.getUint32(12) * ALIGNMENT !== file.length) return undefined;
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
  return restored(JSON.parse(text)) as PcKeyframe;
}
