/**
 * What a lab may cost. A link is untrusted: what runs before the reader has clicked ends where a bare machine's boot
 * would have ended long ago, and what runs after it ends before the browser has no memory left.
 */
import type { Lab } from '../../lab/lab.ts';
import type { Message } from '../../base/sentence.ts';
import { stopMessage } from '../api/stop-messages.ts';

/** Before a click: wall time, and entries of log and capture. */
const UNASKED_MS = 4000;
const UNASKED_ENTRIES = 400_000;
const UNASKED_CHARS = 100_000_000;

const MAX_EVENTS = 3_000_000;
const MAX_LOG_CHARS = 500_000_000;
const MAX_RECORDS = 6_000_000;
const MAX_CAPTURE_BYTES = 1024 * 1024 * 1024;
const MAX_PENDING = 2_000_000;

/** Whether a run that nobody asked for has cost enough, `runMs` after it began. */
export function isTooMuchUnasked(lab: Lab, runMs: number): boolean {
  const entries = lab.log.events.length + lab.capture.store.length + lab.queue.size;
  return runMs > UNASKED_MS || entries > UNASKED_ENTRIES || lab.log.textChars > UNASKED_CHARS;
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
