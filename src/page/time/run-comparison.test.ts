/** Two runs of a lab, compared on real labs: a server that answers later, one without its file. */
import { describe, expect, it } from 'vitest';
import type { Lab } from '../../lab/lab.ts';
import { play, siteScenario } from '../../../test/support/lab.ts';
import { compareRuns, recordRun, type RunRecord } from './run-comparison.ts';
import { StageLanes } from './stage-lanes.ts';

function stagesOf({ log }: Lab): StageLanes {
  const lanes = new StageLanes();
  for (const event of log.events) if (event.kind === 'stage') lanes.add(event);
  return lanes;
}

function runOf(
  name: string,
  change: (text: string) => string = (text) => text,
): { stages: StageLanes; record: RunRecord } {
  const scenario = siteScenario(name);
  const { lab } = play({ ...scenario, ...(JSON.parse(change(JSON.stringify(scenario))) as object) });
  const stages = stagesOf(lab);
  const record = recordRun(stages, lab.queue.nowNs);
  if (record === undefined) throw new Error('nothing has happened');
  return { stages, record };
}

describe('two runs', () => {
  it('that are the same do not differ', () => {
    const { stages, record } = runOf('bare-pxe');
    expect(compareRuns(record, stages)).toMatchObject([{ machine: 'pc1', first: undefined }]);
  });

  it('part where a file is missing, and end otherwise', () => {
    const before = runOf('bare-pxe');
    const now = runOf('bare-pxe', (text) => text.replace('dhcp-boot=boot.bin', 'dhcp-boot=none.bin'));
    const [pc1] = compareRuns(before.record, now.stages);
    expect(pc1?.before?.stage).toBe('halted');
    expect(pc1?.now?.timeNs).not.toBe(pc1?.before?.timeNs);
    expect(pc1?.first).toMatchObject({ stage: 'boot-failed', beforeNs: undefined });
    expect(pc1?.stages.filter(({ beforeNs, nowNs }) => beforeNs === nowNs).map(({ stage }) => stage)).toContain(
      'dhcp-ack',
    );
  });

  it('have nothing to compare before a machine has done anything', () => {
    expect(recordRun(new StageLanes(), 0)).toBeUndefined();
  });
});
