/**
 * Time as a dependency. Nothing in the lab reads the wall clock: every part gets a `Clock` by its constructor.
 * Times are virtual nanoseconds since the lab was started, as plain numbers (safe up to 104 days).
 */

/** A pending call. `cancel` after it fired does nothing. */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Virtual nanoseconds since the start of the lab. */
  readonly nowNs: number;
  /** Calls `callback` once, `delayNs` from now. Calls at the same time come in the order they were asked for. */
  schedule(delayNs: number, callback: () => void): Timer;
}

export const NS_PER_US = 1_000;
export const NS_PER_MS = 1_000_000;
export const NS_PER_S = 1_000_000_000;
