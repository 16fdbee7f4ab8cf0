/**
 * Nobody's lab is lost, in a real browser: autosave, a reload in the middle, two tabs, refused and full storage, a broken
 * link, a frame, files that a link leaves out. Bare labs only.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { image } from '../support/images.ts';
import { journeyHost } from './lab-page.ts';

const SHOTS = 'artefacts/labs';
/** Other work may be on the computer. */
const WAIT = { timeout: 20_000 };
const host = journeyHost();

beforeAll(() => {
  mkdirSync(SHOTS, { recursive: true });
});

async function visit(options: BrowserContextOptions = {}, prepare?: string): Promise<BrowserContext> {
  const context = await host.browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    ...options,
  });
  if (prepare !== undefined) await context.addInitScript(prepare);
  return context;
}

/** Opens the page in a tab of the context, and waits until it shows a lab. */
async function openTab(context: BrowserContext, hash = ''): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${host.site.url}${hash}`);
  await page.getByTestId('topology').locator('.react-flow__node').first().waitFor();
  return page;
}

/** Opens a lab of the site by the list of labs. */
async function choose(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Open another lab|^Ouvrir un autre labo/ }).click();
  await page.getByRole('searchbox').fill(name);
  await page.getByRole('row', { name }).last().click();
  await page.getByRole('searchbox').waitFor({ state: 'detached' });
}

const BARE = 'Bare machine: DHCP and TFTP';

async function addPc(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add PC', exact: true }).click();
}

/** Machines that the topology shows. */
async function cards(page: Page): Promise<readonly string[]> {
  const shown = page.getByTestId('topology').locator('.react-flow__node');
  return await shown.evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-id') ?? '').sort());
}

async function title(page: Page): Promise<string> {
  return (await page.title()).replace(' – Netboot Lab', '');
}

/** Names in "Your labs". */
async function ownLabs(page: Page): Promise<readonly string[]> {
  await page.getByRole('button', { name: /^Open another lab/ }).click();
  await page.getByRole('searchbox').waitFor();
  const rows = page.getByRole('grid', { name: 'Your labs' }).getByRole('row');
  const names = await rows.evaluateAll((all) => all.map((row) => row.getAttribute('aria-label') ?? ''));
  await page.keyboard.press('Escape');
  await page.getByRole('searchbox').waitFor({ state: 'detached' });
  return names;
}

describe('your labs', () => {
  it('keeps what is edited, also by a reload in the middle, and New and Open are undone', async () => {
    const context = await visit();
    const page = await openTab(context);
    expect(await ownLabs(page)).toEqual([]);
    await choose(page, BARE);
    await expect.poll(async () => await title(page), WAIT).toBe(BARE);
    await addPc(page);
    // The page goes away right after the edit.
    await page.evaluate(() => location.reload());
    await expect.poll(async () => await cards(page), WAIT).toContain('pc2');
    expect(await title(page)).toBe(BARE);
    expect(await ownLabs(page)).toEqual([BARE]);

    await addPc(page);
    await page.getByRole('button', { name: /^Open another lab/ }).click();
    await page.getByRole('button', { name: 'New lab', exact: true }).click();
    await expect.poll(async () => await title(page), WAIT).toBe('New lab');
    await page.screenshot({ path: `${SHOTS}/new.png` });
    await page.getByTestId('notice').getByRole('button', { name: 'Undo' }).click();
    await expect.poll(async () => await cards(page), WAIT).toContain('pc3');
    await page.keyboard.press('Control+z');
    await expect.poll(async () => await cards(page), WAIT).not.toContain('pc3');
    await page.keyboard.press('Control+y');
    await page.keyboard.press('Control+y');
    await expect.poll(async () => await title(page), WAIT).toBe('New lab');
    await page.keyboard.press('Control+z');
    await expect.poll(async () => await cards(page), WAIT).toContain('pc3');
    await context.close();
  });

  it('lists them with search; renames, duplicates and deletes by the keyboard, and brings back', async () => {
    const context = await visit();
    const page = await openTab(context);
    await choose(page, BARE);
    await addPc(page);
    await page.getByRole('button', { name: /^Open another lab/ }).click();
    const search = page.getByRole('searchbox');
    await search.fill('bare dhcp');
    await search.press('ArrowDown');
    const row = page.getByRole('row', { name: BARE }).first();
    await expect.poll(async () => await row.evaluate((node) => node === document.activeElement), WAIT).toBe(true);
    await page.keyboard.press('F2');
    await page.getByRole('textbox', { name: 'New name' }).fill('Lesson 1');
    await page.keyboard.press('Enter');
    await search.waitFor();
    const renamed = page.getByRole('row', { name: 'Lesson 1' });
    await renamed.first().waitFor();
    await renamed.getByRole('button', { name: 'Duplicate Lesson 1' }).click();
    await page.getByRole('row', { name: 'Lesson 1 (copy)' }).waitFor();
    await page.screenshot({ path: `${SHOTS}/list-light.png` });
    await page.getByRole('row', { name: 'Lesson 1 (copy)' }).focus();
    await page.keyboard.press('Delete');
    await page.getByRole('row', { name: 'Lesson 1 (copy)' }).waitFor({ state: 'detached' });
    await page.getByRole('status').getByRole('button', { name: 'Undo' }).first().click();
    await page.getByRole('row', { name: 'Lesson 1 (copy)' }).waitFor();
    await page.keyboard.press('Escape');
    await search.waitFor({ state: 'detached' });
    await expect.poll(async () => await ownLabs(page), WAIT).toEqual(['Lesson 1 (copy)', 'Lesson 1']);
    expect(await title(page)).toBe('Lesson 1');
    await context.close();
  });

  it('keeps both labs of two tabs that change the same one', async () => {
    const context = await visit();
    const first = await openTab(context);
    await choose(first, BARE);
    await addPc(first);
    await expect.poll(async () => await ownLabs(first), WAIT).toEqual([BARE]);
    const second = await openTab(context);
    await expect.poll(async () => await cards(second), WAIT).toContain('pc2');
    await addPc(second);
    await expect.poll(async () => await cards(second), WAIT).toContain('pc3');
    await first.bringToFront();
    await first.getByRole('button', { name: 'Add switch', exact: true }).click();
    await first.getByRole('status').getByText(`${BARE} was changed in another tab too.`).waitFor();
    await first.screenshot({ path: `${SHOTS}/two-tabs.png` });
    expect(await ownLabs(first)).toEqual([`${BARE} (copy)`, BARE]);
    await expect.poll(async () => await ownLabs(second), WAIT).toEqual([`${BARE} (copy)`, BARE]);
    await first.reload();
    await expect.poll(async () => await title(first), WAIT).toBe(`${BARE} (copy)`);
    await second.reload();
    await expect.poll(async () => await title(second), WAIT).toBe(BARE);
    await expect.poll(async () => await cards(second), WAIT).toContain('pc3');
    await context.close();
  });
});

describe('storage', () => {
  it('that is refused is said with what helps, and the lab stays as it is', async () => {
    const context = await visit(
      { acceptDownloads: true },
      `indexedDB.open = () => { throw new DOMException('denied', 'SecurityError'); };
       for (const name of ['localStorage', 'sessionStorage'])
         Object.defineProperty(window, name, { get: () => { throw new DOMException('denied', 'SecurityError'); } });`,
    );
    const page = await openTab(context);
    await choose(page, BARE);
    expect(await page.getByTestId('storage').count()).toBe(0);
    await addPc(page);
    await page.getByTestId('storage').getByText('keeps nothing for this page').waitFor();
    await page.screenshot({ path: `${SHOTS}/refused.png` });
    const download = page.waitForEvent('download');
    await page.getByTestId('storage').getByRole('button', { name: 'Save the lab as a file' }).click();
    expect(readFileSync(await (await download).path(), 'utf8')).toContain('"pc2"');
    await choose(page, 'Two VLANs, two servers');
    await page.keyboard.press('Control+z');
    await expect.poll(async () => await cards(page), WAIT).toContain('pc2');
    await context.close();
  });

  it('that is full is said; the lab outlives a reload, and is stored when there is room', async () => {
    const context = await visit(
      {},
      `const { put } = IDBObjectStore.prototype;
       IDBObjectStore.prototype.put = function (...given) {
         if (sessionStorage.getItem('full') !== null) throw new DOMException('no room', 'QuotaExceededError');
         return put.apply(this, given);
       };
       if (sessionStorage.getItem('visited') === null) { sessionStorage.setItem('visited', '1'); sessionStorage.setItem('full', '1'); }`,
    );
    const page = await openTab(context);
    await choose(page, BARE);
    await addPc(page);
    await page.getByTestId('storage').getByText('no room left').waitFor();
    await page.screenshot({ path: `${SHOTS}/full.png` });
    await page.reload();
    await expect.poll(async () => await cards(page), WAIT).toContain('pc2');
    await page.getByTestId('storage').waitFor();
    await page.evaluate(() => sessionStorage.removeItem('full'));
    await page.getByTestId('storage').getByRole('button', { name: 'Try again' }).click();
    await page.getByTestId('storage').waitFor({ state: 'detached' });
    expect(await ownLabs(page)).toEqual([BARE]);
    await page.reload();
    await expect.poll(async () => await cards(page), WAIT).toContain('pc2');
    await context.close();
  });
});

describe('links and frames', () => {
  it('a broken link, a good one and a frame leave the own lab as it is', async () => {
    const context = await visit({ serviceWorkers: 'block' });
    const page = await openTab(context);
    await choose(page, BARE);
    await page.getByRole('button', { name: 'Share' }).click();
    const hash = new URL(await page.getByTestId('share-link').inputValue()).hash;
    await page.keyboard.press('Escape');
    await addPc(page);
    const broken = await openTab(context, '#lab=AAAA');
    await broken.getByTestId('problems').waitFor();
    await expect.poll(async () => await cards(broken), WAIT).toContain('pc2');
    await broken.screenshot({ path: `${SHOTS}/broken-link.png` });

    const good = await openTab(context, hash);
    await expect.poll(async () => await title(good), WAIT).toBe(BARE);
    expect(await cards(good)).not.toContain('pc2');
    expect(await ownLabs(good)).toEqual([BARE]);

    const outer = await context.newPage();
    await outer.route('**/outer.html', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<iframe src="${host.site.url}" width="1400" height="860"></iframe>`,
      }),
    );
    await outer.goto(`${host.site.url}outer.html`);
    const frame = outer.frameLocator('iframe');
    await frame.getByRole('button', { name: 'Add switch', exact: true }).click();
    await frame.getByTestId('topology').locator('[data-id="sw2"]').waitFor();

    expect(await ownLabs(good)).toEqual([BARE]);
    await page.reload();
    await expect.poll(async () => await cards(page), WAIT).toContain('pc2');
    await context.close();
  });

  it('a link names files of the catalogue, lists what it leaves out, and asks for all of it at once', async () => {
    const context = await visit();
    const page = await openTab(context);
    await choose(page, BARE);
    const input = page.locator('input[type="file"][multiple]');
    const own = [1, 2].map((seed) => ({
      name: `own${seed}.bin`,
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * (seed + 6)) & 255)),
    }));
    const buffer = Buffer.from(image('syslinux/pxelinux.0'));
    await input.setInputFiles([{ name: 'mine.0', mimeType: 'application/octet-stream', buffer }]);
    await page.getByRole('status').getByText('/srv/tftp/mine.0').waitFor();
    await page.getByRole('button', { name: 'Share' }).click();
    await page.getByText('The whole lab is in the link').waitFor();
    await page.keyboard.press('Escape');
    await input.setInputFiles(own);
    await page.getByRole('status').getByText('own2.bin').waitFor();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByTestId('stage').getByText('stops where guest code').waitFor();
    await page.getByRole('button', { name: 'Share' }).click();
    await page.getByText('It does not contain these files').waitFor();
    expect(await page.getByTestId('file-uses').getByRole('listitem').count()).toBe(2);
    await page.screenshot({ path: `${SHOTS}/share-left-out.png` });
    const { hash } = new URL(await page.getByTestId('share-link').inputValue());
    const time = await page.getByTestId('clock').textContent();
    await context.close();

    const other = await visit();
    const receiver = await openTab(other, hash);
    const dialog = receiver.getByRole('dialog', { name: 'Files that this lab needs' });
    await dialog.waitFor();
    await expect.poll(async () => await dialog.getByRole('listitem').count(), WAIT).toBe(2);
    await receiver.screenshot({ path: `${SHOTS}/missing.png` });
    await receiver
      .locator('input[type="file"][multiple]')
      .setInputFiles([
        { name: 'a stranger', mimeType: 'text/plain', buffer: Buffer.from('stranger') },
        ...own.map((file, i) => ({ ...file, name: `renamed ${i}` })),
      ]);
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(async () => await receiver.getByTestId('clock').textContent(), WAIT).toBe(time);
    await other.close();
  });

  it.each([
    ['light', 1440, 'en-GB'],
    ['dark', 1440, 'fr-FR'],
    ['light', 390, 'fr-FR'],
    ['dark', 390, 'en-GB'],
  ] as const)('looks as it should in %s at %i pixels (%s)', async (colorScheme, width, locale) => {
    const context = await visit({ colorScheme, locale, viewport: { width, height: width === 390 ? 844 : 900 } });
    const page = await context.newPage();
    await page.goto(host.site.url);
    await page.getByRole('button', { name: /^Open another lab|^Ouvrir un autre labo/ }).waitFor();
    await page.getByRole('button', { name: /^Open another lab|^Ouvrir un autre labo/ }).click();
    await page.getByRole('button', { name: /^New lab|^Nouveau labo/ }).click();
    await choose(page, width === 1440 ? 'VLAN' : 'DHCP');
    await page.getByRole('button', { name: /^Open another lab|^Ouvrir un autre labo/ }).click();
    await page.getByRole('searchbox').waitFor();
    await page.waitForTimeout(300);
    await page.screenshot({ path: `${SHOTS}/list-${colorScheme}-${width}.png` });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(wider).toBe(false);
    await context.close();
  });
});
