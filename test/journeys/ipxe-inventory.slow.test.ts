/** An inventory of a hundred machines in Chromium: the requests of the HTTP server as a table. */
import { mkdirSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { itemAt } from '../../src/base/lists/list.ts';
import { encodeLink } from '../../src/page/document/link.ts';
import { siteScenario } from '../support/lab.ts';
import { launchBrowser } from './browser.ts';
import { openPage, runUntil, serveDist, violations } from './lab-page.ts';
import type { Site } from './serve.ts';

let site: Site;
let browser: Browser;

beforeAll(async () => {
  mkdirSync('artefacts/ipxe', { recursive: true });
  site = await serveDist();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  site?.close();
});

it('lists name and MAC address of each machine, sorts, selects and copies them', async () => {
  const scenario = siteScenario('bare-inventory-100');
  const page = await openPage(browser, `${site.url}${encodeLink(scenario)}`, async (each) => {
    await each.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  });
  await page.getByRole('tab', { name: 'Server', exact: true }).first().click();
  await page.getByRole('button', { name: 'Requests', exact: true }).click();
  await page.getByText('No HTTP request has come').waitFor();
  await runUntil(page, scenario.until ?? '', 60_000);
  await expect.poll(async () => await page.getByTestId('request-count').textContent()).toBe('100 requests');

  const table = page.getByTestId('requests');
  const cells = async (row: number): Promise<string> => await table.locator('tbody tr').nth(row).innerText();
  await table.getByRole('button', { name: 'name', exact: true }).click();
  await expect
    .poll(async () => await cells(36))
    .toMatch(/^\d+\.\d+\s+pc37\s+10\.0\.2\.\d+\s+poste-037\s+52:54:00:bb:00:25\s+GET\s/);
  await table.getByRole('button', { name: 'name', exact: true }).click();
  await expect.poll(async () => await cells(0)).toContain('poste-100');
  expect(await table.getByRole('columnheader', { name: 'name' }).getAttribute('aria-sort')).toBe('descending');

  await table.locator('tbody tr').nth(2).getByRole('button').press('Enter');
  await expect
    .poll(async () => await page.getByTestId('packet-list').locator('[aria-selected="true"]').textContent())
    .toContain('name=poste-098');
  await page.screenshot({ path: 'artefacts/ipxe/inventory.png' });

  expect(await violations(page, '[data-panel="server"]')).toEqual([]);

  await page.getByRole('button', { name: 'Copy as CSV' }).click();
  const csv = await page.evaluate(async () => await navigator.clipboard.readText());
  const lines = csv.trim().split('\n');
  expect(lines).toHaveLength(101);
  expect(itemAt(lines, 0).trim()).toBe('Time (s),Machine,Address,name,mac,Method,URL,Status,Bytes');
  expect(lines[100]).toMatch(/,pc1,10\.0\.2\.\d+,poste-001,52:54:00:bb:00:01,GET,/);
  await page.context().close();
}, 120_000);
