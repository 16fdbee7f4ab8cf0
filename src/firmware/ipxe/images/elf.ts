/** Programs in 32-bit ELF files (System V ABI, "Object Files"). */
import type { Task } from '../../../base/time/task.ts';
import type { MemoryRegion } from '../../platform.ts';
import { Err, type Status } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import type { Image } from './image.ts';
import { isUsable, le16, le32 } from './memory.ts';
import { startProgram } from './programs.ts';

/** A program after loading. */
export interface Loaded {
  readonly entry: number;
  /** The address after its last byte. */
  readonly end: number;
}

/** PT_LOAD (System V ABI, "Program Header"). */
const SEGMENT_LOADED = 1;

/** Loads the segments of a 32-bit ELF file; nothing is written unless all have room. */
export function loadElf(ipxe: Ipxe, map: readonly MemoryRegion[], data: Uint8Array): Loaded | Status {
  const { memory } = ipxe.platform;
  const headerAt = le32(data, 28);
  const size = le16(data, 42);
  const count = le16(data, 44);
  const entry = le32(data, 24);
  const segments: {
    readonly offset: number;
    readonly start: number;
    readonly fileBytes: number;
    readonly end: number;
  }[] = [];
  for (let i = 0; i < count; i++) {
    const at = headerAt + i * size;
    if (at + 32 > data.length) return Err.elfInvalid;
    if (le32(data, at) !== SEGMENT_LOADED) continue;
    const offset = le32(data, at + 4);
    const start = le32(data, at + 12);
    const fileBytes = le32(data, at + 16);
    const memoryBytes = le32(data, at + 20);
    if (offset + fileBytes > data.length || memoryBytes < fileBytes) return Err.elfInvalid;
    if (memoryBytes > 0) segments.push({ offset, start, fileBytes, end: start + memoryBytes });
  }
  if (!segments.some(({ start, end }) => entry >= start && entry < end)) return Err.elfInvalid;
  if (!segments.every(({ start, end }) => isUsable(map, start, end))) return Err.segmentNoMemory;
  for (const { offset, start, fileBytes, end } of segments) {
    memory.write(start, data.subarray(offset, offset + fileBytes));
    memory.write(start + fileBytes, new Uint8Array(end - start - fileBytes));
  }
  return { entry, end: Math.max(...segments.map(({ end }) => end)) };
}

export function* startElf(ipxe: Ipxe, image: Image): Task<Status> {
  const loaded = loadElf(ipxe, yield* ipxe.platform.memoryMap(), image.data);
  if (typeof loaded === 'number') return loaded;
  ipxe.netdevs.closeAll();
  return yield* startProgram(ipxe, {
    kind: 'elf',
    name: image.uri ?? image.name,
    entry: { mode: 'protected', eip: loaded.entry },
  });
}
