/** After one visit the page needs no network, and a deployment disturbs no page that is open. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { encodeLink } from '../../src/page/document/link.ts';
import { deployImage, deployRenamed } from '../support/deployments.ts';
import { hostileSite, type HostileSite } from '../support/hostile-site.ts';
import { siteScenario } from '../support/lab.ts';
import { launchBrowser } from './browser.ts';
import { expectAsInNode, imagesOf, openPage, runUntil, serveDist } from './lab-page.ts';
import type { Site } from './serve.ts';

const DIST = process.env['NETBOOT_LAB_DIST'] ?? 'dist';
const NEXT = '.cache/deployments/next';
const VGA_BIOS = 'bios/vgabios-stdvga.bin';
const DEBIAN = '#scenario=debian-installer';
const SMALL_PC = encodeLink(siteScenario('pc-chainload-cured'));

let browser: Browser;
let context: BrowserContext | undefined;
let started: Site | undefined;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterEach(async () => {
  await context?.close();
  started?.close();
});

afterAll(async () => await browser?.close());

interface Kept {
  readonly cache: string;
  /** Path below the site's folder. */
  readonly path: string;
  readonly type: string | null;
}

/** All that the browser keeps for the site. */
async function kept(page: Page): Promise<readonly Kept[]> {
  return await page.evaluate(async () => {
    const folder = new URL('./', document.baseURI).href;
    const all: { cache: string; path: string; type: string | null }[] = [];
    for (const cache of await caches.keys()) {
      const opened = await caches.open(cache);
      for (const request of await opened.keys()) {
        const response = await opened.match(request);
        all.push({
          cache,
          path: request.url.slice(folder.length),
          type: response?.headers.get('content-type') ?? null,
        });
      }
    }
    return all.sort((a, b) => (a.cache + a.path < b.cache + b.path ? -1 : 1));
  });
}

const images = (all: readonly Kept[]): readonly string[] =>
  all.flatMap(({ path }) => (path.startsWith('images/blob/') ? [path.slice('images/blob/'.length)] : []));

/** Opens a page and waits until the service worker has it, and the images of its lab are kept. */
async function visit(url: string, lab: string): Promise<Page> {
  const page = await openPage(browser, url);
  context = page.context();
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await expect.poll(async () => [...images(await kept(page))].sort(), { timeout: 60_000 }).toEqual(imagesOf(lab));
  return page;
}

const isReady = async (page: Page): Promise<void> =>
  await expect
    .poll(async () => await page.getByRole('button', { name: 'Run', exact: true }).isEnabled(), { timeout: 60_000 })
    .toBe(true);

/** By the list of commands, which is there at any width of the page. */
async function runCommand(page: Page, id: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Type a command' }).fill(id);
  await page.keyboard.press('Enter');
}

/** A part of the page that is fetched when it is opened, with a file of its own. */
async function openAbout(page: Page): Promise<void> {
  await runCommand(page, 'about.open');
  await page.getByTestId('about').locator('summary').filter({ hasText: /^v86 / }).waitFor();
  await page.getByTestId('about').getByRole('button', { name: 'Close', exact: true }).click();
}

describe('the page without a network', () => {
  it('opens and boots the Debian lab after one visit to the site of "npm start"', async () => {
    const site = await serveDist();
    started = site;
    const page = await visit(`${site.url}${DEBIAN}`, 'debian-installer');
    const before = await kept(page);
    for (const query of ['?utm=1', '?utm=2']) {
      await page.goto(`${site.url}${query}${DEBIAN}`);
      await isReady(page);
    }
    await page.goto(`${site.url}${DEBIAN}`);
    await isReady(page);
    expect(await kept(page)).toEqual(before);
    expect(before.filter(({ path }) => path.includes('?'))).toEqual([]);
    expect(before.filter(({ path, type }) => type?.includes('html') === true && path !== '')).toEqual([]);
    site.close();
    await context?.setOffline(true);
    await page.reload();
    await isReady(page);
    const until = 'screen:/SeaBIOS/';
    await runUntil(page, until, 120_000);
    await page.screenshot({ path: 'artefacts/offline.png' });
    await expectAsInNode(page, siteScenario('debian-installer'), until);
    // Parts that were never opened are there too.
    await openAbout(page);
  });
});

describe('a deployment', () => {
  let site: HostileSite;

  beforeAll(async () => {
    site = await hostileSite(DIST, () => ['vary']);
  });

  afterAll(() => site.close());

  const findNew = async (page: Page): Promise<void> =>
    await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));

  it('leaves a page that is open its files, says so, and takes them away when it is gone', async () => {
    site.folder = DIST;
    const page = await visit(`${site.url}${SMALL_PC}`, 'pc-chainload-cured');
    const [build] = (await kept(page)).filter(({ path }) => path === '').map(({ cache }) => cache);
    deployRenamed(DIST, NEXT);
    site.folder = NEXT;
    await findNew(page);
    await page.getByTestId('new-version').waitFor({ timeout: 60_000 });
    await page.screenshot({ path: 'artefacts/new-version.png' });
    await openAbout(page);
    expect(new Set((await kept(page)).map(({ cache }) => cache))).toContain(build);
    // A lab that is opened now tells the worker of its images: nothing of this page may go for that.
    await runCommand(page, 'time.restart');
    await isReady(page);
    expect(new Set((await kept(page)).map(({ cache }) => cache))).toContain(build);
    await page.getByRole('button', { name: 'Load again' }).click();
    await isReady(page);
    await expect
      .poll(async () => (await kept(page)).some(({ cache }) => cache === build), { timeout: 60_000 })
      .toBe(false);
    expect(await page.getByTestId('new-version').count()).toBe(0);
  });

  it('brings new images, and the old ones go', async () => {
    site.folder = DIST;
    const page = await visit(`${site.url}${SMALL_PC}`, 'pc-chainload-cured');
    const { before, after } = deployImage(DIST, NEXT, VGA_BIOS);
    expect(images(await kept(page))).toContain(before);
    site.folder = NEXT;
    await page.reload();
    await isReady(page);
    await expect.poll(async () => images(await kept(page)), { timeout: 60_000 }).not.toContain(before);
    expect(images(await kept(page))).toContain(after);
  });

  it('refuses in a page that is open an image that the site no longer has', async () => {
    site.folder = DIST;
    const page = await openPage(browser, `${site.url}${encodeLink(siteScenario('bare-pxe'))}`);
    context = page.context();
    deployImage(DIST, NEXT, 'bios/bios.bin');
    site.folder = NEXT;
    await page.goto(`${site.url}${SMALL_PC}`);
    await page
      .getByTestId('problems')
      .getByText(/bios\/bios\.bin is no longer there: the site has a new version/)
      .waitFor();
  });
});

describe('the policy of the page', () => {
  it('holds in its threads: they reach no other origin', async () => {
    const other = createServer((_request, response) => {
      response.writeHead(200, { 'Access-Control-Allow-Origin': '*' });
      response.end('reached');
    });
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    const { port } = other.address() as AddressInfo;
    const address = `http://127.0.0.1:${port}/`;
    const site = await serveDist();
    started = site;
    const page = await openPage(browser, `${site.url}${encodeLink(siteScenario('bare-pxe'))}`);
    context = page.context();
    const ask = async (from: string): Promise<string> =>
      await fetch(from).then(
        async (response) => await response.text(),
        () => 'refused',
      );
    const threads = page.workers();
    expect(threads).toHaveLength(2);
    for (const thread of threads) expect(await thread.evaluate(ask, address)).toBe('refused');
    // The same in a worker with an address of its own shows what is proven.
    await page.evaluate(() => {
      const script = document.querySelector<HTMLScriptElement>('script[src$="loading.js"]')?.src ?? '';
      Object.assign(self, { plain: new Worker(script, { name: 'plain' }) });
    });
    await expect.poll(() => page.workers().length).toBe(3);
    const plain = page.workers().find((worker) => !threads.includes(worker));
    expect(await plain?.evaluate(ask, address)).toBe('reached');
    other.close();
  });
});
