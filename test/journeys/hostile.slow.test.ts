/**
 * Links in Chromium, the good and the bad: what nobody should be able to do by a link, what faults look like and travel
 * as, and the file that a link asks for. The content security policy of the page is never violated meanwhile.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { encodeLink } from '../../src/page/document/link.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { HOSTILE_LINKS, mutatedHashes } from '../support/hostile.ts';
import { siteScenario } from '../support/lab.ts';
import { launchBrowser } from './browser.ts';
import { serve, type Site } from './serve.ts';

const DIST = process.env['NETBOOT_LAB_DIST'] ?? 'dist';
const SHOTS = 'artefacts/page';
/** No link may hold the page up for longer. */
const MAX_MS = 5000;

let site: Site;
let browser: Browser;
let context: BrowserContext | undefined;

beforeAll(async () => {
  if (!existsSync(`${DIST}/index.html`)) throw new Error(`${DIST}/ is missing: run "npm run build" first`);
  mkdirSync(SHOTS, { recursive: true });
  site = await serve(DIST, '/labs/netboot/');
  browser = await launchBrowser();
});

afterEach(async () => await context?.close());

afterAll(async () => {
  await browser?.close();
  site?.close();
});

/** Faults of the page, and violations of its policy. */
const troubles: string[] = [];

async function visit(hash: string): Promise<Page> {
  context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    acceptDownloads: true,
  });
  const page = await context.newPage();
  troubles.length = 0;
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`console: ${message.text()}`);
  });
  await page.exposeFunction('noteViolation', (text: string) => troubles.push(`policy: ${text}`));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      (self as unknown as { noteViolation: (text: string) => void }).noteViolation(
        `${violatedDirective} ${blockedURI}`,
      );
    });
  });
  await page.goto(`${site.url}${hash}`);
  return page;
}

function whole(scenario: unknown): Scenario {
  const parsed = parseScenario(scenario);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

/** Puts a hash into the address bar. */
async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate((text) => {
    location.hash = text;
  }, hash);
}

/** Milliseconds until the page has answered and drawn. */
async function answerMs(page: Page): Promise<number> {
  const startMs = performance.now();
  await page.evaluate(
    async () =>
      await new Promise((resolve) => {
        requestAnimationFrame(() => setTimeout(resolve));
      }),
  );
  return performance.now() - startMs;
}

async function clockText(page: Page): Promise<string | null> {
  return await page.getByTestId('clock').textContent();
}

describe('hostile links', () => {
  it('are refused with a clear message, and the lab that is open stays', { timeout: 180_000 }, async () => {
    const good = encodeLink(siteScenario('bare-pxe'));
    const page = await visit(good);
    await page.getByText('it starts with the lab').waitFor();
    const faults = page.getByTestId('problems');
    for (const { name, hash, message } of HOSTILE_LINKS) {
      const startMs = performance.now();
      await goTo(page, hash);
      await expect.poll(async () => await faults.textContent(), { message: name, timeout: MAX_MS }).toMatch(message);
      expect(await answerMs(page), name).toBeLessThan(MAX_MS);
      expect(performance.now() - startMs, name).toBeLessThan(2 * MAX_MS);
      if (name === 'keys of prototypes') await page.screenshot({ path: `${SHOTS}/hostile.png` });
      await faults.getByRole('button', { name: 'Close' }).click();
    }
    expect(await page.evaluate(() => Object.keys(Object.prototype))).toEqual([]);
    // What is there can still be used.
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByTestId('stage').getByText('stops where guest code').waitFor();
    expect(troubles).toEqual([]);
  });

  it('are told when the page opens with one', async () => {
    const bomb = HOSTILE_LINKS.find(({ name }) => name === 'a bomb of zeros');
    const page = await visit(bomb?.hash ?? '');
    await page.getByTestId('problems').getByText('cannot be unpacked within the limit').waitFor();
    expect(troubles).toEqual([]);
  });

  it('mutated at random never break the page', { timeout: 180_000 }, async () => {
    const scenario = siteScenario('bare-ipxe-menu');
    const page = await visit(encodeLink(scenario));
    await page.getByText('it starts with the lab').waitFor();
    for (const hash of mutatedHashes(encodeLink(scenario), scenario, 50, 'journey')) {
      await goTo(page, hash);
      expect(await answerMs(page), hash.slice(0, 200)).toBeLessThan(MAX_MS);
    }
    const heap = await page.evaluate(
      () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
    );
    expect(heap).toBeLessThan(400e6);
    await goTo(page, encodeLink(siteScenario('bare-pxe')));
    await page
      .getByText('First boot', { exact: false })
      .first()
      .waitFor({ timeout: 1 })
      .catch(() => undefined);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByTestId('stage').getByText('stops where guest code').waitFor();
    expect(troubles).toEqual([]);
  });

  const script = (embeddedScript: string): Scenario =>
    whole({
      version: 1,
      name: 'costly',
      nodes: [
        {
          kind: 'bare',
          name: 'pc1',
          nics: [{ mac: '52:54:00:00:00:01' }],
          firmware: { personality: 'ipxe', embeddedScript },
        },
      ],
    });
  const storm = whole({
    version: 1,
    name: 'storm',
    nodes: [
      { kind: 'bare', name: 'pc', count: 100, nics: [{ mac: '52:54:00:00:00:01' }] },
      { kind: 'switch', name: 'sw1' },
      { kind: 'switch', name: 'sw2' },
    ],
    links: [
      { a: 'pc.net0', b: 'sw1.1' },
      ...Array.from({ length: 8 }, (_, i) => ({ a: `sw1.${i + 2}`, b: `sw2.${i + 2}`, latencyUs: 0.1 })),
    ],
  });

  it.each([
    ['a script in a circle', `${encodeLink(script('#!ipxe\n:a\ngoto a\n'))}&t=99999999999999`],
    ['text without end', `${encodeLink(script('#!ipxe\n:a\necho x\ngoto a\n'))}&e=99999999`],
    ['a loop of switches', `${encodeLink(storm)}&n=99999999`],
  ])('do not run %s for long before somebody clicks', { timeout: 60_000 }, async (_name, hash) => {
    const page = await visit(hash);
    await page.getByTestId('moment').getByRole('button', { name: 'Go there' }).waitFor({ timeout: 25_000 });
    const stood = await clockText(page);
    await page.waitForTimeout(500);
    expect(await clockText(page)).toBe(stood);
    expect(await answerMs(page)).toBeLessThan(1000);
    expect(troubles).toEqual([]);
  });
});

describe('faults', () => {
  it('are set in the page, undone, drawn, and strike', { timeout: 60_000 }, async () => {
    const page = await visit(encodeLink({ ...siteScenario('bare-pxe'), until: undefined }));
    await page.getByText('it starts with the lab').waitFor();
    const topology = page.getByTestId('topology');
    await topology.locator('.react-flow__edge').first().focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Add a fault…').selectOption('Bandwidth');
    const rate = page.getByRole('group', { name: 'Faults' }).getByRole('spinbutton', { name: 'Rate (Mbit/s)' });
    await rate.fill('0.5');
    await rate.press('Enter');
    await page.getByText('0.5 Mbit/s').first().waitFor();
    await topology.getByText('⚠ 1').waitFor();
    await topology.locator('[data-id="boot"]').focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Add a fault…').selectOption('Server silent');
    await page.getByLabel('Does not answer').fill('dhcp');
    await page.getByLabel('Does not answer').press('Enter');
    await page.getByLabel('to (ms)').fill('10000');
    await page.getByLabel('to (ms)').press('Enter');
    const badge = topology.locator('[data-id="boot"]').getByText('silent about dhcp, 0 – 10000 ms');
    await badge.waitFor();
    await page.screenshot({ path: `${SHOTS}/faults.png` });
    await topology.locator('[data-id="boot"]').focus();
    await page.keyboard.press('Control+z');
    await expect.poll(async () => await badge.count()).toBe(0);
    await page.keyboard.press('Control+y');
    await badge.waitFor();
    await page.getByRole('button', { name: 'Apply and restart lab' }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByTestId('stage').getByText('stops where guest code').waitFor();
    // Twelve seconds of silence and the next try, and 30 kB at half a megabit.
    expect(Number((await clockText(page))?.slice(6, 8))).toBeGreaterThan(12);
    expect(troubles).toEqual([]);
  });

  it('of four machines go into a short link, which replays to the same frame', { timeout: 90_000 }, async () => {
    const four = siteScenario('bare-pxe');
    const page = await visit(
      encodeLink(
        whole({
          ...four,
          name: 'Four PCs and their troubles',
          until: undefined,
          nodes: [
            ...[1, 2, 3, 4].map((i) => ({
              ...four.nodes[0],
              name: `pc${i}`,
              nics: [{ mac: `52:54:00:ba:00:0${i}` }],
              power: { onAtMs: 100 * i },
              position: { x: 0, y: 110 * i },
            })),
            ...four.nodes.slice(1),
          ],
          links: [
            ...[1, 2, 3, 4].map((i) => ({
              a: `pc${i}.net0`,
              b: `sw1.${i}`,
              faults: [
                { kind: 'loss', probability: 0.05 * i },
                { kind: 'reorder', probability: 0.1, delayUs: 2000 },
                { kind: 'match', filter: `tftp.block == ${i}`, nth: 1, action: 'duplicate' },
              ],
            })),
            ...four.links.slice(1),
          ],
        }),
      ),
    );
    await page.getByText('it starts with the lab').waitFor();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor({ state: 'detached' });
    const filter = page.getByTestId('filter');
    await filter.fill('tftp.opcode == 3 && tftp.block == 4');
    await page
      .getByTestId('packet-counts')
      .getByText(/^[1-9]\d* of/)
      .waitFor();
    const list = page.getByTestId('packet-list');
    await list.focus();
    await list.press('Home');
    await list.press('ArrowDown');
    await list.press('ArrowDown');
    const selected = list.locator('[aria-selected="true"]');
    const row = await selected.textContent();
    await page.getByRole('button', { name: 'Share' }).click();
    const link = await page.getByTestId('share-link').inputValue();
    expect(link.length).toBeLessThanOrEqual(2000);
    await context?.close();

    const fresh = await visit(new URL(link).hash);
    await expect
      .poll(async () => await fresh.getByTestId('packet-list').locator('[aria-selected="true"]').textContent(), {
        timeout: 20_000,
      })
      .toBe(row);
    expect(await fresh.getByTestId('filter').inputValue()).toBe('tftp.opcode == 3 && tftp.block == 4');
    expect(troubles).toEqual([]);
  });
});

describe('a file that is too large for a link', () => {
  it(
    'is asked for by its hash, taken from a drop, and still there at the next visit',
    { timeout: 60_000 },
    async () => {
      const bytes = Buffer.from(Array.from({ length: 30_000 }, (_, i) => (i * 7) % 256));
      const hash = createHash('sha256').update(bytes).digest('hex');
      const scenario = structuredClone(siteScenario('bare-pxe'));
      const server = scenario.nodes.find((node) => node.kind === 'server');
      if (server?.kind !== 'server') throw new Error('the lab has a server');
      server.files = [
        { path: '/srv/tftp/boot.bin', content: { userFile: 'mine.bin', sha256: hash, sizeBytes: bytes.length } },
      ];
      const link = encodeLink(scenario);
      const page = await visit(link);
      const dialog = page.getByRole('dialog', { name: 'Files that this lab needs' });
      await dialog.getByText('mine.bin').waitFor();
      await dialog.getByText(hash).waitFor();
      const drop = async (content: readonly number[]): Promise<void> => {
        await page.evaluate((numbers) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([Uint8Array.from(numbers)], 'renamed.bin'));
          document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
        }, content);
      };
      await drop([...bytes]);
      await dialog.waitFor({ state: 'detached' });
      await page.reload();
      await page.getByText('it starts with the lab').waitFor();
      expect(await page.getByTestId('problems').count()).toBe(0);
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.getByTestId('stage').getByText('stops where guest code').waitFor();
      expect(troubles).toEqual([]);
    },
  );
});
