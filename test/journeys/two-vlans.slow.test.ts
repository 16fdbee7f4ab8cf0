/** Two emulated PCs boot at once in the page, on two VLANs, each from its own server, and hear nothing of each other. */
import { mkdirSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeLink } from '../../src/app/link.ts';
import { readCapture } from '../../src/analysis/pcapng/reader.ts';
import { siteScenario } from '../support/lab.ts';
import { launchBrowser } from './browser.ts';
import { openPage, runUntil, savedCapture, serveDist } from './lab-page.ts';
import type { Site } from './serve.ts';

let site: Site;
let browser: Browser;

beforeAll(async () => {
  mkdirSync('artefacts', { recursive: true });
  site = await serveDist();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  site.close();
});

const TEN = ['525400123401', '020000001001', 'ffffffffffff'];
const TWENTY = ['525400123402', '020000002001', 'ffffffffffff'];

describe('two PCs on two VLANs in the page', () => {
  it('both fetch their kernels, and no frame goes from one VLAN to the other', { timeout: 600_000 }, async () => {
    const page = await openPage(browser, `${site.url}${encodeLink(siteScenario('two-vlans'))}`);
    await runUntil(page, 'pc2.stage:kernel-loaded', 300_000);
    await page.waitForTimeout(500);
    await page.screenshot({ path: 'artefacts/two-vlans-page.png' });
    const { store, error } = readCapture(await savedCapture(page));
    expect(error).toBeUndefined();
    const senders = new Set<string>();
    for (let i = 0; i < store.length; i++) {
      const frame = Buffer.from(store.bytes(i));
      const [to, from] = [frame.toString('hex', 0, 6), frame.toString('hex', 6, 12)];
      senders.add(from);
      expect(TEN.includes(from) ? TEN : TWENTY).toContain(to);
    }
    expect([...senders].sort()).toEqual([...TEN.slice(0, 2), ...TWENTY.slice(0, 2)].sort());
    await page.context().close();
  });
});
