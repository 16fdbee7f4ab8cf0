/** Links lead where open(2) would go, and never loop. */
import { describe, expect, it } from 'vitest';
import { fromUtf8 } from '../../base/bytes.ts';
import { MemoryFileTree } from './file-tree.ts';

describe('symbolic links', () => {
  const files = new MemoryFileTree();
  files.addFile('/srv/a/file', 'content');
  files.addLink('/srv/relative', 'a/file');
  files.addLink('/srv/a/up', '../a/./file');
  files.addLink('/srv/absolute', '/srv/a');
  files.addLink('/srv/twice', 'absolute/up');
  files.addLink('/srv/dangling', 'nowhere');
  files.addLink('/srv/circle', 'circle');

  it.each(['/srv/relative', '/srv/a/up', '/srv/absolute/file', '/srv/twice', '/srv/absolute/../relative'])(
    'reads %s',
    (path) => {
      const bytes = files.read(path);
      expect(bytes === undefined ? undefined : fromUtf8(bytes)).toBe('content');
      expect(files.stat(path)).toMatchObject({ kind: 'file', size: 7 });
    },
  );

  it('lists through links, with the links themselves', () => {
    expect(files.list('/srv/absolute')).toEqual(['file', 'up']);
    expect(files.list('/srv')).toContain('dangling');
  });

  it('finds nothing at the end of a link that leads nowhere or to itself', () => {
    for (const path of ['/srv/dangling', '/srv/circle', '/srv/circle/x']) {
      expect(files.stat(path)).toBeUndefined();
      expect(files.read(path)).toBeUndefined();
    }
  });

  it('tells what a link says, also behind another, and nothing of what is none', () => {
    expect(files.readLink('/srv/relative')).toBe('a/file');
    expect(files.readLink('/srv/absolute/up')).toBe('../a/./file');
    expect(files.readLink('/srv/a/file')).toBeUndefined();
    expect(files.readLink('/srv/none')).toBeUndefined();
  });
});

describe('a tree in which capitals do not count', () => {
  const files = new MemoryFileTree({ caseInsensitive: true });
  files.addFile('/srv/Boot/X64/a.COM', 'first');
  files.addFile('/SRV/boot/b.txt', 'second');
  files.addLink('/srv/link', 'BOOT/x64');

  it('finds a file by any spelling, through links too, and lists it in its own', () => {
    for (const path of ['/srv/boot/x64/A.com', '/SRV/BOOT/X64/A.COM', '/srv/LINK/a.com'])
      expect(files.stat(path)).toMatchObject({ kind: 'file', size: 5 });
    expect(files.list('/srv/boot')).toEqual(['X64', 'b.txt']);
    expect(files.readLink('/SRV/Link')).toBe('BOOT/x64');
  });

  it('replaces and removes by any spelling', () => {
    files.addFile('/srv/boot/B.TXT', 'third!');
    expect(files.list('/srv/Boot')).toEqual(['X64', 'b.txt']);
    expect(files.stat('/srv/Boot/b.txt')?.size).toBe(6);
    files.remove('/srv/BOOT/B.txt');
    expect(files.stat('/srv/Boot/b.txt')).toBeUndefined();
    expect(files.list('/srv/Boot')).toEqual(['X64']);
  });
});
