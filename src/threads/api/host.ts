/**
 * The one place that knows the computer the lab runs on: the wall clock and the turn of the event loop.
 * Everything else in the lab lives in virtual time.
 */

/** What the lab's thread needs from the computer, so that tests can substitute it. */
export interface Host {
  /** Milliseconds since some moment. */
  wallMs(): number;
  /** Gives other messages their turn. */
  nextTurn(): Promise<void>;
  waitMs(ms: number): Promise<void>;
}

/** Milliseconds since the worker started. */
export function wallMs(): number {
  // oxlint-disable-next-line no-restricted-properties -- this is the host file
  return performance.now();
}

/** Milliseconds since 1970: when a person did something, for them to read. */
export function calendarMs(): number {
  // oxlint-disable-next-line no-restricted-properties -- this is the host file
  return Date.now();
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

export const HOST: Host = { wallMs, nextTurn, waitMs };

/** An unhandled rejection in a worker is reported to the worker's owner like any exception. */
export function reportRejections(): void {
  addEventListener('unhandledrejection', ({ reason }) => {
    setTimeout(() => {
      throw reason;
    });
  });
}
