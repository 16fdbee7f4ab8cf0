/** The built page in the other engines: Firefox ESR and WebKitGTK, as Debian has them, from the server of `npm start`. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { encodeLink } from '../../src/page/document/link.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { siteScenario } from '../support/lab.ts';
import { findFirefox, openFirefox, type FirefoxTab } from './firefox.ts';
import { askStateHash, KEEP_WORKERS, runInNode, serveDist, sha256 } from './lab-page.ts';
import type { Site } from './serve.ts';
import type { Tab } from './tab.ts';
import { hasWebKit, openWebKit } from './webkit.ts';

const IS_CI = process.env['CI'] !== undefined;
const UNTIL = 'input[aria-label="Run until…"]';

let site: Site;
let home: string;
let downloads: string;

beforeAll(async () => {
  mkdirSync('artefacts', { recursive: true });
  site = await serveDist();
  home = mkdtempSync(join(tmpdir(), 'netboot-lab-browser-'));
  downloads = join(home, 'Downloads');
  mkdirSync(downloads);
});

afterAll(() => {
  site.close();
  rmSync(home, { recursive: true, force: true });
});

async function isReady(tab: Tab): Promise<void> {
  const canRun = (): boolean => document.querySelector('button[aria-label="Run"]:not(:disabled)') !== null;
  await expect.poll(async () => await tab.evaluate(canRun), { timeout: 120_000 }).toBe(true);
}

/** A link to another lab of the page that is open would be no new page. */
async function openLab(tab: Tab, url: string, scenario: Scenario): Promise<void> {
  await tab.open('about:blank');
  await tab.open(`${url}${encodeLink(scenario)}`);
  await isReady(tab);
}

async function runUntil(tab: Tab, condition: string): Promise<number> {
  const startMs = performance.now();
  await tab.enter(UNTIL, condition);
  const stopped = (): string => document.querySelector('form > [role="status"]')?.textContent ?? '';
  await expect.poll(async () => await tab.evaluate(stopped), { timeout: 300_000, interval: 200 }).toBe('reached');
  return performance.now() - startMs;
}

/** What "Save pcapng" writes into the folder of downloads. */
async function savedCapture(tab: Tab): Promise<Uint8Array> {
  const complete = (): readonly string[] => readdirSync(downloads).filter((name) => name.endsWith('.pcapng'));
  for (const name of readdirSync(downloads)) rmSync(join(downloads, name));
  await tab.evaluate(() => {
    for (const button of document.querySelectorAll('button')) if (button.textContent === 'Save pcapng') button.id = 'save';
  });
  await tab.click('#save');
  await expect.poll(() => complete().length, { timeout: 30_000 }).toBe(1);
  return readFileSync(join(downloads, complete()[0] ?? ''));
}

/** Runs the lab that is open as Node does, and compares frames and file. Returns the hash of the machine's state in Node. */
async function expectAsInNode(tab: Tab, scenario: Scenario, until: string): Promise<{ machine: string; state: unknown }> {
  const pageS = (await runUntil(tab, until)) / 1000;
  const { frames, pcapng, machine, state, nodeS } = runInNode(scenario, until);
  console.log(`${scenario.name}, until ${until}: ${pageS.toFixed(1)} s, ${nodeS.toFixed(1)} s in Node`);
  const counts = (): string => document.querySelector('[data-testid="packet-counts"]')?.textContent ?? '';
  await expect
    .poll(async () => await tab.evaluate(counts), { timeout: 30_000 })
    .toBe(`${frames} of ${frames} frames`);
  expect(sha256(await savedCapture(tab))).toBe(pcapng);
  return { machine, state };
}

describe.skipIf(findFirefox() === undefined && !IS_CI)('Firefox ESR (install firefox-esr)', () => {
  let tab: FirefoxTab;

  beforeAll(async () => {
    tab = await openFirefox(downloads, KEEP_WORKERS);
  });

  afterAll(async () => await tab?.close());

  afterEach(() => {
    expect(tab.troubles).toEqual([]);
  });

  it('runs a bare lab to its end, with the frames of Node', async () => {
    const scenario = siteScenario('bare-loss');
    await openLab(tab, site.url, scenario);
    await expectAsInNode(tab, scenario, 'stage:halted');
    await tab.screenshot('artefacts/firefox-bare.png');
  });

  it('boots the opening lab to its menu, with the frames and the memory of Node', async () => {
    await tab.open('about:blank');
    await tab.open(site.url);
    await isReady(tab);
    const { machine, state } = await expectAsInNode(tab, siteScenario('debian-installer'), 'stage:menu');
    await tab.screenshot('artefacts/firefox-menu.png');
    expect(await tab.evaluate(askStateHash, machine)).toBe(state);
  });

  it('needs no network after one visit', async () => {
    const gone = await serveDist();
    const scenario = siteScenario('bare-ipxe-http');
    await openLab(tab, gone.url, scenario);
    const isKept = async (): Promise<boolean> => {
      await navigator.serviceWorker.ready;
      return true;
    };
    expect(await tab.evaluate(isKept)).toBe(true);
    gone.close();
    await tab.reload();
    await isReady(tab);
    await expectAsInNode(tab, scenario, scenario.until ?? '');
  });
});

describe.skipIf(!hasWebKit() && !IS_CI)('WebKitGTK (install webkit2gtk-driver and xvfb)', () => {
  let tab: Tab;

  beforeAll(async () => {
    tab = await openWebKit(home);
  });

  afterAll(async () => await tab?.close());

  it('runs a bare lab to its end, with the frames of Node', async () => {
    const scenario = siteScenario('bare-loss');
    await openLab(tab, site.url, scenario);
    await expectAsInNode(tab, scenario, 'stage:halted');
    await tab.screenshot('artefacts/webkit-bare.png');
  });

  it('boots the opening lab to its menu, with the frames of Node', async () => {
    await tab.open('about:blank');
    await tab.open(site.url);
    await isReady(tab);
    await expectAsInNode(tab, siteScenario('debian-installer'), 'stage:menu');
    await tab.screenshot('artefacts/webkit-menu.png');
  });
});
