/** A hundred machines boot at once, are looked back at, and the page's own thread stays free: no task takes over 100 ms. */
import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeLink } from '../../src/page/document/link.ts';
import { siteScenario } from '../support/lab.ts';
import { launchBrowser } from './browser.ts';
import { serve, type Site } from './serve.ts';

let site: Site;
let browser: Browser;

beforeAll(async () => {
  if (!existsSync('dist/index.html')) throw new Error('dist/ is missing: run "npm run build" first');
  site = await serve('dist', '/lab/');
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  site.close();
});

interface Trace {
  readonly traceEvents: readonly {
    readonly name: string;
    readonly pid: number;
    readonly tid: number;
    /** Processor time of the thread, in microseconds: another program's share does not count. */
    readonly tdur?: number;
    readonly args?: { readonly name?: string };
  }[];
}

/** Milliseconds of each task on the main threads of pages. */
function mainThreadTasks({ traceEvents }: Trace): readonly number[] {
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  return traceEvents
    .filter(({ name, pid, tid, tdur }) => name.endsWith('RunTask') && tdur !== undefined && mains.has(`${pid} ${tid}`))
    .map(({ tdur }) => (tdur ?? 0) / 1000);
}

describe('a boot storm in the page', () => {
  it('keeps the page responsive with a hundred machines', { timeout: 180_000 }, async () => {
    const scenario = structuredClone(siteScenario('bare-storm-50'));
    for (const node of scenario.nodes) if (node.kind === 'bare') node.count = 100;
    for (const node of scenario.nodes)
      if (node.kind === 'server' && node.services.dnsmasq !== undefined)
        node.services.dnsmasq.config = node.services.dnsmasq.config.replace('10.0.2.99', '10.0.2.199');
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    await page.goto(`${site.url}${encodeLink({ ...scenario, until: undefined })}`);
    await expect.poll(async () => await page.getByRole('button', { name: 'Run', exact: true }).isEnabled()).toBe(true);
    await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
    const until = page.getByRole('combobox', { name: 'Run until' });
    await until.fill('pc100.stage:halted');
    await until.press('Enter');
    await expect
      .poll(
        async () =>
          Number(
            /of ([\d,. ]+)/
              .exec((await page.getByTestId('packet-counts').textContent()) ?? '')?.[1]
              ?.replace(/\D/g, '') ?? 0,
          ),
        {
          timeout: 120_000,
        },
      )
      .toBeGreaterThan(5000);
    // Looking back through all of it is no more work at once.
    const playhead = await page.getByTestId('playhead').boundingBox();
    // The ruler is longer than what is shown of it.
    const shown = await page.getByTestId('timeline').boundingBox();
    if (playhead === null || shown === null) throw new Error('the playhead is shown');
    await page.getByRole('tab', { name: 'Story' }).click();
    await page.mouse.move(shown.x + 0.9 * shown.width, playhead.y + 5);
    await page.mouse.down();
    await page.mouse.move(shown.x + 0.2 * shown.width, playhead.y + 5, { steps: 20 });
    await page.mouse.up();
    await page.getByTestId('past').waitFor();
    await page.waitForTimeout(500);
    const tasks = mainThreadTasks(JSON.parse((await browser.stopTracing()).toString()) as Trace);
    expect(tasks.length).toBeGreaterThan(100);
    expect(Math.max(...tasks)).toBeLessThan(100);
  });
});
