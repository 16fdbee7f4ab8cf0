/**
 * How a lab is run has no effect on what happens in it: in one go, with the thread given back at every chance and a
 * slow computer between, or in slow motion, a moment at a time.
 */
import { describe, expect, it } from 'vitest';
import { NS_PER_MS, NS_PER_S } from '../../src/base/time/clock.ts';
import { SeededRng } from '../../src/base/rng.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { RunControl, type RunStop } from '../../src/lab/run-control.ts';
import { answerOf } from '../../src/lab/nodes/machine.ts';
import { sha256 } from '../support/once/in-node.ts';
import { capturePcapng, openLab, play, siteScenario } from '../support/lab.ts';

function outcome(lab: Lab): unknown {
  return {
    timeNs: lab.queue.nowNs,
    pcapng: sha256(capturePcapng(lab)),
    events: sha256(lab.log.events.map((event) => JSON.stringify(event)).join('\n')),
    states: [...lab.machines.values()].map((machine) => answerOf(machine, 'stateHash')),
  };
}

/** Lets wall time pass with the thread held, as a busy computer does. */
function stumble(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

type Runner = (control: RunControl, lab: Lab) => RunStop;

/** Gives the thread back whenever it is asked, and now and then is not heard of for some milliseconds. */
const haltingly: Runner = (control) => {
  const rng = new SeededRng('a slow computer');
  for (;;) {
    const stop = control.run(300 * NS_PER_S, () => rng.u32() % 3 > 0);
    if (stop.kind !== 'yield') return stop;
    if (rng.u32() % 200 === 0) stumble(1 + (rng.u32() % 6));
  }
};

/** As a pace does: up to moments that have nothing to do with what happens in the lab. */
const byMoments: Runner = (control, lab) => {
  const rng = new SeededRng('moments');
  for (;;) {
    const stop = control.run(lab.queue.nowNs + 1 + (rng.u32() % (20 * NS_PER_MS)), () => false);
    if (stop.kind !== 'limit') return stop;
  }
};

/** Looked at all the time, as a page does that shows the screen and the serial console. */
const watched: Runner = (control, lab) => {
  for (;;) {
    const stop = control.run(300 * NS_PER_S, () => true);
    for (const machine of lab.machines.values()) {
      answerOf(machine, 'screen');
      machine.screenText();
      machine.takeSerial();
    }
    if (stop.kind !== 'yield') return stop;
  }
};

describe('the same lab, however it is run', () => {
  it.each([
    ['bare-loss', 'stage:halted'],
    ['bare-ipxe-menu', 'stage:halted'],
    ['bare-storm-50', 'pc50.stage:halted'],
    ['debian-installer', 'tftp.source_file contains "vesamenu"'],
  ])('%s to %s', (name, until) => {
    const scenario = siteScenario(name);
    const whole = play(scenario, { until });
    expect(whole.stop.kind).toBe('breakpoint');
    const expected = outcome(whole.lab);
    for (const runner of [haltingly, byMoments, watched]) {
      const lab = openLab(scenario);
      const control = new RunControl(lab);
      expect(control.setBreakpoints([{ condition: until, count: 1 }])).toEqual([undefined]);
      expect(runner(control, lab).kind).toBe('breakpoint');
      expect(outcome(lab)).toEqual(expected);
    }
  });
});
