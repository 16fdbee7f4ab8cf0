/**
 * The page boots what the command line boots: the same frames at the same nanosecond, and the same memory of the PC,
 * in Chromium as in Node. Then the same on a slow computer.
 */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { encodeLink } from '../../src/page/document/link.ts';
import { siteScenario } from '../support/lab.ts';
import { expectAsInNode, journeyHost, openPage, runUntil } from './lab-page.ts';

const INSTALLER = 'screen:/Select a language/';

const host = journeyHost();

/** Bare machines with losses, VLANs, a trunk, ProxyDHCP, menus, circles of switches, and fifty at once. */
const BARE = [
  'bare-pxe',
  'bare-loss',
  'bare-nth-lost',
  'bare-vlans',
  'bare-trunk',
  'bare-proxy',
  'bare-rogue',
  'bare-menu',
  'bare-ring',
  'bare-ipxe-http',
  'bare-ipxe-menu',
  'bare-storm-50',
];

describe('the page in Chromium', () => {
  it('boots the Debian installer as Node does: same frames, same memory', async () => {
    const page = await openPage(host.browser, `${host.site.url}#scenario=debian-installer`);
    const startMs = performance.now();
    await runUntil(page, INSTALLER, 600_000);
    const seconds = (performance.now() - startMs) / 1000;
    await page.waitForTimeout(500);
    await page.screenshot({ path: 'artefacts/debian-page.png' });
    await page.getByTestId('screen').screenshot({ path: 'artefacts/debian-page-screen.png' });
    const { pcapng, state, nodeS } = await expectAsInNode(page, siteScenario('debian-installer'), INSTALLER);
    console.log(
      `to the installer's first screen: Chromium ${seconds.toFixed(1)} s, Node ${nodeS.toFixed(1)} s; pcapng ${pcapng}, memory ${String(state)}`,
    );
    await page.context().close();
  });

  it.each(BARE)('plays %s, opened by its link, as Node does', async (name) => {
    const scenario = siteScenario(name);
    const page = await openPage(host.browser, `${host.site.url}${encodeLink(scenario)}`);
    const until = scenario.until ?? 'stage:halted';
    await runUntil(page, until, 60_000);
    await page.screenshot({ path: `artefacts/page-${name}.png` });
    await expectAsInNode(page, scenario, until);
    await page.context().close();
  });
});

describe('a slow computer', () => {
  /** Put before the lab's worker: every few looks at the wall clock it loses some milliseconds, each time others. */
  const STUMBLE = `{
    const now = performance.now.bind(performance);
    let looks = 0;
    performance.now = () => {
      if (++looks % 3 === 0) for (const end = now() + ((looks * 7919) % 17); now() < end; );
      return now();
    };
  }\n`;

  /** Every third look at the clock waits, and the page's own thread runs at a quarter of its speed. */
  async function slowDown(page: Page): Promise<{ worker: number }> {
    const seen = { worker: 0 };
    await page.route(/lab\.worker-[^/]*\.js$/, async (route) => {
      seen.worker++;
      const response = await route.fetch();
      await route.fulfill({ response, body: STUMBLE + (await response.text()) });
    });
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    return seen;
  }

  it.each([
    ['bare-loss', 'stage:halted'],
    ['debian-installer', 'screen:/SeaBIOS/'],
    ['debian-installer', 'tftp.source_file contains "vesamenu"'],
  ])('plays %s to %s as a quick one does', async (name, until) => {
    const scenario = siteScenario(name);
    let seen = { worker: 0 };
    const page = await openPage(host.browser, `${host.site.url}${encodeLink(scenario)}`, async (fresh) => {
      seen = await slowDown(fresh);
    });
    expect(seen.worker).toBe(1);
    await runUntil(page, until, 300_000);
    await expectAsInNode(page, scenario, until);
    await page.context().close();
  });
});
