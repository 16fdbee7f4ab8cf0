/** Where boot tables of network drives lie: in the firmware's part of base memory, each on a paragraph. */
import type { GuestMemory } from './guest.ts';
import { BASE_LAYOUT } from './rom/hypercalls.ts';

const PARAGRAPH = 16;

/** Puts tables in place of those before; `dataLinear` is where the firmware's data segment begins. False: there is no room. */
export function placeBootTables(memory: GuestMemory, dataLinear: number, tables: readonly Uint8Array[]): boolean {
  const area = new Uint8Array(BASE_LAYOUT.tablesBytes);
  let next = 0;
  for (const table of tables) {
    if (next + table.length > area.length) return false;
    area.set(table, next);
    next = Math.ceil((next + table.length) / PARAGRAPH) * PARAGRAPH;
  }
  memory.write(dataLinear + BASE_LAYOUT.tablesOffset, area);
  return true;
}
