/** A made disk has what a BIOS, GRUB's own code and Linux look for, at the offsets where they look. */
import { describe, expect, it } from 'vitest';
import { fromLatin1, latin1, toHex } from '../base/bytes.ts';
import { makeMbrDisk, PARTITION_TYPE, type MbrDisk } from './mbr-disk.ts';
import { SECTOR_BYTES } from './sectors.ts';

const MIB = 1024 ** 2;

function made(disk: MbrDisk): Uint8Array {
  const result = makeMbrDisk(disk);
  if (!result.ok) throw new Error(result.error.text);
  return result.value;
}

function refusal(disk: MbrDisk): string {
  const result = makeMbrDisk(disk);
  return result.ok ? 'made' : result.error.text;
}

/** Every byte is different from the ones that are to be written, so that each write shows. */
function bootImg(): Uint8Array {
  const bytes = new Uint8Array(SECTOR_BYTES).fill(0xa5);
  bytes.set([0x55, 0xaa], 0x1fe);
  return bytes;
}

/** The first sector as `grub-mkimage` leaves it: the rest is at sector 2, so many sectors long, for segment 820h. */
function coreImg(sectors: number): Uint8Array {
  const bytes = new Uint8Array((sectors + 1) * SECTOR_BYTES - 100).fill(0xc0);
  const list = new DataView(bytes.buffer);
  list.setBigUint64(0x1f4, 0x77n, true);
  list.setUint16(0x1fc, sectors, true);
  list.setUint16(0x1fe, 0x820, true);
  return bytes;
}

const linux = (content: Uint8Array, sectors?: number): MbrDisk['partitions'][number] =>
  sectors === undefined ? { type: PARTITION_TYPE.linux, content } : { type: PARTITION_TYPE.linux, content, sectors };

describe('a disk with an MBR', () => {
  it('has a table as fdisk writes it, and the contents where it says', () => {
    const first = { type: PARTITION_TYPE.fat32Lba, active: true, content: latin1('first'), sectors: 3000 };
    const disk = made({ partitions: [first, linux(latin1('second'), 20_000)], signature: 0x1234abcd });
    // 2048 sectors, 3000 aligned to 4096, 20000 aligned to 20480.
    expect(disk.length).toBe((2048 + 4096 + 20_480) * SECTOR_BYTES);
    expect(toHex(disk.subarray(0x1b8, 0x1bc))).toBe('cdab3412');
    // Compared with what sfdisk writes.
    expect(toHex(disk.subarray(0x1be, 0x1ce), ' ')).toBe('80 20 21 00 0c 50 08 00 00 08 00 00 b8 0b 00 00');
    expect(toHex(disk.subarray(0x1ce, 0x1de), ' ')).toBe('00 61 22 00 83 9f 3e 01 00 18 00 00 20 4e 00 00');
    expect(toHex(disk.subarray(0x1de, 0x200))).toBe(`${'00'.repeat(32)}55aa`);
    expect(fromLatin1(disk.subarray(2048 * SECTOR_BYTES, 2048 * SECTOR_BYTES + 5))).toBe('first');
    expect(fromLatin1(disk.subarray(6144 * SECTOR_BYTES, 6144 * SECTOR_BYTES + 6))).toBe('second');
  });

  it('sends the BIOS on when it has no boot loader', () => {
    expect(toHex(made({ partitions: [linux(latin1('x'))], signature: 1 }).subarray(0, 5))).toBe('cd18f4ebfd');
  });

  it('has GRUB in the gap, each piece told where the next lies, and keeps the rest of its code', () => {
    const grub = { bootImg: bootImg(), coreImg: coreImg(300) };
    const disk = made({ partitions: [linux(new Uint8Array(MIB))], grub, signature: 0xfeedbeef });
    expect(toHex(disk.subarray(0x5c, 0x64))).toBe('0100000000000000');
    expect(toHex(disk.subarray(0x66, 0x68))).toBe('9090');
    const kept = [...disk.subarray(0, 0x1b8).entries()].filter(([, byte]) => byte === 0xa5);
    expect(kept.length).toBe(0x1b8 - 8 - 2);
    const core = disk.subarray(SECTOR_BYTES, SECTOR_BYTES + grub.coreImg.length);
    expect(toHex(core.subarray(0x1f4, 0x200))).toBe('02000000000000002c012008');
    expect(core.subarray(0x200)).toEqual(grub.coreImg.subarray(0x200));
    // What was given is not changed.
    expect(grub).toEqual({ bootImg: bootImg(), coreImg: coreImg(300) });
  });

  it.each<readonly [string, MbrDisk, string]>([
    [
      'five partitions',
      { partitions: Array.from({ length: 5 }, () => linux(latin1('x'))), signature: 1 },
      '4 partitions',
    ],
    ['an empty partition', { partitions: [linux(new Uint8Array(0))], signature: 1 }, 'Partition 1 is empty'],
    ['too small a partition', { partitions: [linux(new Uint8Array(1025), 2)], signature: 1 }, 'need 3'],
    ['more than memory holds', { partitions: [linux(latin1('x'), 2 ** 23)], signature: 1 }, 'more than 2048 MiB'],
    [
      'a boot.img that is none',
      { partitions: [], grub: { bootImg: new Uint8Array(512), coreImg: coreImg(9) }, signature: 1 },
      'end with 55 AA',
    ],
    [
      'a core image for PXE',
      { partitions: [], grub: { bootImg: bootImg(), coreImg: new Uint8Array(9000) }, signature: 1 },
      'no core.img',
    ],
    [
      'a core.img of one sector',
      { partitions: [], grub: { bootImg: bootImg(), coreImg: new Uint8Array(100) }, signature: 1 },
      'no core.img',
    ],
    [
      'a core.img larger than the gap',
      { partitions: [], grub: { bootImg: bootImg(), coreImg: coreImg(2047) }, signature: 1 },
      'has 2048 sectors, but the gap before the first partition has 2047',
    ],
  ])('is refused with a reason: %s', (_what, disk, reason) => {
    expect(refusal(disk)).toContain(reason);
  });
});
