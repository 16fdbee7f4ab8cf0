/** The timers of a connection: one that is cheap to move, and the estimate of the retransmission timeout. */
import { NS_PER_MS, NS_PER_S, type Clock, type Timer } from '../../../base/time/clock.ts';

/**
 * A timer whose deadline moves with nearly every segment. The event in the queue is left where it is and checks, when
 * it fires, whether the deadline has moved.
 */
export class MovingTimer {
  private readonly clock: Clock;
  private readonly callback: () => void;
  private deadlineNs: number | undefined;
  private pending: Timer | undefined;
  private pendingNs = 0;

  constructor(clock: Clock, callback: () => void) {
    this.clock = clock;
    this.callback = callback;
  }

  get running(): boolean {
    return this.deadlineNs !== undefined;
  }

  start(delayNs: number): void {
    // Whole nanoseconds: the clock knows no others, and a deadline between two would never be reached.
    const deadlineNs = this.clock.nowNs + Math.ceil(delayNs);
    this.deadlineNs = deadlineNs;
    if (this.pending !== undefined) {
      if (this.pendingNs <= deadlineNs) return;
      this.pending.cancel();
    }
    this.schedule(deadlineNs);
  }

  /** Stops it; the event in the queue may still come, and does nothing. */
  stop(): void {
    this.deadlineNs = undefined;
  }

  /** Stops it and takes its event out of the queue. */
  cancel(): void {
    this.deadlineNs = undefined;
    this.pending?.cancel();
    this.pending = undefined;
  }

  private schedule(timeNs: number): void {
    this.pendingNs = timeNs;
    this.pending = this.clock.schedule(timeNs - this.clock.nowNs, () => this.fire());
  }

  private fire(): void {
    this.pending = undefined;
    const { deadlineNs } = this;
    if (deadlineNs === undefined) return;
    if (deadlineNs > this.clock.nowNs) {
      this.schedule(deadlineNs);
      return;
    }
    this.deadlineNs = undefined;
    this.callback();
  }
}

/** RFC 6298 §2.4 wants 1 s; every system in use takes less, and so does the lab. */
const MIN_RTO_NS = 200 * NS_PER_MS;
/** RFC 6298 §2.5. */
const MAX_RTO_NS = 60 * NS_PER_S;
/** RFC 6298 §2.1. */
const INITIAL_RTO_NS = NS_PER_S;
/** The wait after each SYN, doubled each time (RFC 6298 §5.5). */
export const DEFAULT_SYN_RETRY_NS: readonly number[] = Array.from({ length: 7 }, (_, i) => INITIAL_RTO_NS * 2 ** i);
/** RFC 6298 §5.7: when the SYN had to be sent again. */
const RTO_AFTER_SYN_LOSS_NS = 3 * NS_PER_S;

/** RFC 6298 §2: smoothed round-trip time, its variation, and the timeout that follows. */
export class RttEstimator {
  private smoothedNs: number | undefined;
  private variationNs = 0;
  private timeoutNs = INITIAL_RTO_NS;
  private backoff = 1;

  get rtoNs(): number {
    return Math.min(this.timeoutNs * this.backoff, MAX_RTO_NS);
  }

  sample(rttNs: number): void {
    if (this.smoothedNs === undefined) {
      this.smoothedNs = rttNs;
      this.variationNs = rttNs / 2;
    } else {
      this.variationNs = 0.75 * this.variationNs + 0.25 * Math.abs(this.smoothedNs - rttNs);
      this.smoothedNs = 0.875 * this.smoothedNs + 0.125 * rttNs;
    }
    this.timeoutNs = Math.min(Math.max(this.smoothedNs + 4 * this.variationNs, MIN_RTO_NS), MAX_RTO_NS);
    this.backoff = 1;
  }

  /** RFC 6298 §5.5. */
  backOff(): void {
    this.backoff = Math.min(this.backoff * 2, 512);
  }

  /** New data was acknowledged: the path is alive. */
  resetBackoff(): void {
    this.backoff = 1;
  }

  synWasLost(): void {
    if (this.smoothedNs === undefined) this.timeoutNs = RTO_AFTER_SYN_LOSS_NS;
    this.backoff = 1;
  }
}
