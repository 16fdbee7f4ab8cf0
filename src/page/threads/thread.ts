/** One worker of the page and the calls to it. Ended, its calls that are under way fail, and another worker can take its place. */
import type { Message } from '../../base/sentence.ts';
import { onThreadFailure } from '../../threads/api/start-thread.ts';
import * as Comlink from 'comlink';

/** The error of a call whose thread was ended. It need not be handled. */
export class ThreadEnded extends Error {}

/** The part of a worker's interface that is used. */
export type ThreadWorker = Pick<Worker, 'postMessage' | 'addEventListener' | 'removeEventListener' | 'terminate'>;

export interface ThreadListener {
  /** An uncaught exception, or a message that could not be deserialised. */
  readonly onFailure: (reason: Message) => void;
}

export class Thread<Api extends object> {
  readonly calls: Comlink.Remote<Api>;
  private readonly worker: ThreadWorker;
  private readonly pending = new Set<(error: Error) => void>();
  private isEnded = false;

  constructor(worker: ThreadWorker, { onFailure }: ThreadListener) {
    this.worker = worker;
    onThreadFailure(worker, onFailure);
    const remote = Comlink.wrap<Api>(worker);
    type Call = (...given: unknown[]) => Promise<unknown>;
    this.calls = new Proxy(remote, {
      get: (target, name) => {
        // Must not look like a promise.
        if (name === 'then') return undefined;
        // The remote has a function for every name.
        const call = Reflect.get(target, name) as Call;
        return async (...given: unknown[]) => await this.answer(call(...given));
      },
    });
  }

  /** Ends the worker, whatever it is doing. */
  end(): void {
    this.isEnded = true;
    this.worker.terminate();
    for (const reject of this.pending) reject(new ThreadEnded());
    this.pending.clear();
  }

  private async answer(call: Promise<unknown>): Promise<unknown> {
    if (this.isEnded) throw new ThreadEnded();
    let end: ((error: Error) => void) | undefined;
    const ended = new Promise<never>((_, reject) => {
      end = reject;
      this.pending.add(reject);
    });
    try {
      return await Promise.race([call, ended]);
    } finally {
      if (end !== undefined) this.pending.delete(end);
    }
  }
}

/** Calls that ended with their thread are not reported. */
export function ignoreEndedCalls(): void {
  addEventListener('unhandledrejection', (event) => {
    if (event.reason instanceof ThreadEnded) event.preventDefault();
  });
}
