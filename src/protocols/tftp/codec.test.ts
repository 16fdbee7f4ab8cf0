import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hexBytes } from '../../../test/support/frames.ts';
import { latin1, toHex } from '../../base/bytes.ts';
import { decodeTftp, encodeTftp, tftpOptionNumber } from './codec.ts';
import type { TftpPacket } from './codec.ts';

describe('TFTP packets', () => {
  // Real iPXE 2.0.0+ asking real dnsmasq 2.90 for hello.ipxe, and the start of the answer.
  const RRQ = hexBytes(`0001 ${toHex(latin1('hello.ipxe\0octet\0blksize\x001432\0tsize\x000\0'))}`);
  const OACK = hexBytes(`0006 ${toHex(latin1('blksize\x001432\0tsize\x0068\0'))}`);

  it('reads a request with its options in order', () => {
    expect(decodeTftp(RRQ)).toEqual({
      ok: true,
      value: {
        opcode: 'rrq',
        filename: 'hello.ipxe',
        mode: 'octet',
        options: [
          { name: 'blksize', value: '1432' },
          { name: 'tsize', value: '0' },
        ],
      },
    });
  });

  it('gives the real packets back byte for byte', () => {
    for (const packet of [RRQ, OACK]) {
      const result = decodeTftp(packet);
      if (!result.ok) throw new Error(result.error.code);
      expect(encodeTftp(result.value)).toEqual(packet);
    }
  });

  it('takes an ERROR without NUL and finds options in any case', () => {
    expect(decodeTftp(hexBytes('00050001 6e6f'))).toEqual({
      ok: true,
      value: { opcode: 'error', code: 1, message: 'no' },
    });
    expect(tftpOptionNumber([{ name: 'BlkSize', value: '1024' }], 'blksize')).toBe(1024);
    expect(tftpOptionNumber([{ name: 'blksize', value: '10x' }], 'blksize')).toBeUndefined();
  });

  it('says what is missing', () => {
    expect(decodeTftp(hexBytes('00'))).toMatchObject({ ok: false, error: { code: 'truncated', offset: 1 } });
    expect(decodeTftp(hexBytes('0001 61'))).toMatchObject({ ok: false, error: { offset: 3 } });
    expect(decodeTftp(hexBytes('0003 00'))).toMatchObject({ ok: false, error: { offset: 3 } });
    expect(decodeTftp(hexBytes('0006 61'))).toMatchObject({ ok: false, error: { rule: 'RFC 2347 §2' } });
    expect(decodeTftp(hexBytes('0007'))).toMatchObject({ ok: false, error: { code: 'unsupported' } });
  });

  it('decodes what it encodes', () => {
    const text = fc
      .array(fc.integer({ min: 1, max: 255 }), { maxLength: 30 })
      .map((codes) => String.fromCharCode(...codes));
    const options = fc.array(fc.record({ name: text, value: text }), { maxLength: 5 });
    const u16 = fc.nat(65535);
    const packet: fc.Arbitrary<TftpPacket> = fc.oneof(
      fc.record({ opcode: fc.constantFrom('rrq' as const, 'wrq' as const), filename: text, mode: text, options }),
      fc.record({ opcode: fc.constant('data' as const), block: u16, data: fc.uint8Array({ maxLength: 600 }) }),
      fc.record({ opcode: fc.constant('ack' as const), block: u16 }),
      fc.record({ opcode: fc.constant('error' as const), code: u16, message: text }),
      fc.record({ opcode: fc.constant('oack' as const), options }),
    );
    fc.assert(
      fc.property(packet, (value) => {
        expect(decodeTftp(encodeTftp(value))).toEqual({ ok: true, value });
      }),
    );
  });

  it('decodes anything without throwing', () => {
    const anything = fc.tuple(fc.nat(7), fc.uint8Array({ maxLength: 60 })).map(([opcode, tail]) => {
      const out = new Uint8Array(2 + tail.length);
      out[1] = opcode;
      out.set(tail, 2);
      return out;
    });
    fc.assert(
      fc.property(fc.oneof(anything, fc.uint8Array({ maxLength: 4 })), (data) => {
        const result = decodeTftp(data);
        if (!result.ok) expect(result.error.offset).toBeLessThanOrEqual(data.length);
      }),
    );
  });
});
