/**
 * A disk in the network under an emulated PC in the browser, as in Node: written by INT 13h, and found by the boot after a
 * restart, with the same frames and the same memory.
 */
import { expect, it } from 'vitest';
import { encodeLink } from '../../src/page/document/link.ts';
import { siteScenario } from '../support/lab.ts';
import { expectAsInNode, journeyHost, openPage, runUntil } from './lab-page.ts';

const host = journeyHost();

it('a PC installs to an iSCSI disk and boots from it', async () => {
  const scenario = siteScenario('pc-san-install');
  const until = 'screen:/Hello from the installed disk/';
  const page = await openPage(host.browser, `${host.site.url}${encodeLink(scenario)}`);
  await runUntil(page, until, 120_000);
  const { frames } = await expectAsInNode(page, scenario, until);
  expect(frames).toBeGreaterThan(50);
  await page.context().close();
}, 240_000);
