/** The built page in the other engines: Firefox ESR and WebKitGTK, as Debian has them, from the server of `npm start`. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeLink } from '../../src/page/document/link.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { runInNode, sha256, type InNode } from '../support/once/in-node.ts';
import { siteScenario } from '../support/lab.ts';
import { findFirefox, openFirefox, type FirefoxTab } from './firefox.ts';
import { askStateHash, imagesOf, KEEP_WORKERS, serveDist } from './lab-page.ts';
import type { Site } from './serve.ts';
import type { Tab } from './tab.ts';
import { findWebKit } from './find-webkit.ts';
import { openWebKit } from './webkit.ts';

/** There they must run; elsewhere they are skipped when the browser is not installed. */
const IS_CI = process.env['CI'] !== undefined;
const UNTIL = 'input[aria-label="Run until…"]';
const MENU = 'stage:menu';

let site: Site;
/** Files are saved in it. */
let folder: string;

beforeAll(async () => {
  mkdirSync('artefacts', { recursive: true });
  site = await serveDist();
  folder = mkdtempSync(join(tmpdir(), 'netboot-lab-browser-'));
});

afterAll(() => {
  site.close();
  rmSync(folder, { recursive: true, force: true });
});

async function waitUntilReady(tab: Tab): Promise<void> {
  const canRun = (): boolean => document.querySelector('button[aria-label="Run"]:not(:disabled)') !== null;
  await expect.poll(async () => await tab.evaluate(canRun), { timeout: 120_000 }).toBe(true);
}

let visits = 0;

/** Without a scenario, the installer's lab, by its name. */
async function openLab(tab: Tab, url: string, scenario?: Scenario): Promise<void> {
  // Another hash alone would load no new page.
  await tab.open(`${url}?${visits++}${scenario === undefined ? '#scenario=debian-installer' : encodeLink(scenario)}`);
  await waitUntilReady(tab);
}

/** Returns the seconds of wall time. */
async function runUntil(tab: Tab, condition: string): Promise<number> {
  const startMs = performance.now();
  await tab.enter(UNTIL, condition);
  const reached = (): string => document.querySelector('form > [role="status"]')?.textContent ?? '';
  await expect.poll(async () => await tab.evaluate(reached), { timeout: 300_000 }).toBe('reached');
  return (performance.now() - startMs) / 1000;
}

/** What "Save pcapng" writes. */
async function savedCapture(tab: Tab): Promise<Uint8Array> {
  const saved = (): readonly string[] => readdirSync(folder).filter((name) => name.endsWith('.pcapng'));
  for (const name of saved()) rmSync(join(folder, name));
  await tab.evaluate(() => {
    for (const button of document.querySelectorAll('button'))
      if (button.textContent === 'Save pcapng') button.id = 'save';
  });
  await tab.click('#save');
  // Firefox makes the file before it has what belongs into it.
  await expect
    .poll(() => saved().map((name) => statSync(join(folder, name)).size > 0), { timeout: 30_000 })
    .toEqual([true]);
  return readFileSync(join(folder, saved()[0] ?? ''));
}

/** Runs the lab that is open until a condition is met, and expects the frames and the file of Node. */
async function expectAsInNode(tab: Tab, scenario: Scenario, until: string): Promise<InNode> {
  const pageS = await runUntil(tab, until);
  const inNode = runInNode(scenario, until);
  const { frames, pcapng, nodeS } = inNode;
  console.log(`${scenario.name}, ${until}: ${pageS.toFixed(1)} s, in Node ${nodeS.toFixed(1)} s`);
  const counts = (): string => document.querySelector('[data-testid="packet-counts"]')?.textContent ?? '';
  await expect.poll(async () => await tab.evaluate(counts), { timeout: 30_000 }).toBe(`${frames} of ${frames} frames`);
  await expect.poll(async () => sha256(await savedCapture(tab)), { timeout: 30_000 }).toBe(pcapng);
  return inNode;
}

/** Waits until the service worker has the page, and keeps all images of the opening lab. */
async function waitUntilKept(tab: Tab): Promise<void> {
  const kept = async (): Promise<readonly string[]> => {
    await navigator.serviceWorker.ready;
    const images = await (await caches.open('netboot-lab-images')).keys();
    return images.map(({ url }) => url.slice(url.lastIndexOf('/') + 1));
  };
  const needed = imagesOf('debian-installer');
  await expect
    .poll(async () => await tab.evaluate(kept), { timeout: 60_000 })
    .toEqual(expect.arrayContaining([...needed]));
}

describe.skipIf(findFirefox() === undefined && !IS_CI)('Firefox ESR (package firefox-esr)', () => {
  let tab: FirefoxTab;

  beforeAll(async () => {
    tab = await openFirefox(folder, KEEP_WORKERS);
  });

  afterAll(async () => await tab?.close());

  it('runs a bare lab to its end, with the frames of Node', async () => {
    const scenario = siteScenario('bare-loss');
    await openLab(tab, site.url, scenario);
    await expectAsInNode(tab, scenario, 'stage:halted');
    await tab.screenshot('artefacts/firefox-bare.png');
    expect(tab.troubles).toEqual([]);
  });

  it('boots the Debian lab to its menu, with the frames and the memory of Node', async () => {
    await openLab(tab, site.url);
    const { machine, state } = await expectAsInNode(tab, siteScenario('debian-installer'), MENU);
    expect(await tab.evaluate(askStateHash, machine)).toBe(state);
    await tab.screenshot('artefacts/firefox-menu.png');
    expect(tab.troubles).toEqual([]);
  });

  it('opens and boots the Debian lab without a network after one visit', async () => {
    const gone = await serveDist();
    await openLab(tab, gone.url);
    await waitUntilKept(tab);
    gone.close();
    await tab.reload();
    await waitUntilReady(tab);
    await expectAsInNode(tab, siteScenario('debian-installer'), 'screen:/SeaBIOS/');
    expect(tab.troubles).toEqual([]);
  });
});

describe.skipIf(findWebKit() === undefined && !IS_CI)('WebKitGTK (packages webkit2gtk-driver, xvfb, xauth)', () => {
  let tab: Tab;

  beforeAll(async () => {
    tab = await openWebKit(folder);
  });

  afterAll(async () => await tab?.close());

  it('runs a bare lab to its end, with the frames of Node', async () => {
    const scenario = siteScenario('bare-loss');
    await openLab(tab, site.url, scenario);
    await expectAsInNode(tab, scenario, 'stage:halted');
    await tab.screenshot('artefacts/webkit-bare.png');
  });

  it('boots the Debian lab to its menu, with the frames of Node', async () => {
    await openLab(tab, site.url);
    await expectAsInNode(tab, siteScenario('debian-installer'), MENU);
    await tab.screenshot('artefacts/webkit-menu.png');
  });
});
