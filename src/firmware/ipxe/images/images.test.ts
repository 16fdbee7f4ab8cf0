/** Images: types, listing, selection, kernels and their RAM disks in memory, archives. */
import { gzipSync, zlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { fromLatin1, latin1, toHex } from '../../../base/bytes.ts';
import { itemAt } from '../../../base/lists/list.ts';
import type { GuestMemory } from '../../guest.ts';
import { ALL_OPTIONS_BUILD, DEFAULT_BUILD } from '../build.ts';
import { strerror } from '../errors.ts';
import { toBase64 } from '../../../base/data/base64.ts';
import { makeNbi } from '../../../media/nbi.ts';
import { runScript, type Bench } from '../testing.ts';
import { Image } from './image.ts';
import { buildInitrd } from './initrd.ts';
import { probeImage } from './types.ts';

const all = { build: { features: ALL_OPTIONS_BUILD.features } };
const dataUri = (data: Uint8Array): string => `data:;base64,${toBase64(data)}`;

function memoryOf(bench: Bench): GuestMemory {
  const { hardware } = bench.machine;
  if (hardware === undefined) throw new Error('The machine is off');
  return hardware.memory;
}

describe('image types', () => {
  it.each([
    ['#!ipxe\necho', 'script'],
    ['#!gpxe\techo', 'script'],
    ['#!ipxexx', 'PXE-NBP'],
    ['#!ipxe', 'PXE-NBP'],
    ['\xef\xbb\xbf#!ipxe\n', 'PXE-NBP'],
    ['\n#!ipxe\n', 'PXE-NBP'],
    ['<html>', 'PXE-NBP'],
    ['MZ\x90', 'PXE-NBP (may be EFI?)'],
    ['-----BEGIN CERTIFICATE-----\n', 'PEM'],
    ['\x30\x03\x02\x01\x05', 'DER'],
    ['', undefined],
  ])('%j', (text, type) => {
    expect(probeImage(latin1(text), DEFAULT_BUILD)).toBe(type);
  });

  it('has no type above the room of an NBP', () => {
    expect(probeImage(new Uint8Array(0xa0000 - 0x7c00 + 1), DEFAULT_BUILD)).toBeUndefined();
    expect(probeImage(gzipSync(new Uint8Array(9)), DEFAULT_BUILD)).toBe('PXE-NBP');
    expect(probeImage(gzipSync(new Uint8Array(9)), ALL_OPTIONS_BUILD)).toBe('gzip');
  });
});

describe('image commands', () => {
  it('lists name, size, type, flags and command line', () => {
    const { output } = runScript(
      'imgselect -q -n a --autofree data:,%23!ipxe%0Aecho x y\nimgstat\nimgargs a\nimgstat a\nimgfree\nimgstat',
    );
    expect(output).toBe(
      'a : 11 bytes [script] [SELECTED] [AUTOFREE] "x y"\na : 11 bytes [script] [SELECTED] [AUTOFREE]\n',
    );
  });

  it('refuses to select what cannot run', () => {
    const { output } = runScript(
      `imgfetch -q -n d ${dataUri(latin1('\x30\x03\x02\x01\x05'))}\nkernel d ||\necho \${errno}`,
    );
    expect(output).toBe('Could not select: Exec format error (https://ipxe.org/2e008001)\n0x2e008001\n');
  });

  it('stores an image in a setting, and drops it', () => {
    expect(runScript('imgset -q s data:,hello ;\nshow s\nimgstat').output).toBe('s:string = hello\n');
  });

  it('runs what is in an archive', () => {
    const uri = dataUri(gzipSync(latin1('#!ipxe\necho in\n')));
    expect(runScript(`chain -q -n x.ipxe.gz ${uri}\nimgstat\necho after`, all).output).toBe(
      'in\nx.ipxe.gz : 35 bytes [gzip]\nafter\n',
    );
  });

  it('extracts gzip and zlib', () => {
    const uri = dataUri(gzipSync(latin1('#!ipxe\necho out\n')));
    const { output } = runScript(`imgfetch -q -n x.ipxe.gz ${uri}\nimgextract x.ipxe.gz\nimgstat\nchain x.ipxe`, all);
    expect(output).toBe('x.ipxe : 16 bytes [script]\nout\n');
    const zlib = `imgfetch -q -n x.z ${dataUri(zlibSync(latin1('#!ipxe\necho out\n')))}\nimgextract x.z\nimgstat\nchain x`;
    expect(runScript(zlib, all).output).toBe('x : 16 bytes [script]\nout\n');
    expect(runScript('imgfetch -q -n t data:,abc\nimgextract t ||\nimgstat', all).output).toBe(
      'Could not extract image: Operation not supported (https://ipxe.org/3c0a8003)\n',
    );
  });
});

describe('MIME', () => {
  const part = (headers: string, text: string): string => `${headers}\r\n\r\n${text}`;
  const script = '#!ipxe\necho out\n';
  const multipart = [
    'Content-Type: multipart/mixed; boundary="==x=="',
    'MIME-Version: 1.0',
    '',
    'preamble',
    '--==x==',
    part('Content-Type: text/cloud-config; charset="us-ascii"', '#cloud-config\nhostname: a\n'),
    '--==x==  ',
    part('Content-Type: text/x-ipxe\r\nContent-Transfer-Encoding: base64', 'IyFpcHhlCmVj\r\naG8gb3V0Cg==\r\n'),
    '--==x==--',
    '',
  ].join('\n');
  const get = (name: string, text: string): string => `imgfetch -q -n ${name} ${dataUri(latin1(text))}\n`;

  it.each([
    ['without an encoding', part('Content-Type: text/x-ipxe', script)],
    ['with blanks and small letters', part('content-type:   TEXT/x-ipxe; charset=utf-8\r\nX: y', script)],
    ['as binary', part('Content-Type: text/x-ipxe\r\nContent-Transfer-Encoding: binary', script)],
  ])('is extracted %s', (_what, text) => {
    const { output } = runScript(`${get('s.mime', text)}imgstat\nimgextract s.mime\nimgstat\nchain s`, all);
    expect(output).toBe(`s.mime : ${text.length} bytes [MIME]\ns : 16 bytes [script]\nout\n`);
  });

  it('of several parts is extracted in two steps, and runs in one', () => {
    const steps = 'imgextract -k -n part m.mime\nimgstat part\nimgextract -n s part\nimgstat s\nchain s\n';
    const { output } = runScript(`${get('m.mime', multipart)}${steps}chain m.mime`, all);
    expect(output).toBe(
      // With the headers of the part.
      `part : ${part('Content-Type: text/x-ipxe\r\nContent-Transfer-Encoding: base64', 'IyFpcHhlCmVj\r\naG8gb3V0Cg==\r\n').length + 1} bytes [MIME]\ns : 16 bytes [script]\nout\nout\n`,
    );
  });

  it.each([
    ['3c108003', part('Content-Type: text/plain', 'x')],
    ['3c108003', part('Content-Type: text/x-ipxe\r\nContent-Transfer-Encoding: quoted-printable', script)],
    ['1c102002', part('Content-Type: text/x-ipxe\r\nContent-Transfer-Encoding: base64', '#!ipxe')],
    ['2d10803b', multipart.replace('text/x-ipxe', 'text/plain')],
    ['2d10803b', multipart.replaceAll('\n--', '\n-')],
  ])('fails with %s', (number, text) => {
    const { output } = runScript(`${get('m', text)}imgextract m ||\necho \${errno}`, all);
    expect(output).toContain(`(https://ipxe.org/${number})\n0x${number}`);
  });

  it('is nothing without a Content-Type and an empty line', () => {
    const { output } = runScript(`${get('a', 'Content-Type: text/x-ipxe\n')}${get('b', 'X: y\n\nz')}imgstat`, all);
    expect(output).toBe('a : 26 bytes [PXE-NBP]\nb : 7 bytes [PXE-NBP]\n');
  });
});

/** The least that is a bzImage: one setup sector, protocol 2.06, loaded high, then code. */
function bzImage(): Uint8Array {
  const image = new Uint8Array(0x400 + 16);
  image[0x1f1] = 1;
  image.set([0x55, 0xaa], 0x1fe);
  image.set(latin1('HdrS'), 0x202);
  image.set([0x06, 0x02], 0x206);
  image[0x211] = 1;
  image.set([0xff, 0xff, 0xff, 0x37], 0x22c);
  image.set(latin1('protected mode'), 0x400);
  return image;
}

describe('Linux', () => {
  it('puts setup, kernel, command line and RAM disks where the boot protocol wants them', () => {
    const script =
      `kernel -q -n vmlinuz ${dataUri(bzImage())} console=ttyS0 vga=normal\ninitrd -q -n one data:,first\n` +
      'initrd -q -n two data:,second /etc/conf mode=600\nboot\necho never';
    const { output, bench } = runScript(script);
    expect(output).toBe('');
    const { started } = bench.machine;
    expect(started?.kind).toBe('linux');
    expect(started?.entry).toMatchObject({ mode: 'real', cs: 0x1020, ip: 0, ds: 0x1000, interrupts: false });
    const memory = memoryOf(bench);
    const text = (address: number, length: number): string => fromLatin1(memory.read(address, length));
    expect(text(0x100000, 14)).toBe('protected mode');
    expect(text(memory.readU32(0x10228), 25)).toBe('console=ttyS0 vga=normal\0');
    expect(memory.readU16(0x101fa)).toBe(0xffff);
    const initrd = memory.readU32(0x10218);
    expect(initrd % 4096).toBe(0);
    expect(text(initrd, 5)).toBe('first');
    expect(text(initrd + 4096, 6)).toBe('070701');
    expect(text(initrd + 4096 + 14, 8)).toBe('00008180');
    expect(text(initrd + 4096 + 110, 9)).toBe('/etc/conf');
    expect(memory.readU32(0x1021c)).toBe(4096 + 120 + 6);
    expect(itemAt(bench.ports, 0).sent.length).toBe(0);
  });

  it.each([
    ['/a/b/f mode=755 mkdir=-1', ['/a', '/a/b', '/a/b/f']],
    ['/a/b/f mkdir=1', ['/a/b', '/a/b/f']],
    ['//a//b/f mkdir=-1', ['//a', '//a//b', '//a//b/f']],
    ['a/b/f', ['a/b/f']],
    ['/a/b/ mkdir=-1', ['/a', '/a/b']],
    ['///', []],
  ])('writes the headers of an archive for %s: names as they are given', (cmdline, names) => {
    const image = new Image('f', latin1('x'));
    image.cmdline = cmdline;
    const text = fromLatin1(buildInitrd([image]));
    const headers = [...text.matchAll(/070701(.{104})([a-z/]+)\0/gs)];
    expect(headers.map((match) => match[2])).toEqual(names);
    // One link each (the fifth field), whatever it is.
    for (const [, fields = ''] of headers) expect(fields.slice(32, 40)).toBe('00000001');
  });
});

describe('tagged images', () => {
  const kernel = new Uint8Array(6 * 512);
  kernel.set([1], 0x1f1);
  const image = makeNbi({ kernel, initrd: latin1('initrd'), cmdline: 'quiet' });

  it('are put where their header says and entered in real mode, by builds that know them', () => {
    const { bench } = runScript(`chain -q ${dataUri(image)}`, all);
    const { started } = bench.machine;
    // The header's own place is the argument.
    expect(started?.entry).toMatchObject({ mode: 'real', cs: 0x820, ip: 0, argument: 0x0800_0000 });
    const memory = memoryOf(bench);
    expect(toHex(memory.read(0x8000, 4))).toBe('3613031b');
    expect(fromLatin1(memory.read(0x400_0000, 6))).toBe('initrd');
    expect(probeImage(image, DEFAULT_BUILD)).toBe('PXE-NBP');
  });

  it.each([
    ['that ends early', image.subarray(0, image.length - 1), 0x2e00_8001],
    ['without a last record', latin1('\x36\x13\x03\x1b'.padEnd(512, '\0')), 0x2e00_8001],
  ])('are refused %s', (_, file, code) => {
    const { output, bench } = runScript(`chain -q ${dataUri(file)} ||`, all);
    expect(output).toBe(`Could not boot: ${strerror(code)}\n`);
    expect(bench.machine.started).toBeUndefined();
  });
});

describe('Multiboot and ELF', () => {
  it('loads a flat kernel with its modules', () => {
    const { bench } = runScript(
      `kernel -q -n k ${dataUri(multibootAt(0x20_0000))} arg\nmodule -q -n m data:,module text\nboot`,
    );
    const { started } = bench.machine;
    expect(started?.entry).toEqual({ mode: 'protected', eip: 0x200020, registers: { eax: 0x2badb002, ebx: 0x10000 } });
    const memory = memoryOf(bench);
    expect(memory.readU32(0x10000) & 0x49).toBe(0x48 | 0x01);
    expect(memory.readU32(0x10014)).toBe(1);
    const table = memory.readU32(0x10018);
    expect(fromLatin1(memory.read(memory.readU32(table), 6))).toBe('module');
    expect(fromLatin1(memory.read(memory.readU32(table + 8), 7))).toBe('m text\0');
    expect(fromLatin1(memory.read(memory.readU32(0x10010), 6))).toBe('k arg\0');
  });

  it('loads the segments of an ELF file', () => {
    const elf = elfAt(0x30_0000, 8);
    elf.set(latin1('code'), 84);
    const { bench } = runScript(`chain -q ${dataUri(elf)}`);
    expect(bench.machine.started?.entry).toEqual({ mode: 'protected', eip: 0x300000 });
    expect(toHex(memoryOf(bench).read(0x300000, 8))).toBe('636f646500000000');
  });

  /** An ELF file of one segment that says where it wants to be. */
  function elfAt(address: number, memoryBytes: number, entry = address, fileBytes = 4): Uint8Array {
    const elf = new Uint8Array(100);
    elf.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
    const put = (at: number, value: number): void => elf.set([value, value >>> 8, value >>> 16, value >>> 24], at);
    put(24, entry);
    put(28, 52);
    elf.set([32, 0, 1, 0], 42);
    [1, 84, address, address, fileBytes, memoryBytes].forEach((value, index) => put(52 + 4 * index, value));
    return elf;
  }

  it.each([
    ['over the interrupt vectors', elfAt(0, 16), 0x4603_8101],
    ['over the BIOS', elfAt(0xf0000, 16), 0x4603_8101],
    ['beyond the end of memory', elfAt(0xf000_0000, 16), 0x4603_8101],
    ['larger than memory', elfAt(0x10_0000, 0x7fff_ffff), 0x4603_8101],
    ['with more in the file than the file has', elfAt(0x10_0000, 4096, 0x10_0000, 4096), 0x2e01_8001],
    ['entered where nothing is', elfAt(0x10_0000, 16, 0x20_0000), 0x2e01_8001],
  ])('refuses a program %s', (_, elf, code) => {
    const { output, bench } = runScript(`chain -q ${dataUri(elf)} ||\necho goes on`);
    expect(output).toBe(`Could not boot: ${strerror(code)}\ngoes on\n`);
    expect(bench.machine.started).toBeUndefined();
  });

  it('refuses modules for which there is no room', () => {
    const { output } = runScript(
      `kernel -q -n k ${dataUri(multibootAt(0x1fff_f000))}\nmodule -q -n m data:,module\nboot ||\nimgfree m\nboot`,
    );
    expect(output).toBe(`Could not boot: ${strerror(0x46038101)}\n`);
  });
});

/** A flat Multiboot kernel of 64 bytes, to be loaded at an address. */
function multibootAt(address: number): Uint8Array {
  const kernel = new Uint8Array(64);
  const words = [0x1badb002, 0x10000, -(0x1badb002 + 0x10000) >>> 0, address, address, 0, 0, address + 0x20];
  words.forEach((word, index) => kernel.set([word, word >>> 8, word >>> 16, word >>> 24], 4 * index));
  return kernel;
}
