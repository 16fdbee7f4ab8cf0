/** NTP packets come back as they went; the tree joins question and answer. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSession, linesOf, sessionOf, udpFrame, valueOf } from '../../../test/support/frames.ts';
import { decodeNtp, encodeNtp, ntpTimestamp, type NtpPacket } from './codec.ts';

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const time = fc.record({ seconds: u32, fraction: u32 });
const packet: fc.Arbitrary<NtpPacket> = fc.record({
  leap: fc.nat(3),
  version: fc.nat(7),
  mode: fc.nat(7),
  stratum: fc.nat(255),
  poll: fc.integer({ min: -128, max: 127 }),
  precision: fc.integer({ min: -128, max: 127 }),
  rootDelay: u32,
  rootDispersion: u32,
  referenceId: fc.constantFrom('LOCL', 'GPS\0', '\x7f\x00\x00\x01'),
  reference: time,
  origin: time,
  receive: time,
  transmit: time,
});

describe('NTP packets', () => {
  it('decode to what was encoded', () => {
    fc.assert(
      fc.property(packet, (value) => {
        expect(decodeNtp(encodeNtp(value))).toEqual({ ok: true, value });
      }),
    );
  });

  it('have 48 bytes at least', () => {
    expect(decodeNtp(new Uint8Array(47))).toMatchObject({ ok: false, error: { code: 'truncated', offset: 47 } });
  });

  it('count seconds from 1900', () => {
    // 2026-01-01 00:00:00 UTC is day 46021 since 1900-01-01.
    expect(ntpTimestamp(1_767_225_600, 500_000_000)).toEqual({ seconds: 46_021 * 86_400, fraction: 0x8000_0000 });
  });
});

describe('NTP in the tree', () => {
  const zero = { seconds: 0, fraction: 0 };
  const request: NtpPacket = {
    leap: 0,
    version: 4,
    mode: 3,
    stratum: 0,
    poll: 6,
    precision: -20,
    rootDelay: 0,
    rootDispersion: 0x18000,
    referenceId: '\0\0\0\0',
    reference: zero,
    origin: zero,
    receive: zero,
    transmit: ntpTimestamp(1_767_225_600, 0),
  };

  it('joins question and answer', () => {
    const answer = { ...request, mode: 4, stratum: 1, referenceId: 'LOCL', origin: request.transmit };
    const session = sessionOf([
      udpFrame('>', 123, 123, encodeNtp(request)),
      udpFrame('<', 123, 123, encodeNtp(answer)),
    ]);
    expect(valueOf(session, 0, 'ntp.response_in')).toBe(2);
    expect(valueOf(session, 1, 'ntp.delta_time')).toBe(1_000_000);
    expect(linesOf(session, 1, 'ntp').slice(0, 8)).toEqual([
      'Network Time Protocol (NTP Version 4, server)',
      '  Flags: 0x24, Leap Indicator: no warning, Version number: NTP Version 4, Mode: server',
      '    00.. .... = Leap Indicator: no warning (0)',
      '    ..10 0... = Version number: NTP Version 4 (4)',
      '    .... .100 = Mode: server (4)',
      '  Request In: 1',
      '  Delta Time: 0.001000000 seconds',
      '  Peer Clock Stratum: primary reference (1)',
    ]);
    expect(linesOf(session, 0, 'ntp')).toContain('  Root Dispersion: 1.500000 seconds');
  });

  it('dissects anything', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 70 }), (bytes) =>
        checkSession(sessionOf([udpFrame('>', 123, 123, bytes)])),
      ),
      { numRuns: 60 },
    );
  });
});
