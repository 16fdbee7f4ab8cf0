/**
 * Rate-limited reports, by kind, of what the network drops or damages: a port that drops ten thousand frames a second
 * must report that once, then the number of further drops, and not flood the log.
 */
import { NS_PER_S, type Clock } from '../base/time/clock.ts';
import type { EventBody, EventSink } from '../base/event-log.ts';
import { netMessage, type MessagePart } from './messages.ts';

interface Quota {
  nextNs: number;
  suppressed: number;
}

export class Reporter {
  private readonly clock: Clock;
  private readonly log: EventSink | undefined;
  private readonly intervalNs: number;
  private readonly quotas = new Map<string, Quota>();

  constructor(clock: Clock, log: EventSink | undefined, intervalNs = NS_PER_S) {
    this.clock = clock;
    this.log = log;
    this.intervalNs = intervalNs;
  }

  /** At most one event per `key` and interval; the text is made only when it is shown; `more` says how many were left out before. */
  limited(key: string, make: (more: MessagePart) => EventBody, rule?: string): void {
    if (this.log === undefined) return;
    const { nowNs } = this.clock;
    let quota = this.quotas.get(key);
    if (quota === undefined) {
      quota = { nextNs: 0, suppressed: 0 };
      this.quotas.set(key, quota);
    }
    if (nowNs < quota.nextNs) {
      quota.suppressed++;
      return;
    }
    const { suppressed } = quota;
    const more = suppressed === 0 ? '' : netMessage('net.more', { count: suppressed });
    quota.suppressed = 0;
    quota.nextNs = nowNs + this.intervalNs;
    this.emit(make(more), rule);
  }

  /** An event that is never held back. */
  emit(body: EventBody, rule?: string): void {
    this.log?.emit(body, rule === undefined ? {} : { rule });
  }
}
