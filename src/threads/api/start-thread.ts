/**
 * Starts threads. A worker with an address of its own does not get the content security policy of the page's `<meta>`, and
 * a plain static host sends none; a worker that starts from a `blob:` address does (HTML, "initialize worker policy
 * container"). So each thread starts from one line that imports the real module.
 */

/** The first line of each module's thread, kept as long as the page: there is no event for when a worker reads it. */
const starts = new Map<string, string>();

/** `address` is that of a module of the site. A module that cannot be loaded is an `error` event of the worker. */
export function startThread(address: string, name: string): Worker {
  const module = new URL(address, import.meta.url).href;
  let start = starts.get(module);
  if (start === undefined) {
    start = URL.createObjectURL(new Blob([`import ${JSON.stringify(module)};`], { type: 'text/javascript' }));
    starts.set(module, start);
  }
  return new Worker(start, { type: 'module', name });
}
