/** An axis to scale: times and places are each other's inverse, and labels are round times that differ. */
import { describe, expect, it } from 'vitest';
import { LinearAxis } from './linear-axis.ts';

const write = (timeNs: number, digits: number): string => `${(timeNs / 1e9).toFixed(digits)} s`;

describe('an axis to scale', () => {
  it('gives every second the same length', () => {
    const axis = new LinearAxis(10e9, 40);
    expect(axis.widthPx).toBe(400);
    expect([0, 1, 2, 9].map((second) => axis.place((second + 1) * 1e9) - axis.place(second * 1e9))).toEqual([
      40, 40, 40, 40,
    ]);
    expect(axis.time(axis.place(3.25e9))).toBeCloseTo(3.25e9);
    expect(axis.place(11e9)).toBe(400);
  });

  it('labels round times with the digits that they need', () => {
    expect(new LinearAxis(4.3e9, 100).labels(64, write).map(({ text }) => text)).toEqual([
      '0 s',
      '1 s',
      '2 s',
      '3 s',
      '4 s',
    ]);
    const close = new LinearAxis(1e9, 3_000_000);
    const labels = close.labels(64, write, 1_500_000, 1_500_400);
    expect(labels.map(({ text }) => text)).toEqual(['0.50000 s', '0.50005 s', '0.50010 s']);
    expect(new Set(labels.map(({ text }) => text)).size).toBe(labels.length);
    expect(new LinearAxis(1200e9, 0.5).labels(64, write).map(({ text }) => text)).toEqual([
      '0 s',
      '200 s',
      '400 s',
      '600 s',
      '800 s',
      '1000 s',
      '1200 s',
    ]);
  });
});
