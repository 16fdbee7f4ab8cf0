/** SLAM as its server and its clients write it, told apart by content alone. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSession, hexBytes, sessionOf, udpFrame, valueOf } from '../../../test/support/frames.ts';
import { encodeSlam, SLAM_PORT } from './codec.ts';

const packet = (payload: Uint8Array): Uint8Array => udpFrame('<', 55_709, SLAM_PORT, payload);
const integer = fc.oneof(
  fc.nat(40),
  fc.nat(2 ** 31 - 1),
  fc.maxSafeNat().map((value) => value % 2 ** 45),
);

describe('SLAM', () => {
  it('shows the packets of a transfer', () => {
    // Of 300,000 bytes in blocks of 1451: a report, the first block cut short, a query, and who leaves.
    const frames = ['20 24 00', '21 6493e0 45ab 20 aabb', '21 6493e0 45ab', '00'];
    const session = sessionOf(frames.map((hex) => packet(hexBytes(hex))));
    checkSession(session);
    expect(frames.map((_, index) => session.columns(index).info)).toEqual([
      'Missing: 4 from block 0 on',
      'Data, block 0 of 207, transaction 1',
      'Query, 207 blocks, transaction 1',
      'Nothing missing',
    ]);
    expect(frames.map((_, index) => session.columns(index).protocol)).toEqual(Array(4).fill('SLAM'));
    expect(valueOf(session, 1, '_ws.expert.message')).toBe('The data is not as long as this block is');
    expect(valueOf(session, 1, 'slam.block_size')).toBe(1451n);
  });

  it('reads every report, whatever runs it names', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(integer, integer), { minLength: 1, maxLength: 20 }), (runs) => {
        const bytes = Uint8Array.from([...encodeSlam(runs.flat()), 0]);
        const session = sessionOf([packet(bytes)]);
        const [first] = runs;
        fc.pre(first !== undefined && first[1] > 0);
        // Some small numbers are the head of a block as well, which is then as long as the rest: a block it is.
        fc.pre(!session.columns(0).info.startsWith('Data'));
        expect(valueOf(session, 0, 'slam.received')).toBe(BigInt(first?.[0] ?? 0));
        expect(valueOf(session, 0, 'slam.missing')).toBe(BigInt(first?.[1] ?? 0));
        expect(valueOf(session, 0, 'slam.first_missing')).toBe(BigInt(first?.[0] ?? 0));
        checkSession(session);
      }),
      { numRuns: 100 },
    );
  });

  it('reads every block of a file, of any bytes, also a last one of a single zero', () => {
    const blocks = fc
      .record({ blockBytes: fc.integer({ min: 1, max: 1451 }), count: fc.integer({ min: 1, max: 5000 }) })
      .chain(({ blockBytes, count }) =>
        fc.record({
          blockBytes: fc.constant(blockBytes),
          count: fc.constant(count),
          block: fc.nat(count - 1),
          lastBytes: fc.integer({ min: 1, max: blockBytes }),
          fill: fc.constantFrom(0, 0x20, 0xff),
        }),
      );
    fc.assert(
      fc.property(blocks, ({ blockBytes, count, block, lastBytes, fill }) => {
        const size = (count - 1) * blockBytes + lastBytes;
        const data = new Uint8Array(block === count - 1 ? lastBytes : blockBytes).fill(fill);
        const session = sessionOf([packet(Uint8Array.from([...encodeSlam([1, size, blockBytes, block]), ...data]))]);
        expect(session.columns(0).info).toBe(`Data, block ${block} of ${count}, transaction 1`);
        expect(valueOf(session, 0, '_ws.expert.message')).toBeUndefined();
        checkSession(session);
      }),
      { numRuns: 100 },
    );
  });

  it('leaves what it cannot be to others', () => {
    for (const hex of ['00 01', 'ff ff', '21', '60 01', '21 22']) {
      expect(sessionOf([packet(hexBytes(hex))]).columns(0).protocol, hex).toBe('UDP');
    }
  });
});
