/** The axis of the timeline: times and places go back and forth, in order; names have room; what was drawn does not move. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itemAt } from '../../../base/lists/list.ts';
import { verbatim } from '../../../base/sentence.ts';
import type { StageEvent } from '../../../page/time/stage-lanes.ts';
import { laneOf } from './stages.ts';
import { TimeAxis, type Stretch } from './time-axis.ts';

const SECOND = 1e9;

const stretch = (fromS: number, toS: number, roomPx = 60): Stretch => ({
  fromNs: Math.round(fromS * SECOND),
  toNs: Math.round(toS * SECOND),
  roomPx,
});

/** Stages of one machine that follow each other. */
const lane = (...startsS: readonly number[]): readonly Stretch[] =>
  startsS.slice(1).map((toS, i) => stretch(itemAt(startsS, i), toS));

describe('the axis of the timeline', () => {
  it('gives each stage the room of its name, on every lane', () => {
    const both = [...lane(0, 0.3, 0.301, 60), ...lane(0.2, 0.25, 0.9, 60)];
    const axis = new TimeAxis(both, 60 * SECOND);
    for (const { fromNs, toNs, roomPx } of both)
      expect(axis.place(toNs) - axis.place(fromNs)).toBeGreaterThanOrEqual(roomPx);
  });

  it('does not move what is drawn when time goes on or a machine has its next stage', () => {
    const startsS = [0, 0.061, 0.89, 2.811, 4.3, 4.3001, 45];
    const drawn = [...lane(0, 0.061, 0.89, 2.811), ...lane(0.5, 1, 2.9)];
    const early = new TimeAxis([...drawn, stretch(2.811, 3)], 3 * SECOND);
    const later = new TimeAxis([...lane(...startsS), ...lane(0.5, 1, 2.9, 4, 44)], 45 * SECOND);
    for (const timeS of [0, 0.03, 0.061, 0.5, 0.89, 2, 2.811])
      expect(later.place(timeS * SECOND)).toBe(early.place(timeS * SECOND));
  });

  it('draws a long pause as a fold, and says which', () => {
    const axis = new TimeAxis(lane(0, 1, 61), 61 * SECOND);
    expect(axis.folds.map(({ fromNs, toNs }) => [fromNs, toNs])).toEqual([[1 * SECOND, 61 * SECOND]]);
    expect(axis.widthPx).toBeLessThan(300);
    expect(new TimeAxis(lane(0, 1, 2), 2 * SECOND).folds).toEqual([]);
  });

  it('is the same forth and back, and keeps the order', () => {
    const time = fc.integer({ min: 0, max: 100 * SECOND });
    fc.assert(
      fc.property(fc.array(time, { maxLength: 60 }), time, time, (marks, a, b) => {
        const starts = [...new Set(marks)].sort((x, y) => x - y);
        const stretches = starts.slice(1).map((toNs, i) => ({ fromNs: itemAt(starts, i), toNs, roomPx: 50 }));
        const axis = new TimeAxis(stretches, 100 * SECOND);
        expect(Math.abs(axis.time(axis.place(a)) - a)).toBeLessThan(1000);
        if (a < b) expect(axis.place(a)).toBeLessThanOrEqual(axis.place(b));
      }),
    );
  });

  it('has no two labels that read the same or run into each other', () => {
    const axis = new TimeAxis(lane(0, 4.3, 4.300_000_1, 4.300_000_2, 9), 9 * SECOND);
    const labels = axis.labels(50, (timeNs) => `${(timeNs / SECOND).toFixed(3)} s`);
    expect(labels.map(({ text }) => text)).toEqual(['0.000 s', '4.300 s', '9.000 s']);
    for (const [i, { px }] of labels.entries())
      if (i > 0) expect(px - itemAt(labels, i - 1).px).toBeGreaterThanOrEqual(50);
  });

  it('stands at its ends for what lies beyond, also before anything has happened', () => {
    const axis = new TimeAxis([], 0);
    expect(axis.place(5 * SECOND)).toBe(axis.place(1));
    expect(axis.time(-1)).toBe(0);
    expect(axis.time(1000)).toBe(1);
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
    expect(spans.length).toBeLessThan(300);
    expect(spans.at(-1)).toMatchObject({ fromNs: 499_900, toNs: 500_000 });
    expect(itemAt(spans, 0).fromNs).toBe(100 * earlier);
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
      spans.map(({ drawFromNs, drawToNs }) => ({ fromNs: drawFromNs, toNs: drawToNs, roomPx: 40 })),
      900,
    );
    const widths = spans.map(({ drawFromNs, drawToNs }) => axis.place(drawToNs) - axis.place(drawFromNs));
    expect(Math.min(...widths)).toBeGreaterThanOrEqual(40);
    expect(spans.map(({ fromNs, toNs }) => toNs - fromNs)).toEqual([300, 0, 0, 600, 0]);
  });
});
