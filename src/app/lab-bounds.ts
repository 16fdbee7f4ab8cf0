/**
 * What a lab may cost. A link is untrusted: what runs before the reader has clicked ends where a bare machine's boot
 * would have ended long ago, and what runs after it ends before the browser has no memory left.
 */
import type { Lab } from '../lab/lab.ts';

/** Before a click: wall time, and entries of log and capture. */
const UNASKED_MS = 4000;
const UNASKED_ENTRIES = 400_000;

const MAX_EVENTS = 3_000_000;
const MAX_RECORDS = 6_000_000;
const MAX_CAPTURE_BYTES = 1024 * 1024 * 1024;
const MAX_PENDING = 2_000_000;

/** Whether a run that nobody asked for has cost enough, `runMs` after it began. */
export function isTooMuchUnasked(lab: Lab, runMs: number): boolean {
  const entries = lab.log.events.length + lab.capture.store.length + lab.queue.size;
  return runMs > UNASKED_MS || entries > UNASKED_ENTRIES;
}

/** Why the lab must not grow further; undefined while it may. */
export function overgrowth({ log, capture, queue }: Lab): string | undefined {
  const { store } = capture;
  if (queue.size > MAX_PENDING) return `${queue.size} things are about to happen: frames go round in a circle`;
  if (log.events.length > MAX_EVENTS) return `its log has ${log.events.length} events, and cannot grow further`;
  if (store.length > MAX_RECORDS) return `its capture has ${store.length} frames, and cannot grow further`;
  if (store.byteLength > MAX_CAPTURE_BYTES) return `its capture has ${store.byteLength} bytes, and cannot grow further`;
  return undefined;
}
