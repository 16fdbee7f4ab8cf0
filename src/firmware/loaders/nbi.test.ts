/** Tagged images are read as the proposal of 1997 says, by all four ways of placing a piece; damaged ones are refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeNbi } from '../../media/nbi.ts';
import { isNbi, readNbi } from './nbi.ts';

const MEMORY = 0x800_0000;

type Record = readonly [flags: number, address: number, bytes: number, room: number];

function header(records: readonly Record[], flags = 4): Uint8Array {
  const out = new Uint8Array(512);
  const view = new DataView(out.buffer);
  out.set([0x36, 0x13, 0x03, 0x1b]);
  view.setUint32(4, flags, true);
  // 9280:0000, where mknbi puts it; entry at 92A0:0000.
  view.setUint32(8, 0x9280_0000, true);
  view.setUint32(12, 0x92a0_0000, true);
  records.forEach(([kind, address, bytes, room], i) => {
    const at = 16 * (i + 1);
    out.set([4, i, 0, kind], at);
    [address, bytes, room].forEach((value, word) => view.setUint32(at + 4 + 4 * word, value, true));
  });
  return out;
}

describe('a tagged image', () => {
  it('places its pieces absolutely, behind the last, down from the end of memory, before the last', () => {
    const read = readNbi(
      header([
        [1, 0x10, 100, 200],
        [0, 0x10_0000, 1000, 0x2000],
        [2, 0x10_0000, 50, 60],
        [3, 0x1000, 10, 10],
        [5, 0, 5, 5],
      ]),
      MEMORY,
    );
    expect(read).toMatchObject({
      ok: true,
      value: {
        location: { segment: 0x9280, offset: 0 },
        entry: { mode: 'real', cs: 0x92a0, ip: 0 },
        fileBytes: 512 + 1165,
        segments: [
          // Behind the 512 bytes of the header.
          { address: 0x9_2800 + 512 + 0x10, bytes: 100, room: 200, fileOffset: 512 },
          { address: 0x10_0000, fileOffset: 612 },
          { address: MEMORY - 0x10_0000, fileOffset: 1612 },
          { address: MEMORY - 0x10_1000, fileOffset: 1662 },
          { address: MEMORY - 0x10_1000 + 10, fileOffset: 1672 },
        ],
      },
    });
  });

  it('is entered in protected mode when bit 31 says so', () => {
    expect(readNbi(header([[4, 0x10_0000, 1, 1]], 0x8000_0004), MEMORY)).toMatchObject({
      value: { entry: { mode: 'protected', eip: 0x92a0_0000 } },
    });
  });

  it.each<readonly [string, Uint8Array, RegExp]>([
    ['without a last record', header(Array.from({ length: 31 }, (): Record => [0, 0x10_0000, 1, 1])), /past 512/],
    ['with more in the file than in memory', header([[4, 0x10_0000, 10, 9]]), /longer than its memory/],
    ['with a record of no length', header([]), /record of 0 bytes/],
    ['cut short', header([[4, 0, 1, 1]]).subarray(0, 511), /36 13 03 1B/],
    ['of another kind', new Uint8Array(512), /36 13 03 1B/],
  ])('%s is refused', (_what, bytes, reason) => {
    const read = readNbi(bytes, MEMORY);
    expect(read.ok ? '' : read.error.text).toMatch(reason);
  });

  it('is read whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 512, maxLength: 512 }), (bytes) => {
        bytes.set([0x36, 0x13, 0x03, 0x1b]);
        const read = readNbi(bytes, MEMORY);
        if (read.ok) expect(read.value.segments.length).toBeLessThan(33);
      }),
    );
  });
});

describe('a kernel as a tagged image', () => {
  const kernel = new Uint8Array(20_000).fill(7);
  kernel[0x1f1] = 15;
  const image = makeNbi({ kernel, initrd: new Uint8Array(3000), cmdline: 'console=ttyS0' });

  it('has setup, command line, a way in, kernel and RAM disk, each whole', () => {
    expect(isNbi(image)).toBe(true);
    const read = readNbi(image.subarray(0, 512), MEMORY);
    expect(read.ok && read.value.fileBytes).toBe(image.length);
    expect(read.ok && read.value.segments.map(({ address, bytes }) => [address, bytes])).toEqual([
      [0x1_0000, 8192],
      [0x1_e000, 14],
      [0x8200, 22],
      [0x10_0000, 20_000 - 8192],
      [0x400_0000, 3000],
    ]);
  });

  it('tells the kernel who loads it, and where its command line and RAM disk are', () => {
    const setup = new DataView(image.buffer, 512);
    expect([
      setup.getUint8(0x210),
      setup.getUint32(0x228, true),
      setup.getUint32(0x218, true),
      setup.getUint32(0x21c, true),
    ]).toEqual([0x50, 0x1_e000, 0x400_0000, 3000]);
  });
});
