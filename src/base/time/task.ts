/**
 * Coroutines that the virtual clock resumes at once, without promises: a promise continues in a microtask,
 * after the event that woke it, and the order of two machines would hang on the host. A task is a generator;
 * what it yields is a `Wait`: a function that is handed `resume` and returns how to give up waiting.
 *
 *     function* ask(): Task<Reply | undefined> {
 *       socket.send(request);
 *       return yield* takeWithin(clock, socket.inbox, 4 * NS_PER_S);
 *     }
 */
import type { Clock } from './clock.ts';

export type Cancel = () => void;
export type Wait = (resume: () => void) => Cancel;
export type Task<T> = Generator<Wait, T, void>;

export interface RunningTask<T> {
  readonly done: boolean;
  /** The value, once done. */
  readonly result: T | undefined;
  /**
   * Ends the task where it waits; its `finally` blocks run. Called from inside the task itself, directly or by what the
   * task calls, it takes effect at the task's next wait or at its end.
   */
  cancel(): void;
}

/** Starts a task: it runs at once up to its first wait. `onDone` is called when it returns, not when cancelled. */
export function startTask<T>(task: Task<T>, onDone?: (value: T) => void): RunningTask<T> {
  let state: 'running' | 'done' | 'failed' | 'cancelled' = 'running';
  /** The generator's own code is on the stack: it cannot be ended from there. */
  let isInside = false;
  let result: T | undefined;
  let cancelWait: Cancel | undefined;

  const next = (): IteratorResult<Wait, T> => {
    isInside = true;
    try {
      return task.next();
    } catch (error) {
      state = 'failed';
      throw error;
    } finally {
      isInside = false;
    }
  };
  const isOver = (): boolean => state !== 'running';
  const end = (): void => {
    task.return(undefined as never);
  };

  const advance = (): void => {
    for (;;) {
      const step = next();
      if (step.done === true) {
        if (isOver()) return;
        state = 'done';
        result = step.value;
        onDone?.(step.value);
        return;
      }
      if (isOver()) return end();
      // A wait may be over before it returns: then go round instead of recursing.
      let waiting = false;
      let resumed = false;
      let used = false;
      const cancel = step.value(() => {
        if (used || isOver()) return;
        used = true;
        if (waiting) {
          cancelWait = undefined;
          advance();
        } else resumed = true;
      });
      // Whatever set the wait up may have ended the task.
      if (isOver()) return cancel();
      if (!resumed) {
        waiting = true;
        cancelWait = cancel;
        return;
      }
    }
  };
  advance();
  return {
    get done() {
      return state === 'done';
    },
    get result() {
      return result;
    },
    cancel() {
      if (isOver()) return;
      state = 'cancelled';
      cancelWait?.();
      cancelWait = undefined;
      if (!isInside) end();
    },
  };
}

/** Waits `delayNs` of virtual time. */
export function* sleep(clock: Clock, delayNs: number): Task<void> {
  yield (resume) => {
    const timer = clock.schedule(delayNs, resume);
    return () => timer.cancel();
  };
}

/** A first-in first-out queue that tasks can wait on. */
export class Inbox<T> {
  private readonly items: T[] = [];
  private readonly waiters: (() => void)[] = [];

  get length(): number {
    return this.items.length;
  }

  push(item: T): void {
    this.items.push(item);
    this.waiters.shift()?.();
  }

  /** Takes the oldest item, if there is one. */
  poll(): T | undefined {
    return this.items.shift();
  }

  clear(): void {
    this.items.length = 0;
  }

  /** The wait for an item to be there. Nothing is taken. */
  readonly ready: Wait = (resume) => {
    if (this.items.length > 0) {
      resume();
      return () => {};
    }
    this.waiters.push(resume);
    return () => {
      const at = this.waiters.indexOf(resume);
      if (at >= 0) this.waiters.splice(at, 1);
    };
  };

  *take(): Task<T> {
    for (;;) {
      if (this.items.length > 0) return this.items.shift() as T;
      yield this.ready;
    }
  }
}

/** A wait that is over when the first of several is; the others are given up. */
export function anyOf(...waits: readonly Wait[]): Wait {
  return (resume) => {
    const cancels: Cancel[] = [];
    let over = false;
    const cancelAll = (): void => {
      for (const cancel of cancels) cancel();
    };
    for (const wait of waits) {
      if (over) break;
      cancels.push(
        wait(() => {
          if (over) return;
          over = true;
          cancelAll();
          resume();
        }),
      );
    }
    if (over) cancelAll();
    return () => {
      over = true;
      cancelAll();
    };
  };
}

/** The wait for a span of virtual time. */
export function after(clock: Clock, delayNs: number): Wait {
  return (resume) => {
    const timer = clock.schedule(delayNs, resume);
    return () => timer.cancel();
  };
}

/** Takes an item, or returns undefined when none came within `timeoutNs`. */
export function* takeWithin<T>(clock: Clock, inbox: Inbox<T>, timeoutNs: number): Task<T | undefined> {
  const deadlineNs = clock.nowNs + timeoutNs;
  for (;;) {
    const item = inbox.poll();
    if (item !== undefined) return item;
    const leftNs = deadlineNs - clock.nowNs;
    if (leftNs <= 0) return undefined;
    yield anyOf(inbox.ready, after(clock, leftNs));
  }
}
