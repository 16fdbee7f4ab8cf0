/** What is wrong with a file is seen in its bytes: each flaw is found, and whole files have none. */
import { describe, expect, it } from 'vitest';
import { latin1 } from '../../base/bytes.ts';
import { checkBootProgram, checkKernel, isLinuxKernel } from './file-check.ts';

function writeU16(bytes: Uint8Array, offset: number, value: number): void {
  bytes.set([value & 0xff, value >>> 8], offset);
}

function writeU32(bytes: Uint8Array, offset: number, value: number): void {
  writeU16(bytes, offset, value & 0xffff);
  writeU16(bytes, offset + 2, value >>> 16);
}

/** A kernel of `sectors` sectors of setup code and `paragraphs` times 16 bytes behind them. */
function kernel(setupSects: number, paragraphs: number, version = 0x20f): Uint8Array {
  const sectors = (setupSects === 0 ? 4 : setupSects) + 1;
  const bytes = new Uint8Array(sectors * 512 + paragraphs * 16);
  bytes.set(latin1('MZ'));
  bytes[0x1f1] = setupSects;
  writeU32(bytes, 0x1f4, paragraphs);
  bytes.set([0x55, 0xaa], 0x1fe);
  bytes.set(latin1('HdrS'), 0x202);
  writeU16(bytes, 0x206, version);
  return bytes;
}

function efi(): Uint8Array {
  const bytes = new Uint8Array(1024);
  bytes.set(latin1('MZ'));
  writeU32(bytes, 0x3c, 0x80);
  bytes.set(latin1('PE\0\0'), 0x80);
  writeU16(bytes, 0x80 + 0x5c, 10);
  return bytes;
}

describe('checkKernel', () => {
  it('finds nothing in a whole kernel, also one whose last paragraph is not full or that has a signature behind', () => {
    const whole = kernel(31, 10_000);
    expect(isLinuxKernel(whole)).toBe(true);
    expect(checkKernel('linux', whole)).toBeUndefined();
    expect(checkKernel('linux', whole.subarray(0, whole.length - 15))).toBeUndefined();
    expect(checkKernel('linux', Uint8Array.from([...whole, 1, 2, 3]))).toBeUndefined();
  });

  it('says how much is missing', () => {
    const whole = kernel(31, 10_000);
    expect(checkKernel('linux', whole.subarray(0, 100_000))).toMatchObject({
      code: 'file.kernel-cut-off',
      message: { text: 'The kernel linux is cut off: it has 100000 bytes, its header says 176384.' },
    });
    expect(checkKernel('linux', whole.subarray(0, whole.length - 16))).toBeDefined();
  });

  it('reads the forms of the header: no setup_sects is four, an old syssize has two bytes', () => {
    expect(checkKernel('linux', kernel(0, 100))).toBeUndefined();
    expect(checkKernel('linux', kernel(0, 100).subarray(0, 3000))).toBeDefined();
    const old = kernel(0, 100, 0x203);
    writeU16(old, 0x1f6, 0xffff);
    expect(checkKernel('linux', old)).toBeUndefined();
  });

  it('leaves what is no kernel alone, however short', () => {
    for (let length = 0; length < 0x208; length += 7)
      expect(checkKernel('x', kernel(1, 1).subarray(0, length))).toBeUndefined();
    expect(checkKernel('x', new Uint8Array(4096))).toBeUndefined();
  });
});

describe('checkBootProgram', () => {
  const iso = new Uint8Array(40_000);
  iso.set(latin1('CD001'), 0x8001);

  it('finds nothing in a program that ends anywhere, also within what would be the identifier of a CD', () => {
    for (const length of [1, 2, 63, 0x8000, 0x8001, 0x8003, 0x8006])
      expect(checkBootProgram('x', new Uint8Array(length).fill(0xf4))).toBeUndefined();
  });

  it.each([
    ['readme.txt', latin1('This is not a boot program.\n'), 'file.boot-program-is-text'],
    ['index.html', latin1('<!DOCTYPE html>\r\n<title>404</title>'), 'file.boot-program-is-text'],
    ['boot.ipxe', latin1('#!ipxe\nchain x\n'), 'file.boot-program-is-script'],
    ['empty', new Uint8Array(0), 'file.boot-program-empty'],
    ['ipxe.efi', efi(), 'file.boot-program-is-efi'],
    ['vmlinuz', kernel(31, 100), 'file.boot-program-is-kernel'],
    ['cd.iso', iso, 'file.boot-program-is-iso'],
  ])('%s cannot be run', (name, bytes, code) => {
    expect(checkBootProgram(name, bytes)?.code).toBe(code);
  });

  it('finds nothing in machine code, nor in an old program for DOS', () => {
    expect(checkBootProgram('a', Uint8Array.of(0xea, 0x20, 0x7c, 0, 0, ...latin1('text behind it')))).toBeUndefined();
    const dos = efi();
    dos.fill(0, 0x80);
    expect(checkBootProgram('b', dos)).toBeUndefined();
  });
});
