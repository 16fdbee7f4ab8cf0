/**
 * The one place that knows the computer the lab runs on: the wall clock, the turn of the event loop, the network of
 * the site. Everything else in the lab lives in virtual time.
 */

/** Milliseconds since the worker started. */
export function wallMs(): number {
  // oxlint-disable-next-line no-restricted-properties -- this is the host file
  return performance.now();
}

const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.addEventListener('message', () => waiting.shift()?.());
channel.port1.start();

/** Gives other messages their turn: some microseconds, where a timer would cost four milliseconds. */
export async function nextTurn(): Promise<void> {
  await new Promise<void>((resolve) => {
    waiting.push(resolve);
    channel.port2.postMessage(undefined);
  });
}

export async function waitMs(ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Fetches a file of the site, telling how far it is. Undefined when it is not there. */
export async function fetchBytes(
  url: URL,
  signal: AbortSignal,
  onProgress: (doneBytes: number) => void,
): Promise<Uint8Array | undefined> {
  const response = await fetch(url, { signal });
  if (!response.ok || response.body === null) return undefined;
  const parts: Uint8Array[] = [];
  let done = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done: ended, value } = await reader.read();
    if (ended) break;
    parts.push(value);
    done += value.length;
    onProgress(done);
  }
  const whole = new Uint8Array(done);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
