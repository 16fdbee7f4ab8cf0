/** A run in which people did something, and one that is opened with it: the same frames at the same nanosecond. */
import { describe, expect, it } from 'vitest';
import { atLeast } from '../../../base/lists/list.ts';
import { capturePcapng, openLab, siteScenario } from '../../../../test/support/lab.ts';
import type { Lab } from '../../../lab/lab.ts';
import { RunControl } from '../../../lab/run-control.ts';
import { doneUpTo, withUserActions, withOutage, type ManualOutage } from './user-actions.ts';

const END_NS = 30e9;

function reported(lab: Lab): readonly unknown[] {
  return lab.log.events.map(({ timeNs, node, kind, cause }) => [timeNs, node, kind, cause]);
}

describe('a cable taken down by hand', () => {
  it('is down again, and up again, at the same moments when the run is played anew', () => {
    const scenario = siteScenario('bare-pxe');
    const lab = openLab(scenario);
    const control = new RunControl(lab);
    let outages: readonly ManualOutage[] = [];
    const set = (up: boolean): void => {
      outages = withOutage(outages, 0, up, lab.setLinkUp(0, up));
    };
    control.setBreakpoints([{ condition: 'tftp.opcode == 3 && tftp.block == 7', count: 1, once: true }]);
    control.run(END_NS, () => false);
    set(false);
    control.run(lab.queue.nowNs + 3e9, () => false);
    set(true);
    control.run(END_NS, () => false);
    const again = openLab(withUserActions(scenario, { inputs: [], outages }));
    new RunControl(again).run(END_NS, () => false);
    expect(reported(again)).toEqual(reported(lab));
    expect(capturePcapng(again)).toEqual(capturePcapng(lab));
    // Gone back into the outage, it is still down.
    const [{ fromNs, untilNs = 0 }] = atLeast(outages, 1);
    expect(untilNs - fromNs).toBeGreaterThan(2e9);
    expect(doneUpTo({ inputs: [], outages }, untilNs - 1).outages).toEqual([{ link: 0, fromNs }]);
    expect(doneUpTo({ inputs: [], outages }, fromNs - 1).outages).toEqual([]);
  });
});
