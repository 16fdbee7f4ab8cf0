/**
 * Looking back, without a browser: a past moment is made from what was recorded up to it, and from nothing later. It
 * stands here because the page's interfaces name types of the browser.
 */
import { describe, expect, it } from 'vitest';
import { AnalysisService } from '../../src/threads/analysis/analysis-service.ts';
import { FramePacker } from '../../src/threads/lab/capture-batches.ts';
import type { LabUpdate } from '../../src/threads/api/lab-api.ts';
import { momentAt } from '../../src/page/time/displayed-lab.ts';
import { EventHistory } from '../../src/page/time/event-history.ts';
import type { StageEvent } from '../../src/page/time/stage-lanes.ts';
import { RunControl } from '../../src/lab/run-control.ts';
import { openLab, siteScenario } from '../support/lab.ts';
import { atLeast, itemAt } from '../../src/base/lists/list.ts';
import { verbatim } from '../../src/base/sentence.ts';

const stage = (id: number, timeNs: number, name: StageEvent['stage']): StageEvent => ({
  id,
  timeNs,
  node: 'pc1',
  kind: 'stage',
  stage: name,
  ...verbatim(name),
});

// What the CPU did within a slice is told after it: the third stands before the second in time.
const stages = [
  stage(0, 100, 'power-on'),
  stage(2, 500, 'nbp-entry'),
  stage(3, 400, 'dhcp-ack'),
  stage(4, 900, 'power-off'),
];
const history = new EventHistory();
history.append([...stages, { id: 5, timeNs: 950, node: 'pc2', kind: 'log', service: 'x', text: '' }]);
const machine = {
  name: 'pc1',
  kind: 'bare',
  power: 'off',
  stage: undefined,
  stageDetail: undefined,
  memMiB: 0,
  instructionsM: 0,
} as const;
const update: LabUpdate = {
  generation: 1,
  timeNs: 1000,
  mode: { kind: 'paused' },
  stopped: undefined,
  waits: undefined,
  speed: 0,
  frames: 9,
  machines: [machine],
  links: [],
  flights: [{ link: 0, direction: 'a-to-b', sentNs: 990, arrivalNs: 1010, event: 9 }],
  hits: [],
  switches: [],
  leases: [],
};

describe('a past moment', () => {
  it.each([
    [50, 'off', undefined, 0],
    [100, 'on', 'power-on', 1],
    [450, 'on', 'dhcp-ack', 2],
    [899, 'on', 'nbp-entry', 3],
    [900, 'off', 'power-off', 4],
  ])('at %i shows the machine %s, at stage "%s"', (timeNs, power, stage, count) => {
    const shown = momentAt({ update, history, count: history.count }, timeNs);
    expect(shown.update).toMatchObject({ timeNs, flights: [], machines: [{ power, stage }] });
    const events = [...history.forwards(shown)];
    expect(events).toHaveLength(count);
    expect(events.every((event) => event.timeNs <= timeNs)).toBe(true);
  });
});

const lab = openLab(siteScenario('bare-pxe'));
new RunControl(lab).run(10e9, () => false);

function service(): AnalysisService {
  const made = new AnalysisService(() => Promise.resolve());
  made.receive({ kind: 'reset', generation: 1, interfaces: [] });
  for (const message of new FramePacker(lab.capture).pack(1)) made.receive(message);
  return made;
}

describe('the capture up to a time', () => {
  it('lists the frames sent until then, and all again afterwards', async () => {
    const analysis = service();
    const all = await analysis.counts();
    const third = itemAt(await analysis.rows(2, 3), 0);
    await analysis.setUntil(third.timeNs);
    expect(await analysis.counts()).toEqual({ ...all, shown: 3 });
    expect(await analysis.rows(0, 99)).toHaveLength(3);
    expect(await analysis.detail(3)).toBeUndefined();
    expect(await analysis.indexOfEvent(third.event)).toBe(2);
    expect((await analysis.ladder(99, 'first')).arrows.at(-1)?.lastIndex).toBe(2);
    expect([await analysis.indexOfFrame(3), await analysis.indexOfFrame(4)]).toEqual([2, undefined]);
    await analysis.setUntil(third.timeNs - 1);
    expect(await analysis.indexOfEvent(third.event)).toBeUndefined();
    await analysis.setUntil(undefined);
    expect(await analysis.counts()).toEqual(all);
  });

  it('goes from listed frame to listed frame, also beyond the time that is looked at', async () => {
    const analysis = service();
    await analysis.setFilter('tftp.opcode == 3');
    await analysis.counts();
    const rows = await analysis.rows(0, 3);
    await analysis.setUntil(itemAt(rows, 0).timeNs);
    expect((await analysis.counts()).shown).toBe(1);
    expect((await analysis.neighbour(itemAt(rows, 0).timeNs, 'after'))?.number).toBe(itemAt(rows, 1).number);
    expect((await analysis.neighbour(itemAt(rows, 1).timeNs, 'before'))?.number).toBe(itemAt(rows, 0).number);
    expect(await analysis.neighbour(itemAt(rows, 0).timeNs, 'before')).toBeUndefined();
    expect(await analysis.eventOfFrame(itemAt(rows, 2).number)).toBe(itemAt(rows, 2).event);
  });

  it('draws the first arrows of the ladder, or the last ones of a run that is followed', async () => {
    const analysis = service();
    const whole = await analysis.ladder(1000, 'first');
    expect(whole.isPart).toBe(false);
    const [first, last] = [await analysis.ladder(3, 'first'), await analysis.ladder(3, 'last')];
    expect([first.isPart, last.isPart]).toEqual([true, true]);
    expect(first.arrows).toEqual(whole.arrows.slice(0, 3));
    expect(last.arrows).toEqual(whole.arrows.slice(-3));
  });

  it('finds the row of a frame by its number, and none that the filter hides', async () => {
    const analysis = service();
    await analysis.setFilter('tftp.opcode == 3');
    await analysis.counts();
    const [row] = atLeast(await analysis.rows(1, 2), 1);
    expect(await analysis.indexOfFrame(row.number)).toBe(1);
    expect(await analysis.indexOfFrame(1)).toBeUndefined();
    expect(await analysis.indexOfFrame(0)).toBeUndefined();
    expect(await analysis.indexOfFrame(100_000)).toBeUndefined();
  });

  it('counts every frame once, whatever the spans', async () => {
    const analysis = service();
    const { total } = await analysis.counts();
    const spans = await analysis.density([0, 1e9, 4.3001e9, 4.3002e9, Number.MAX_SAFE_INTEGER]);
    expect(spans.reduce((sum, { count }) => sum + count, 0)).toBe(total);
    expect(spans[0]).toEqual({ count: 2, colour: 'dhcp' });
  });
});
