/** A thread that does not answer is noticed after five seconds of the page's clock, which is given by hand. */
import { expect, it } from 'vitest';
import { Watchdog } from './watchdog.ts';

function bench() {
  const said: string[] = [];
  const asked: (() => void)[] = [];
  let tick = (): void => undefined;
  let isStopped = false;
  const dog = new Watchdog(
    (_, action) => {
      tick = action;
      return () => {
        isStopped = true;
      };
    },
    async () => {
      await new Promise<void>((resolve) => {
        asked.push(resolve);
      });
    },
    { onHang: () => said.push('hangs'), onAnswer: () => said.push('answers') },
  );
  const seconds = (count: number): void => {
    for (let i = 0; i < count; i++) tick();
  };
  const answer = async (): Promise<void> => {
    asked.shift()?.();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  };
  return { dog, said, asked, seconds, answer, isStopped: () => isStopped };
}

it('asks once, and says after five silent seconds that the thread hangs, once', async () => {
  const { said, asked, seconds } = bench();
  seconds(5);
  expect([said, asked.length]).toEqual([[], 1]);
  seconds(1);
  expect(said).toEqual(['hangs']);
  seconds(60);
  expect([said, asked.length]).toEqual([['hangs'], 1]);
});

it('says when it answers after all, and asks on', async () => {
  const { said, asked, seconds, answer } = bench();
  seconds(6);
  await answer();
  expect(said).toEqual(['hangs', 'answers']);
  seconds(5);
  expect(asked.length).toBe(1);
  await answer();
  seconds(6);
  expect(said).toEqual(['hangs', 'answers', 'hangs']);
});

it('is quiet as long as answers come, however late within the time', async () => {
  const { said, seconds, answer } = bench();
  for (let round = 0; round < 10; round++) {
    seconds(5);
    await answer();
  }
  expect(said).toEqual([]);
});

it('waits as long again when the person wants it', () => {
  const { dog, said, seconds, isStopped } = bench();
  seconds(6);
  dog.wait();
  seconds(4);
  expect(said).toEqual(['hangs']);
  seconds(1);
  expect(said).toEqual(['hangs', 'hangs']);
  dog.stop();
  expect(isStopped()).toBe(true);
});
