/** Calls to a thread are answered, or fail when it is ended, also those that it never answers. */
import * as Comlink from 'comlink';
import { expect, it } from 'vitest';
import { Thread, ThreadEnded, type ThreadWorker } from '../../src/page/threads/thread.ts';

interface Api {
  double(value: number): Promise<number>;
  hang(): Promise<void>;
}

function bench() {
  const { port1, port2 } = new MessageChannel();
  Comlink.expose(
    {
      double: (value: number) => value * 2,
      hang: async () => await new Promise<void>(() => undefined),
    },
    port2,
  );
  const failures: string[] = [];
  const listeners = new Map<string, (event: unknown) => void>();
  const worker = {
    postMessage: (message: unknown, transfer: Transferable[]) => port1.postMessage(message, transfer),
    addEventListener: (name: string, listener: (event: unknown) => void) => {
      if (name === 'message') port1.addEventListener('message', listener);
      else listeners.set(name, listener);
    },
    removeEventListener: (name: string, listener: (event: unknown) => void) =>
      port1.removeEventListener(name, listener),
    terminate: () => port1.close(),
  };
  port1.start();
  port2.start();
  const thread = new Thread<Api>(worker as unknown as ThreadWorker, { onFailure: ({ text }) => failures.push(text) });
  return { thread, failures, fail: (name: string, event: unknown) => listeners.get(name)?.(event) };
}

it('answers calls, and fails those under way and those that follow when it is ended', async () => {
  const { thread } = bench();
  expect(await thread.calls.double(21)).toBe(42);
  const hanging = thread.calls.hang();
  thread.end();
  await expect(hanging).rejects.toBeInstanceOf(ThreadEnded);
  await expect(thread.calls.double(1)).rejects.toBeInstanceOf(ThreadEnded);
});

it('tells of exceptions, of code that is not there, and of messages that cannot be read', () => {
  const { thread, failures, fail } = bench();
  fail('error', { message: 'out of memory' });
  fail('error', {});
  fail('messageerror', {});
  expect(failures).toEqual(['out of memory', 'its code could not be loaded', 'a message from it could not be read']);
  thread.end();
});
