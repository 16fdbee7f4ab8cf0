/** A disk reads what was written last, leaves its content alone, and takes no more memory than it may. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalBytes } from '../bytes.ts';
import { emptyContent, SECTOR_BYTES, WrittenDisk } from './written-disk.ts';

const SECTORS = 40;

function contentOf(bytes: Uint8Array) {
  return { sizeBytes: bytes.length, slice: (start: number, end: number) => bytes.subarray(start, end) };
}

describe('a disk in memory', () => {
  it('is what an array would be, whatever is written', () => {
    const step = fc.record({
      lba: fc.nat(SECTORS - 1),
      count: fc.integer({ min: 0, max: 20 }),
      value: fc.nat(255),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const original = Uint8Array.from({ length: SECTORS * SECTOR_BYTES }, (_, i) => (i * 7) & 0xff);
        const model = original.slice();
        const kept = original.slice();
        const disk = new WrittenDisk(contentOf(original));
        for (const { lba, count: wanted, value } of steps) {
          const count = Math.min(wanted, SECTORS - lba);
          const data = new Uint8Array(count * SECTOR_BYTES).fill(value);
          expect(disk.write(lba, data)).toBe('ok');
          model.set(data, lba * SECTOR_BYTES);
          expect(equalBytes(disk.read(lba, count), data)).toBe(true);
        }
        expect(equalBytes(disk.read(0, SECTORS), model)).toBe(true);
        expect(equalBytes(original, kept)).toBe(true);
      }),
    );
  });

  it('holds whole sectors only', () => {
    expect(new WrittenDisk(emptyContent(1500)).blockCount).toBe(2);
  });

  it('takes no write that does not fit, and none of it', () => {
    const disk = new WrittenDisk(emptyContent(1 << 20), { maxWrittenBytes: 8192 });
    expect(disk.write(0, new Uint8Array(8192).fill(1))).toBe('ok');
    expect(disk.write(8, new Uint8Array(8192).fill(2))).toBe('full');
    expect(disk.read(8, 1)[0]).toBe(1);
    expect(disk.read(20, 1)[0]).toBe(0);
    expect(disk.write(0, new Uint8Array(512).fill(3))).toBe('ok');
    expect(disk.writtenBytes).toBe(8192);
  });

  it('is not written when it is read-only', () => {
    const disk = new WrittenDisk(emptyContent(4096), { isReadOnly: true });
    expect(disk.write(0, new Uint8Array(512))).toBe('read-only');
  });
});
