/** The axis of the timeline: times and places go back and forth, in order, and no stage is lost from sight. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimeAxis } from './time-axis.ts';

const SECOND = 1e9;

describe('the axis of the timeline', () => {
  it('gives a short stage room beside a long one', () => {
    const axis = new TimeAxis([0, 0.3 * SECOND, 0.301 * SECOND], 60 * SECOND);
    expect(axis.place(0)).toBe(0);
    expect(axis.place(60 * SECOND)).toBe(1);
    expect(axis.place(0.301 * SECOND) - axis.place(0.3 * SECOND)).toBeGreaterThan(0.02);
  });

  it('is the same forth and back, and keeps the order', () => {
    const time = fc.integer({ min: 0, max: 100 * SECOND });
    fc.assert(
      fc.property(fc.array(time, { maxLength: 60 }), time, time, (marks, a, b) => {
        const axis = new TimeAxis(marks, 100 * SECOND);
        expect(axis.time(axis.place(a))).toBeCloseTo(a, 0);
        if (a < b) expect(axis.place(a)).toBeLessThan(axis.place(b));
      }),
    );
  });

  it('stands at its ends for what lies beyond, also before anything has happened', () => {
    const axis = new TimeAxis([], 0);
    expect(axis.place(5 * SECOND)).toBe(1);
    expect(axis.time(-1)).toBe(0);
    expect(axis.time(2)).toBe(1);
  });
});
