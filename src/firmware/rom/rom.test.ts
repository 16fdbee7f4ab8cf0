/** The ROM and the base memory code byte by byte: a BIOS skips a ROM with a wrong sum in silence. */
import { describe, expect, it } from 'vitest';
import { byteAt, fromCString, fromLatin1 } from '../../base/bytes.ts';
import { Assembler } from './assembler.ts';
import { buildBaseCode } from './base-code.ts';
import { BASE_BYTES, BASE_LAYOUT } from './hypercalls.ts';
import { buildOptionRom, sum } from './option-rom.ts';

const u16 = (bytes: Uint8Array, at: number): number => byteAt(bytes, at) | (byteAt(bytes, at + 1) << 8);

describe('assembler', () => {
  it('resolves jumps both ways and encodes as a real assembler does', () => {
    const a = new Assembler();
    a.label('back').push('fs').pop('ds').movSeg('ss', 'ax').movRegReg('bp', 'sp').jump('z', 'ahead').jmp('back');
    a.label('ahead').lssSp(0x30).callFarBp(2).op('retf');
    expect(Buffer.from(a.assemble()).toString('hex')).toBe('0fa01f8ed089e57403e9f4ff360fb2263000ff5e02cb');
  });
});

describe('option ROM', () => {
  const { bytes } = buildOptionRom({
    vendorId: 0x10ec,
    deviceId: 0x8029,
    manufacturer: 'Netboot Lab',
    product: 'PXE boot ROM',
  });

  it('has the signature, its size and a sum of zero', () => {
    expect([bytes[0], bytes[1]]).toEqual([0x55, 0xaa]);
    expect(bytes.length).toBe(byteAt(bytes, 2) * 512);
    expect(sum(bytes)).toBe(0);
    expect(bytes[3]).toBe(0xe9);
  });

  it('has a PCI data structure that names the card', () => {
    const pcir = u16(bytes, 0x18);
    expect(fromLatin1(bytes, pcir, pcir + 4)).toBe('PCIR');
    expect([u16(bytes, pcir + 4), u16(bytes, pcir + 6)]).toEqual([0x10ec, 0x8029]);
    expect(u16(bytes, pcir + 0x10)).toBe(bytes[2]);
    expect(byteAt(bytes, pcir + 0x15) & 0x80).toBe(0x80);
  });

  it('has a $PnP header with a boot vector and a sum of zero', () => {
    const pnp = u16(bytes, 0x1a);
    expect(pnp % 16).toBe(0);
    expect(fromLatin1(bytes, pnp, pnp + 4)).toBe('$PnP');
    expect(sum(bytes.subarray(pnp, pnp + 16 * byteAt(bytes, pnp + 5)))).toBe(0);
    expect(fromCString(bytes, u16(bytes, pnp + 0x10))).toBe('PXE boot ROM');
    const bev = u16(bytes, pnp + 0x1a);
    expect(bytes[bev]).toBe(0xe6); // out imm8, al
    expect(u16(bytes, pnp + 0x16)).toBe(0);
  });
});

describe('base memory code', () => {
  const code = buildBaseCode({ codeSegment: 0x9b00, oldInt1a: 0xf000_fe6e, oldInt13: 0xf000_e3fe });

  it('fits the page and leaves whole KiB', () => {
    expect(code.bytes.length).toBe(0x1000);
    expect(BASE_BYTES % 1024).toBe(0);
  });

  it('has !PXE and PXENV+ with true segments and right sums', () => {
    const pxe = code.bytes.subarray(code.pxe, code.pxe + 0x58);
    expect(fromLatin1(pxe, 0, 4)).toBe('!PXE');
    expect(sum(pxe)).toBe(0);
    const descriptor = (index: number): readonly number[] => {
      const at = 0x20 + 8 * index;
      return [u16(pxe, at), u16(pxe, at + 2) + u16(pxe, at + 4) * 0x1_0000, u16(pxe, at + 6)];
    };
    expect(descriptor(1)).toEqual([0x9c00, 0x9c000, BASE_LAYOUT.dataBytes]);
    expect(descriptor(2)).toEqual([0x9b00, 0x9b000, 0x1000]);
    const pxenv = code.bytes.subarray(code.pxenv, code.pxenv + 0x2c);
    expect(fromLatin1(pxenv, 0, 6)).toBe('PXENV+');
    expect(sum(pxenv)).toBe(0);
    expect(u16(pxenv, 6)).toBe(0x0201);
    expect([u16(pxenv, 0x28), u16(pxenv, 0x2a)]).toEqual([code.pxe, 0x9b00]);
  });
});
