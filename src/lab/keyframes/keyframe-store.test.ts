/** Which keyframes are taken, which may be used for which run, and that they stay within their memory. */
import { describe, expect, it } from 'vitest';
import { NS_PER_S } from '../../base/time/clock.ts';
import type { PcKeyframe } from '../../machine/keyframes/keyframe.ts';
import { parseScenario } from '../../scenario/parse.ts';
import type { Scenario } from '../../scenario/schema.ts';
import { KeyframeStore } from './keyframe-store.ts';

function scenario(changes: Partial<Record<'seed', string>> = {}): Scenario {
  const parsed = parseScenario({
    version: 1,
    name: 'Keyframes',
    seed: 'one',
    nodes: [
      { kind: 'pc', name: 'pc1', nics: [{ name: 'net0', mac: '52:54:00:00:00:01' }] },
      { kind: 'switch', name: 'sw1' },
    ],
    links: [{ a: 'pc1.net0', b: 'sw1.1' }],
    ...changes,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

/** Each page of 4 kB is its own. */
function keyframe(timeNs: number, pages = 1): PcKeyframe {
  const words = new Int32Array(pages * 1024).fill(1);
  const table = Int32Array.from({ length: pages }, (_, i) => i + 1);
  return {
    timeNs,
    tape: new Uint8Array(0),
    emulator: {
      memory: { bytes: words.byteLength, blocks: [{ words }], table },
      code: [],
      devices: { known: 0, nodes: [] },
    },
  } as unknown as PcKeyframe;
}

function makeStore(budgetBytes = 1e9): {
  readonly store: KeyframeStore;
  readonly pass: (ms: number) => void;
  readonly ranOut: string[];
} {
  let nowMs = 0;
  const ranOut: string[] = [];
  const store = new KeyframeStore({
    budgetBytes,
    intervalMs: 1000,
    share: 0.1,
    wallMs: () => nowMs,
    onRunOut: (machine) => ranOut.push(machine),
  });
  return { store, pass: (ms) => void (nowMs += ms), ranOut };
}

const TIMES = [1, 2, 3, 4].map((s) => s * NS_PER_S);

describe('KeyframeStore', () => {
  it('wants one now and then, from a machine that computes', () => {
    const { store, pass } = makeStore();
    const pc = store.open(scenario())('pc1');
    const slices = (count: number): number =>
      Array.from({ length: count }).filter((_, i) => pc.wants(i, i + 1) && (pc.keep(keyframe(i)), true)).length;
    expect(slices(5000)).toBe(0);
    pass(1500);
    expect(slices(5000)).toBe(1);
    expect(slices(5000)).toBe(0);
    pass(1500);
    expect(slices(1)).toBe(1);
    pass(5000);
    expect(slices(300)).toBe(0);
  });

  it('wants one where the lab is to go to, if the way there took time', () => {
    const { store, pass } = makeStore();
    const pc = store.open(scenario())('pc1');
    store.goToward(10);
    expect(pc.wants(1, 2)).toBe(false);
    expect(pc.wants(9, 11)).toBe(false);
    pass(600);
    expect(pc.wants(8, 10)).toBe(false);
    // It waits: what comes next is not known.
    expect(pc.wants(9, undefined)).toBe(false);
    expect(pc.wants(9, 11)).toBe(true);
    pc.keep(keyframe(9));
    expect(pc.wants(10, 11)).toBe(false);
    pass(600);
    expect(pc.wants(11, 12)).toBe(false);
  });

  it('drops all when there is no memory for one more', () => {
    const { store, ranOut } = makeStore();
    const pc = store.open(scenario())('pc1');
    pc.keep(keyframe(1));
    pc.runOut();
    expect(ranOut).toEqual(['pc1']);
    expect(store.timesOf('pc1')).toEqual([]);
  });

  it('has one taken where the paused lab stands, when the machine has executed much', () => {
    const { store } = makeStore();
    const pc = store.open(scenario())('pc1');
    let millions = 20;
    let taken = 0;
    const take = (): void => {
      taken++;
      pc.keep({ ...keyframe(millions), head: { instructionTotal: 1e6 * millions } } as PcKeyframe);
    };
    pc.started(take, () => 1e6 * millions);
    const worth = (stored?: PcKeyframe): number | undefined => store.worthStoring('pc1', stored)?.keyframe.timeNs;
    expect(worth()).toBeUndefined();
    expect(taken).toBe(0);
    millions = 30;
    expect(worth()).toBe(30);
    const stored = store.worthStoring('pc1')?.keyframe;
    // The machine has not gone on since, and then not far.
    millions = 33;
    expect(worth()).toBe(30);
    expect(taken).toBe(1);
    millions = 200;
    expect(worth(stored)).toBeUndefined();
    millions = 300;
    expect(worth(stored)).toBe(300);
    expect(taken).toBe(2);
    expect(store.worthStoring('pc2')).toBeUndefined();
  });

  it('gives the last one before the moment, of a run that was the same so far', () => {
    const { store } = makeStore();
    const first = store.open(scenario())('pc1');
    for (const timeNs of TIMES) first.keep(keyframe(timeNs));
    store.acted({ machine: 'pc1', at: { ms: 2500 }, do: { keys: ['Enter'] } });

    const resumed = (changed: Scenario, towardS: number | undefined): number | undefined => {
      const pc = store.open(changed)('pc1');
      store.goToward(towardS === undefined ? undefined : towardS * NS_PER_S);
      return pc.resume()?.timeNs;
    };
    const enter = { machine: 'pc1', at: { ms: 2500 }, do: { keys: ['Enter'] } };
    expect(resumed(scenario(), undefined)).toBeUndefined();
    expect(resumed(scenario(), 0.5)).toBeUndefined();
    // Without the key, only what was before it is the same; a later key changes nothing.
    expect(resumed(scenario(), 10)).toBe(2 * NS_PER_S);
    expect(resumed({ ...scenario(), inputs: [enter] }, 10)).toBe(4 * NS_PER_S);
    expect(resumed({ ...scenario(), inputs: [enter, { ...enter, at: { ms: 3500 } }] }, 10)).toBe(3 * NS_PER_S);
    expect(resumed({ ...scenario(), inputs: [enter] }, 3)).toBe(3 * NS_PER_S);
    expect(resumed(scenario({ seed: 'two' }), 10)).toBeUndefined();
    expect(store.open(scenario())('pc2').resume()).toBeUndefined();
  });

  it('knows a link that was taken down and up by hand', () => {
    const { store } = makeStore();
    const pc = store.open(scenario())('pc1');
    for (const timeNs of TIMES) pc.keep(keyframe(timeNs));
    store.linkSet(0, false, 1500);
    store.linkSet(0, true, 2500);
    const resumed = (fault: object): number | undefined => {
      const links = scenario().links.map((link) => ({ ...link, faults: [fault] }));
      const again = store.open({ ...scenario(), links } as Scenario)('pc1');
      store.goToward(10 * NS_PER_S);
      return again.resume()?.timeNs;
    };
    expect(resumed({ kind: 'down', direction: 'both', fromMs: 1500, toMs: 2500 })).toBe(4 * NS_PER_S);
    expect(resumed({ kind: 'down', direction: 'both', fromMs: 1500 })).toBe(2 * NS_PER_S);
    expect(resumed({ kind: 'down', direction: 'both', fromMs: 1600, toMs: 2500 })).toBe(NS_PER_S);
  });

  it('shares pages with what a machine goes on from, which stays usable when it is dropped', () => {
    const { store } = makeStore(30 * 4096);
    const kept = keyframe(NS_PER_S, 15);
    store.open(scenario())('pc1').keep(kept);
    const again = store.open(scenario())('pc1');
    expect(again.latest()).toBeUndefined();
    store.goToward(2 * NS_PER_S);
    expect(again.resume()).toBe(kept);
    expect(again.latest()).toBe(kept);
    expect(store.playedToNs).toBe(NS_PER_S);
    // The next ones go on with its first pages, and fill the memory.
    const { blocks } = kept.emulator.memory;
    for (let s = 2; s <= 4; s++) {
      const next = keyframe(s * NS_PER_S, 12);
      const shared = Int32Array.from({ length: 15 }, (_, i) => (i < 3 ? i + 1 : (1 << 20) + i - 2));
      const memory = { bytes: 15 * 4096, blocks: [...blocks, ...next.emulator.memory.blocks], table: shared };
      again.keep({ ...next, emulator: { ...next.emulator, memory } });
    }
    expect(store.timesOf('pc1')).not.toContain(NS_PER_S);
    // All its pages are still where it looks for them.
    const { words } = blocks[0] ?? { words: new Int32Array(0) };
    expect([...kept.emulator.memory.table].every((entry) => (words[(entry - 1) * 1024] ?? 0) === 1)).toBe(true);
  });

  it('drops a large keyframe rather than a small one', () => {
    const { store } = makeStore(3500 * 4096);
    const pc = store.open(scenario())('pc1');
    for (let s = 1; s <= 5; s++) pc.keep(keyframe(s * NS_PER_S, 1));
    for (let s = 6; s <= 20; s++) pc.keep(keyframe(s * NS_PER_S, 1000));
    const times = store.timesOf('pc1').map((timeNs) => timeNs / NS_PER_S);
    expect(times.filter((time) => time <= 5).length).toBeGreaterThanOrEqual(3);
    expect(times.filter((time) => time > 5).length).toBeLessThanOrEqual(3);
    expect(times.at(-1)).toBe(20);
  });

  it('stays within its memory, and keeps the latest and some of the earlier ones', () => {
    const { store } = makeStore(10 * 20 * 4096);
    const scene = scenario();
    const pc = store.open(scene)('pc1');
    for (let s = 1; s <= 60; s++) {
      pc.keep(keyframe(s * NS_PER_S, 15));
      expect(store.sizeBytes).toBeLessThanOrEqual(10 * 20 * 4096);
    }
    const times = store.timesOf('pc1').map((timeNs) => timeNs / NS_PER_S);
    expect(times.at(-1)).toBe(60);
    expect(times.length).toBeGreaterThan(6);
    expect(times[0]).toBeLessThan(30);
    // Another lab needs the room.
    const other = store.open(scenario({ seed: 'two' }))('pc1');
    for (let s = 1; s <= 12; s++) other.keep(keyframe(s * NS_PER_S, 15));
    store.open(scene);
    expect(store.timesOf('pc1')).toEqual([]);
  });
});
