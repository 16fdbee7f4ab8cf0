/**
 * The guest switches the PC off by the BIOS's APM (INT 15h AX=5307h or its 32-bit entry): boot programs (poweroff.c32,
 * GRUB's halt) and kernels without ACPI do. SeaBIOS then writes SLP_EN to ACPI's register PM1a_CNT, where the board has
 * one, and halts. These PCs have no ACPI, so only the halt can be observed; the code around it identifies it.
 */
import { fromHex } from '../base/bytes.ts';
import { itemAt } from '../base/lists/list.ts';
import type { GuestMemory } from '../firmware/guest.ts';
import type { WasmViews } from './guest-cpu.ts';
import { translator } from './paging.ts';
import { CPU_STATE } from './v86/internals.ts';

/** mov eax, 2000h; out dx, ax; cli; hlt: as 16-bit code, and as 32-bit code. */
const ENDS: readonly Uint8Array[] = ['66b800200000effaf4', 'b80020000066effaf4'].map(
  (text) => fromHex(text) ?? new Uint8Array(0),
);
const CS = 1;

/** Whether the CPU, halted with interrupts off, is just past that halt. `eip` is relative to CS. */
export function isBiosPowerOff(views: WasmViews, memory: GuestMemory, eip: number): boolean {
  const linear = itemAt(views.words, CPU_STATE.segmentOffsets / 4 + CS) + eip;
  const { physical } = translator(views, memory);
  return ENDS.some((code) => {
    const at = physical(linear - code.length);
    return at !== undefined && code.every((byte, i) => memory.readU8(at + i) === byte);
  });
}
