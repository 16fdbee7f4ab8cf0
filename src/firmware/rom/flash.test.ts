/** ROM files in cards: read byte by byte, and judged as a BIOS judges them. */
import { describe, expect, it } from 'vitest';
import { byteAt, concatBytes } from '../../base/bytes.ts';
import { fitToCard, judgeFlash } from './flash.ts';
import { buildOptionRom, readRomBuild, sum } from './option-rom.ts';
import { readRomFile, type RomFieldId } from './rom-file.ts';

const CARD = { vendorId: 0x10ec, deviceId: 0x8029 };
const build = '{"personality":"ipxe","embeddedScript":"#!ipxe\\necho é\\n"}';
const ROM = buildOptionRom({ ...CARD, manufacturer: 'Netboot Lab', product: 'iPXE', build }).bytes;
/** `jmp`, then the byte that makes the sum zero. */
const PCIR = 0x1c;

/** A copy with bytes changed, its sum corrected by byte 6. */
function changed(bytes: Readonly<Record<number, number>>, isSummed = true): Uint8Array {
  const copy = ROM.slice();
  for (const [at, byte] of Object.entries(bytes)) copy[Number(at)] = byte;
  if (isSummed) copy[6] = byteAt(copy, 6) - sum(copy.subarray(0, byteAt(copy, 2) * 512));
  return copy;
}

const idOf = (file: Uint8Array, card = CARD): string => judgeFlash(file, card).message.says.id;

describe('a ROM file', () => {
  it('is read field by field, each with its place', () => {
    const [image] = readRomFile(ROM);
    expect(image).toMatchObject({
      offset: 0,
      sizeBytes: ROM.length,
      sum: 0,
      pci: { ...CARD, codeType: 0, isLast: true, imageBytes: ROM.length },
      pnp: { product: 'iPXE', hasBootVector: true, sum: 0 },
    });
    const field = (id: RomFieldId): unknown => {
      const found = image?.fields.find((known) => known.id === id);
      return found === undefined ? undefined : [found.offset, Buffer.from(found.bytes).toString('hex'), found.value];
    };
    expect(field('signature')).toEqual([0, '55aa', '55 AA']);
    expect(field('pcirPointer')).toEqual([0x18, '1c00', '001C']);
    expect(field('vendor')).toEqual([PCIR + 4, 'ec10', '10EC']);
    expect(field('class')).toEqual([PCIR + 0x0d, '000002', '02 00 00']);
    expect(field('last')).toEqual([PCIR + 0x15, '80', '80']);
    expect(field('product')?.valueOf()).toMatchObject({ 2: 'iPXE' });
    expect(field('sum')).toEqual([0, '', '00']);
  });

  it('has a UNDI ROM ID where a boot program can load the driver (its bytes in Debian’s iPXE)', () => {
    const file = new Uint8Array(512);
    file.set([0x55, 0xaa, 1]);
    file.set([0x84, 0], 0x16);
    file.set(Buffer.from('554e4449164900000102a404102f102f120850434952', 'hex'), 0x84);
    const values = readRomFile(file)[0]?.fields.flatMap(({ id, value }) =>
      id.startsWith('undi') ? [[id, value]] : [],
    );
    expect(Object.fromEntries(values ?? [])).toEqual({
      undiPointer: '0084',
      undiSignature: 'UNDI',
      undiLoader: '04A4',
      undiStack: '12048 B',
      undiData: '12048 B',
      undiCode: '2066 B',
    });
  });

  it('may have several images, of which the BIOS takes the one for its card and for a BIOS', () => {
    const other = changed({ [PCIR + 6]: 0x39, [PCIR + 7]: 0x81, [PCIR + 0x15]: 0 });
    const efi = changed({ [PCIR + 0x14]: 3, [PCIR + 0x15]: 0 });
    const file = concatBytes([other, efi, ROM]);
    expect(readRomFile(file).map(({ offset }) => offset)).toEqual([0, ROM.length, 2 * ROM.length]);
    expect(judgeFlash(file, CARD).isStarted).toBe(true);
    expect(idOf(efi)).toBe('flash.efi-only');
  });

  it('costs bounded time when its structures point anywhere', () => {
    const wild = changed({ 0x18: 0xff, 0x19: 0xff, 0x1a: 0xfe, 0x1b: 0xff, 0x16: 0xff, 0x17: 0xff });
    expect(readRomFile(wild)).toMatchObject([{ pci: undefined, pnp: undefined }]);
    // An image that is its own next one.
    expect(readRomFile(changed({ [PCIR + 0x10]: 0, [PCIR + 0x11]: 0, [PCIR + 0x15]: 0 }))).toHaveLength(1);
    expect(readRomFile(ROM.subarray(0, 0x20))).toHaveLength(1);
    expect(readRomFile(new Uint8Array(1))).toEqual([]);
  });
});

describe('the BIOS', () => {
  it('starts a ROM for the card with a right sum', () => {
    expect(judgeFlash(ROM, CARD)).toMatchObject({ isStarted: true });
    expect(judgeFlash(ROM, CARD).message.text).toBe(
      `The BIOS finds a ROM for 10ec:8029 in the flash of the card: iPXE, ${ROM.length} bytes, sum 00. It copies it to memory and starts it`,
    );
  });

  it.each([
    ['flash.not-a-rom', changed({ 0: 0x7f })],
    ['flash.no-pcir', changed({ [PCIR]: 0x51 })],
    ['flash.other-card', changed({ [PCIR + 6]: 0x28 })],
    ['flash.no-size', changed({ 2: 0 })],
    ['flash.wrong-sum', changed({ 0x100: byteAt(ROM, 0x100) ^ 1 }, false)],
    ['flash.cut-off', ROM.subarray(0, 300)],
  ])('passes a ROM over and the lab says why: %s', (id, file) => {
    expect(judgeFlash(file, CARD).isStarted).toBe(false);
    expect(idOf(file)).toBe(id);
  });

  it('cannot be told of a ROM of more than 255 blocks', () => {
    expect(idOf(changed({ 2: 0, [PCIR + 0x10]: 0, [PCIR + 0x11]: 1 }))).toBe('flash.too-large');
    // As an .mrom: only its beginning is copied, and that adds up.
    expect(idOf(changed({ [PCIR + 0x10]: 0, [PCIR + 0x11]: 1 }))).toBe('flash.started');
  });
});

describe('ids of the card', () => {
  it('are written into a ROM that names none, and the sum stays', () => {
    const nameless = changed({ [PCIR + 4]: 0, [PCIR + 5]: 0, [PCIR + 6]: 0, [PCIR + 7]: 0 });
    expect(idOf(nameless)).toBe('flash.other-card');
    expect(sum(fitToCard(nameless, CARD))).toBe(0);
    expect(idOf(fitToCard(nameless, CARD))).toBe('flash.started');
    expect(fitToCard(new Uint8Array(4), CARD)).toHaveLength(4);
  });
});

describe("the lab's own ROM file", () => {
  it('has its build options in it', () => {
    expect(readRomBuild(ROM)).toBe(build);
    expect(readRomBuild(buildOptionRom({ ...CARD, manufacturer: 'a', product: 'b' }).bytes)).toBeUndefined();
    expect(readRomBuild(Uint8Array.of(0x55, 0xaa))).toBeUndefined();
  });
});
