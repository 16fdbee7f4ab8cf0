/**
 * A whole emulator between two slices: the WebAssembly memory with the guest's, the compiled code in the
 * table of functions, and the devices. With the compiler's state a restored emulator ends its slices where the first one
 * would have, which the guest's time depends on.
 */
import { PlainImageData, type Emulator } from '../v86/host.ts';
import { GraphIndex, type ObjectGraph } from './object-graph.ts';
import { hashPages } from './page-hash.ts';
import { captureMemory, PAGE_BYTES, writeMemory, type MemoryImage } from './pages.ts';

const WASM_PAGE_BYTES = 65_536;
const LOW_MEMORY_BYTES = 1024 * 1024;

/** Plain data. */
export interface EmulatorState {
  readonly memory: MemoryImage;
  /** Code of the JIT by its place in the table. */
  readonly code: readonly (readonly [tableIndex: number, code: Uint8Array])[];
  readonly devices: ObjectGraph;
}

/** Copies an emulator, or makes a new one go on from a copy: to be made as soon as the emulator is assembled. */
export class EmulatorCopier {
  private readonly emulator: Emulator;
  private readonly index: GraphIndex;
  /** The last copy of the memory, and the hashes of its pages. */
  private last: { readonly image: MemoryImage; readonly hashes: Float64Array } | undefined;

  constructor(emulator: Emulator, named: ReadonlyMap<string, object>) {
    const { cpu } = emulator;
    this.emulator = emulator;
    this.index = new GraphIndex({
      root: emulator.emulator.v86,
      memory: () => cpu.wasm_memory.buffer,
      named,
      steady: cpu.io.ports,
      kinds: [PlainImageData.prototype],
    });
  }

  /** Throws `NotCopyable` in the middle of what cannot be copied. */
  capture(before: EmulatorState | undefined): EmulatorState {
    const devices = this.index.capture(before?.devices);
    return { devices, memory: this.captureMemory(before?.memory), code: [...this.emulator.jitCode] };
  }

  private captureMemory(before: MemoryImage | undefined): MemoryImage {
    const { wasm_memory: memory } = this.emulator.cpu;
    const { last } = this;
    const now = hashPages(memory);
    const hashes = before !== undefined && last?.image === before ? { now, before: last.hashes } : undefined;
    const image = captureMemory(memory.buffer, before, hashes);
    this.last = { image, hashes: now };
    return image;
  }

  /** Makes a new emulator go on where the first one was. False when it is of another kind. */
  restore({ memory, code, devices }: EmulatorState): boolean {
    const { emulator } = this;
    const { cpu } = emulator;
    const missing = memory.bytes - cpu.wasm_memory.buffer.byteLength;
    if (missing < 0) return false;
    if (missing > 0) cpu.wasm_memory.grow(missing / WASM_PAGE_BYTES);
    // Of a new emulator's memory only the first megabyte has been written to, by the BIOS's loader.
    const { byteOffset, length } = cpu.mem8;
    const firstBlank = (byteOffset + LOW_MEMORY_BYTES) / PAGE_BYTES;
    const endBlank = (byteOffset + length) / PAGE_BYTES - 1;
    writeMemory(cpu.wasm_memory.buffer, memory, (page) => page >= firstBlank && page < endBlank);
    emulator.setJitCode(code);
    return this.index.restore(devices);
  }
}
