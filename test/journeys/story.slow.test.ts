/**
 * Every lab of the README's table of the story in Chromium, opened by its link in one page: the same capture as in Node, every
 * frame of which is whole to Wireshark. It takes long, and what it shows changes rarely, so it is run by hand:
 * `NETBOOT_LAB_STORY=all`, `bare`, `pc`, or names with commas between, which need not be of the table.
 */
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeLink } from '../../src/page/document/link.ts';
import { needsEmulator } from '../../src/scenario/nodes/queries.ts';
import { checkCaptures } from '../oracle/boots.ts';
import { runInNode, sha256 } from '../support/once/in-node.ts';
import { siteScenario } from '../support/lab.ts';
import { storyLabs } from '../support/story-table.ts';
import { journeyHost, openPage, runUntil, savedCapture, stateHash, waitUntilReady } from './lab-page.ts';

const WANTED = process.env['NETBOOT_LAB_STORY'];
/** Of a lab that names no end. */
const UNTIL = 'stage:boot-loader';

function wanted(): readonly string[] {
  if (WANTED === undefined) return [];
  if (!['all', 'bare', 'pc'].includes(WANTED)) return WANTED.split(',');
  return storyLabs().filter(
    (name) => WANTED === 'all' || needsEmulator(siteScenario(name).nodes) === (WANTED === 'pc'),
  );
}

describe.skipIf(WANTED === undefined)('the systems of the story in Chromium', () => {
  const host = journeyHost();
  const captures: Uint8Array[] = [];
  /** One page for all. */
  let kept: Page | undefined;

  afterAll(async () => {
    await kept?.context().close();
  });

  it.each(wanted())('%s runs as in Node', async (name) => {
    const scenario = siteScenario(name);
    const until = scenario.until ?? UNTIL;
    const inNode = runInNode(scenario, until);
    const url = `${host.site.url}${encodeLink(scenario)}`;
    // Another hash alone would open the lab in the page that is there, with the old capture still shown for a moment.
    await kept?.goto('about:blank');
    await kept?.goto(url);
    const page = kept ?? (await openPage(host.browser, url));
    kept = page;
    await waitUntilReady(page);
    const ms = await runUntil(page, until, 280_000);
    await expect
      .poll(async () => await page.getByTestId('packet-counts').textContent(), { timeout: 30_000 })
      .toBe(`${inNode.frames} of ${inNode.frames} frames`);
    const pcapng = await savedCapture(page);
    expect(sha256(pcapng)).toBe(inNode.pcapng);
    expect(await stateHash(page, inNode.machine)).toBe(inNode.state);
    captures.push(pcapng);
    console.log(
      `${name}: ${inNode.frames} frames, ${inNode.pcapng.slice(0, 8)}, state ${String(inNode.state).slice(0, 8)}; ` +
        `Chromium ${(ms / 1000).toFixed(1)} s, Node ${inNode.nodeS.toFixed(1)} s`,
    );
  });

  it('all of them are whole to Wireshark', () => {
    expect(captures).toHaveLength(wanted().length);
    expect(checkCaptures(captures).flatMap(({ bad }) => bad)).toEqual([]);
  });
});
