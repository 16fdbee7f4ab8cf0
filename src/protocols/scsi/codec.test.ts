/** SCSI commands, sense data and what disks say about themselves are read as they are written, and any bytes are survived. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hexBytes } from '../../../test/support/frames.ts';
import { toHex } from '../../base/bytes.ts';
import { decodeCdb, encodeCdb, type BootCommand } from './cdb.ts';
import { decodeCapacity, decodeInquiry, encodeCapacity10, encodeCapacity16, encodeInquiry } from './disk-data.ts';
import { encodeLun, lunNumber } from './lun.ts';
import { decodeSense, encodeDescriptorSense, encodeSense } from './sense.ts';

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const u16 = fc.nat(0xffff);
const flags = fc.nat(255);

const command: fc.Arbitrary<BootCommand> = fc.oneof(
  fc.constant({ kind: 'test-unit-ready' as const }),
  fc.record({
    kind: fc.constant('inquiry' as const),
    vpdPage: fc.option(fc.nat(255), { nil: undefined }),
    allocation: u16,
  }),
  fc.constant({ kind: 'read-capacity' as const, form: 10 as const, allocation: 8 }),
  fc.record({ kind: fc.constant('read-capacity' as const), form: fc.constant(16 as const), allocation: u32 }),
  fc.record({
    kind: fc.constantFrom('read' as const, 'write' as const),
    form: fc.constant(6 as const),
    flags: fc.constant(0),
    lba: fc.nat(0x1f_ffff),
    blocks: fc.integer({ min: 1, max: 256 }),
  }),
  fc.record({
    kind: fc.constantFrom('read' as const, 'write' as const),
    form: fc.constant(10 as const),
    flags,
    lba: u32,
    blocks: u16,
  }),
  fc.record({
    kind: fc.constantFrom('read' as const, 'write' as const),
    form: fc.constant(12 as const),
    flags,
    lba: u32,
    blocks: u32,
  }),
  fc.record({
    kind: fc.constantFrom('read' as const, 'write' as const),
    form: fc.constant(16 as const),
    flags,
    lba: fc.nat(Number.MAX_SAFE_INTEGER),
    blocks: u32,
  }),
  fc.record({
    kind: fc.constant('synchronize-cache' as const),
    form: fc.constant(16 as const),
    lba: fc.nat(Number.MAX_SAFE_INTEGER),
    blocks: u32,
  }),
  fc.record({ kind: fc.constant('report-luns' as const), selectReport: flags, allocation: u32 }),
);

describe('SCSI commands', () => {
  it('come back as they went', () => {
    fc.assert(
      fc.property(command, (one) => {
        expect(decodeCdb(encodeCdb(one))).toEqual(one);
      }),
    );
  });

  it('are read from any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
        expect(typeof decodeCdb(bytes).kind).toBe('string');
      }),
    );
  });

  it.each([
    ['12010000400000000000000000000000', { kind: 'inquiry', vpdPage: 0, allocation: 64 }],
    ['12000100400000000000000000000000', { kind: 'field', byte: 2 }],
    ['9e1000000000000000000000002000 00', { kind: 'read-capacity', form: 16, allocation: 32 }],
    ['08000010000000000000000000000000', { kind: 'read', form: 6, flags: 0, lba: 16, blocks: 256 }],
    ['ff000000000000000000000000000000', { kind: 'opcode' }],
  ])('%s', (hex, expected) => {
    expect(decodeCdb(hexBytes(hex))).toEqual(expected);
  });
});

describe('sense data', () => {
  it('comes back as it went', () => {
    const field = fc.record({ of: fc.constantFrom('cdb' as const, 'parameters' as const), byte: u16 });
    const base = fc.record({ key: fc.nat(15), code: u16 });
    fc.assert(
      fc.property(base, fc.option(field), fc.option(u32), (one, pointer, information) => {
        const sense = {
          ...one,
          ...(pointer === null ? {} : { field: pointer }),
          ...(information === null ? {} : { information }),
        };
        expect(decodeSense(encodeSense(sense))).toEqual({ ok: true, value: sense });
        expect(decodeSense(encodeDescriptorSense(sense))).toEqual({ ok: true, value: one });
      }),
    );
  });

  it('is read from any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => {
        decodeSense(bytes);
        decodeInquiry(bytes);
        decodeCapacity(bytes);
      }),
    );
  });
});

describe('LUNs', () => {
  it('of one level come back as they went', () => {
    fc.assert(
      fc.property(fc.nat(16_383), (lun) => {
        expect(lunNumber(encodeLun(lun))).toBe(lun);
      }),
    );
    expect(toHex(encodeLun(1))).toBe('0001000000000000');
    expect(lunNumber(hexBytes('0001000200000000'))).toBeUndefined();
  });
});

describe('a disk about itself', () => {
  it('says who it is', () => {
    const disk = { qualifier: 0, deviceType: 0, isRemovable: false, vendor: 'IET', product: 'DISK', revision: '0001' };
    expect(decodeInquiry(encodeInquiry(disk))).toEqual({ ok: true, value: disk });
  });

  it('says how large it is', () => {
    const size = { blockCount: 16_384, blockBytes: 512 };
    expect(decodeCapacity(encodeCapacity10(size))).toEqual({ ok: true, value: size });
    const large = { blockCount: 2 ** 40, blockBytes: 4096 };
    expect(decodeCapacity(encodeCapacity16(large))).toEqual({ ok: true, value: large });
    expect(toHex(encodeCapacity10(large))).toBe('ffffffff00001000');
  });
});
