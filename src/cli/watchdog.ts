/**
 * The wall-clock limit of `lab run` against an event that does not end: the lab looks at the clock between its events, so a
 * second thread waits longer than that and ends the process. The thread is plain JavaScript because TypeScript is not
 * loaded in threads by every version of Node that the project runs on.
 */
import { Worker } from 'node:worker_threads';

/** Runs in the other thread: the first one may be unable to print, exit or answer. */
const WATCH = `
const { workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
setTimeout(() => {
  writeSync(2, workerData.message + '\\n');
  process.kill(process.pid, 'SIGKILL');
}, workerData.limitMs);
`;

/** A timer cannot wait longer. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Kills this process (exit code 137) with a message on the standard error after `limitMs`, unless it has ended before. */
export function startWatchdog(limitMs: number, message: string): void {
  const thread = new Worker(WATCH, {
    eval: true,
    execArgv: [],
    workerData: { limitMs: Math.min(limitMs, MAX_TIMER_MS), message },
  });
  thread.unref();
}

/** Milliseconds of wall time; only limits and forwarded connections read it. */
export function wallMs(): number {
  // oxlint-disable-next-line no-restricted-properties -- the command line is a host as the page's threads are
  return performance.now();
}

/** Lets this computer deliver what has come in meanwhile. */
export async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** The same, with a rest of about a millisecond. */
export async function rest(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1));
}
