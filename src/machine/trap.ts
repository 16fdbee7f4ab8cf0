/**
 * Finds out what has happened when v86 stops in the middle of an instruction. Where a processor cannot deliver a fault,
 * nor the double fault that follows, it shuts down and the board resets it; v86 panics there, or calls itself until a
 * stack is full. The state of the CPU tells that from code which the emulator lacks, and tells it on every host alike.
 */
import { itemAt } from '../base/lists/list.ts';
import type { GuestMemory } from '../firmware/guest.ts';
import type { WasmViews } from './guest-cpu.ts';
import { translator } from './paging.ts';
import { CPU_STATE } from './v86/internals.ts';

/** Why the emulator cannot go on; undefined when it is an error of another kind. */
export function wasmTrap(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'RuntimeError') return error.message;
  const isOverflow = /call stack|recursion/.test(error.message) && /wasm/.test(error.stack ?? '');
  return isOverflow ? 'a fault within a fault, without end' : undefined;
}

const CR0_PE = 1;
/** The double fault's vector, and what its delivery pushes: error code, EIP, CS, EFLAGS. */
const DOUBLE_FAULT = 8;
const FRAME_BYTES = 16;
/** Descriptors (Intel SDM volume 3 §3.4.5, §6.11): present, types of gates for interrupts, code. */
const DESCRIPTOR_PRESENT = 0x8000;
const TASK_GATE = 0x05;
const GATES: ReadonlySet<number> = new Set([0x06, 0x07, 0x0e, 0x0f]);
const CODE_TYPE = 0x18;
const SS = 2;
const ESP = 4;

/** Whether the CPU cannot deliver a double fault: then it has shut down. */
export function isTripleFault(views: WasmViews, memory: GuestMemory): boolean {
  const { physical } = translator(views, memory);
  const word = (offset: number): number => itemAt(views.words, offset / 4) >>> 0;
  const descriptor = (
    base: number,
    limit: number,
    index: number,
  ): { readonly low: number; readonly type: number } | undefined => {
    const at = 8 * index + 7 > limit ? undefined : physical(base + 8 * index);
    const high = at === undefined ? 0 : memory.readU32(at + 4);
    if (at === undefined || (high & DESCRIPTOR_PRESENT) === 0) return undefined;
    return { low: memory.readU32(at), type: (high >>> 8) & 0x1f };
  };

  // In real mode there is always a vector.
  if ((word(CPU_STATE.cr0) & CR0_PE) === 0) return false;
  const gate = descriptor(word(CPU_STATE.idtrOffset), word(CPU_STATE.idtrSize), DOUBLE_FAULT);
  if (gate?.type === TASK_GATE) return false;
  const index = (gate?.low ?? 0) >>> 19;
  if (gate === undefined || !GATES.has(gate.type) || index === 0) return true;
  const segment = descriptor(word(CPU_STATE.gdtrOffset), word(CPU_STATE.gdtrSize), index);
  if (segment === undefined || (segment.type & CODE_TYPE) !== CODE_TYPE) return true;
  // From user code the CPU changes to another stack; from the kernel's own it goes on there.
  if (views.bytes[CPU_STATE.cpl] !== 0) return false;
  const top = word(CPU_STATE.segmentOffsets + 4 * SS) + word(CPU_STATE.reg32 + 4 * ESP);
  return physical(top - FRAME_BYTES, true) === undefined;
}
