/** When a lab only waits: menus, machines that do nothing, machines that repeat themselves; on a clock set by hand. */
import { describe, expect, it } from 'vitest';
import { EventLog, type LabEvent } from '../../src/base/event-log.ts';
import { RunWaits, type WaitingLab } from '../../src/threads/lab/run-waits.ts';
import { verbatim } from '../../src/base/sentence.ts';

const item = { id: '0', label: 'Install' };
const SECOND = 1e9;

function bench() {
  const clock = { nowNs: 0, schedule: () => ({ cancel: () => undefined }) };
  const log = new EventLog(clock);
  const machine = (name: string) => ({ name, kind: 'pc', powered: true, instructions: 0 });
  const pcs = { pc1: machine('pc1'), pc2: machine('pc2') };
  const stages = new Map<string, LabEvent & { readonly kind: 'stage' }>();
  log.on((event) => {
    if (event.kind === 'stage') stages.set(event.node, event);
  });
  const lab = {
    log,
    machines: new Map(Object.entries(pcs)),
    isPlanned: false,
    queue: clock,
    latestStage: (name: string) => stages.get(name),
  };
  const waits = new RunWaits(lab as unknown as WaitingLab);
  const show = (node: string, items: readonly (typeof item)[], deadlineNs?: number): void => {
    const menu = { source: 'pxe', title: 'Boot', items, ...(deadlineNs === undefined ? {} : { deadlineNs }) };
    log.emit(node, { kind: 'menu', menu });
  };
  /** Virtual time passes, in which the machines work for a share of it. */
  const pass = (seconds: number, share = 0): void => {
    for (let i = 0; i < seconds * 10; i++) {
      clock.nowNs += SECOND / 10;
      for (const pc of Object.values(pcs)) pc.instructions += (share * SECOND) / 10 / 10;
      void waits.now;
    }
  };
  return { log, lab, pcs, waits, show, pass, clock };
}

describe('a menu', () => {
  it('is waited for while it counts down, whatever else goes on', () => {
    const { waits, show, clock, lab } = bench();
    lab.isPlanned = true;
    show('pc1', [item], 5 * SECOND);
    expect(waits.now).toEqual({ kind: 'menu', machine: 'pc1', untilNs: 5 * SECOND });
    clock.nowNs = 5 * SECOND;
    expect(waits.now).toBeUndefined();
  });

  it('without a countdown is waited for when no other machine has something to do', () => {
    const { waits, show, pcs, log } = bench();
    show('pc1', [item]);
    expect(waits.now).toBeUndefined();
    pcs.pc2.powered = false;
    expect(waits.now).toEqual({ kind: 'menu', machine: 'pc1' });
    show('pc1', []);
    expect(waits.now).toBeUndefined();
    show('pc1', [item]);
    log.emit('pc1', { kind: 'stage', stage: 'kernel-loaded', ...verbatim('') });
    expect(waits.now).toBeUndefined();
  });

  it('is not waited for when the scenario is to press keys', () => {
    const { waits, show, pcs, lab } = bench();
    pcs.pc2.powered = false;
    show('pc1', [item]);
    lab.isPlanned = true;
    expect(waits.now).toBeUndefined();
  });
});

describe('a machine that does nothing', () => {
  it('is waited for after longer than a BIOS waits before it tries again', () => {
    const { waits, pass, pcs } = bench();
    pcs.pc2.powered = false;
    pass(69);
    expect(waits.now).toBeUndefined();
    pass(2);
    expect(waits.now).toEqual({ kind: 'quiet', machine: 'pc1' });
  });

  it('is busy as long as its processor works, or it says something', () => {
    const { waits, pass, log } = bench();
    pass(100, 0.5);
    expect(waits.now).toBeUndefined();
    pass(69, 0.01);
    log.emit('pc2', { kind: 'decision', code: 'x', severity: 'info', ...verbatim('') });
    pass(69, 0.01);
    expect(waits.now).toBeUndefined();
    pass(2, 0.01);
    expect(waits.now?.kind).toBe('quiet');
  });

  it('is soon quiet again after a key, unless the key set it going', () => {
    const { waits, pass, log, pcs } = bench();
    pcs.pc2.powered = false;
    pass(80);
    log.emit('pc1', { kind: 'input', channel: 'user', ...verbatim('Down') });
    expect(waits.now).toBeUndefined();
    pass(3);
    expect(waits.now?.kind).toBe('quiet');
    log.emit('pc1', { kind: 'input', channel: 'user', ...verbatim('Enter') });
    log.emit('pc1', { kind: 'stage', stage: 'os-dhcp', ...verbatim('') });
    pass(60);
    expect(waits.now).toBeUndefined();
  });

  it('is none that has halted, or is off', () => {
    const { waits, pass, log, pcs } = bench();
    pcs.pc2.powered = false;
    log.emit('pc1', { kind: 'stage', stage: 'halted', ...verbatim('') });
    pass(100);
    expect([waits.now, waits.running]).toEqual([undefined, undefined]);
    pcs.pc2.powered = true;
    expect(waits.running).toBe('pc2');
  });
});

it('knows a machine that repeats itself, until a run begins or somebody does something', () => {
  const { waits, pass, log, pcs } = bench();
  pcs.pc2.powered = false;
  const rounds = (count: number): void => {
    for (let round = 0; round < count; round++) {
      for (const stage of ['power-on', 'dhcp-discover', 'boot-failed'] as const)
        log.emit('pc1', { kind: 'stage', stage, ...verbatim('') });
      pass(6, 0.5);
    }
  };
  rounds(8);
  expect(waits.now).toEqual({ kind: 'repeats', machine: 'pc1', rounds: 8 });
  waits.startRun();
  expect(waits.now).toBeUndefined();
  rounds(9);
  expect(waits.now).toEqual({ kind: 'repeats', machine: 'pc1', rounds: 9 });
  log.emit('pc1', { kind: 'input', channel: 'user', ...verbatim('F12') });
  expect(waits.now).toBeUndefined();
});
