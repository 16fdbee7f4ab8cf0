/**
 * Starts threads. A worker with an address of its own does not get the content security policy of the page's `<meta>`, and
 * a plain static host sends none; a worker that starts from a `blob:` address does (HTML, "initialize worker policy
 * container"). So each thread starts from a few lines that import the real module. They do so by a call: what such a
 * worker imports by a declaration Firefox fetches past the service worker, so that offline no thread would start.
 */
import { verbatim, type Message } from '../../base/sentence.ts';
import { stopMessage } from './stop-messages.ts';

/** The first lines of each module's thread, kept while the page is: a worker reads them at a time that nothing tells. */
const starts = new Map<string, string>();

/**
 * A call does not hold messages back until the module listens, as a declaration would. They are sent again as new events:
 * in Chromium an event whose propagation was stopped reaches no listener when it is dispatched again.
 */
function firstLines(module: string): string {
  return `const early = [];
const keep = (event) => {
  event.stopImmediatePropagation();
  early.push(event);
};
addEventListener('message', keep);
import(${JSON.stringify(module)}).then(
  () => {
    removeEventListener('message', keep);
    for (const { data, ports } of early) dispatchEvent(new MessageEvent('message', { data, ports: [...ports] }));
  },
  (error) => setTimeout(() => { throw error; }),
);`;
}

/** `address` is that of a module of the site. A module that cannot be loaded is an `error` event of the worker. */
export function startThread(address: string, name: string): Worker {
  const module = new URL(address, import.meta.url).href;
  let start = starts.get(module);
  if (start === undefined) {
    start = URL.createObjectURL(new Blob([firstLines(module)], { type: 'text/javascript' }));
    starts.set(module, start);
  }
  return new Worker(start, { type: 'module', name });
}

/** The part of a worker that reports failures. */
export interface FailingWorker {
  addEventListener(kind: 'error', listener: (event: { readonly message: string }) => void): void;
  addEventListener(kind: 'messageerror', listener: () => void): void;
}

/** Calls back when the code of a worker cannot be loaded or fails, in the browser's words where it has any. */
export function onThreadFailure(worker: FailingWorker, report: (reason: Message) => void): void {
  worker.addEventListener('error', ({ message }) =>
    report(message ? verbatim(message) : stopMessage('stopped.not-loaded')),
  );
  worker.addEventListener('messageerror', () => report(stopMessage('stopped.unreadable')));
}
