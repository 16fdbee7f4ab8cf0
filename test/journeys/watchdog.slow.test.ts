/**
 * Threads that really hang, in Chromium: the page says so, ends them when asked, and stays usable; what hung is not run
 * again automatically.
 */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { encodeLink } from '../../src/page/document/link.ts';
import { siteScenario } from '../support/lab.ts';
import { journeyHost, openPage } from './lab-page.ts';

const host = journeyHost();
const HANG_MS = 60_000;

/** The thread does not come back from this. */
async function hang(page: Page, name: string): Promise<void> {
  for (const worker of page.workers()) {
    if ((await worker.evaluate(() => self.name)) !== name) continue;
    worker
      .evaluate(() => {
        for (;;);
      })
      .catch(() => undefined);
    return;
  }
  throw new Error(`there is no thread of ${name}`);
}

async function openBare(view: Parameters<typeof encodeLink>[1] = {}): Promise<Page> {
  return await openPage(host.browser, `${host.site.url}${encodeLink(siteScenario('bare-pxe'), view)}`);
}

async function runToEnd(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByTestId('run-status').getByText('All machines have halted').waitFor();
}

const clock = async (page: Page): Promise<string | null> => await page.getByTestId('clock').textContent();

describe('a thread that hangs', () => {
  it('of the lab: is ended, and the same lab stands at power-on, ready to run', async () => {
    const page = await openBare();
    await runToEnd(page);
    await hang(page, 'lab');
    const trouble = page.getByTestId('thread-trouble');
    await trouble.getByText('The lab does not answer.').waitFor({ timeout: HANG_MS });
    await page.screenshot({ path: 'artefacts/thread-trouble.png' });
    await trouble.getByRole('button', { name: 'Stop' }).click();
    await expect.poll(async () => await clock(page)).toBe('00:00:00.000 000 000');
    expect(await trouble.count()).toBe(0);
    await runToEnd(page);
    await page.context().close();
  });

  it('of the lab: another link opens all the same', async () => {
    const page = await openBare();
    await runToEnd(page);
    await hang(page, 'lab');
    await page.evaluate(
      (hash) => {
        location.hash = hash;
      },
      encodeLink(siteScenario('bare-rogue')),
    );
    await page.getByRole('button', { name: /Two DHCP servers/ }).waitFor();
    await expect.poll(async () => await clock(page), { timeout: HANG_MS }).toBe('00:00:00.000 000 000');
    await runToEnd(page);
    await page.context().close();
  });

  it('of the lab, on the way to the moment of a link: waits for a click after a reload', async () => {
    const page = await openBare();
    // As a page leaves it that is reloaded on the way.
    const link = encodeLink(siteScenario('bare-pxe'), { atNs: 4e9 });
    await page.evaluate((hash) => {
      sessionStorage.setItem('netboot-lab.unasked', JSON.stringify({ hash, underWay: ['run'] }));
      // Without an event: the page that is left must not open the link itself.
      history.replaceState(null, '', hash);
    }, link);
    await page.reload();
    const moment = page.getByTestId('moment');
    await moment.getByText('did not end the last time').waitFor();
    expect(await clock(page)).toBe('00:00:00.000 000 000');
    await moment.getByRole('button', { name: 'Go there' }).click();
    await expect.poll(async () => await clock(page)).toBe('00:00:04.000 000 000');
    await page.context().close();
  });

  it('of the analysis: is ended, and the packet list has the frames of the lab again, without the filter', async () => {
    const page = await openBare();
    await runToEnd(page);
    const counts = page.getByText(/^\d+ of \d+ frames$/);
    await expect.poll(async () => await counts.textContent()).toMatch(/^(\d+) of \1 frames$/);
    const all = await counts.textContent();
    await page.getByTestId('filter').fill('dhcp');
    await expect.poll(async () => await counts.textContent()).not.toBe(all);
    await hang(page, 'analysis');
    const trouble = page.getByTestId('thread-trouble');
    await trouble.getByText('The packet list does not answer.').waitFor({ timeout: HANG_MS });
    await trouble.getByRole('button', { name: 'Stop' }).click();
    await expect.poll(async () => await page.getByTestId('filter').inputValue()).toBe('');
    await expect.poll(async () => await counts.textContent()).toBe(all);
    await page.context().close();
  });
});
