/** Our dissection is Wireshark's, on every fixture. Skipped where tshark is not installed. */
import { describe, expect, it } from 'vitest';
import { FrameStore } from '../../src/analysis/frame-store.ts';
import { fromHex } from '../../src/base/bytes.ts';
import { compareCapture, fixtures, isKnown, report, secondHops, tsharkAvailable } from './compare-tshark.ts';
import { KNOWN_DIFFERENCES } from './known-differences.ts';

describe.skipIf(!tsharkAvailable())('tshark', () => {
  for (const file of fixtures()) {
    it(`agrees on ${file.split('/').at(-1)}`, () => {
      const { frames, agreeing, differences } = compareCapture(file);
      expect(frames).toBeGreaterThan(0);
      // A comparison of nothing proves nothing.
      expect(agreeing).toBeGreaterThan(frames * 20);
      expect(report(differences.filter((one) => !isKnown(one)))).toBe('');
    });
  }
});

describe('a packet that is captured again behind a router', () => {
  const frame = (ttl: string, id: string): Uint8Array =>
    fromHex(`0102030405060708090a0b0c08004500001c${id}0000${ttl}1100000a0000010a00010200450044000801020000`) ??
    new Uint8Array(0);
  const store = (...records: readonly (readonly [interfaceId: number, bytes: Uint8Array])[]): FrameStore => {
    const out = new FrameStore(0);
    for (const name of ['a', 'b']) out.addInterface({ name, linkType: 1 });
    records.forEach(([interfaceId, bytes], i) =>
      out.append({ bytes, timeNs: i, origLen: bytes.length, interfaceId, direction: 'in' }),
    );
    return out;
  };

  it('is one with a TTL one lower, elsewhere; not one sent again, nor another', () => {
    const first = frame('40', '0001');
    expect([...secondHops(store([0, first], [1, frame('3f', '0001')]))]).toEqual([1]);
    expect([...secondHops(store([0, first], [1, first]))]).toEqual([]);
    expect([...secondHops(store([0, first], [0, frame('3f', '0001')]))]).toEqual([]);
    expect([...secondHops(store([0, first], [1, frame('3f', '0002')]))]).toEqual([]);
  });

  it('alone may differ as such packets do', () => {
    const difference = { kind: 'missing', field: 'tftp.error', frame: 1, theirs: '', ours: '', layers: '' } as const;
    expect(isKnown({ ...difference, isSecondHop: true }, KNOWN_DIFFERENCES)).toBe(true);
    expect(isKnown({ ...difference, isSecondHop: false }, KNOWN_DIFFERENCES)).toBe(false);
  });
});
