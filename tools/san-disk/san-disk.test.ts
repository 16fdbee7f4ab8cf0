/** The parts of the SAN disk: an archive as the kernel reads it, and modules with all that they depend on. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromLatin1, latin1, utf8 } from '../../src/base/bytes.ts';
import { makeCpio } from './cpio.ts';
import { chooseModules } from './modules.ts';

describe('an initramfs', () => {
  const archive = makeCpio([
    { kind: 'file', path: 'init', bytes: utf8('#!/bin/sh\n'), executable: true },
    { kind: 'file', path: 'etc/deep/name', bytes: utf8('x') },
    { kind: 'link', path: 'sbin/modprobe', to: '../bin/busybox' },
  ]);

  /** Name, mode and contents of each entry, read as the kernel's documentation says. */
  function entriesOf(bytes: Uint8Array): readonly (readonly [string, string, string])[] {
    const found: (readonly [string, string, string])[] = [];
    const up = (at: number): number => Math.ceil(at / 4) * 4;
    for (let at = 0; at < bytes.length;) {
      expect(fromLatin1(bytes, at, at + 6)).toBe('070701');
      const field = (index: number): number =>
        Number.parseInt(fromLatin1(bytes, at + 6 + 8 * index, at + 14 + 8 * index), 16);
      const [mode, size, nameSize] = [field(1), field(6), field(11)];
      const name = fromLatin1(bytes, at + 110, at + 110 + nameSize - 1);
      expect(bytes[at + 110 + nameSize - 1]).toBe(0);
      const start = up(at + 110 + nameSize);
      found.push([name, mode.toString(8), fromLatin1(bytes, start, start + size)]);
      at = up(start + size);
    }
    return found;
  }

  it('names folders before what is in them, and ends with the trailer', () => {
    expect(entriesOf(archive)).toEqual([
      ['init', '100755', '#!/bin/sh\n'],
      ['etc', '40755', ''],
      ['etc/deep', '40755', ''],
      ['etc/deep/name', '100644', 'x'],
      ['sbin', '40755', ''],
      ['sbin/modprobe', '120777', '../bin/busybox'],
      ['TRAILER!!!', '0', ''],
    ]);
  });
});

describe('kernel modules', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'modules-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function put(path: string, ...info: readonly string[]): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), latin1(`\x7fELF\0${info.map((line) => `${line}\0`).join('')}rest`));
  }

  it('come with all that they depend on, the nearest first, and with what they are good for', () => {
    put('kernel/net/ne2k-pci.ko', 'alias=pci:v000010ECd00008029sv*', 'depends=8390', 'license=GPL');
    put('kernel/net/8390.ko', 'depends=');
    put('kernel/scsi/tcp.ko', 'depends=lib-tcp,core,common');
    put('kernel/scsi/lib_tcp.ko', 'depends=core');
    put('kernel/scsi/core.ko', 'depends=common');
    put('kernel/scsi/unwanted.ko', 'depends=');
    writeFileSync(join(folder, 'modules.builtin'), 'kernel/lib/common.ko\n');
    const chosen = chooseModules(folder, ['ne2k-pci', 'tcp']);
    if (!chosen.ok) throw new Error(chosen.error);
    expect(chosen.value.modules.map(({ name }) => name)).toEqual(['8390', 'core', 'lib_tcp', 'ne2k_pci', 'tcp']);
    expect(chosen.value.dependencyList).toBe(
      '8390.ko:\ncore.ko:\nlib_tcp.ko: core.ko\nne2k_pci.ko: 8390.ko\ntcp.ko: lib_tcp.ko core.ko\n',
    );
    expect(chosen.value.aliasList).toBe('alias pci:v000010ECd00008029sv* ne2k_pci\n');
  });

  it('are asked for in vain when the kernel lacks one', () => {
    put('kernel/a.ko', 'depends=gone');
    expect(chooseModules(folder, ['a'])).toEqual({ ok: false, error: 'the kernel has no module gone' });
  });
});
