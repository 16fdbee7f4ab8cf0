/**
 * A whole emulator between two slices: the WebAssembly memory with the guest's, the compiled code in the
 * table of functions, and the devices. With the compiler's state a restored emulator ends its slices where the first one
 * would have, which the guest's time depends on.
 */
import { PlainImageData, type Emulator } from '../v86/host.ts';
import { GraphIndex, type ObjectGraph } from './object-graph.ts';
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

/** Names an emulator's objects: to be made as soon as it is assembled. */
export function indexEmulator(emulator: Emulator, named: ReadonlyMap<string, object>): GraphIndex {
  const { cpu } = emulator;
  return new GraphIndex({
    root: emulator.emulator.v86,
    memory: () => cpu.wasm_memory.buffer,
    named,
    steady: cpu.io.ports,
    kinds: [PlainImageData.prototype],
  });
}

/** Throws `NotCopyable` in the middle of what cannot be copied. */
export function captureEmulator(
  emulator: Emulator,
  index: GraphIndex,
  before: EmulatorState | undefined,
): EmulatorState {
  const devices = index.capture(before?.devices);
  return {
    devices,
    memory: captureMemory(emulator.cpu.wasm_memory.buffer, before?.memory),
    code: [...emulator.jitCode],
  };
}

/** Makes a new emulator go on where the first one was. False when it is of another kind. */
export function restoreEmulator(
  emulator: Emulator,
  index: GraphIndex,
  { memory, code, devices }: EmulatorState,
): boolean {
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
  return index.restore(devices);
}
