/**
 * Resource limits of a lab. A link is untrusted: a run that starts before any click is limited to far more than a bare
 * machine's boot needs, and a run after a click ends before the browser runs out of memory.
 */
import type { Lab } from '../../lab/lab.ts';
import type { Message } from '../../base/sentence.ts';
import { stopMessage } from '../api/stop-messages.ts';

/** Before a click: wall time, and entries of log and capture. A paced run is idle for most of its time. */
const UNASKED_MS = { fast: 4000, pace: 180_000 };
const UNASKED_ENTRIES = 400_000;
const UNASKED_CHARS = 100_000_000;

const MAX_EVENTS = 3_000_000;
const MAX_LOG_CHARS = 500_000_000;
const MAX_RECORDS = 6_000_000;
const MAX_CAPTURE_BYTES = 1024 * 1024 * 1024;
const MAX_PENDING = 2_000_000;

/** Whether a run without a click has reached its limit, `runMs` after it began. */
export function isTooMuchUnasked(lab: Lab, mode: keyof typeof UNASKED_MS, runMs: number): boolean {
  const entries = lab.log.events.length + lab.capture.store.length + lab.queue.size;
  return runMs > UNASKED_MS[mode] || entries > UNASKED_ENTRIES || lab.log.textChars > UNASKED_CHARS;
}

/** Why the lab must not grow further; undefined while it may. */
export function overgrowth({ log, capture, queue }: Lab): Message | undefined {
  const { store } = capture;
  if (queue.size > MAX_PENDING) return stopMessage('stopped.round', { count: queue.size });
  if (log.events.length > MAX_EVENTS) return stopMessage('stopped.events', { count: log.events.length });
  if (log.textChars > MAX_LOG_CHARS) return stopMessage('stopped.text', { count: log.textChars });
  if (store.length > MAX_RECORDS) return stopMessage('stopped.frames', { count: store.length });
  if (store.byteLength > MAX_CAPTURE_BYTES) return stopMessage('stopped.bytes', { count: store.byteLength });
  return undefined;
}
