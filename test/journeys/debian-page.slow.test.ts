/**
 * The page boots what the command line boots: the same frames at the same nanosecond, and the same memory of the PC,
 * in Chromium as in Node. Then the same on a slow computer.
 */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { encodeLink } from '../../src/page/document/link.ts';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { formatClock } from '../../src/ui/format.ts';
import { siteScenario } from '../support/lab.ts';
import { expectAsInNode, journeyHost, openPage, runUntil, stateHash } from './lab-page.ts';

const INSTALLER = 'screen:/Select a language/';

/** Seconds of the boot to go back to, and how much later the machine is compared. */
const BACK_TO_S = [120, 39];
const LATER_S = 10;
const KERNEL_S = 35;
const MOMENTS = BACK_TO_S.flatMap((s) => [s, s + LATER_S])
  .sort((a, b) => a - b)
  .map((s) => ({ name: `second ${s}`, atNs: s * NS_PER_S }));
/** What the page says about a moment that was gone to. */
const PLAYED = /The first (\d+) seconds were played back/;

async function showMoment(page: Page, second: number): Promise<void> {
  const number = MOMENTS.findIndex(({ atNs }) => atNs === second * NS_PER_S) + 1;
  await page.getByRole('button', { name: `Show moment ${number}: second ${second}`, exact: true }).click();
}

async function arrive(page: Page, second: number): Promise<void> {
  await expect
    .poll(async () => (await page.getByTestId('clock').textContent())?.trim(), { timeout: 120_000 })
    .toBe(formatClock(second * NS_PER_S));
}

/** Looks back at a moment, and has the lab go there. Returns how much of the way was played back, and wall time. */
async function goBack(page: Page, second: number): Promise<{ readonly playedS: number; readonly wallS: number }> {
  await showMoment(page, second);
  await page.getByTestId('past').waitFor();
  const startMs = performance.now();
  await page.keyboard.press('F6');
  await arrive(page, second);
  const wallS = (performance.now() - startMs) / 1000;
  const text = await page.getByText(PLAYED).first().textContent();
  return { playedS: Number(PLAYED.exec(text ?? '')?.[1]), wallS };
}

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
  it('boots the Debian installer as Node does: same frames, same memory, from a moment that it goes back to, too', async () => {
    const scenario = { ...siteScenario('debian-installer'), moments: MOMENTS };
    const page = await openPage(
      host.browser,
      `${host.site.url}?keyframes${encodeLink(scenario, { tabs: ['moments'] })}`,
    );
    const startMs = performance.now();
    await runUntil(page, INSTALLER, 600_000);
    const seconds = (performance.now() - startMs) / 1000;
    await page.waitForTimeout(500);
    await page.screenshot({ path: 'artefacts/debian-page.png' });
    await page.getByTestId('screen').screenshot({ path: 'artefacts/debian-page-screen.png' });
    const laterNs = BACK_TO_S.map((s) => (s + LATER_S) * NS_PER_S).sort((a, b) => a - b);
    const { pcapng, state, nodeS, statesAt } = await expectAsInNode(page, scenario, INSTALLER, laterNs);
    console.log(
      `to the installer's first screen: Chromium ${seconds.toFixed(1)} s, Node ${nodeS.toFixed(1)} s; pcapng ${pcapng}, memory ${String(state)}`,
    );
    const states: unknown[] = [];
    for (const second of BACK_TO_S) {
      const { playedS, wallS } = await goBack(page, second);
      console.log(`back to second ${second} in ${wallS.toFixed(1)} s, played back up to second ${playedS}`);
      // The kernel had been entered: what comes before it is most of the work.
      expect(playedS).toBeGreaterThanOrEqual(KERNEL_S);
      await showMoment(page, second + LATER_S);
      await arrive(page, second + LATER_S);
      states.unshift(await stateHash(page, 'pc1'));
    }
    expect(states).toEqual(statesAt);
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
