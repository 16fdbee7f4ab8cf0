/** A tape gives back what was recorded, in its order, and notices when something else is asked. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Tape, TapeMismatch, type CpuStatus, type SliceHead } from './tape.ts';

const STATUS: CpuStatus = {
  counter: 4_294_967_295,
  isHalted: true,
  isPaging: false,
  haltedByHost: true,
  asleep: false,
};

function head(startNs: number): SliceHead {
  return {
    startNs,
    cause: -17,
    borderCalls: 3,
    wakeCalls: 2,
    rest: 1,
    baseNs: 5_000_000_001,
    instructionTotal: 2 ** 45 + 1,
    counterStart: 77,
    nextRetraceNs: 16_666_667,
    ...STATUS,
  };
}

function recorded(write: (tape: Tape) => void): Uint8Array {
  const tape = new Tape({ status: () => STATUS, setStatus: () => undefined, play: () => undefined });
  tape.record();
  write(tape);
  return tape.contents();
}

describe('Tape', () => {
  it('plays calls with the callbacks in them, and the status of each', () => {
    const bytes = recorded((tape) => {
      tape.call(() => {
        expect(tape.callback('frame')).toBe(true);
        tape.putBlob(Uint8Array.of(1, 2, 3));
        tape.call(() => 1);
        return 0.25;
      });
    });
    const seen: unknown[] = [];
    const player: Tape = new Tape({
      status: () => STATUS,
      setStatus: (status) => seen.push(status),
      play: (callback) => {
        seen.push(callback, [...player.blob()]);
        expect(player.call(() => -1)).toBe(1);
      },
    });
    player.load(bytes);
    expect(player.call(() => -1)).toBe(0.25);
    expect(seen).toEqual([STATUS, 'frame', [1, 2, 3], STATUS, STATUS]);
    expect(player.isAtEnd).toBe(true);
  });

  it('answers with what was read, also past an answer that rarely comes', () => {
    const write = (tape: Tape): readonly unknown[] => [
      tape.answer(() => -3),
      tape.note(() => undefined),
      tape.answerBytes(() => Uint8Array.of(9)),
      tape.note(() => 'stuck'),
      tape.answer(() => 2 ** 53 - 2 ** 40),
    ];
    let first: readonly unknown[] = [];
    const bytes = recorded((tape) => {
      first = write(tape);
    });
    const player = new Tape({ status: () => STATUS, setStatus: () => undefined, play: () => undefined });
    player.load(bytes);
    expect(write(player)).toEqual(first);
  });

  it('finds the next slice past answers, without taking it', () => {
    const bytes = recorded((tape) => {
      tape.answer(() => 1);
      tape.answerBytes(() => new Uint8Array(300));
      tape.putSlice(head(123));
    });
    const player = new Tape({ status: () => STATUS, setStatus: () => undefined, play: () => undefined });
    player.load(bytes);
    expect(player.nextSliceNs).toBe(123);
    expect(player.nextSlice).toBeUndefined();
    player.answer(() => 0);
    player.answerBytes(() => new Uint8Array(0));
    expect(player.nextSlice).toEqual(head(123));
    expect(player.takeSlice()).toEqual(head(123));
    expect(player.nextSliceNs).toBeUndefined();
  });

  it('says so when it belongs to another run, or ends too early', () => {
    const player = new Tape({ status: () => STATUS, setStatus: () => undefined, play: () => undefined });
    player.load(recorded((tape) => tape.answer(() => 1)));
    expect(() => player.answerBytes(() => new Uint8Array(0))).toThrow(TapeMismatch);
    player.load(recorded((tape) => tape.answerBytes(() => new Uint8Array(50))).subarray(0, 20));
    expect(() => player.answerBytes(() => new Uint8Array(0))).toThrow(TapeMismatch);
    player.load(new Uint8Array(0));
    expect(() => player.call(() => 0)).toThrow(TapeMismatch);
  });

  it('keeps whole numbers of 53 bits', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 52), max: 2 ** 52 }), (value) => {
        const player = new Tape({ status: () => STATUS, setStatus: () => undefined, play: () => undefined });
        player.load(recorded((tape) => tape.putInt(value)));
        expect(player.int()).toBe(value);
      }),
    );
  });

  it('forgets what is rewound', () => {
    const bytes = recorded((tape) => {
      tape.answer(() => 1);
      const { position } = tape;
      tape.putSlice(head(1));
      tape.rewind(position);
      tape.answer(() => 2);
    });
    const player = new Tape({ status: () => STATUS, setStatus: () => undefined, play: () => undefined });
    player.load(bytes);
    expect([player.answer(() => 0), player.answer(() => 0)]).toEqual([1, 2]);
  });
});
