/** Long work with a line of progress: dots, per cent, Ctrl-C, a limit on idleness. */
import { NS_PER_MS } from '../../../../base/time/clock.ts';
import { after, anyOf, Inbox, startTask, type Task } from '../../../../base/time/task.ts';
import { Err, OK, strerror, type Status } from '../../errors.ts';
import type { Ipxe } from '../../ipxe.ts';
import { ticksNs } from '../ticks.ts';

/** How far some work is. The worker writes, the line on the screen reads. */
export class Progress {
  doneBytes = 0;
  /** 0 while it is not known. */
  totalBytes = 0;
  /** Such as `connecting`. */
  message = '';
  /** The latest error while the work is being retried. */
  ongoing: Status = OK;
  /** A person or a time limit ends the work: its peer may be told. Otherwise the power went. */
  isCancelled = false;
}

const PROGRESS_NS = ticksNs(1024);
const KEY_POLL_NS = 100 * NS_PER_MS;

export interface JobOptions {
  /** The text before the three dots; undefined shows nothing. */
  readonly title: string | undefined;
  /** Milliseconds without progress; 0: no timeout. */
  readonly timeoutMs?: number;
}

export function* runJob(ipxe: Ipxe, options: JobOptions, work: (progress: Progress) => Task<Status>): Task<Status> {
  const { clock } = ipxe;
  const progress = new Progress();
  const finished = new Inbox<Status>();
  const isShown = options.title !== undefined;
  if (isShown) yield* ipxe.print(`${options.title}...`);
  const running = startTask(work(progress), (result) => finished.push(result));
  const cancel = (reason: Status): Status => {
    progress.isCancelled = true;
    running.cancel();
    return reason;
  };
  const limitNs = (options.timeoutMs ?? 0) * NS_PER_MS;
  let shownAtNs = clock.nowNs;
  let movedAtNs = clock.nowNs;
  let movedBytes = 0;
  /** Characters that are overwritten by the next message. */
  let overwrite = 0;
  let status: Status | undefined;
  try {
    for (;;) {
      status = finished.poll();
      if (status !== undefined) break;
      const nowNs = clock.nowNs;
      if (progress.doneBytes !== movedBytes) {
        movedBytes = progress.doneBytes;
        movedAtNs = nowNs;
      }
      if (limitNs !== 0 && nowNs - movedAtNs >= limitNs) {
        status = cancel(progress.ongoing === OK ? Err.jobTimeout : progress.ongoing);
        break;
      }
      if (yield* ipxe.interrupted()) {
        status = cancel(Err.cancelled);
        break;
      }
      if (isShown && nowNs - shownAtNs >= PROGRESS_NS) {
        shownAtNs = nowNs;
        const shown = overwrite;
        let text = '\b'.repeat(shown) + ' '.repeat(shown) + '\b'.repeat(shown);
        overwrite = 0;
        if (progress.totalBytes > 0) {
          const percent = Math.floor((100 * progress.doneBytes) / progress.totalBytes);
          const tail = `${String(percent).padStart(3)}%${progress.message === '' ? '' : ` [${progress.message}]`}`;
          text += tail;
          overwrite = tail.length;
        } else {
          const note = progress.message === '' ? '' : ` [${progress.message}]`;
          text += `.${note}`;
          overwrite = note.length;
        }
        yield* ipxe.print(text);
      }
      const waits = [after(clock, KEY_POLL_NS)];
      if (isShown) waits.push(after(clock, Math.max(1, shownAtNs + PROGRESS_NS - clock.nowNs)));
      if (limitNs !== 0) waits.push(after(clock, Math.max(1, movedAtNs + limitNs - clock.nowNs)));
      yield anyOf(finished.ready, ...waits);
    }
  } finally {
    if (!running.done) running.cancel();
  }
  if (isShown) {
    const clear = '\b'.repeat(overwrite) + ' '.repeat(overwrite) + '\b'.repeat(overwrite);
    yield* ipxe.print(`${clear} ${status === OK ? 'ok' : strerror(status)}\n`);
  }
  return status;
}

/**
 * The times at which a request is repeated: the wait doubles each time, and the work is given up when the next
 * wait would pass the limit.
 */
export function retryTimeoutsNs(startMs: number, endMs: number): number[] {
  const out: number[] = [];
  for (let waitMs = Math.max(startMs, MIN_RETRY_MS); waitMs <= endMs; waitMs *= 2) out.push(waitMs * NS_PER_MS);
  return out;
}
/** A start of 0 means this value. */
const MIN_RETRY_MS = 250;
