/** What cannot be put on a medium is refused in a sentence; what is where BIOSes look is checked byte for byte. */
import { describe, expect, it } from 'vitest';
import { latin1, toHex } from '../base/bytes.ts';
import type { Result } from '../base/result.ts';
import type { Message } from '../base/sentence.ts';
import { makeBootMedium } from './boot-medium.ts';
import { makeFloppy } from './floppy.ts';
import { makeIso } from './iso9660.ts';
import { SECTOR_BYTES } from './sectors.ts';

const file = (path: string, bytes = 1) => ({ path, data: new Uint8Array(bytes) });

function refusal(result: Result<Uint8Array, Message>): string {
  return result.ok ? 'made' : result.error.text;
}

function made(result: Result<Uint8Array, Message>): Uint8Array {
  if (!result.ok) throw new Error(result.error.text);
  return result.value;
}

/** Looks like GRUB's boot sector: a jump, and code where the volume's parameters end. */
function grub(coreSectors: number) {
  const bootImg = new Uint8Array(SECTOR_BYTES).fill(0xa5);
  bootImg.set([0x55, 0xaa], 0x1fe);
  const coreImg = new Uint8Array(coreSectors * SECTOR_BYTES).fill(0xc0);
  const list = new DataView(coreImg.buffer);
  list.setUint16(0x1fc, coreSectors - 1, true);
  list.setUint16(0x1fe, 0x820, true);
  return { bootImg, coreImg };
}

describe('files of a medium', () => {
  it.each([
    ['a name twice', [file('/a/b'), file('/A/B')], 'The medium would have “/A/B” twice'],
    ['a file below a file', [file('/a'), file('/a/b')], 'The medium would have “/a/b” twice'],
    ['a folder that is a file, too', [file('/a/b'), file('/a')], 'The medium would have “/a” twice'],
    ['a path without a name', [file('/')], '“/” is no path'],
    ['a path that goes up', [file('/../a')], '“/../a” is no path'],
  ])('%s', (_, files, words) => {
    expect(refusal(makeFloppy({ label: 'X', files }))).toContain(words);
    expect(refusal(makeIso({ volumeId: 'X', files }))).toContain(words);
  });

  it('are too many for a floppy', () => {
    expect(refusal(makeFloppy({ label: 'X', files: [file('/a', 1_460_000)] }))).toBe(
      'The files need 1460224 bytes, and the medium has room for 1457664: leave files out.',
    );
    // The most that fits: all 2847 clusters.
    expect(refusal(makeFloppy({ label: 'X', files: [file('/a', 2847 * 512)] }))).toBe('made');
    const names = Array.from({ length: 223 }, (_, i) => file(`/F${i}`));
    expect(refusal(makeFloppy({ label: 'X', files: names }))).toContain('has room for 224 names');
    expect(refusal(makeFloppy({ label: 'X', files: names.slice(1) }))).toBe('made');
    expect(refusal(makeFloppy({ label: 'X', files: [], grub: grub(3000) }))).toContain('room for 0:');
  });

  it('are not what a CD can start from', () => {
    const start = (path: string, emulation: 'floppy' | 'none') =>
      refusal(makeIso({ volumeId: 'X', files: [file('/a', 2000)], boot: { path, emulation } }));
    expect(start('/a', 'none')).toBe('made');
    expect(start('/b', 'none')).toBe('The CD has no file “/b” to start from.');
    expect(start('/a', 'floppy')).toContain('this file has 2000');
  });
});

describe('GRUB on a floppy', () => {
  const floppy = made(makeFloppy({ label: 'X', files: [], grub: grub(40) }));

  it('keeps the parameters of the volume, and says where the core is', () => {
    // Bytes a sector, sectors a cluster, reserved ones (boot sector and core), FATs, names in the root, sectors, F0h.
    expect(toHex(floppy.subarray(0x0b, 0x16))).toBe('000201290002e000400bf0');
    // The code after them, the first sector of the core, and the check of the drive, which floppies need.
    expect(toHex(floppy.subarray(0x5a, 0x68))).toBe('a5a50100000000000000a5a5a5a5');
    expect(toHex(floppy.subarray(0x200 + 0x1f4, 0x400))).toBe('020000000000000027002008');
  });

  it('starts its code for floppies, which is where a disk has its partitions', () => {
    expect(toHex(floppy.subarray(0x1be, 0x1ce))).toBe('a5'.repeat(16));
  });
});

describe('a USB stick', () => {
  it('is a disk with one active partition of FAT16, which knows where it begins', () => {
    const stick = made(
      makeBootMedium({ kind: 'usb', grub: grub(40), config: 'echo hello', files: [file('/ipxe.lkrn', 300_000)] }),
    );
    expect(toHex(stick.subarray(0x1be, 0x1c3))).toBe('802021000e');
    const partition = stick.subarray(2048 * SECTOR_BYTES);
    expect(toHex(partition.subarray(0x1c, 0x20))).toBe('00080000');
    expect(partition.subarray(0x36, 0x3e)).toEqual(latin1('FAT16   '));
  });
});
