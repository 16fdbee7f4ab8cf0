/** What a machine reads and sets in the state of its CPU between slices: the emulator's, or what a tape fills in. */
import { itemAt } from '../base/lists/list.ts';
import type { WasmViews } from './guest-cpu.ts';
import { CPU_STATE } from './v86/internals.ts';

export type CpuViews = Pick<WasmViews, 'bytes' | 'words'>;

/** Paging is on (Intel SDM volume 3 §2.5). */
const CR0_PG = 1 << 31;

/** Views for a machine without an emulator, whose state a tape fills in. */
export function tapeViews(): CpuViews {
  const buffer = new ArrayBuffer(1024);
  return { bytes: new Uint8Array(buffer), words: new Int32Array(buffer) };
}

/** Instructions executed; 32 bits, which wrap. */
export function instructionCounter({ words }: CpuViews): number {
  return itemAt(words, CPU_STATE.instructionCounter / 4);
}

export function setInstructionCounter({ words }: CpuViews, counter: number): void {
  words[CPU_STATE.instructionCounter / 4] = counter;
}

export function isHalted({ bytes }: CpuViews): boolean {
  return bytes[CPU_STATE.inHlt] !== 0;
}

export function setHalted({ bytes }: CpuViews, halted: boolean): void {
  bytes[CPU_STATE.inHlt] = halted ? 1 : 0;
}

export function isPaging({ words }: CpuViews): boolean {
  return (itemAt(words, CPU_STATE.cr0 / 4) & CR0_PG) !== 0;
}

/** Of CR0 a tape keeps this bit alone. */
export function setPaging({ words }: CpuViews, paging: boolean): void {
  words[CPU_STATE.cr0 / 4] = paging ? CR0_PG : 0;
}
