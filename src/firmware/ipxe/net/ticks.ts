/**
 * The clock under iPXE's timers on a BIOS: it ticks 18.2 times a second, and counts each tick as 56 of its 1024 parts of a
 * second. A wait is over at the first tick at which it has passed.
 */
const TICK_NS = (65_536 * 1e9) / 1_193_182;
const PARTS_A_TICK = 56;

/** Nanoseconds that a wait of so many 1024ths of a second takes. */
export function ticksNs(parts: number): number {
  return Math.round(Math.ceil(parts / PARTS_A_TICK) * TICK_NS);
}

/** Waits that double from `first` 1024ths of a second, in nanoseconds. */
export function doublingNs(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => ticksNs(first * 2 ** index));
}
