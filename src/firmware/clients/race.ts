/** Two tasks at once: what comes first counts, the other is given up. */
import { startTask } from '../../base/time/task.ts';
import type { RunningTask, Task } from '../../base/time/task.ts';

export type Raced<A, B> = { readonly first: 'a'; readonly value: A } | { readonly first: 'b'; readonly value: B };

/** Runs both tasks until one returns. Cancelling the race cancels both. */
export function* race<A, B>(a: Task<A>, b: Task<B>): Task<Raced<A, B>> {
  const outcome: { won?: Raced<A, B> } = {};
  const running: RunningTask<unknown>[] = [];
  let resume = (): void => {};
  const wins = (won: Raced<A, B>): void => {
    if (outcome.won !== undefined) return;
    outcome.won = won;
    for (const task of running) task.cancel();
    resume();
  };
  try {
    running.push(startTask(a, (value) => wins({ first: 'a', value })));
    if (outcome.won === undefined) running.push(startTask(b, (value) => wins({ first: 'b', value })));
    while (outcome.won === undefined) {
      yield (wake) => {
        resume = wake;
        return () => {};
      };
    }
    return outcome.won;
  } finally {
    for (const task of running) task.cancel();
  }
}
