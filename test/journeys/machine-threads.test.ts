/** News of machines in threads: nobody waits forever for one that has failed. */
import { expect, it } from 'vitest';
import { verbatim } from '../../src/base/sentence.ts';
import { MachineFailure, MachineThreads } from '../../src/threads/lab/machine-threads.ts';

it('tells of a failure also who asks after it, until the next lab', async () => {
  const threads = new MachineThreads(8, 'machine.js');
  const reported: MachineFailure[] = [];
  threads.onFailure = (failure) => void reported.push(failure);
  const waiting = threads.news();
  threads.wake(new MachineFailure('pc2', verbatim('out of memory')));
  threads.wake(new MachineFailure('pc2', verbatim('and again')));
  expect(reported.map(({ machine, message }) => [machine, message])).toEqual([['pc2', 'out of memory']]);
  await expect(waiting).rejects.toThrow('out of memory');
  await expect(threads.news()).rejects.toThrow('out of memory');
  threads.placeForLab();
  const news = threads.news();
  threads.wake();
  await expect(news).resolves.toBeUndefined();
});
