/** Looking back: what the analysis worker lists of a capture up to a time, with and without a filter. */
import { describe, expect, it } from 'vitest';
import { openLab, siteScenario } from '../../test/support/lab.ts';
import { RunControl } from '../lab/run-control.ts';
import { AnalysisService } from './analysis-service.ts';
import { FramePacker } from './frame-packer.ts';

const lab = openLab(siteScenario('bare-pxe'));
new RunControl(lab).run(10e9, () => false);

function service(): AnalysisService {
  const made = new AnalysisService(() => Promise.resolve());
  made.take({ kind: 'reset', generation: 1, interfaces: [] });
  for (const message of new FramePacker(lab.capture).pack(1)) made.take(message);
  return made;
}

describe('the capture up to a time', () => {
  it('lists the frames sent until then, and all again afterwards', async () => {
    const analysis = service();
    const all = await analysis.counts();
    const third = (await analysis.rows(2, 3))[0];
    await analysis.setUntil(third.timeNs);
    expect(await analysis.counts()).toEqual({ shown: 3, total: all.total, filtering: false });
    expect(await analysis.rows(0, 99)).toHaveLength(3);
    expect(await analysis.detail(3)).toBeUndefined();
    expect(await analysis.indexOfEvent(third.event)).toBe(2);
    expect((await analysis.ladder(99)).arrows.at(-1)?.lastIndex).toBe(2);
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
    await analysis.setUntil(rows[0].timeNs);
    expect((await analysis.counts()).shown).toBe(1);
    expect((await analysis.neighbour(rows[0].timeNs, 'after'))?.number).toBe(rows[1].number);
    expect((await analysis.neighbour(rows[1].timeNs, 'before'))?.number).toBe(rows[0].number);
    expect(await analysis.neighbour(rows[0].timeNs, 'before')).toBeUndefined();
    expect(await analysis.eventOfFrame(rows[2].number)).toBe(rows[2].event);
  });

  it('counts every frame once, whatever the spans', async () => {
    const analysis = service();
    const { total } = await analysis.counts();
    const spans = await analysis.density([0, 1e9, 4.3001e9, 4.3002e9, Number.MAX_SAFE_INTEGER]);
    expect(spans.reduce((sum, { count }) => sum + count, 0)).toBe(total);
    expect(spans[0]).toEqual({ count: 2, colour: 'dhcp' });
  });
});
