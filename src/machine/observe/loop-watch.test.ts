/** A program that goes nowhere is reported once; one that waits for a key, or computes, is not. */
import { describe, expect, it } from 'vitest';
import { LoopWatch } from './loop-watch.ts';

const CODE = Uint8Array.from({ length: 16 }, (_, i) => i);
const MS = 1_000_000;

/** Samples of so many virtual milliseconds, one each. */
function watch(
  ms: number,
  addressAt: (ms: number) => number,
  { interruptsOn = true, code = CODE }: { readonly interruptsOn?: boolean; readonly code?: Uint8Array } = {},
): string[] {
  const loops = new LoopWatch();
  return Array.from({ length: ms }, (_, at) =>
    loops.sample({ address: addressAt(at), interruptsOn, code, timeNs: at * MS }),
  ).flatMap((message) => (message === undefined ? [] : [message.text]));
}

describe('a loop of a few bytes', () => {
  it('is reported after three seconds, once, with what can still reach it', () => {
    expect(watch(3000, () => 0x7c01)).toEqual([]);
    expect(watch(9000, (ms) => 0x7c01 + (ms % 7))).toEqual([
      expect.stringMatching(/at 7C0[1-7]h for 3 s: interrupts reach it/),
    ]);
    expect(watch(9000, () => 0x7c01, { interruptsOn: false })).toEqual([
      expect.stringContaining('at 7C01h for 3 s with interrupts off: only a reset goes on'),
    ]);
  });

  it('may be interrupted by the clock now and then', () => {
    expect(watch(9000, (ms) => (ms % 55 === 0 ? 0xf_e987 : 0x7c01))).toHaveLength(1);
  });

  it('is none that asks the BIOS for a key, that is larger, or that sleeps', () => {
    expect(watch(9000, (ms) => (ms % 3 === 0 ? 0xf_e82e : 0x7c01))).toEqual([]);
    expect(watch(9000, (ms) => 0x7c01 + (ms % 40))).toEqual([]);
    const loops = new LoopWatch();
    const seen = Array.from({ length: 9000 }, (_, ms) => {
      if (ms % 1000 === 0) loops.pause();
      return loops.sample({ address: 0x7c01, interruptsOn: true, code: CODE, timeNs: ms * MS });
    });
    expect(seen.filter((message) => message !== undefined)).toEqual([]);
  });
});

describe('an instruction that the CPU refuses', () => {
  it('is tried again from the IRET of the BIOS, and reported soon', () => {
    expect(watch(300, (ms) => (ms % 2 === 0 ? 0x7c01 : 0xf_ff53))).toEqual([]);
    expect(watch(5000, (ms) => (ms % 2 === 0 ? 0x7c01 : 0xf_ff53))).toEqual([
      expect.stringMatching(/refused the instruction at 7C01h for 0\.3 s/),
    ]);
  });
});

describe('empty memory', () => {
  it('is run through by a program that has jumped to the wrong place', () => {
    for (const byte of [0, 0xff])
      expect(watch(500, (ms) => 0x5_0000 + 6 * ms, { code: new Uint8Array(16).fill(byte) })).toEqual([
        'The CPU runs through empty memory at 50252h: the program has jumped to where no code is',
      ]);
  });

  it('is not what a table of zeros in a program looks like', () => {
    expect(watch(99, (ms) => 0x5_0000 + 6 * ms, { code: new Uint8Array(16) })).toEqual([]);
  });
});
