/** Breakpoints: several at once, each with a count; a stop is the last thing in the log, a step the next frame. */
import { describe, expect, it } from 'vitest';
import { NS_PER_S } from '../base/time/clock.ts';
import { atLeast } from '../base/lists/list.ts';
import { openLab, siteScenario } from '../../test/support/lab.ts';
import type { Lab } from './lab.ts';
import { RunControl } from './run-control.ts';

const FAR = Number.MAX_SAFE_INTEGER;

function open(): { readonly lab: Lab; readonly control: RunControl } {
  const lab = openLab(siteScenario('bare-pxe'));
  return { lab, control: new RunControl(lab) };
}

function run(control: RunControl): string {
  const stop = control.run(FAR, () => false);
  return stop.kind === 'breakpoint' ? stop.condition : stop.kind;
}

describe('breakpoints', () => {
  it('stop at the frame that meets a filter, with nothing later in the log; a step is the next frame', () => {
    const { lab, control } = open();
    expect(control.setBreakpoints([{ condition: 'tftp.opcode == 3 && tftp.block == 7', count: 1 }])).toEqual([
      undefined,
    ]);
    const stop = control.run(FAR, () => false);
    expect(stop).toMatchObject({ kind: 'breakpoint', event: lab.log.events.length - 1 });
    const sent = lab.capture.sentCount;
    const step = control.step('frame', () => false);
    expect(lab.capture.sentCount).toBe(sent + 1);
    expect(step).toEqual({ kind: 'step', event: lab.log.events.length - 1 });
    expect(lab.log.events.at(-1)).toMatchObject({ kind: 'frame', direction: 'out' });
  });

  it('stop from the n-th time on, and count each on its own', () => {
    const { control } = open();
    control.setBreakpoints([
      { condition: 'tftp.opcode == 3', count: 3 },
      { condition: 'stage:dhcp-ack', count: 1 },
      { condition: 'tftp.opcode == 4', count: 1, enabled: false },
      { condition: 'tftp.opcode == 3 && tftp.block == 2', count: 1, once: true },
    ]);
    expect(run(control)).toBe('stage:dhcp-ack');
    expect(control.hits).toEqual([0, 1, 0, 0]);
    expect(run(control)).toBe('tftp.opcode == 3 && tftp.block == 2');
    expect(run(control)).toBe('tftp.opcode == 3');
    expect(run(control)).toBe('tftp.opcode == 3');
    expect(control.hits).toEqual([4, 1, 0, 1]);
  });

  it('go on counting when others are added, and tell what cannot be read by its place', () => {
    const { control } = open();
    const kept = { condition: 'tftp.opcode == 3', count: 2 };
    control.setBreakpoints([{ condition: 'tftp.block == 1 && tftp.opcode == 3', count: 1 }, kept]);
    run(control);
    const problems = control.setBreakpoints([{ condition: 'tftp.opcode ==', count: 1 }, kept]);
    expect(problems[0]?.offset).toBeGreaterThan(0);
    expect(problems[1]).toBeUndefined();
    expect(control.hits).toEqual([0, 1]);
    expect(run(control)).toBe('tftp.opcode == 3');
  });

  it('stop where a script is held, for who steps through it, and not for others', () => {
    const scenario = siteScenario('bare-ipxe-menu');
    const pause = { machine: 'pc1', at: { ms: 1 }, do: { ipxe: { kind: 'pause' as const } } };
    const held = openLab({ ...scenario, inputs: [pause] });
    const control = new RunControl(held, { atHeldScripts: true });
    const stop = control.run(FAR, () => false);
    expect(stop.kind === 'breakpoint' && held.log.events[stop.event]).toMatchObject({
      code: 'script-held',
      text: 'Held before line 2 of menu.ipxe',
    });
    expect(run(new RunControl(openLab({ ...scenario, inputs: [pause] })))).toBe('idle');
  });

  it('stop at an event by its number, as links do', () => {
    const { lab, control } = open();
    control.setBreakpoints([{ condition: 'event:12', count: 1, once: true }]);
    expect(run(control)).toBe('event:12');
    expect(lab.log.events.length).toBeGreaterThan(12);
  });
});

describe('the history of a cable', () => {
  it('tells how the cable stood at any time, and which frames were on it', () => {
    const { lab, control } = open();
    control.run(FAR, () => false);
    const [cable] = atLeast(lab.links, 1);
    const nowNs = lab.queue.nowNs;
    const counters = [cable.wire.counters(0).frames, cable.wire.counters(1).frames];
    expect(cable.history.at(nowNs)).toEqual({ up: true, frames: counters, dropped: 0 });
    const sent = lab.log.events.find((event) => event.kind === 'frame' && event.port === cable.a);
    if (sent === undefined) throw new Error('a frame was sent');
    expect(cable.history.at(sent.timeNs - 1).frames).toEqual([0, 0]);
    expect(cable.history.at(sent.timeNs).frames).toEqual([1, 0]);
    const [flight, ...others] = atLeast(cable.history.flights(sent.timeNs, sent.timeNs, 10), 1);
    expect(others).toEqual([]);
    expect(flight).toMatchObject({ side: 0, sentNs: sent.timeNs, event: sent.id });
    expect(cable.history.flights(flight.arrivalNs, flight.arrivalNs, 10).filter(({ side }) => side === 0)).toEqual([]);
    expect(cable.history.flightsOf(sent.id, sent.timeNs)).toContainEqual(flight);
  });
});

describe('a lab at rest', () => {
  it('is one whose machines ended two minutes ago, though its switches go on for ever', () => {
    const lab = openLab({ ...siteScenario('bare-ring'), breakpoints: [] });
    expect(lab.isAtRest).toBe(false);
    const control = new RunControl(lab);
    control.setBreakpoints([{ condition: 'stage:halted', count: 1 }]);
    expect(run(control)).toBe('stage:halted');
    expect(lab.isAtRest).toBe(false);
    lab.queue.runUntil(lab.queue.nowNs + 121 * NS_PER_S);
    expect(lab.isAtRest).toBe(true);
    expect(lab.queue.nextNs).toBeDefined();
    lab.userInput('pc1', { power: 'reset' });
    lab.queue.runUntil(lab.queue.nowNs + NS_PER_S);
    expect(lab.isAtRest).toBe(false);
  });
});
