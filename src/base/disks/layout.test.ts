/** Partitions and file systems are named as fdisk and blkid name them, and damaged tables end soon. */
import { describe, expect, it } from 'vitest';
import { fromHex, latin1 } from '../bytes.ts';
import { readLayout } from './layout.ts';

const SECTOR = 512;

/** Type, first sector, number of sectors; the first is active. */
type Entry = readonly [type: number, first: number, sectors: number];

function table(disk: Uint8Array, at: number, entries: readonly Entry[]): void {
  const view = new DataView(disk.buffer);
  entries.forEach(([type, first, sectors], index) => {
    const place = at * SECTOR + 446 + 16 * index;
    disk[place] = at === 0 && index === 0 ? 0x80 : 0;
    disk[place + 4] = type;
    view.setUint32(place + 8, first, true);
    view.setUint32(place + 12, sectors, true);
  });
  disk.set([0x55, 0xaa], at * SECTOR + 510);
}

function look(disk: Uint8Array): { readonly layout: ReturnType<typeof readLayout>; readonly reads: number } {
  let reads = 0;
  const layout = readLayout((start, bytes) => {
    reads++;
    return disk.subarray(start, start + bytes);
  });
  return { layout, reads };
}

const put = (disk: Uint8Array, sector: number, offset: number, hex: string): void =>
  disk.set(fromHex(hex) ?? [], sector * SECTOR + offset);

describe('a disk with an MBR', () => {
  it('has primary and logical partitions with their file systems', () => {
    const disk = new Uint8Array(1024 * SECTOR);
    table(disk, 0, [
      [0x0c, 64, 100],
      [0x05, 300, 600],
    ]);
    table(disk, 300, [
      [0x83, 8, 100],
      [0x05, 200, 100],
    ]);
    table(disk, 500, [[0x82, 8, 50]]);
    disk.set(latin1('FAT32   '), 64 * SECTOR + 82);
    // The superblock of ext2: magic, then features; a journal makes ext3 of it.
    put(disk, 308, 1024 + 56, '53ef');
    put(disk, 308, 1024 + 92, '04000000');
    disk.set(latin1('SWAPSPACE2'), 508 * SECTOR + 4086);
    const { layout } = look(disk);
    expect(layout).toMatchObject({ table: 'mbr', isBootable: true });
    expect(
      layout.parts.map(({ number, first, sectors, type, content }) => [number, first, sectors, type, content]),
    ).toEqual([
      [1, 64, 100, '0C', 'FAT32'],
      [2, 300, 600, '05', ''],
      [5, 308, 100, '83', 'ext3'],
      [6, 508, 50, '82', 'swap'],
    ]);
    expect(layout.parts.map(({ isActive }) => isActive)).toEqual([true, false, false, false]);
  });

  it('whose chain of logical partitions is a circle ends', () => {
    const disk = new Uint8Array(1024 * SECTOR);
    table(disk, 0, [[0x05, 100, 600]]);
    table(disk, 100, [
      [0x83, 1, 1],
      [0x05, 0, 1],
    ]);
    const { layout, reads } = look(disk);
    expect(layout.parts.length).toBe(61);
    expect(reads).toBeLessThan(200);
  });
});

describe('a disk with a GPT', () => {
  const gpt = (entriesAt: string): Uint8Array => {
    const disk = new Uint8Array(1024 * SECTOR);
    table(disk, 0, [[0xee, 1, 1023]]);
    disk.set(latin1('EFI PART'), SECTOR);
    put(disk, 1, 72, entriesAt);
    put(disk, 1, 80, '8000000080000000');
    put(disk, 2, 0, '28732ac11ff8d211ba4b00a0c93ec93b');
    put(disk, 2, 32, '22000000000000006300000000000000');
    return disk;
  };

  it('has the partitions of its table', () => {
    const { layout } = look(gpt('0200000000000000'));
    expect(layout).toEqual({
      table: 'gpt',
      isBootable: true,
      content: '',
      parts: [
        {
          number: 1,
          first: 34,
          sectors: 66,
          type: 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b',
          isActive: false,
          content: '',
        },
      ],
    });
  });

  it('whose table is nowhere is shown as its MBR', () => {
    expect(look(gpt('ffffffffffffffff')).layout).toMatchObject({ table: 'mbr', parts: [{ type: 'EE' }] });
  });
});

it('names what is on a disk without partitions, and says that an empty one does not boot', () => {
  const floppy = new Uint8Array(200 * SECTOR);
  floppy.set(latin1('FAT12   '), 54);
  // Code stands where the partitions of an MBR would be.
  floppy.fill(0xf4, 446, 510);
  floppy.set([0x55, 0xaa], 510);
  expect(look(floppy).layout).toEqual({ table: 'none', isBootable: true, parts: [], content: 'FAT12' });
  const cd = new Uint8Array(100 * SECTOR);
  cd.set(latin1('CD001'), 0x8001);
  expect(look(cd).layout.content).toBe('ISO 9660');
  expect(look(new Uint8Array(SECTOR)).layout).toEqual({ table: 'none', isBootable: false, parts: [], content: '' });
  expect(look(new Uint8Array(0)).layout.isBootable).toBe(false);
});
