/** The axis of the timeline: times and places go back and forth, in order, and no stage is lost from sight. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StageEvent } from '../../page/time/stage-lanes.ts';
import { laneOf } from './stages.ts';
import { TimeAxis } from './time-axis.ts';
import { verbatim } from '../../base/sentence.ts';

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

describe('the lanes of boot stages', () => {
  it('draw the latest of very many, and count the others', () => {
    const stages = Array.from({ length: 5000 }, (_, id): StageEvent => ({
      id,
      timeNs: 100 * id,
      node: 'pc1',
      kind: 'stage',
      stage: 'post',
      ...verbatim(''),
    }));
    const { spans, earlier } = laneOf(stages, 500_000);
    expect(spans.length + earlier).toBe(5000);
    expect(spans.length).toBeLessThan(100);
    expect(spans.at(-1)).toMatchObject({ fromNs: 499_900, toNs: 500_000 });
    expect(spans[0].fromNs).toBe(100 * earlier);
  });

  it('keep every stage in sight, also those that begin in the same nanosecond', () => {
    const at = (id: number, timeNs: number): StageEvent => ({
      id,
      timeNs,
      node: 'pc1',
      kind: 'stage',
      stage: 'post',
      ...verbatim(''),
    });
    const { spans } = laneOf([at(0, 0), at(1, 300), at(2, 300), at(3, 300), at(4, 900)], 900);
    const axis = new TimeAxis(
      spans.map(({ drawFromNs }) => drawFromNs),
      Math.max(...spans.map(({ drawToNs }) => drawToNs)),
    );
    const widths = spans.map(({ drawFromNs, drawToNs }) => axis.place(drawToNs) - axis.place(drawFromNs));
    expect(Math.min(...widths)).toBeGreaterThan(0.1);
    expect(spans.map(({ fromNs, toNs }) => toNs - fromNs)).toEqual([300, 0, 0, 600, 0]);
  });
});
