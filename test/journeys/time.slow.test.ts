/** Going back: from power-on again by the same steps, to the same log, in the page. */
import { existsSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeLink } from '../../src/app/link.ts';
import { siteScenario } from '../support/lab.ts';
import { launchBrowser } from './browser.ts';
import { serve, type Site } from './serve.ts';

let site: Site;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  if (!existsSync('dist/index.html')) throw new Error('dist/ is missing: run "npm run build" first');
  site = await serve('dist', '/lab/');
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
});

afterAll(async () => {
  await browser.close();
  site.close();
});

async function exportedFrames(): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save pcapng' }).click(),
  ]);
  const stream = await download.createReadStream();
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('hex');
}

describe('going back in time', () => {
  it('gives the same frames after going back and on again', { timeout: 120_000 }, async () => {
    await page.goto(`${site.url}${encodeLink({ ...siteScenario('bare-pxe'), until: undefined })}`);
    const until = page.getByRole('textbox', { name: 'Run until' });
    await until.fill('stage:nbp-entry');
    await until.press('Enter');
    await expect
      .poll(async () => await page.getByTestId('packet-counts').textContent(), { timeout: 20_000 })
      .toMatch(/^53 of 53/);
    const first = await exportedFrames();
    const end = await page.getByTestId('clock').textContent();
    // The seventh frame, then back to it: nothing later is there.
    const list = page.getByTestId('packet-list');
    await list.focus();
    await list.press('Home');
    for (let row = 1; row < 7; row++) await list.press('ArrowDown');
    await page.getByRole('tab', { name: 'Explain' }).click();
    await page.getByRole('button', { name: 'Go back to the selected moment' }).click();
    await expect
      .poll(async () => await page.getByTestId('packet-counts').textContent(), { timeout: 20_000 })
      .toMatch(/^7 of 7/);
    await until.fill('stage:nbp-entry');
    await until.press('Enter');
    await expect
      .poll(async () => await page.getByTestId('packet-counts').textContent(), { timeout: 20_000 })
      .toMatch(/^53 of 53/);
    expect(await page.getByTestId('clock').textContent()).toBe(end);
    expect(await exportedFrames()).toBe(first);
  });
});
