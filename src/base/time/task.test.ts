/** Tasks resume inside the event that woke them, in order, and give up cleanly. */
import { describe, expect, it } from 'vitest';
import { EventQueue } from './event-queue.ts';
import { itemAt } from '../lists/list.ts';
import { after, anyOf, Inbox, sleep, startTask, takeWithin, type Task } from './task.ts';

describe('task', () => {
  it('takes an item at the very time it is pushed', () => {
    const clock = new EventQueue();
    const inbox = new Inbox<string>();
    let got: string | undefined;
    startTask(takeWithin(clock, inbox, 100), (value) => {
      got = `${value} at ${clock.nowNs}`;
    });
    clock.schedule(40, () => inbox.push('frame'));
    clock.runAll();
    expect(got).toBe('frame at 40');
    expect(clock.size).toBe(0);
  });

  it('gives undefined when the time is over', () => {
    const clock = new EventQueue();
    const run = startTask(takeWithin(clock, new Inbox<string>(), 100));
    clock.runAll();
    expect(run.done).toBe(true);
    expect(run.result).toBeUndefined();
    expect(clock.nowNs).toBe(100);
  });

  it('runs finally blocks and leaves no timer when cancelled', () => {
    const clock = new EventQueue();
    let cleaned = false;
    function* work(): Task<void> {
      try {
        yield* sleep(clock, 1_000);
      } finally {
        cleaned = true;
      }
    }
    const run = startTask(work());
    run.cancel();
    expect(cleaned).toBe(true);
    expect(clock.size).toBe(0);
  });

  it('ends a task that is cancelled from inside itself at its next wait', () => {
    const clock = new EventQueue();
    const steps: string[] = [];
    function* work(): Task<void> {
      try {
        yield* sleep(clock, 10);
        run.cancel();
        steps.push('goes on to its next wait');
        yield* sleep(clock, 10);
        steps.push('never');
      } finally {
        steps.push('cleans up');
      }
    }
    const run = startTask(work(), () => steps.push('done'));
    clock.runAll();
    expect(steps).toEqual(['goes on to its next wait', 'cleans up']);
    expect(run.done).toBe(false);
    expect(clock.size).toBe(0);
  });

  it('does not report a task as done that was cancelled from inside itself just before its end', () => {
    const clock = new EventQueue();
    let done = false;
    function* work(): Task<number> {
      yield* sleep(clock, 10);
      run.cancel();
      return 1;
    }
    const run = startTask(work(), () => {
      done = true;
    });
    clock.runAll();
    expect({ done, result: run.result }).toEqual({ done: false, result: undefined });
  });

  it('gives a wait up whose setting up has cancelled the task', () => {
    const clock = new EventQueue();
    let given = 0;
    function* work(): Task<void> {
      yield* sleep(clock, 10);
      yield () => {
        run.cancel();
        return () => given++;
      };
    }
    const run = startTask(work());
    clock.runAll();
    expect(given).toBe(1);
    expect(run.done).toBe(false);
  });

  it('two tasks of which each ends the other both clean up', () => {
    const clock = new EventQueue();
    const cleaned: string[] = [];
    const runs: { cancel(): void }[] = [];
    function* work(name: string, other: number, delayNs: number): Task<void> {
      try {
        yield* sleep(clock, delayNs);
      } finally {
        cleaned.push(name);
        itemAt(runs, other).cancel();
      }
    }
    runs.push(startTask(work('a', 1, 10)), startTask(work('b', 0, 20)));
    clock.runAll();
    expect(cleaned).toEqual(['a', 'b']);
    expect(clock.size).toBe(0);
  });

  it('goes on at once when a wait is already over, without growing the stack', () => {
    const inbox = new Inbox<number>();
    for (let i = 0; i < 100_000; i++) inbox.push(i);
    function* drain(): Task<number> {
      let sum = 0;
      for (let i = 0; i < 100_000; i++) sum += yield* inbox.take();
      return sum;
    }
    expect(startTask(drain()).result).toBe(4_999_950_000);
  });

  it('anyOf gives up the losing waits', () => {
    const clock = new EventQueue();
    function* race(): Task<void> {
      yield anyOf(after(clock, 10), after(clock, 20));
    }
    const run = startTask(race());
    clock.step();
    expect(run.done).toBe(true);
    expect(clock.size).toBe(0);
  });
});
