/**
 * The built page as the journeys drive it: opened from a sub-path of a plain static site, worked through its buttons,
 * and asked for what a person could save.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { parseManifest } from '../../src/lab/content/image-manifest.ts';
import { neededImages } from '../../src/lab/content/images.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { runInNode, sha256, type InNode } from '../support/once/in-node.ts';
import { siteScenario } from '../support/lab.ts';
import { launchBrowser } from './browser.ts';
import { serve, type Site } from './serve.ts';

const DIST = process.env['NETBOOT_LAB_DIST'] ?? 'dist';

/** Serves the build as a project's folder of a static site is served. */
export async function serveDist(): Promise<Site> {
  if (!existsSync(`${DIST}/index.html`)) throw new Error(`${DIST}/ is missing: run "npm run build" first`);
  return await serve(DIST, '/some/where/netboot-lab/');
}

/** The site and the browser of a file's journeys: there before the first, closed after the last. */
export function journeyHost(): { site: Site; browser: Browser } {
  const host = {} as { site: Site; browser: Browser };
  beforeAll(async () => {
    mkdirSync('artefacts', { recursive: true });
    host.site = await serveDist();
    host.browser = await launchBrowser();
  });
  afterAll(async () => {
    await host.browser.close();
    host.site.close();
  });
  return host;
}

/** Keeps the page's workers at hand, so that the lab's can be asked what the page itself does not show. */
export const KEEP_WORKERS = `{
  const { Worker } = self;
  self.workersByName = new Map();
  self.Worker = class extends Worker {
    constructor(url, options) {
      super(url, options);
      self.workersByName.set(options?.name, this);
    }
  };
}`;

/** Opens the page at a hash, and waits until its lab is ready. Its faults fail the test. */
export async function openPage(browser: Browser, url: string, prepare?: (page: Page) => Promise<void>): Promise<Page> {
  const context = await browser.newContext({
    acceptDownloads: true,
    locale: 'en-GB',
    viewport: { width: 1280, height: 800 },
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.addInitScript(KEEP_WORKERS);
  await prepare?.(page);
  await page.goto(url);
  await waitUntilReady(page);
  return page;
}

/** Waits until the page's lab can run. */
export async function waitUntilReady(page: Page): Promise<void> {
  await expect
    .poll(async () => await page.getByRole('button', { name: 'Run', exact: true }).isEnabled(), { timeout: 120_000 })
    .toBe(true);
}

/** Runs until the condition is met, as a person sets it, by what is done meanwhile; returns the milliseconds of wall time. */
export async function runUntil(
  page: Page,
  condition: string,
  timeoutMs: number,
  meanwhile?: () => Promise<void>,
): Promise<number> {
  const startMs = performance.now();
  const box = page.getByRole('combobox', { name: 'Run until…' });
  await box.fill(condition);
  await box.press('Enter');
  await meanwhile?.();
  await page.getByText('reached', { exact: true }).waitFor({ timeout: timeoutMs });
  return performance.now() - startMs;
}

/** What the page's "Save pcapng" gives. */
export async function savedCapture(page: Page): Promise<Uint8Array> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save pcapng' }).click();
  return new Uint8Array(readFileSync(await (await download).path()));
}

/** Asks the lab's worker for the sha256 of a machine's memory and devices, with a call as the page makes them. */
export async function stateHash(page: Page, machine: string): Promise<unknown> {
  return await page.evaluate(askStateHash, machine);
}

/** The same, as it runs in a page that keeps its workers at hand. */
export async function askStateHash(machine: string): Promise<unknown> {
  return await new Promise((resolve) => {
    const { workersByName } = self as unknown as { workersByName: ReadonlyMap<string, Worker> };
    const worker = workersByName.get('lab');
    const id = 'journey';
    worker?.addEventListener('message', ({ data }: MessageEvent<{ id: string; value: unknown }>) => {
      if (data.id === id) resolve(data.value);
    });
    // A call in the words of Comlink's protocol.
    const argumentList = [{ type: 'RAW', value: machine }];
    worker?.postMessage({ id, type: 'APPLY', path: ['stateHash'], argumentList }, []);
  });
}

/** Frames, clock and file of the page against a run of the same scenario in Node, stopped at the same condition. */
export async function expectAsInNode(page: Page, scenario: Scenario, until: string): Promise<InNode> {
  const inNode = runInNode(scenario, until);
  const { frames, pcapng, machine, state } = inNode;
  await expect
    .poll(async () => await page.getByTestId('packet-counts').textContent(), { timeout: 30_000 })
    .toBe(`${frames} of ${frames} frames`);
  expect(sha256(await savedCapture(page))).toBe(pcapng);
  expect(await stateHash(page, machine)).toBe(state);
  return inNode;
}

/** The hashes of the images of a lab of the site. */
export function imagesOf(name: string): readonly string[] {
  const manifest = parseManifest(readFileSync(`${DIST}/images/manifest.json`, 'utf8'));
  const needed = manifest.ok ? neededImages(siteScenario(name), manifest.value) : manifest;
  if (!needed.ok) throw new Error(JSON.stringify(needed.error));
  return [...new Set(needed.value.map(({ sha256 }) => sha256))].sort();
}

/**
 * What axe finds wrong in a part of the page. In one piece ("legacy"): the page has no frames of other sites,
 * and Firefox refuses the blank page that axe opens otherwise.
 */
export async function violations(page: Page, part: string): Promise<readonly string[]> {
  return (await axe(page, part)).map(wordsOf);
}

/** The same of the whole page, what is minor left out. */
export async function seriousViolations(page: Page, part = 'html'): Promise<readonly string[]> {
  const found = await axe(page, part);
  return found.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(wordsOf);
}

type Violations = Awaited<ReturnType<AxeBuilder['analyze']>>['violations'];

async function axe(page: Page, part: string): Promise<Violations> {
  return (await new AxeBuilder({ page }).include(part).setLegacyMode().analyze()).violations;
}

function wordsOf({ id, nodes }: Violations[number]): string {
  return `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`;
}
