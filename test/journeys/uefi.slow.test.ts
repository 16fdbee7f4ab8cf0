/** UEFI firmware in the page: it does in Chromium what it does in Node, to the last byte of memory. */
import { describe, expect, it } from 'vitest';
import { readImage } from '../../src/cli/images.ts';
import { SECFV } from '../../src/machine/uefi/layout.ts';
import { siteScenario } from '../support/lab.ts';
import { expectAsInNode, journeyHost, openPage, runUntil } from './lab-page.ts';

const PROGRAM = 'stage:nbp-entry';

describe.skipIf(readImage(SECFV.image) === undefined)('UEFI in Chromium', () => {
  const host = journeyHost();

  it('comes to its boot program as in Node: same frames, same memory', async () => {
    const page = await openPage(host.browser, `${host.site.url}#scenario=pc-uefi-pxe`);
    const wallMs = await runUntil(page, PROGRAM, 300_000);
    await page.waitForTimeout(500);
    await page.screenshot({ path: 'artefacts/uefi-page.png' });
    const { pcapng, state, nodeS } = await expectAsInNode(page, siteScenario('pc-uefi-pxe'), PROGRAM);
    console.log(
      `to the boot program: Chromium ${(wallMs / 1000).toFixed(1)} s, Node ${nodeS.toFixed(1)} s; pcapng ${pcapng}, memory ${String(state)}`,
    );
    expect(state).toBeDefined();
    await page.context().close();
  });
});
