/** What the firmware keeps in memory for debuggers, as 32-bit EDK II lays it out. */
import { expect, it } from 'vitest';
import { fromHex, latin1 } from '../../base/bytes.ts';
import { SparseMemory } from '../../firmware/bare/sparse-memory.ts';
import { FirmwareTables } from './memory-tables.ts';

const SYSTEM_TABLE = 0x10_0000;
const TABLES = 0x11_0000;
const RING = 0x12_0000;
const IMAGES = 0x13_0000;
const PROGRESS = 1;

function firmware(): { readonly memory: SparseMemory; readonly tables: FirmwareTables } {
  const memory = new SparseMemory(0x100_0000);
  memory.write(0x80_0000, latin1('IBI SYST'));
  memory.writeU32(0x80_0008, SYSTEM_TABLE);
  memory.write(SYSTEM_TABLE, latin1('IBI SYST'));
  memory.writeU32(SYSTEM_TABLE + 0x3c, 0x1234);
  memory.writeU32(SYSTEM_TABLE + 0x40, 2);
  memory.writeU32(SYSTEM_TABLE + 0x44, TABLES);
  // GUIDs as the specification prints them are mixed-endian in memory.
  memory.write(TABLES, fromHex('26c00c06 0d4c da4d 8f41 595fef00a502') ?? new Uint8Array(0));
  memory.writeU32(TABLES + 16, RING);
  memory.write(TABLES + 20, fromHex('772e1549 da1a 6447 b7a2 7afefed95e8b') ?? new Uint8Array(0));
  memory.writeU32(TABLES + 36, IMAGES);
  return { memory, tables: new FirmwareTables(memory) };
}

it('finds the system table by the pointer at a multiple of 4 MiB, and forgets that of an earlier life', () => {
  const { memory, tables } = firmware();
  expect(tables.find()).toBe(true);
  FirmwareTables.forget(memory);
  expect(new FirmwareTables(memory).find()).toBe(false);
});

it('reads progress codes once, also around the end of the ring', () => {
  const { memory, tables } = firmware();
  tables.find();
  const put = (place: number, value: number): void => {
    memory.writeU32(RING + 12 + 12 * place, PROGRESS);
    memory.writeU32(RING + 12 + 12 * place + 4, value);
  };
  const count = (next: number, total: number): void => {
    memory.writeU32(RING, next);
    memory.writeU32(RING + 4, total);
    memory.writeU32(RING + 8, 3);
  };
  put(0, 100);
  put(1, 101);
  count(2, 2);
  expect(tables.newCodes().map(({ value }) => value)).toEqual([100, 101]);
  expect(tables.newCodes()).toEqual([]);
  put(2, 102);
  put(0, 103);
  count(1, 4);
  expect(tables.newCodes().map(({ value }) => value)).toEqual([102, 103]);
});

it('lists images as they come, with the firmware’s own told apart', () => {
  const { memory, tables } = firmware();
  tables.find();
  const image = (place: number, path: readonly number[], base: number): void => {
    const entry = 0x14_0000 + 0x1000 * place;
    memory.writeU32(0x15_0000 + 4 * place, entry);
    memory.writeU32(entry + 4, entry + 0x100);
    memory.writeU32(entry + 0x100 + 0x10, entry + 0x200);
    memory.write(entry + 0x200, Uint8Array.from(path));
    memory.writeU32(entry + 0x100 + 0x20, base);
    memory.writeU32(entry + 0x100 + 0x28, 4096);
  };
  memory.writeU32(IMAGES + 8, 0x15_0000);
  image(0, [4, 6], 0x1000);
  memory.writeU32(IMAGES + 4, 1);
  expect(tables.newImages()).toEqual([{ base: 0x1000, sizeBytes: 4096, isOwn: true }]);
  image(1, [0x7f, 0xff], 0x9000);
  memory.writeU32(IMAGES + 4, 2);
  expect(tables.newImages()).toEqual([{ base: 0x9000, sizeBytes: 4096, isOwn: false }]);
  expect(tables.newImages()).toEqual([]);
});

it('sees that boot services have ended', () => {
  const { memory, tables } = firmware();
  tables.find();
  expect(tables.hasExited).toBe(false);
  memory.writeU32(SYSTEM_TABLE + 0x3c, 0);
  expect(tables.hasExited).toBe(true);
});

it('takes nothing from memory that a guest has filled with anything', () => {
  const { memory, tables } = firmware();
  tables.find();
  for (let at = 0x11_0000; at < 0x16_0000; at += 4) memory.writeU32(at, 0xffff_fff0);
  expect(tables.newCodes()).toEqual([]);
  expect(tables.newImages()).toEqual([]);
});
