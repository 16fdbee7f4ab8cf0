/** GUIDs in memory: unlike in text, the first three fields have their lowest byte first (UEFI, appendix A). */
import { fromHex, toHex } from '../bytes.ts';

const GUID_BYTES = 16;
const ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15] as const;
const GROUPS = [
  [0, 8],
  [8, 12],
  [12, 16],
  [16, 20],
  [20, 32],
] as const;

function swapped(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(ORDER, (from) => bytes[from] ?? 0);
}

/** Zeros for a text that is none. */
export function guidBytes(text: string): Uint8Array {
  return swapped(fromHex(text) ?? new Uint8Array(GUID_BYTES));
}

/** Of the first 16 bytes. */
export function guidText(bytes: Uint8Array): string {
  const digits = toHex(swapped(bytes));
  return GROUPS.map(([start, end]) => digits.slice(start, end)).join('-');
}
