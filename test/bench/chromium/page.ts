/** The page of a benchmark in Chromium: starts the worker, and asks the driver what only the outside can tell. */
import { Worker } from './browser-api.ts';
import type { MemoryReading } from '../types.ts';

export interface BenchRequest {
  readonly measure: string;
  readonly part: string;
  readonly quick: boolean;
}

/** What the worker says. */
export type WorkerMessage =
  | { readonly kind: 'memory'; readonly largeBytes: number }
  | { readonly kind: 'done'; readonly values: Readonly<Record<string, number>> }
  | { readonly kind: 'failed'; readonly message: string };

const scope = globalThis as unknown as {
  readMemory(largeBytes: number): Promise<MemoryReading | undefined>;
  runBench(request: BenchRequest): Promise<Readonly<Record<string, number>>>;
};

scope.runBench = (request) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./browser-worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('error', ({ message }) => reject(new Error(message)));
    worker.addEventListener('message', ({ data }) => {
      const message = data as WorkerMessage;
      switch (message.kind) {
        case 'memory':
          void scope.readMemory(message.largeBytes).then((reading) => worker.postMessage(reading, []));
          return;
        case 'done':
          return resolve(message.values);
        case 'failed':
          return reject(new Error(message.message));
      }
    });
    worker.postMessage(request, []);
  });
