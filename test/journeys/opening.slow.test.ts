/** What a visitor is shown first, and how they find other labs: the first boot in slow motion, the catalogue, addresses. */
import { mkdirSync } from 'node:fs';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { journeyHost, seriousViolations } from './lab-page.ts';

const SHOTS = 'artefacts/opening';
const host = journeyHost();
/** Other work may be on the computer. */
const WAIT = { timeout: 60_000 };

beforeAll(() => {
  mkdirSync(SHOTS, { recursive: true });
});

interface Visit {
  readonly page: Page;
  readonly fetched: string[];
}

async function visit(options: BrowserContextOptions = {}, hash = ''): Promise<Visit> {
  const context = await host.browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    ...options,
  });
  const page = await context.newPage();
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(request.url()));
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.goto(`${host.site.url}${hash}`);
  await page.getByTestId('topology').locator('.react-flow__node').first().waitFor();
  return { page, fetched };
}

const reported = async (page: Page): Promise<string> =>
  (await page.getByTestId('moment').locator('p').textContent()) ?? '';

async function clockNs(page: Page): Promise<number> {
  const [h = 0, m = 0, s = 0] = ((await page.getByTestId('clock').textContent()) ?? '')
    .replaceAll(' ', '')
    .split(':')
    .map(Number);
  return Math.round((h * 3600 + m * 60 + s) * 1e9);
}

describe('a first visit', { timeout: 240_000 }, () => {
  it('sees a machine boot by itself, with envelopes to click and sentences, to its end', async () => {
    const { page, fetched } = await visit();
    const envelope = page.getByTestId('flights').locator('[data-event]').filter({ hasText: 'DHCP' }).first();
    await envelope.waitFor(WAIT);
    await expect
      .poll(async () => await reported(page), WAIT)
      .toContain('asks everybody: which server has an address for me');
    await page.screenshot({ path: `${SHOTS}/first-boot.png` });
    // It moves: it is clicked where it is now.
    const box = await envelope.locator('rect').boundingBox();
    await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2);
    const row = page.getByTestId('packet-list').getByRole('row', { selected: true });
    await expect.poll(async () => await row.first().textContent(), WAIT).toContain('DHCP');
    await expect.poll(async () => await reported(page), WAIT).toContain('offers pc1 the address');
    await expect.poll(async () => await reported(page), WAIT).toContain('arrived');
    await page.getByTestId('moment').getByRole('button', { name: 'Pause' }).click();
    await page.getByTestId('moment').getByRole('button', { name: 'Play' }).waitFor();
    const stood = await clockNs(page);
    await page.waitForTimeout(400);
    expect(await clockNs(page)).toBe(stood);
    await page.getByTestId('moment').getByRole('button', { name: 'Play' }).click();
    await expect
      .poll(async () => await reported(page), { timeout: 120_000 })
      .toContain('has an address and its program');
    // It has ended, and no system's image was downloaded for it.
    expect(fetched.filter((url) => url.includes('images/blob/')).length).toBeLessThanOrEqual(1);
    expect(await seriousViolations(page)).toEqual([]);
    await page.screenshot({ path: `${SHOTS}/first-boot-end.png` });
    await page.context().close();
  });

  it('prefers reduced motion: nothing runs until Play, frame by frame has a sentence each', async () => {
    const { page } = await visit({ reducedMotion: 'reduce', locale: 'fr-FR', colorScheme: 'dark' });
    await page.getByTestId('moment').getByRole('button', { name: 'Jouer' }).waitFor();
    await page.waitForTimeout(500);
    expect(await clockNs(page)).toBe(0);
    expect(await reported(page)).toContain('pc1 n’a pas de disque');
    await page
      .getByTestId('moment')
      .getByRole('button', { name: /Trame suivante|Avancer|trame/i })
      .click();
    await expect.poll(async () => await reported(page), WAIT).toContain('DHCPDISCOVER');
    expect(await reported(page)).toContain('Trame 1');
    await page.screenshot({ path: `${SHOTS}/still-fr-dark.png` });
    await page.context().close();
  });

  it('leads to the course and to a real PC, where the introduction is gone', async () => {
    const { page } = await visit();
    await page.getByTestId('opening').getByRole('button', { name: 'The course' }).click();
    await page.getByTestId('course').waitFor(WAIT);
    await page.getByTestId('opening').getByRole('button', { name: 'A real PC' }).click();
    await expect.poll(async () => await page.title(), WAIT).toContain('Debian installer over PXE');
    await page.getByTestId('opening').waitFor({ state: 'detached' });
    expect(await page.evaluate(() => location.hash)).toBe('#scenario=debian-installer');
    expect(await page.getByRole('combobox', { name: 'Speed' }).inputValue()).toBe('auto');
    await page.context().close();
  });
});

describe('the catalogue', { timeout: 240_000 }, () => {
  it('has cards in groups, is searched and filtered, and opens a lab by keyboard; its address opens it elsewhere', async () => {
    const { page } = await visit();
    await page.getByRole('button', { name: /^Open another lab/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Open another lab' });
    await dialog.getByRole('grid', { name: 'Networks' }).waitFor();
    const groups = await dialog.locator('h2').allTextContents();
    expect(groups.filter((name) => name !== 'Labs')).toEqual([
      'Your labs',
      'Start here',
      'Course',
      'PXE',
      'iPXE',
      'Before PXE',
      'BIOS and disks',
      'Servers and configurations',
      'Networks',
      'What goes wrong',
    ]);
    expect(await dialog.getByRole('row', { name: /wrong field/ }).count()).toBe(0);
    expect(await seriousViolations(page)).toEqual([]);
    await page.screenshot({ path: `${SHOTS}/catalogue.png` });
    await dialog.getByRole('combobox', { name: 'Machines' }).selectOption('pc');
    await dialog.getByRole('grid', { name: 'Servers and configurations' }).waitFor({ state: 'detached' });
    await dialog.getByRole('row', { name: 'Two PCs on two VLANs' }).waitFor();
    await dialog.getByRole('combobox', { name: 'Machines' }).selectOption('all');
    await dialog.getByRole('combobox', { name: 'Level' }).selectOption('1');
    await dialog.getByRole('searchbox').fill('vlan');
    await expect.poll(async () => await dialog.getByRole('row', { name: 'Two VLANs, two servers' }).count()).toBe(1);
    await dialog.getByRole('searchbox').press('ArrowDown');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(async () => await page.title(), WAIT).toBe('Two VLANs, two servers – Netboot Lab');
    const { hash } = new URL(page.url());
    expect(hash).toBe('#scenario=bare-vlans');
    await page.getByRole('button', { name: 'About this lab' }).click();
    await page.getByRole('dialog', { name: 'Two VLANs, two servers' }).getByText('Neither sees a frame').waitFor();
    await page.context().close();

    const { page: other } = await visit({ locale: 'fr-FR', colorScheme: 'dark' }, hash);
    await expect.poll(async () => await other.title(), WAIT).toBe('Deux VLAN, deux serveurs – Netboot Lab');
    expect(await clockNs(other)).toBe(0);
    await other.setViewportSize({ width: 390, height: 844 });
    await other.getByRole('button', { name: /^Ouvrir un autre labo/ }).click();
    await other.getByRole('grid', { name: 'Réseaux' }).waitFor();
    expect(await other.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
    await other.screenshot({ path: `${SHOTS}/catalogue-fr-dark-390.png` });
    await other.context().close();
  });
});

describe('in front of a class', { timeout: 120_000 }, () => {
  it('the space bar shows a recorded run frame by frame, in large type', async () => {
    const { page } = await visit({}, '#scenario=bare-pxe');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByTestId('run-status').getByText('All machines have halted').waitFor(WAIT);
    await page.keyboard.press('Alt+j');
    await page.getByRole('tab', { name: 'Packets' }).click();
    const past = page.getByTestId('past');
    await page.keyboard.press('Space');
    await past.getByText('00:00:00.000 000 000').waitFor(WAIT);
    const selected = page.getByTestId('packet-list').locator('[aria-selected="true"]');
    await page.keyboard.press('Space');
    await expect.poll(async () => await selected.textContent(), WAIT).toContain('DHCP Discover');
    await page.keyboard.press('Space');
    await expect.poll(async () => await selected.textContent(), WAIT).toContain('DHCP Offer');
    await page.keyboard.press('Shift+Space');
    await expect.poll(async () => await selected.textContent(), WAIT).toContain('DHCP Discover');
    await page.screenshot({ path: `${SHOTS}/projector.png` });
    // A text is typed with blanks all the same.
    await page.getByTestId('filter').fill('dhcp');
    await page.getByTestId('filter').press('Space');
    expect(await page.getByTestId('filter').inputValue()).toBe('dhcp ');
    await page.keyboard.press('Escape');
    await past.waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.getByTestId('topology').waitFor();
    await page.context().close();
  });
});
