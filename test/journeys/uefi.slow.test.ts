/** UEFI firmware in the page: it does in Chromium what it does in Node, to the last byte of memory. */
import { describe, expect, it } from 'vitest';
import { readImage } from '../../src/cli/images.ts';
import { SECFV } from '../../src/machine/uefi/layout.ts';
import { siteScenario } from '../support/lab.ts';
import { expectAsInNode, journeyHost, openPage, runUntil } from './lab-page.ts';

/** By PXE to the boot program; by HTTP, chosen in the boot manager, to Linux. */
const BOOTS = [
  ['pc-uefi-pxe', 'stage:nbp-entry'],
  ['pc-uefi-http', 'serial:/Linux version/'],
] as const;

describe.skipIf(readImage(SECFV.image) === undefined)('UEFI in Chromium', () => {
  const host = journeyHost();

  it.each(BOOTS)('boots %s as in Node: same frames, same memory', async (name, until) => {
    const page = await openPage(host.browser, `${host.site.url}#scenario=${name}`);
    const wallMs = await runUntil(page, until, 300_000);
    await page.waitForTimeout(500);
    await page.screenshot({ path: `artefacts/${name}-page.png` });
    const { pcapng, state, nodeS } = await expectAsInNode(page, siteScenario(name), until);
    console.log(
      `${name} to ${until}: Chromium ${(wallMs / 1000).toFixed(1)} s, Node ${nodeS.toFixed(1)} s; pcapng ${pcapng}, memory ${String(state)}`,
    );
    expect(state).toBeDefined();
    await page.context().close();
  });
});
