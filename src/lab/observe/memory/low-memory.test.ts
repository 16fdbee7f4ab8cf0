/** The map of the first MiB: what is found by its signature, and what only looks like it. */
import { describe, expect, it } from 'vitest';
import { latin1 } from '../../../base/bytes.ts';
import { buildBaseCode } from '../../../firmware/rom/base-code.ts';
import { buildOptionRom } from '../../../firmware/rom/option-rom.ts';
import { LOW_MEMORY_BYTES, mapLowMemory, type MemoryRegion } from './low-memory.ts';

const CODE_SEGMENT = 0x9b00;

/** As after a PXE ROM has loaded a program of 6000 bytes, with the lab's own code in base memory. */
function memoryOfBoot(): Uint8Array {
  const memory = new Uint8Array(LOW_MEMORY_BYTES);
  const view = new DataView(memory.buffer);
  view.setUint16(0x413, 620, true);
  view.setUint16(0x40e, 0x9fc0, true);
  memory[0x9_fc00] = 1;
  view.setUint16(0x1a * 4, 0x144, true);
  view.setUint16(0x1a * 4 + 2, CODE_SEGMENT, true);
  memory.fill(0x90, 0x7c00, 0x7c00 + 6000);
  const { bytes } = buildBaseCode({ codeSegment: CODE_SEGMENT, oldInt1a: 0xf000_fe6e, oldInt13: 0xf000_e3fe });
  memory.set(bytes, CODE_SEGMENT * 16);
  const ids = { vendorId: 0x10ec, deviceId: 0x8029 };
  memory.set(
    buildOptionRom({ ...ids, manufacturer: 'Netboot Lab', product: 'PXE 2.1 boot ROM', build: '' }).bytes,
    0xc_a000,
  );
  return memory;
}

function find(regions: readonly MemoryRegion[], kind: string): readonly string[] {
  return regions
    .filter((region) => region.kind === kind)
    .map(({ start, lengthBytes, name }) => `${start.toString(16)} ${lengthBytes} ${name}`.trim());
}

const fieldOf = (regions: readonly MemoryRegion[], kind: string, name: string): string | undefined =>
  regions.find((region) => region.kind === kind)?.fields.find((field) => field.name === name)?.value;

describe('the first MiB of a PC', () => {
  const regions = mapLowMemory(memoryOfBoot());

  it('has the boot program, the API below 640 KiB and the ROM', () => {
    expect(find(regions, 'boot-code')).toEqual(['7c00 8192']);
    expect(find(regions, 'reserved')).toEqual(['9b000 19456']);
    expect(find(regions, 'pxe')).toEqual(['9b000 88']);
    expect(find(regions, 'pxenv')).toEqual(['9b060 44']);
    expect(find(regions, 'undi-code')).toEqual(['9b000 4096']);
    expect(find(regions, 'undi-data')).toEqual(['9c000 15360']);
    expect(find(regions, 'option-rom')).toEqual(['ca000 512 PXE 2.1 boot ROM']);
    expect(find(regions, 'ebda')).toEqual(['9fc00 1024']);
  });

  it('reads the fields by which one part finds the other', () => {
    expect(fieldOf(regions, 'vectors', 'INT 1Ah clock, PXE')).toBe('9B00:0144');
    expect(fieldOf(regions, 'bios-data', '40:13 KiB')).toBe('620');
    expect(fieldOf(regions, 'pxenv', 'PXEPtr')).toBe('9B00:0000');
    expect(fieldOf(regions, 'pxe', 'UNDIData')).toBe('9C00 = 9C000, 15360');
    expect(fieldOf(regions, 'pxe', 'BC_Code')).toBe('-');
  });

  it('takes no structure whose sum is wrong for the API: the template inside of a boot program', () => {
    const memory = memoryOfBoot();
    memory.set(latin1('!PXE\x58'), 0x8000);
    expect(find(mapLowMemory(memory), 'pxe')).toEqual(['9b000 88']);
    memory[0x9_b005] = (memory[0x9_b005] ?? 0) + 1;
    expect(find(mapLowMemory(memory), 'pxe')).toEqual([]);
  });

  it.each([
    ['empty', (): number => 0],
    ['full of ones', (): number => 0xff],
    ['full of signatures', (at: number): number => [0x21, 0x50, 0x58, 0x45, 0x55, 0xaa, 0x69, 0x42][at % 8] ?? 0],
  ])('copes with memory that is %s', (_what, byteOf) => {
    const memory = Uint8Array.from({ length: LOW_MEMORY_BYTES }, (_, at) => byteOf(at));
    for (const { start, lengthBytes } of mapLowMemory(memory)) {
      expect(start).toBeGreaterThanOrEqual(0);
      expect(start + lengthBytes).toBeLessThanOrEqual(LOW_MEMORY_BYTES);
    }
  });
});
