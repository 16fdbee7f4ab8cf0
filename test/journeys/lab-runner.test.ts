/** How a run goes, waits, stops and fails, on a wall clock moved by hand. */
import { describe, expect, it } from 'vitest';
import { HandHost } from './hand-host.ts';
import { openLab, siteScenario } from '../support/lab.ts';
import { RunControl } from '../../src/lab/run-control.ts';
import { parseScenarioText } from '../../src/scenario/parse.ts';
import { TapeMismatch } from '../../src/machine/keyframes/tape.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import type { RunMode } from '../../src/threads/api/lab-api.ts';
import { LabRunner } from '../../src/threads/lab/lab-runner.ts';
import { MachineFailure } from '../../src/threads/lab/machine-threads.ts';
import { RunWaits } from '../../src/threads/lab/run-waits.ts';
import { verbatim } from '../../src/base/sentence.ts';

const DEFAULT_PACE: RunMode = { kind: 'fast', waitAtMenus: true };

function scenarioOf(document: unknown): Scenario {
  const parsed = parseScenarioText(JSON.stringify(document));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

/** One bare iPXE with a script of its own, and nobody else. */
function withScript(script: string, more: Readonly<Record<string, unknown>> = {}): Scenario {
  return scenarioOf({
    version: 1,
    name: 'script',
    nodes: [
      {
        kind: 'bare',
        name: 'pc1',
        nics: [{ mac: '52:54:00:12:34:01' }],
        firmware: { personality: 'ipxe', embeddedScript: script },
      },
      { kind: 'switch', name: 'sw1' },
    ],
    links: [{ a: 'pc1.net0', b: 'sw1.p1' }],
    ...more,
  });
}

function bench(scenario: Scenario) {
  const host = new HandHost();
  const reported: boolean[] = [];
  let fail: ((error: Error) => void) | undefined;
  const machines = {
    news: async () =>
      await new Promise<void>((_, reject) => {
        fail = reject;
      }),
    wake: () => undefined,
  };
  const runner = new LabRunner(machines, (now) => void reported.push(now), host);
  const lab = openLab(scenario);
  const control = new RunControl(lab, { atHeldScripts: true });
  runner.open({ lab, control, waits: new RunWaits(lab) });
  const seconds = (): number => lab.queue.nowNs / 1e9;
  const toEnd = async (): Promise<void> => await host.settle(() => runner.mode.kind === 'paused');
  return { host, runner, lab, control, reported, seconds, toEnd, failMachine: (error: Error) => fail?.(error) };
}

describe('the end of a run', () => {
  it('says that all machines have halted, and says it again', async () => {
    const { runner, toEnd, reported } = bench(siteScenario('bare-pxe'));
    runner.setMode(DEFAULT_PACE);
    await toEnd();
    expect(runner.stopped).toEqual({ kind: 'idle', why: 'halted', missed: undefined });
    expect(reported.at(-1)).toBe(true);
    runner.setMode(DEFAULT_PACE);
    expect(runner.stopped).toBeUndefined();
    await toEnd();
    expect(runner.stopped).toMatchObject({ kind: 'idle', why: 'halted' });
    await runner.step('frame');
    expect(runner.stopped).toMatchObject({ kind: 'idle', why: 'halted' });
  });

  it('names the condition that was not met, and the breakpoint that stopped it', async () => {
    const { runner, toEnd, control, lab } = bench(siteScenario('bare-pxe'));
    control.setBreakpoints([
      { condition: 'stage:kernel-entry', count: 1 },
      { condition: 'tftp.block == 7', count: 1 },
      { condition: 'tftp.block == 999', count: 1, once: true },
    ]);
    runner.setMode(DEFAULT_PACE);
    await toEnd();
    expect(runner.stopped).toMatchObject({ kind: 'breakpoint', condition: 'tftp.block == 7', number: 2 });
    const fromNs = lab.queue.nowNs;
    runner.setMode(DEFAULT_PACE);
    await toEnd();
    expect(runner.stopped).toMatchObject({
      kind: 'breakpoint',
      number: 2,
    });
    control.setBreakpoints([{ condition: 'tftp.block == 999', count: 1, once: true }]);
    runner.setMode(DEFAULT_PACE);
    await toEnd();
    expect(runner.stopped).toMatchObject({ kind: 'idle', missed: { condition: 'tftp.block == 999' } });
    expect(lab.queue.nowNs).toBeGreaterThan(fromNs);
  });

  it('tells a lab whose machines are off from one that has none', async () => {
    const off = withScript('#!ipxe\n');
    const nodes = off.nodes.map((node) => (node.kind === 'bare' ? { ...node, power: 'off' as const } : node));
    const labs: readonly (readonly [Scenario, string])[] = [
      [{ ...off, nodes }, 'off'],
      [{ ...off, nodes: off.nodes.slice(1), links: [] }, 'nothing'],
    ];
    for (const [scenario, why] of labs) {
      const { runner, toEnd } = bench(scenario);
      runner.setMode({ kind: 'pace', factor: 1 });
      await toEnd();
      expect(runner.stopped).toMatchObject({ kind: 'idle', why });
    }
  });

  it('goes on by itself when a machine waited for a key, and gets it', async () => {
    const { runner, toEnd, lab, seconds } = bench(withScript('#!ipxe\nprompt --key 0x02 Press Ctrl-B\nsleep 5\n'));
    runner.setMode(DEFAULT_PACE);
    await toEnd();
    expect(runner.stopped).toMatchObject({ kind: 'idle', why: 'waits', machine: 'pc1' });
    const waitedFrom = seconds();
    await runner.act((opened) => opened.userInput('pc1', { keys: ['Ctrl-B'] }));
    expect(runner.mode).toEqual(DEFAULT_PACE);
    await toEnd();
    expect(seconds()).toBeGreaterThan(waitedFrom + 4.9);
    expect(lab.log.events.some(({ kind }) => kind === 'input')).toBe(true);
  });

  it('does not go on with a key when the person has paused it', async () => {
    const { runner } = bench(siteScenario('bare-pxe'));
    runner.setMode(DEFAULT_PACE);
    runner.setMode({ kind: 'paused' });
    await runner.act((opened) => opened.userInput('pc1', { keys: ['Enter'] }));
    expect([runner.mode.kind, runner.stopped]).toEqual(['paused', undefined]);
  });
});

/** A spanning tree sends a hello every two seconds without end: the lab never ends by itself. */
const RESTLESS = {
  nodes: [
    {
      kind: 'bare',
      name: 'pc1',
      nics: [{ mac: '52:54:00:12:34:01' }],
      firmware: { personality: 'ipxe', embeddedScript: '#!ipxe\nmenu Boot\nitem one One\nchoose x ||\nsleep 100\n' },
    },
    { kind: 'switch', name: 'sw1', stp: { enabled: true } },
  ],
};

describe('a lab that only waits', () => {
  it('goes in real time at a menu without a countdown, with a thread that sleeps', async () => {
    const { runner, host, seconds } = bench(withScript('', RESTLESS));
    runner.setMode(DEFAULT_PACE);
    await host.settle(() => runner.waits !== undefined);
    expect(runner.waits).toEqual({ kind: 'menu', machine: 'pc1' });
    const fromS = seconds();
    host.sleeps = 0;
    await host.pass(10_000);
    expect(seconds() - fromS).toBeGreaterThan(9.7);
    expect(seconds() - fromS).toBeLessThan(10.2);
    expect(host.sleeps).toBeLessThan(220);
    // A key is not waited for until the thread wakes by itself, and time is quick again.
    await runner.act((lab) => lab.userInput('pc1', { keys: ['Enter'] }));
    await host.settle(() => seconds() > fromS + 60);
    expect(runner.waits).toBeUndefined();
    runner.setMode({ kind: 'paused' });
  });

  it('does not wait when it is to go as fast as it can', async () => {
    const { runner, host, seconds } = bench(withScript('', RESTLESS));
    runner.setMode({ kind: 'fast', untilNs: 500e9 });
    await host.settle(() => runner.mode.kind === 'paused');
    expect([runner.stopped, seconds()]).toEqual([{ kind: 'moment' }, 500]);
  });
});

/** Nobody answers its DHCP, and its script tries again. */
const REPEATING = withScript('#!ipxe\n:again\ndhcp ||\ngoto again\n');

describe('a machine that repeats itself', () => {
  it('stops a run that goes as fast as it can, which goes on when asked again', async () => {
    const { runner, toEnd, seconds } = bench(REPEATING);
    runner.setMode({ kind: 'fast' });
    await toEnd();
    expect(runner.stopped).toMatchObject({ kind: 'repeats', machine: 'pc1', missed: undefined });
    const fromS = seconds();
    runner.setMode({ kind: 'fast' });
    await toEnd();
    expect(runner.stopped).toMatchObject({ kind: 'repeats' });
    expect(seconds()).toBeGreaterThan(fromS + 10);
  });

  it('goes in real time at the default pace', async () => {
    const { runner, host, seconds } = bench(REPEATING);
    runner.setMode(DEFAULT_PACE);
    await host.settle(() => runner.waits !== undefined);
    expect(runner.waits).toMatchObject({ kind: 'repeats', machine: 'pc1' });
    const fromS = seconds();
    await host.pass(60_000);
    expect(runner.waits).toMatchObject({ kind: 'repeats' });
    expect(seconds() - fromS).toBeLessThan(61);
    runner.setMode({ kind: 'paused' });
  });

  it('ends the wait for a condition', async () => {
    const { runner, toEnd, control } = bench(REPEATING);
    control.setBreakpoints([{ condition: 'stage:kernel-entry', count: 1, once: true }]);
    runner.setMode(DEFAULT_PACE);
    await toEnd();
    expect(runner.stopped).toMatchObject({ kind: 'repeats', missed: { condition: 'stage:kernel-entry' } });
  });
});

describe('a run that costs too much, or fails', () => {
  it('ends by itself when nobody asked for it', async () => {
    const { runner, host } = bench(withScript('', RESTLESS));
    runner.setMode({ kind: 'fast', unasked: true });
    host.pass(4001).catch(() => undefined);
    await host.settle(() => runner.mode.kind === 'paused');
    expect(runner.stopped).toEqual({ kind: 'unasked' });
  });

  it('names the machine whose thread has failed', async () => {
    const { runner, reported } = bench(siteScenario('bare-pxe'));
    runner.fail(new MachineFailure('pc2', verbatim('out of memory')));
    expect(runner.stopped).toEqual({ kind: 'failure', message: verbatim('out of memory'), machine: 'pc2' });
    expect([runner.mode.kind, reported.at(-1)]).toEqual(['paused', true]);
  });

  it('stops, and says whose, when a keyframe does not fit the run', () => {
    const { runner } = bench(siteScenario('bare-pxe'));
    let dropped = 0;
    runner.onTapeMismatch = () => void dropped++;
    runner.fail(Object.assign(new TapeMismatch('it ends too early'), { machine: 'pc1' }));
    expect([runner.stopped, dropped]).toEqual([{ kind: 'mismatch', machine: 'pc1' }, 1]);
  });

  it('stops with what an exception in the lab says, in a run, a step and an action', async () => {
    for (const act of ['run', 'step', 'act'] as const) {
      const { runner, lab, toEnd } = bench(siteScenario('bare-pxe'));
      const fault = { kind: 'failure', message: verbatim('a fault of the program') };
      lab.queue.scheduleAt(1, () => {
        throw new Error('a fault of the program');
      });
      if (act === 'run') runner.setMode(DEFAULT_PACE);
      if (act === 'step') await runner.step('frame');
      if (act === 'act') await runner.act(() => 1);
      await toEnd();
      expect(runner.stopped).toEqual(fault);
    }
  });
});
