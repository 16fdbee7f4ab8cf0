/** What the page does about threads that hang or fail, with threads and clock played by hand. */
import { beforeEach, expect, it } from 'vitest';
import { verbatim } from '../../src/base/sentence.ts';
import { Emitter } from '../../src/base/emitter.ts';
import type { LabClient, ThreadFailure } from '../../src/page/lab-client.ts';
import { useView } from '../../src/page/store.ts';
import { ThreadCare, useThreads } from '../../src/page/threads/thread-care.ts';
import { UnaskedGuard } from '../../src/page/threads/unasked.ts';
import type { MachineSilence } from '../../src/threads/api/lab-api.ts';

async function settle(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function bench() {
  const done: string[] = [];
  const alive = { lab: true, analysis: true };
  const state = { opening: false, silences: [] as readonly MachineSilence[] };
  const failures = new Emitter<ThreadFailure>();
  const answer = async <T>(thread: 'lab' | 'analysis', value: T): Promise<T> =>
    alive[thread] ? value : await new Promise<T>(() => undefined);
  const client = {
    failures,
    lab: { ping: async () => await answer('lab', state.silences) },
    analysis: { ping: async () => await answer('analysis', undefined) },
    restartLab: () => {
      done.push('restart lab');
      alive.lab = true;
      return Promise.resolve();
    },
    restartAnalysis: () => {
      done.push('restart analysis');
      alive.analysis = true;
      return Promise.resolve(9);
    },
  };
  const ticks = new Set<() => void>();
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const guard = (): UnaskedGuard =>
    new UnaskedGuard(
      () => storage,
      () => '#lab=x',
    );
  const care = new ThreadCare(
    client as unknown as LabClient,
    {
      every: (_, action) => {
        ticks.add(action);
        return () => ticks.delete(action);
      },
      pause: settle,
    },
    guard(),
    {
      isOpening: () => state.opening,
      reopen: () => {
        done.push('reopen');
        return Promise.resolve();
      },
      captureSent: (generation) => void done.push(`capture ${generation}`),
    },
  );
  const seconds = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      for (const tick of ticks) tick();
      await settle();
    }
  };
  return { care, done, alive, state, failures, seconds, afterReload: guard };
}

const trouble = () => useThreads.getState().trouble;

beforeEach(() => {
  useThreads.setState({ trouble: undefined, analysisStarts: 1 });
  useView.setState({ filter: 'tftp', moment: undefined });
});

it('offers to end a lab that hangs, and opens it again in a fresh thread', async () => {
  const { care, done, alive, seconds, afterReload } = bench();
  await seconds(20);
  expect(trouble()).toBeUndefined();
  alive.lab = false;
  await seconds(7);
  expect(trouble()).toEqual({ thread: 'lab' });
  await care.stop();
  expect([done, trouble()]).toEqual([['restart lab', 'reopen'], undefined]);
  await seconds(20);
  expect(trouble()).toBeUndefined();
  expect(afterReload().mustAsk('open')).toBe(false);
});

it('does not open a lab again that hung while it was opened, nor after a reload', async () => {
  const { care, done, alive, state, seconds, afterReload } = bench();
  state.opening = true;
  alive.lab = false;
  await seconds(7);
  await care.stop();
  expect(done).toEqual(['restart lab']);
  expect(afterReload().mustAsk('open')).toBe(true);
});

it('sets up a fresh analysis without the filter', async () => {
  const { care, done, alive, seconds, afterReload } = bench();
  alive.analysis = false;
  await seconds(7);
  expect(trouble()).toEqual({ thread: 'analysis' });
  await care.stop();
  expect([done, useView.getState().filter, useThreads.getState().analysisStarts]).toEqual([
    ['restart analysis', 'capture 9'],
    '',
    2,
  ]);
  expect(afterReload().mustAsk('filter')).toBe(true);
});

it('names the machine whose thread hangs, and asks again only after as long again', async () => {
  const { care, state, seconds } = bench();
  state.silences = [
    { machine: 'pc1', unanswered: 0 },
    { machine: 'pc2', unanswered: 5 },
  ];
  await seconds(1);
  expect(trouble()).toEqual({ thread: 'machine', machine: 'pc2' });
  care.wait();
  state.silences = [{ machine: 'pc2', unanswered: 9 }];
  await seconds(1);
  expect(trouble()).toBeUndefined();
  state.silences = [{ machine: 'pc2', unanswered: 10 }];
  await seconds(1);
  expect(trouble()?.machine).toBe('pc2');
  state.silences = [];
  await seconds(1);
  expect(trouble()).toBeUndefined();
});

it('makes room for another lab by ending a thread that does not answer, and only such a one', async () => {
  const { care, done, alive } = bench();
  await care.makeRoom();
  expect(done).toEqual([]);
  alive.lab = false;
  await care.makeRoom();
  expect(done).toEqual(['restart lab']);
});

it('tells of a thread that has failed, which an answer to a ping does not undo', async () => {
  const { care, failures, seconds } = bench();
  failures.emit({ thread: 'lab', reason: verbatim('out of memory') });
  await seconds(3);
  expect(trouble()).toEqual({ thread: 'lab', failure: verbatim('out of memory') });
  care.wait();
  expect(trouble()).toBeUndefined();
});
