/**
 * Made media are read back by the programs of Debian that know them: xorriso (ISO 9660, Rock Ridge, El Torito), mtools and
 * fsck.fat (FAT). Skipped where these are not installed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { SeededRng } from '../../src/base/rng.ts';
import type { Result } from '../../src/base/result.ts';
import type { Message } from '../../src/base/sentence.ts';
import { makeFatVolume } from '../../src/media/fat.ts';
import { makeFloppy } from '../../src/media/floppy.ts';
import { makeIso, type ElTorito } from '../../src/media/iso9660.ts';
import type { MediumFile } from '../../src/media/tree.ts';

const has = (program: string): boolean => spawnSync('which', [program]).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'media-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function made(result: Result<Uint8Array, Message>): Uint8Array {
  if (!result.ok) throw new Error(result.error.text);
  return result.value;
}

function put(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** All files below a folder, by path. */
function filesIn(root: string, below = ''): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(join(root, below)).flatMap((name) => {
      const path = `${below}/${name}`;
      return statSync(join(root, path)).isDirectory()
        ? Object.entries(filesIn(root, path))
        : [[path, toHex(readFileSync(join(root, path)))]];
    }),
  );
}

const expected = (files: readonly MediumFile[]): Readonly<Record<string, string>> =>
  Object.fromEntries(files.map(({ path, data }) => [path, toHex(data)]));

const noise = (bytes: number, seed: number): Uint8Array => {
  const rng = new SeededRng(String(seed));
  return Uint8Array.from({ length: bytes }, () => rng.u32());
};

const name = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9 ._-]{0,20}[A-Za-z0-9]$/);
/** At most three folders deep; no name stands for a file and a folder, or twice in different case. */
const trees = fc
  .uniqueArray(fc.tuple(fc.array(name, { maxLength: 3 }), name, fc.integer({ min: 0, max: 5000 }), fc.nat()), {
    maxLength: 60,
    selector: ([folders, file]) => [...folders, file].join('/').toLowerCase(),
  })
  .map((all) =>
    all.map(([folders, file, bytes, seed]) => ({
      path: ['', ...folders.map((each) => `d-${each.toLowerCase()}`), `f-${file}`].join('/'),
      data: noise(bytes, seed),
    })),
  );

const MANY: readonly MediumFile[] = [
  { path: '/boot/grub/grub.cfg', data: noise(100, 1) },
  { path: '/empty', data: new Uint8Array(0) },
  { path: '/a name much longer than eight and three.text', data: noise(70_000, 2) },
  // Their folder needs several sectors, and their aliases two digits.
  ...Array.from({ length: 70 }, (_, index) => ({ path: `/many/file of number ${index}`, data: noise(index, index) })),
];

describe.skipIf(!has('mcopy') || !has('fsck.fat'))('FAT volumes', () => {
  const check = (image: string, files: readonly MediumFile[]): void => {
    execFileSync('fsck.fat', ['-n', image]);
    const out = mkdtempSync(join(folder, 'fat-'));
    if (files.length > 0)
      execFileSync('mcopy', ['-i', image, '-s', '-n', '::*', out], { env: { ...process.env, LC_ALL: 'C' } });
    expect(filesIn(out)).toEqual(expected(files));
  };

  it('are read back by mtools, and have no fault for fsck.fat', () => {
    fc.assert(
      fc.property(trees, (files) => check(put('floppy.img', made(makeFloppy({ label: 'TEST', files }))), files)),
      { numRuns: 15, seed: 4 },
    );
    check(put('floppy.img', made(makeFloppy({ label: 'TEST', files: MANY }))), MANY);
  });

  it.each([4200, 8400, 20_000, 33_000, 131_072])(
    'of %i sectors are right on both sides of the limit of FAT12',
    (sectors) => {
      const volume = makeFatVolume({
        sectors,
        files: MANY,
        label: 'DISK',
        geometry: { heads: 255, sectorsPerTrack: 63 },
        mediaDescriptor: 0xf8,
        rootEntries: 512,
        hiddenSectors: 2048,
        driveNumber: 0x80,
      });
      check(put('disk.img', made(volume)), MANY);
    },
  );
});

describe.skipIf(!has('xorriso'))('CDs', () => {
  const xorriso = (...args: readonly string[]): string =>
    execFileSync('xorriso', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const check = (image: string, files: readonly MediumFile[]): void => {
    const out = mkdtempSync(join(folder, 'iso-'));
    xorriso('-osirrox', 'on', '-indev', image, '-extract', '/', out);
    expect(filesIn(out)).toEqual(expected(files));
    execFileSync('chmod', ['-R', 'u+w', out]);
  };

  it('are read back by xorriso with their names', () => {
    fc.assert(
      fc.property(trees, (files) => check(put('cd.iso', made(makeIso({ volumeId: 'TEST', files }))), files)),
      { numRuns: 15, seed: 5 },
    );
    check(put('cd.iso', made(makeIso({ volumeId: 'TEST', files: MANY }))), MANY);
  });

  const floppy = (): Uint8Array => made(makeFloppy({ label: 'TEST', files: [] }));
  const disk = (): Uint8Array => {
    const bytes = new Uint8Array(64 * 1024);
    bytes[0x1c2] = 0x0e;
    bytes.set([0x55, 0xaa], 0x1fe);
    return bytes;
  };
  it.each<[ElTorito['emulation'], () => Uint8Array, RegExp]>([
    ['none', () => noise(5000, 3), /BIOS\s+y\s+none\s+0x0000\s+0x00\s+4/],
    ['floppy', floppy, /BIOS\s+y\s+fd1\.4\s+0x0000\s+0x00\s+1/],
    ['disk', disk, /BIOS\s+y\s+hd\s+0x0000\s+0x0e\s+1/],
  ])('start with %s emulation as xorriso reads it', (emulation, loader, line) => {
    const files = [...MANY, { path: '/boot/loader.img', data: loader() }];
    const boot = { path: '/boot/loader.img', emulation };
    const report = xorriso(
      '-indev',
      put('boot.iso', made(makeIso({ volumeId: 'TEST', files, boot }))),
      '-report_el_torito',
      'plain',
    );
    expect(report).toMatch(line);
    expect(report).toMatch(/El Torito img path : +1 {2}\/boot\/loader\.img/);
  });

  it('have the tables that ISOLINUX and GRUB look for in themselves', () => {
    const files = [...MANY, { path: '/loader.img', data: noise(100_000, 9) }];
    const boot = { path: '/loader.img', emulation: 'none', infoTable: true, grubTable: true } as const;
    const image = put('boot.iso', made(makeIso({ volumeId: 'TEST', files, boot })));
    // It checks place, length and sum before it says so.
    expect(xorriso('-indev', image, '-report_el_torito', 'plain')).toContain('boot-info-table grub2-boot-info');
  });
});
