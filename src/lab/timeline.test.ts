/** The order of things in one moment, and how far cells in other threads are let go. */
import { describe, expect, it } from 'vitest';
import { itemAt } from '../base/lists/list.ts';
import { Timeline, type TimedCell } from './timeline.ts';

/** A cell that has something to do at given times, and says nothing else. */
class TestCell implements TimedCell {
  readonly isRemote: boolean;
  reachedNs = 0;
  orders: (readonly [dueNs: number, horizonNs: number])[] = [];
  reportIsThere = true;
  private readonly times: number[];
  private ordered = false;
  private readonly onTurn: () => void;

  constructor(times: readonly number[], isRemote: boolean, onTurn: () => void) {
    this.times = [...times];
    this.isRemote = isRemote;
    this.onTurn = onTurn;
  }

  get dueNs(): number | undefined {
    return this.times[0];
  }

  get needsOrder(): boolean {
    return !this.ordered;
  }

  get isUnderWay(): boolean {
    return this.ordered && !this.reportIsThere;
  }

  order(horizonNs: number): void {
    this.orders.push([itemAt(this.times, 0), horizonNs]);
    this.ordered = true;
  }

  turn(): number {
    this.onTurn();
    this.ordered = false;
    return this.times.shift() ?? 0;
  }
}

describe('the timeline', () => {
  it('runs the events of a moment first, then the cells in their order', () => {
    const timeline = new Timeline(() => 0);
    const said: string[] = [];
    timeline.addCell(new TestCell([10], false, () => said.push('a')));
    timeline.addCell(new TestCell([5, 10], false, () => said.push('b')));
    timeline.schedule(10, () => {
      said.push('queue');
      timeline.schedule(0, () => said.push('queue again'));
    });
    timeline.runUntil(20);
    expect(said).toEqual(['b', 'queue', 'queue again', 'a', 'b']);
    expect(timeline.nowNs).toBe(20);
  });

  it('waits for the report of the cell whose turn it is, and of no other', () => {
    const timeline = new Timeline(() => 5);
    const first = new TestCell([10], true, () => undefined);
    const second = new TestCell([12], true, () => undefined);
    timeline.addCell(first);
    timeline.addCell(second);
    second.reportIsThere = false;
    expect(timeline.step()).toBe('done');
    expect(second.orders).toHaveLength(1);
    expect(timeline.step()).toBe('waiting');
    expect(timeline.isUnderWay).toBe(true);
    expect(timeline.nowNs).toBe(10);
    second.reportIsThere = true;
    expect(timeline.step()).toBe('done');
    expect(timeline.step()).toBe('idle');
  });

  it('sets going the cells that nothing can reach before their time', () => {
    const timeline = new Timeline(() => 5);
    const near = new TestCell([14], true, () => undefined);
    const far = new TestCell([15], true, () => undefined);
    timeline.addCell(new TestCell([10], false, () => undefined));
    timeline.addCell(near);
    timeline.addCell(far);
    timeline.step();
    // Something that the first cell sends now arrives at 15 at the earliest.
    expect(near.orders).toEqual([[14, 14]]);
    expect(far.orders).toEqual([]);
  });

  it('lets a cell go ahead alone up to whatever happens next, and to the limit of the run', () => {
    const horizon = (limitNs: number): number => {
      const timeline = new Timeline(() => 5);
      const cell = new TestCell([10], true, () => undefined);
      timeline.addCell(cell);
      timeline.addCell(new TestCell([80], true, () => undefined));
      timeline.schedule(90, () => undefined);
      timeline.limitNs = limitNs;
      timeline.step();
      return itemAt(cell.orders, 0)[1];
    };
    expect(horizon(1000)).toBe(80);
    expect(horizon(50)).toBe(50);
    expect(horizon(5)).toBe(10);
  });
});
