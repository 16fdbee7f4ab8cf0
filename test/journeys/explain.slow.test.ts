/**
 * "The third data block is lost", as one meets it who has never seen the page: the loss, the timeout and the frame that was
 * sent again are found from the list, the ladder, the stages and the explanation, each by itself, in both themes and languages.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { journeyHost } from './lab-page.ts';

const SHOTS = 'artefacts/explain';
const WAIT = { timeout: 20_000 };
const AUTOSAVE = 'netboot-lab.autosave.1';
const host = journeyHost();

beforeAll(() => {
  mkdirSync(SHOTS, { recursive: true });
});

/** Opens a lab of the site and runs it to its end. */
async function played(name: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await host.browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    ...options,
  });
  await context.addInitScript(
    ([key, text]) => {
      localStorage.setItem(key, text);
    },
    [AUTOSAVE, readFileSync(`public/scenarios/${name}.json`, 'utf8')] as const,
  );
  const page = await context.newPage();
  await page.goto(host.site.url);
  const run = page.getByRole('button', { name: /^(?:Run|Lancer)$/ });
  await expect.poll(async () => await run.isEnabled(), WAIT).toBe(true);
  await run.click();
  await page.getByTestId('timeline').locator('[data-stage="halted"]').waitFor(WAIT);
  await expect.poll(async () => await run.isEnabled(), WAIT).toBe(true);
  return page;
}

async function show(page: Page, panel: RegExp): Promise<void> {
  await page.getByRole('tab', { name: panel }).click();
}

describe('the third data block is lost', () => {
  it('is found in the list, by a sign and a word', async () => {
    const page = await played('bare-nth-lost');
    await show(page, /^Packets/);
    const list = page.getByTestId('packet-list');
    await list.evaluate((element) => element.scrollTo(0, 200));
    await list.getByText('lost', { exact: false }).first().waitFor(WAIT);
    const marked = list.locator('[role="row"]', { has: page.locator('[data-mark]') });
    await expect.poll(async () => await marked.count(), WAIT).toBe(3);
    expect(await marked.locator('[role="gridcell"]:first-child').allTextContents()).toEqual(['17', '18', '19']);
    await page.screenshot({ path: `${SHOTS}/list.png` });
    // The explanation of the frame that was sent again names the timer, and leads to the lost one.
    await marked.nth(2).click();
    await show(page, /^Explain/);
    const explain = page.getByTestId('explain');
    await explain.getByText('Sent again: no answer for 2 s to frame 17, which had been lost.').click();
    await explain.getByText(/^It never arrived: a fault of the lab struck it on pc1.net0 – sw1.1/).waitFor(WAIT);
    await page.screenshot({ path: `${SHOTS}/explain.png` });
    await page.context().close();
  });

  it('is found in the ladder, by an arrow that breaks off', async () => {
    const page = await played('bare-nth-lost');
    await show(page, /^Ladder/);
    const ladder = page.getByTestId('ladder');
    const lost = ladder.locator('[data-marks="lost"]');
    await lost.waitFor(WAIT);
    await expect.poll(async () => await ladder.locator('[data-marks="again"]').count(), WAIT).toBe(2);
    expect(await lost.textContent()).toContain('lost');
    await page.screenshot({ path: `${SHOTS}/ladder.png` });
    await ladder.locator('[data-marks="again"]').nth(1).click();
    await show(page, /^Explain/);
    await page.getByTestId('explain').getByText('no answer for 2 s to frame 17', { exact: false }).waitFor(WAIT);
    await page.context().close();
  });

  it('is found on the stages, by signs on their ruler, and on the cable', async () => {
    const page = await played('bare-nth-lost');
    const marks = page.getByTestId('time-mark');
    await marks.first().waitFor(WAIT);
    expect(await marks.first().getAttribute('title')).toContain('Frame 17: lost');
    // At their times: while the file is being fetched.
    const fetching = await page.getByTestId('timeline').locator('[data-stage="file-request"]').boundingBox();
    for (const mark of await marks.all()) {
      const box = await mark.boundingBox();
      const middle = (box?.x ?? 0) + (box?.width ?? 0) / 2;
      expect(middle).toBeGreaterThanOrEqual((fetching?.x ?? 0) - 1);
      expect(middle).toBeLessThanOrEqual((fetching?.x ?? 0) + (fetching?.width ?? 0) + 1);
    }
    await page.getByTestId('cable-lost').getByText('1 lost').waitFor(WAIT);
    await page.screenshot({ path: `${SHOTS}/stages.png` });
    await marks.first().click();
    await show(page, /^Explain/);
    await page.getByTestId('explain').getByText('it was sent again as frame 19', { exact: false }).waitFor(WAIT);
    await page.context().close();
  });

  it('is found by the keys alone: the chain leads from the first frame to the loss, and back to the power switch', async () => {
    const page = await played('bare-nth-lost');
    await show(page, /^Explain/);
    await page.getByTestId('timeline').locator('[data-stage="power-on"]').click();
    const explain = page.getByTestId('explain');
    await explain.getByText('Power on', { exact: false }).first().waitFor(WAIT);
    for (let i = 0; i < 60; i++) {
      if ((await explain.textContent())?.includes('It never arrived') === true) break;
      const before = await explain.locator('h2').first().textContent();
      const said = await explain.locator('p').first().textContent();
      await page.keyboard.press('Alt+ArrowDown');
      await expect
        .poll(
          async () =>
            `${await explain.locator('h2').first().textContent()}${await explain.locator('p').first().textContent()}`,
          WAIT,
        )
        .not.toBe(`${before}${said}`);
    }
    expect(await explain.textContent()).toContain('It never arrived');
    await page.context().close();
  });

  it('reads the same in French and in the dark', async () => {
    const page = await played('bare-nth-lost', { locale: 'fr-FR', colorScheme: 'dark' });
    await page.getByTestId('time-mark').first().click();
    await show(page, /^Explication/);
    await page
      .getByTestId('explain')
      .getByText(/^Elle n’est jamais arrivée : une panne du labo/)
      .waitFor(WAIT);
    await page.screenshot({ path: `${SHOTS}/french-dark.png` });
    await show(page, /^Échelle/);
    await page.getByTestId('ladder').getByText('perdue', { exact: false }).first().waitFor(WAIT);
    await page.screenshot({ path: `${SHOTS}/french-dark-ladder.png` });
    await page.context().close();
  });
});
