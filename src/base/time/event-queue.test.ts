/** Time moves in order of (time, sequence), whatever is cancelled in between: checked against a plain sorted list. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue } from './event-queue.ts';

describe('EventQueue', () => {
  it('fires events at the same time in the order in which they were asked for', () => {
    const queue = new EventQueue();
    const seen: string[] = [];
    queue.schedule(5, () => seen.push('a'));
    queue.schedule(5, () => seen.push('b'));
    queue.schedule(1, () => {
      seen.push('first');
      queue.schedule(4, () => seen.push('c'));
    });
    queue.runAll();
    expect(seen).toEqual(['first', 'a', 'b', 'c']);
    expect(queue.nowNs).toBe(5);
  });

  it('agrees with a stable sort for any delays and cancellations', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ delay: fc.nat(50), cancel: fc.boolean() })), (plan) => {
        const queue = new EventQueue();
        const seen: number[] = [];
        const timers = plan.map(({ delay }, i) => queue.schedule(delay, () => seen.push(i)));
        plan.forEach(({ cancel }, i) => {
          if (cancel) timers[i]?.cancel();
        });
        queue.runAll();
        const expected = plan
          .map((p, i) => ({ ...p, i }))
          .filter((p) => !p.cancel)
          .sort((a, b) => a.delay - b.delay)
          .map((p) => p.i);
        expect(seen).toEqual(expected);
      }),
    );
  });

  it('refuses an event in the past', () => {
    const queue = new EventQueue();
    queue.runUntil(10);
    expect(() => queue.scheduleAt(9, () => {})).toThrow(/before now/);
  });

  it('runUntil stands at the time asked for, also with nothing to do', () => {
    const queue = new EventQueue();
    queue.runUntil(1_000);
    expect(queue.nowNs).toBe(1_000);
  });
});
