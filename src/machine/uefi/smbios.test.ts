/** SMBIOS tables as a reader of them finds its way: by the anchor's sums and lengths, structure by structure. */
import { expect, it } from 'vitest';
import { fromLatin1, toHex } from '../../base/bytes.ts';
import { itemAt } from '../../base/lists/list.ts';
import { readLe16, readLe32 } from './bytes.ts';
import { smbiosFiles } from './smbios.ts';

const files = smbiosFiles(
  {
    uuid: '4e455442-4f4f-1000-8000-525400123461',
    manufacturer: 'Netboot Lab',
    product: 'Virtual PC',
    serial: 'S1',
    asset: '',
  },
  512,
);
const anchor = files['etc/smbios/smbios-anchor'] ?? new Uint8Array(0);
const tables = files['etc/smbios/smbios-tables'] ?? new Uint8Array(0);
const sum = (bytes: Uint8Array): number => bytes.reduce((total, byte) => total + byte, 0) & 0xff;

interface Structure {
  readonly type: number;
  readonly data: Uint8Array;
  readonly strings: readonly string[];
}

function structures(): readonly Structure[] {
  const found: Structure[] = [];
  for (let at = 0; at < tables.length;) {
    const data = tables.subarray(at, at + itemAt(tables, at + 1));
    const text = fromLatin1(tables, at + data.length);
    const end = text.indexOf('\0\0');
    found.push({ type: itemAt(data, 0), data, strings: text.slice(0, end).split('\0') });
    at += data.length + end + 2;
  }
  return found;
}

it('has an anchor whose sums are 0 and whose lengths are those of the tables', () => {
  expect([fromLatin1(anchor, 0, 4), fromLatin1(anchor, 0x10, 0x15)]).toEqual(['_SM_', '_DMI_']);
  expect([sum(anchor), sum(anchor.subarray(0x10))]).toEqual([0, 0]);
  expect(readLe16(anchor, 0x16)).toBe(tables.length);
  expect(readLe16(anchor, 0x1c)).toBe(structures().length);
});

it('says who the machine is, and how much memory it has', () => {
  const all = structures();
  expect(all.map(({ type }) => type)).toEqual([1, 3, 16, 19, 127]);
  const [system, , , memory] = all;
  expect(system?.strings).toEqual(['Netboot Lab', 'Virtual PC', 'S1']);
  // The first fields are little-endian.
  expect(toHex(system?.data.subarray(8, 24) ?? new Uint8Array(0))).toBe('4254454e4f4f00108000525400123461');
  expect(readLe32(memory?.data ?? new Uint8Array(16), 8)).toBe(512 * 1024 - 1);
});
