/** Faults strike what they are meant to strike, say so, and strike the same frames for the same seed. */
import { describe, expect, it } from 'vitest';
import { byteAt } from '../base/bytes.ts';
import { NS_PER_MS } from '../base/time/clock.ts';
import { EventLog } from '../base/event-log.ts';
import { EventQueue } from '../base/time/event-queue.ts';
import { itemAt } from '../base/lists/list.ts';
import { SeededRng } from '../base/rng.ts';
import { FaultPort, type Fault } from './faults.ts';
import { PlugPort, Wire } from './link.ts';

function setUp(faults: readonly Fault[], seed = 'faults') {
  const clock = new EventQueue();
  const log = new EventLog(clock);
  const a = new PlugPort('a.0');
  const b = new PlugPort('b.0');
  new Wire('w', clock, { latencyNs: 0, bandwidthBps: 0 }).connect(a, b);
  const port = new FaultPort(a, clock, new SeededRng(seed), log.sink('a'), faults);
  const got: { timeNs: number; frame: Uint8Array }[] = [];
  b.setReceiver((frame) => got.push({ timeNs: clock.nowNs, frame }));
  const numbers = (): number[] => got.map(({ frame }) => byteAt(frame, 20));
  const send = (count: number, length = 60): void => {
    for (let i = 1; i <= count; i++) {
      const frame = new Uint8Array(length);
      frame[20] = i;
      port.send(frame);
    }
    clock.runAll();
  };
  const codes = (): string[] => log.events.map((event) => (event.kind === 'fault' ? event.code : event.kind));
  return { clock, log, port, b, got, numbers, send, codes };
}

describe('FaultPort', () => {
  it('loses about as many frames as it should, the same ones for the same seed', () => {
    const run = (seed: string): number[] => {
      const lab = setUp([{ kind: 'loss', probability: 0.3 }], seed);
      lab.send(200);
      expect(lab.codes()).toHaveLength(200 - lab.got.length);
      return lab.numbers();
    };
    expect(run('one')).toEqual(run('one'));
    expect(run('one')).not.toEqual(run('two'));
    expect(run('one').length).toBeGreaterThan(110);
    expect(run('one').length).toBeLessThan(170);
  });

  it('delays with jitter and keeps the order', () => {
    const lab = setUp([{ kind: 'delay', delayNs: 1000, jitterNs: 5000 }]);
    lab.send(50);
    expect(lab.numbers()).toEqual(lab.numbers().toSorted((x, y) => x - y));
    expect(itemAt(lab.got, 0).timeNs).toBeGreaterThanOrEqual(1000);
    expect(itemAt(lab.got, 49).timeNs).toBeLessThanOrEqual(6000);
    expect(lab.codes()).toEqual(['fault.delay']);
  });

  it('makes at most 16 frames of one, whatever doubles it, and says so once', () => {
    const lab = setUp(Array.from({ length: 32 }, () => ({ kind: 'duplicate', probability: 1 })));
    lab.send(3);
    expect(lab.numbers()).toEqual([1, 2, 3].flatMap((n) => Array.from({ length: 16 }, () => n)));
    const bounded = lab.log.events.filter((event) => event.kind === 'fault' && event.text.includes('at most 16'));
    expect(bounded).toHaveLength(1);
    expect(lab.log.events).toHaveLength(3 * 15 + 1);
  });

  it('acts on the n-th frame that matches, and only on that', () => {
    const match = (frame: Uint8Array): boolean => byteAt(frame, 20) % 2 === 0;
    const nth = (action: Extract<Fault, { kind: 'nth' }>['action'], times?: number): Fault => ({
      kind: 'nth',
      n: 2,
      match,
      action,
      description: 'even',
      ...(times === undefined ? {} : { times }),
    });
    const run = (fault: Fault): ReturnType<typeof setUp> => {
      const lab = setUp([fault]);
      lab.send(8);
      return lab;
    };
    expect(run(nth({ kind: 'drop' })).numbers()).toEqual([1, 2, 3, 5, 6, 7, 8]);
    expect(run(nth({ kind: 'drop' }, Number.POSITIVE_INFINITY)).numbers()).toEqual([1, 2, 3, 5, 7]);
    expect(run(nth({ kind: 'duplicate' })).numbers()).toEqual([1, 2, 3, 4, 4, 5, 6, 7, 8]);
    const delayed = run(nth({ kind: 'delay', delayNs: 3 * NS_PER_MS }));
    expect(delayed.numbers()).toEqual([1, 2, 3, 5, 6, 7, 8, 4]);
    expect(delayed.log.events.map((event) => (event.kind === 'fault' ? event.text : ''))).toEqual([
      'a.0: held back a frame of 60 bytes for 3 ms (match 2: even).',
    ]);
    const damaged = run(nth({ kind: 'corrupt', offset: 30 }));
    const differing = damaged.got.filter(({ frame }) => frame[30] !== 0);
    expect(differing.map(({ frame }) => frame[20])).toEqual([4]);
    // One bit, and no more.
    expect(Math.log2(byteAt(itemAt(differing, 0).frame, 30)) % 1).toBe(0);
  });

  it('never changes the frame that was sent', () => {
    const lab = setUp([{ kind: 'corrupt', probability: 1 }]);
    const frame = new Uint8Array(60);
    lab.port.send(frame);
    lab.clock.runAll();
    expect(frame.every((byte) => byte === 0)).toBe(true);
    expect(itemAt(lab.got, 0).frame.some((byte) => byte !== 0)).toBe(true);
    expect(
      itemAt(lab.got, 0)
        .frame.subarray(0, 14)
        .every((byte) => byte === 0),
    ).toBe(true);
  });

  it('swallows packets beyond the MTU and slows down to a bandwidth', () => {
    const small = setUp([{ kind: 'mtu', mtuBytes: 1400 }]);
    small.send(1, 1414);
    small.send(1, 1415);
    expect(small.got).toHaveLength(1);
    const slow = setUp([{ kind: 'bandwidth', bandwidthBps: 8e6 }]);
    slow.send(3, 1000);
    expect(slow.got.map(({ timeNs }) => timeNs)).toEqual([NS_PER_MS, 2 * NS_PER_MS, 3 * NS_PER_MS]);
  });

  it('strikes between two times only, and goes on counting through the borders of another fault', () => {
    const lab = setUp([
      { kind: 'loss', probability: 1, fromNs: 100, untilNs: 200 },
      { kind: 'nth', n: 3, match: () => true, action: { kind: 'drop' } },
    ]);
    for (const timeNs of [50, 100, 199, 200, 250]) {
      lab.clock.runUntil(timeNs);
      lab.port.send(new Uint8Array(60));
    }
    lab.clock.runAll();
    // Two were lost before they could be counted: the third that is counted is the fifth.
    expect(lab.got.map(({ timeNs }) => timeNs)).toEqual([50, 200]);
    expect(lab.codes()).toEqual(['fault.loss', 'fault.loss', 'fault.nth']);
  });

  it('strikes in the direction it is set to', () => {
    const lab = setUp([{ kind: 'loss', probability: 1, direction: 'in' }]);
    let back = 0;
    lab.port.setReceiver(() => back++);
    lab.send(3);
    lab.b.send(new Uint8Array(60));
    lab.clock.runAll();
    expect(lab.got).toHaveLength(3);
    expect(back).toBe(0);
  });
});
