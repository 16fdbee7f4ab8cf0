/** Where a linear address of the guest lies in its memory, as the CPU finds it (Intel SDM volume 3 §4.3, §4.4). */
import { itemAt } from '../base/lists/list.ts';
import type { GuestMemory } from '../firmware/guest.ts';
import type { WasmViews } from './guest-cpu.ts';
import { CPU_STATE } from './v86/internals.ts';

const CR0_PG = 1 << 31;
const CR4_PAE = 1 << 5;
const PRESENT = 1;
const WRITABLE = 2;
const LARGE_PAGE = 1 << 7;

export interface Translator {
  /** The physical address; undefined where the CPU would raise a page fault. */
  physical(linear: number, isWrite?: boolean): number | undefined;
}

export function translator(views: WasmViews, memory: GuestMemory): Translator {
  const control = (n: number): number => itemAt(views.words, CPU_STATE.cr0 / 4 + n);
  const isPaged = (control(0) & CR0_PG) !== 0;
  const isPae = (control(4) & CR4_PAE) !== 0;
  /** How far an address is shifted for its index in each table, and the bits of an index. */
  const levels = isPae ? ([30, 21, 12] as const) : ([22, 12] as const);
  const indexBits = isPae ? 9 : 10;
  const entryBytes = isPae ? 8 : 4;

  const physical = (linear: number, isWrite = false): number | undefined => {
    if (!isPaged) return linear >>> 0;
    let table = (isPae ? control(3) & ~0x1f : control(3) & ~0xfff) >>> 0;
    for (const shift of levels) {
      const index = (linear >>> shift) & (2 ** indexBits - 1);
      const entry = memory.readU32(table + index * entryBytes);
      // The first level of PAE has neither a writable bit nor large pages.
      const isPointer = shift === 30;
      if ((entry & PRESENT) === 0 || (isWrite && !isPointer && (entry & WRITABLE) === 0)) return undefined;
      if (shift === 12 || (!isPointer && (entry & LARGE_PAGE) !== 0)) {
        const offsetMask = 2 ** shift - 1;
        return ((entry & ~offsetMask) | (linear & offsetMask)) >>> 0;
      }
      table = (entry & ~0xfff) >>> 0;
    }
    return undefined;
  };
  return { physical };
}
