/** A folder of images of the first form is taken over without fetching anything, and unnamed bytes go. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImageFolder } from './store.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'images-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

function entry(path: string, text: string): Record<string, unknown> {
  const licenceFile = 'licences/p.txt';
  return { path, size: text.length, sha256: hashOf(text), package: 'p', version: '1', licenceFile };
}

describe('a folder of images', () => {
  it('moves files from their own paths to their hashes, twins to one, and drops what has changed', () => {
    mkdirSync(join(folder, 'grub/i386-pc'), { recursive: true });
    writeFileSync(join(folder, 'grub/a.mod'), 'same');
    writeFileSync(join(folder, 'grub/i386-pc/b.mod'), 'same');
    writeFileSync(join(folder, 'grub/c.mod'), 'other bytes than the manifest says');
    const files = [entry('grub/a.mod', 'same'), entry('grub/i386-pc/b.mod', 'same'), entry('grub/c.mod', 'c')];
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ schema: 1, files }));
    const manifest = new ImageFolder(folder).readManifest();
    expect(manifest.files.map(({ path }) => path)).toEqual(['grub/a.mod', 'grub/i386-pc/b.mod']);
    expect(manifest.packages).toEqual([{ name: 'p', version: '1', licenceFile: 'licences/p.txt' }]);
    expect(readFileSync(join(folder, 'blob', hashOf('same')), 'utf8')).toBe('same');
    expect(existsSync(join(folder, 'grub'))).toBe(false);
    expect(new ImageFolder(folder).readManifest()).toEqual(manifest);
  });

  it('keeps only the bytes that a file names', () => {
    const images = new ImageFolder(folder);
    for (const text of ['one', 'two']) {
      writeFileSync(join(folder, text), text);
      images.add(join(folder, text));
    }
    const file = { path: 'one', size: 3, sha256: hashOf('one'), package: 'p', version: '1' };
    images.writeManifest([{ name: 'p', version: '1' }], [file]);
    images.prune(images.readManifest().files);
    expect(readdirSync(join(folder, 'blob'))).toEqual([hashOf('one')]);
    expect(images.has(file)).toBe(true);
  });
});
