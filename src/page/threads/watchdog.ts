/**
 * Notices a thread that does not answer. It is pinged once a second; after a number of seconds without an answer it
 * counts as hung. Seconds are counted by timer ticks, not by the clock, so a sleeping computer or a busy page does not
 * count.
 */

/** The page's clock. Returns how to stop. */
export type Every = (ms: number, action: () => void) => () => void;

const ASK_MS = 1000;
/** The longest work of a thread that is in order takes less. */
const SILENT_ASKS = 5;

export interface WatchdogListener {
  readonly onHang: () => void;
  /** It answers again. */
  readonly onAnswer: () => void;
}

export class Watchdog {
  private readonly listener: WatchdogListener;
  private readonly stopClock: () => void;
  private readonly ask: () => Promise<unknown>;
  /** Number of ticks at which the previous ping was still unanswered. */
  private silent = 0;
  private isAsked = false;
  private hangs = false;

  constructor(every: Every, ask: () => Promise<unknown>, listener: WatchdogListener) {
    this.ask = ask;
    this.listener = listener;
    this.stopClock = every(ASK_MS, () => this.check());
  }

  /** It gets the same time again before it counts as hung. */
  wait(): void {
    this.silent = 0;
    this.hangs = false;
  }

  stop(): void {
    this.stopClock();
  }

  private check(): void {
    if (!this.isAsked) {
      this.isAsked = true;
      void this.listen();
      return;
    }
    this.silent++;
    if (this.silent !== SILENT_ASKS || this.hangs) return;
    this.hangs = true;
    this.listener.onHang();
  }

  private async listen(): Promise<void> {
    try {
      await this.ask();
    } catch {
      // The thread was ended: the answer does not matter any more.
      return;
    }
    this.isAsked = false;
    this.silent = 0;
    if (!this.hangs) return;
    this.hangs = false;
    this.listener.onAnswer();
  }
}
