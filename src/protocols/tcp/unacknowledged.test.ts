/** Proves the bookkeeping of sent segments against one that goes through all of them. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Unacknowledged, type SentSegment } from './unacknowledged.ts';

const distance = (a: number, b: number): number => (a - b) | 0;

/** The same, by going through a list. */
class PlainList {
  private list: SentSegment[] = [];

  add(segment: SentSegment): void {
    this.list.push(segment);
  }

  acknowledge(number: number): number | undefined {
    const exact = this.list.find(({ next }) => next === number)?.frame;
    this.list = this.list.filter(({ next }) => distance(next, number) > 0);
    return exact;
  }

  get state() {
    const [first] = this.list;
    const start = this.list.reduce<number | undefined>(
      (low, { sequence }) => (low === undefined || distance(sequence, low) < 0 ? sequence : low),
      undefined,
    );
    const end = this.list.reduce<number | undefined>(
      (high, { next }) => (high === undefined || distance(next, high) > 0 ? next : high),
      undefined,
    );
    return { oldest: first?.frame, start, end };
  }
}

describe('segments that nobody acknowledged', () => {
  it('are the same as in a plain list, in any order, over the wrap of the numbers', () => {
    const step = fc.record({ isAck: fc.boolean(), at: fc.nat(4000), length: fc.integer({ min: 1, max: 300 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.constantFrom(5000, 0xffff_f800), (steps, base) => {
        const ours = new Unacknowledged();
        const plain = new PlainList();
        for (const [frame, { isAck, at, length }] of steps.entries()) {
          const sequence = (base + at) >>> 0;
          if (isAck) expect(ours.acknowledge(sequence)).toBe(plain.acknowledge(sequence));
          else {
            const segment = { frame, sequence, next: (sequence + length) >>> 0 };
            ours.add(segment);
            plain.add(segment);
          }
          expect({ oldest: ours.oldestFrame, start: ours.start, end: ours.end }).toEqual(plain.state);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('do not keep those that were acknowledged', () => {
    const ours = new Unacknowledged();
    for (let frame = 0; frame < 5000; frame++) {
      ours.add({ frame, sequence: frame, next: frame + 1 });
      expect(ours.acknowledge(frame)).toBe(frame === 0 ? undefined : frame - 1);
      expect(ours.oldestFrame).toBe(frame);
    }
  });
});
