import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hexBytes } from '../../../test/support/frames.ts';
import { parseIpv4 } from '../../base/address.ts';
import { toHex } from '../../base/bytes.ts';
import { decodeDns, dnsQuery, DNS_TYPE, encodeDns } from './codec.ts';
import type { DnsData, DnsMessage, DnsRecord } from './codec.ts';
import { canonicalName, decodeName, nameLabels } from './name.ts';

function decoded(data: Uint8Array): DnsMessage {
  const result = decodeDns(data);
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

/** Answers of real dnsmasq 2.90. */
const REAL = {
  a: '20018580000100010000000003737276036c61620000010001c00c0001000100000e100004c0a83205',
  aaaa: '20038580000100010000000003737276036c616200001c0001c00c001c000100000e100010fd000000000000000000000000000005',
  ptr: '2006858000010001000000000135023530033136380331393207696e2d61646472046172706100000c0001c00c000c000100000e10000903737276036c616200',
  nxdomain: '20018183000100000000000003706331036c61620000010001',
};

describe('DNS messages', () => {
  it.each(Object.entries(REAL))('%s comes back byte for byte', (_name, hex) => {
    expect(toHex(encodeDns(decoded(hexBytes(hex))))).toBe(hex);
  });

  it('reads an answer', () => {
    expect(decoded(hexBytes(REAL.a))).toMatchObject({
      id: 0x2001,
      response: true,
      authoritative: true,
      recursionDesired: true,
      questions: [{ name: 'srv.lab', type: DNS_TYPE.a, class: 1 }],
      answers: [{ name: 'srv.lab', ttlS: 3600, data: { kind: 'a', address: parseIpv4('192.168.50.5') } }],
    });
    expect(decoded(hexBytes(REAL.nxdomain)).rcode).toBe(3);
  });

  it('asks as a resolver does', () => {
    expect(toHex(encodeDns(dnsQuery(0x1234, 'boot.lab', DNS_TYPE.a)))).toBe(
      '12340100000100000000000004626f6f74036c61620000010001',
    );
  });

  it('does not follow pointers that go round (RFC 1035 §4.1.4)', () => {
    const query = hexBytes('00000100000100000000000003777777c00c00010001');
    expect(decodeDns(query)).toMatchObject({ ok: false, error: { code: 'malformed' } });
    expect(decodeDns(hexBytes('000001000001000000000000c00c00010001'))).toMatchObject({ ok: false });
  });

  it('keeps the EDNS0 record as it came (RFC 6891)', () => {
    const query = '00010120000100000000000104626f6f74036c616200000100010000291000000080000004000a0000';
    const message = decoded(hexBytes(query));
    expect(message.additionals).toEqual([
      {
        name: '',
        type: 41,
        class: 4096,
        ttlS: 0x8000,
        data: { kind: 'opt', options: [{ code: 10, data: new Uint8Array(0) }] },
      },
    ]);
    expect(toHex(encodeDns(message))).toBe(query);
  });
});

describe('names', () => {
  it('escapes what text would mistake (RFC 1035 §5.1)', () => {
    const wire = hexBytes('04612e5c0a0162 00');
    expect(decodeName(wire, 0)).toEqual({ ok: true, value: { name: 'a\\.\\\\\\010.b', next: 8 } });
    const labels = nameLabels('a\\.\\\\\\010.b');
    expect(labels.ok && labels.value.map((label) => toHex(label))).toEqual(['612e5c0a', '62']);
  });

  it('refuses empty and long labels, and compares without case', () => {
    expect(nameLabels('a..b').ok).toBe(false);
    expect(nameLabels('a'.repeat(64)).ok).toBe(false);
    expect(nameLabels(`${'abcdefg.'.repeat(32)}h`).ok).toBe(false);
    expect(canonicalName('Boot.LAB.')).toBe('boot.lab');
  });
});

describe('properties', () => {
  const label = fc.stringMatching(/^[a-zA-Z0-9_-]{1,12}$/);
  const name = fc.array(label, { maxLength: 5 }).map((labels) => labels.join('.'));
  const u16 = fc.nat(65535);
  const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
  const text = fc.uint8Array({ maxLength: 255 }).map((codes) => String.fromCharCode(...codes));
  const typed: fc.Arbitrary<{ type: number; data: DnsData }> = fc.oneof(
    u32.map((address) => ({ type: 1, data: { kind: 'a' as const, address } })),
    fc
      .uint8Array({ minLength: 16, maxLength: 16 })
      .map((address) => ({ type: 28, data: { kind: 'aaaa' as const, address } })),
    fc
      .tuple(fc.constantFrom(['cname', 5] as const, ['ns', 2] as const, ['ptr', 12] as const), name)
      .map(([[kind, type], target]) => ({ type, data: { kind, target } })),
    fc
      .tuple(u16, name)
      .map(([preference, exchange]) => ({ type: 15, data: { kind: 'mx' as const, preference, exchange } })),
    fc.tuple(u16, u16, u16, name).map(([priority, weight, port, target]) => ({
      type: 33,
      data: { kind: 'srv' as const, priority, weight, port, target },
    })),
    fc
      .array(text, { minLength: 1, maxLength: 3 })
      .map((strings) => ({ type: 16, data: { kind: 'txt' as const, strings } })),
    fc.tuple(name, name, u32, u32).map(([mname, rname, serial, refreshS]) => ({
      type: 6,
      data: { kind: 'soa' as const, mname, rname, serial, refreshS, retryS: 1, expireS: 2, minimumS: 3 },
    })),
    fc.uint8Array({ maxLength: 30 }).map((raw) => ({ type: 999, data: { kind: 'unknown' as const, bytes: raw } })),
  );
  const record: fc.Arbitrary<DnsRecord> = fc
    .tuple(name, u32, typed)
    .map(([owner, ttlS, { type, data }]) => ({ name: owner, type, class: 1, ttlS, data }));
  const records = fc.array(record, { maxLength: 4 });

  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(
        u16,
        fc.nat(15),
        name,
        records,
        records,
        records,
        (id, rcode, asked, answers, authorities, additionals) => {
          const value = { ...dnsQuery(id, asked, 1), response: true, rcode, answers, authorities, additionals };
          expect(decodeDns(encodeDns(value))).toEqual({ ok: true, value });
        },
      ),
    );
  });

  it('decodes anything without throwing, and in the end', () => {
    const mutated = fc
      .tuple(fc.constantFrom(...Object.values(REAL)), fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 6 }))
      .map(([hex, changes]) => {
        const data = hexBytes(hex);
        for (const [at, value] of changes) if (at < data.length) data[at] = value;
        return data;
      });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 100 })), (data) => {
        const result = decodeDns(data);
        if (!result.ok) expect(result.error.offset).toBeLessThanOrEqual(data.length);
      }),
      { numRuns: 500 },
    );
  });
});
