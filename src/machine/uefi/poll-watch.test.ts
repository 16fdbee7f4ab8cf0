/** A program that polls lets the machine rest; one that computes, prints or is spoken to does not. */
import { describe, expect, it } from 'vitest';
import { CPU_STATE } from '../v86/internals.ts';
import { PollWatch } from './poll-watch.ts';

const SLICE_NS = 1_024_000;

/** Runs slices whose ends find the CPU where `state` says; returns in how many of the last thousand it may rest. */
function run(watch: PollWatch, slices: number, state: (slice: number) => number, fromNs = 0): number {
  const words = new Int32Array(512);
  let rests = 0;
  for (let slice = 0; slice < slices; slice++) {
    words[CPU_STATE.instructionPointer / 4] = 0x1000 + state(slice);
    words[CPU_STATE.reg32 / 4] = state(slice);
    if (watch.sample(words, fromNs + slice * SLICE_NS) && slice >= slices - 1000) rests++;
  }
  return rests;
}

/** As GRUB in its menu: timers come in between. */
const polling = (slice: number): number => (slice % 8 === 0 ? slice : (slice * 7) % 20);
/** As firmware that waits for offers of DHCP. */
const onlyPolling = (slice: number): number => slice % 20;
const computing = (slice: number): number => slice;
/** As drivers at their start: nearly half of the ends are in a few loops. */
const halfInLoops = (slice: number): number => (slice % 100 < 45 ? slice % 20 : slice);

describe('a program that only polls', () => {
  it('may rest after ten seconds, not before', () => {
    expect(run(new PollWatch(), 9_900, polling)).toBe(0);
    expect(run(new PollWatch(), 11_500, polling)).toBe(1000);
  });

  it('may rest after half a second when it does nothing else', () => {
    expect(run(new PollWatch(), 240, onlyPolling)).toBe(0);
    expect(run(new PollWatch(), 1_500, onlyPolling)).toBe(1000);
  });

  it('may not when it has sent or printed something', () => {
    const watch = new PollWatch();
    run(watch, 11_500, polling);
    watch.startOver();
    expect(run(watch, 9_000, (slice) => polling(slice + 20_000))).toBe(0);
  });

  it('runs at full speed for a while when a key or a frame has come', () => {
    const watch = new PollWatch();
    run(watch, 11_500, polling);
    watch.alert(0);
    expect(run(watch, 1_000, polling)).toBe(1000 - Math.ceil(200_000_000 / SLICE_NS));
  });

  it('is not slowed down when it goes on to compute', () => {
    const watch = new PollWatch();
    run(watch, 11_500, polling);
    run(watch, 32, (slice) => 100_000 + slice);
    expect(run(watch, 1_000, (slice) => 200_000 + slice)).toBe(0);
  });
});

describe('a program that computes', () => {
  it.each([
    ['and is never found in the same state', computing],
    ['with loops in between', halfInLoops],
  ])('%s is never slowed down', (_, state) => {
    expect(run(new PollWatch(), 30_000, state)).toBe(0);
  });
});
