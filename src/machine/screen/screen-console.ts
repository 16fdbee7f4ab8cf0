/**
 * The text screen as events: when it has settled, the lines that are new. A screen that scrolls reports the new lines
 * at the bottom, not the lines that moved.
 */
import { NS_PER_MS, type Clock, type Timer } from '../../base/time/clock.ts';
import type { EventSink } from '../../base/event-log.ts';
import type { PcScreen } from './screen.ts';

export interface ScreenConsoleOptions {
  readonly screen: Pick<PcScreen, 'changes' | 'textRows'>;
  readonly clock: Clock;
  readonly log: EventSink;
  readonly onLine: (text: string) => void;
}

/** Settled: nothing has changed for this long. */
const SETTLE_NS = 50 * NS_PER_MS;
/** A screen that never settles is reported this often. */
const LATEST_NS = 500 * NS_PER_MS;

export class ScreenConsole {
  private readonly options: ScreenConsoleOptions;
  private seenChanges = 0;
  private rows: readonly string[] = [];
  private firstNs = 0;
  private timer: Timer | undefined;

  constructor(options: ScreenConsoleOptions) {
    this.options = options;
  }

  /** To be called at slice borders. True when the screen has changed since the last call. */
  check(timeNs: number): boolean {
    const { screen, clock } = this.options;
    if (screen.changes === this.seenChanges) return false;
    this.seenChanges = screen.changes;
    if (this.timer === undefined) this.firstNs = timeNs;
    this.timer?.cancel();
    const dueNs = Math.min(timeNs + SETTLE_NS, this.firstNs + LATEST_NS);
    this.timer = clock.schedule(Math.max(0, dueNs - clock.nowNs), () => {
      this.timer = undefined;
      this.flush();
    });
    return true;
  }

  flush(): void {
    this.timer?.cancel();
    this.timer = undefined;
    const { screen, log, onLine } = this.options;
    const rows = screen.textRows();
    const fresh = newLines(this.rows, rows);
    this.rows = rows;
    if (fresh.length === 0) return;
    log.emit({ kind: 'console', channel: 'screen', text: fresh.join('\n') });
    for (const line of fresh) onLine(line);
  }
}

/** The rows of `after` that are not those of `before`, moved up by as much as fits best. Blank rows are left out. */
export function newLines(before: readonly string[], after: readonly string[]): string[] {
  const distance = scrollDistance(before, after);
  return after.filter((row, i) => row !== '' && row !== before[i + distance]);
}

/** By how many rows the text moved up: the least distance at which most of the old rows that stay are found again. */
function scrollDistance(before: readonly string[], after: readonly string[]): number {
  let best = 0;
  let bestScore = 0;
  for (let distance = 0; distance < before.length; distance++) {
    let score = 0;
    for (let i = 0; i + distance < before.length; i++) {
      if (before[i + distance] !== '' && before[i + distance] === after[i]) score++;
    }
    if (score > bestScore) {
      best = distance;
      bestScore = score;
    }
  }
  return best;
}
