/** Two emulated PCs boot at once in the page, on two VLANs, each from its own server, and hear nothing of each other. */
import { describe, expect, it } from 'vitest';
import { encodeLink } from '../../src/page/document/link.ts';
import { readCapture } from '../../src/analysis/pcapng/reader.ts';
import { answerOf } from '../../src/lab/nodes/machine.ts';
import { capturePcapng, play, siteScenario } from '../support/lab.ts';
import { sha256 } from '../support/once/in-node.ts';
import { openPage, runUntil, savedCapture, journeyHost, stateHash } from './lab-page.ts';

const host = journeyHost();

const TEN = ['525400123401', '020000001001', 'ffffffffffff'];
const TWENTY = ['525400123402', '020000002001', 'ffffffffffff'];

describe('two PCs on two VLANs in the page', () => {
  it('do in two threads what they do in one', { timeout: 300_000 }, async () => {
    const scenario = siteScenario('two-vlans');
    const until = 'pc2.stage:nbp-entry';
    const page = await openPage(host.browser, `${host.site.url}${encodeLink(scenario)}`, async (opened) => {
      await opened.addInitScript(`Object.defineProperty(navigator, 'hardwareConcurrency', { value: 8 })`);
    });
    await runUntil(page, until, 120_000);
    const threads = await Promise.all(page.workers().map(async (worker) => await worker.evaluate(() => self.name)));
    expect(threads.toSorted()).toEqual(['analysis', 'lab', 'pc2']);
    const { lab } = play(scenario, { until });
    expect(sha256(await savedCapture(page))).toBe(sha256(capturePcapng(lab)));
    lab.queue.runUntil(lab.queue.nowNs);
    for (const machine of lab.machines.values())
      expect(await stateHash(page, machine.name)).toBe(answerOf(machine, 'stateHash'));
    await page.context().close();
  });

  it('both fetch their kernels, and no frame goes from one VLAN to the other', { timeout: 600_000 }, async () => {
    const page = await openPage(host.browser, `${host.site.url}${encodeLink(siteScenario('two-vlans'))}`);
    await runUntil(page, 'pc2.stage:kernel-loaded', 300_000);
    await page.waitForTimeout(500);
    await page.screenshot({ path: 'artefacts/two-vlans-page.png' });
    const { store, error } = readCapture(await savedCapture(page));
    expect(error).toBeUndefined();
    const senders = new Set<string>();
    for (let i = 0; i < store.length; i++) {
      const frame = Buffer.from(store.bytes(i));
      const [to, from] = [frame.toString('hex', 0, 6), frame.toString('hex', 6, 12)];
      senders.add(from);
      expect(TEN.includes(from) ? TEN : TWENTY).toContain(to);
    }
    expect([...senders].sort()).toEqual([...TEN.slice(0, 2), ...TWENTY.slice(0, 2)].sort());
    await page.context().close();
  });
});
