/**
 * What a visitor does, in a real browser, on the built page served from a sub-path with no special headers. No emulated
 * PC is needed here: a bare machine goes through the same panels.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { seriousViolations } from './lab-page.ts';
import { serve, type Site } from './serve.ts';

const DIST = process.env['NETBOOT_LAB_DIST'] ?? 'dist';
const SHOTS = 'artefacts/page';
const BARE = readFileSync('public/scenarios/bare-pxe.json', 'utf8');
const AUTOSAVE = 'netboot-lab.autosave.1';

let site: Site;
let browser: Browser;

beforeAll(async () => {
  if (!existsSync(`${DIST}/index.html`)) throw new Error(`${DIST}/ is missing: run "npm run build" first`);
  mkdirSync(SHOTS, { recursive: true });
  site = await serve(DIST, '/labs/netboot/');
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  site?.close();
});

interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of the console and the page, and violations of the policy. */
  readonly troubles: string[];
}

async function visit(
  options: BrowserContextOptions & { readonly scenario?: string; readonly hash?: string } = {},
): Promise<Visit> {
  const { scenario, hash = '', ...contextOptions } = options;
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    ...contextOptions,
  });
  if (scenario !== undefined)
    await context.addInitScript(
      ([key, text]) => {
        if (sessionStorage.getItem('planted') !== null) return;
        sessionStorage.setItem('planted', '1');
        localStorage.setItem(key, text);
      },
      [AUTOSAVE, scenario] as const,
    );
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || /Content Security Policy/i.test(message.text())) troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(error.message));
  await page.goto(`${site.url}${hash}`);
  return { page, context, troubles };
}

async function runToEnd(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByTestId('stage').getByText('stops where guest code').waitFor();
  await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
}

async function show(page: Page, tab: string): Promise<void> {
  await page.getByRole('tab', { name: tab, exact: true }).click();
}

describe('the page', () => {
  it('opens from a sub-path without errors, and nothing runs before a click', async () => {
    const { page, context, troubles } = await visit({ hash: '#scenario=debian-installer' });
    await page.getByText('it starts with the lab').waitFor();
    await page.getByTestId('topology').waitFor();
    await page.waitForTimeout(500);
    expect(await page.getByTestId('clock').textContent()).toBe('00:00:00.000 000 000');
    await page.screenshot({ path: `${SHOTS}/opening.png` });
    expect(troubles).toEqual([]);
    await context.close();
  });

  it('boots a bare machine: list, layers and bytes are one selection, and each panel tells its part', async () => {
    const { page, context, troubles } = await visit({ scenario: BARE });
    await runToEnd(page);
    const rows = page.getByTestId('packet-list').getByRole('row');
    await page
      .getByTestId('packet-counts')
      .getByText(/of \d\d frames/)
      .waitFor();
    await page.getByTestId('packet-list').press('Home');
    await rows.filter({ hasText: 'DHCP Discover' }).first().waitFor();

    const tree = page.getByTestId('layer-tree');
    await tree.getByText(/^Dynamic Host Configuration Protocol/).waitFor();
    await tree.getByText(/Message type: Boot Request/).click();
    const lit = page.getByTestId('byte-view').locator('[data-on="true"]');
    await expect.poll(async () => await lit.first().textContent()).toBe('01');
    // Byte 0 of the frame is the first of the destination address.
    await page.getByTestId('byte-view').getByText('ff', { exact: true }).first().click();
    await expect.poll(async () => await tree.locator('[data-selected]').textContent()).toContain('Destination');

    await show(page, 'Explain');
    await page
      .getByTestId('explain')
      .getByRole('heading', { name: /^Frame 1, pc1, / })
      .waitFor();
    await page.getByTestId('timeline').locator('[data-stage="dhcp-ack"]').click();
    await expect
      .poll(async () => await page.getByTestId('packet-list').locator('[aria-selected="true"]').textContent())
      .toContain('DHCP ACK');
    await page.screenshot({ path: `${SHOTS}/bare.png` });
    for (const panel of ['Story', 'Ladder', 'Streams']) {
      await show(page, panel);
      await page.screenshot({ path: `${SHOTS}/${panel.toLowerCase()}.png` });
    }
    await show(page, 'Server');
    await page.getByRole('button', { name: 'Answers', exact: true }).click();
    await page.getByText('dhcp-boot=boot.bin').first().waitFor();
    await page.getByRole('button', { name: 'Leases', exact: true }).click();
    await page.getByRole('cell', { name: '52:54:00:ba:00:01' }).waitFor();
    expect(troubles).toEqual([]);
    await context.close();
  });

  it('waits in real time at a menu, and chooses from it as structure', async () => {
    const { page, context } = await visit({ scenario: readFileSync('public/scenarios/bare-menu.json', 'utf8') });
    const consolePanel = page.locator('[data-panel="console"]');
    await page.getByText('it starts with the lab').waitFor();
    await consolePanel.getByRole('button', { name: 'Menu', exact: true }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await consolePanel.getByRole('button', { name: 'Rescue' }).click();
    await page.getByText('stops where guest code').first().waitFor();
    await page.getByTestId('filter').fill('tftp.source_file contains "rescue"');
    await page
      .getByTestId('packet-counts')
      .getByText(/^[1-9]\d* of/)
      .waitFor();
    await context.close();
  });

  it('filters, and says where a filter is wrong', async () => {
    const { page, context } = await visit({ scenario: BARE });
    await runToEnd(page);
    const filter = page.getByTestId('filter');
    await filter.fill('dhcp.option.dhcp == 2');
    await page.getByTestId('packet-counts').getByText('1 of').waitFor();
    await filter.fill('dhcp ===');
    await page
      .getByTestId('packet-counts')
      .getByText(/At \d+:/)
      .waitFor();
    expect(await filter.getAttribute('aria-invalid')).toBe('true');
    await context.close();
  });

  it('runs until a condition and then by single frames', async () => {
    const { page, context } = await visit({ scenario: BARE });
    const clock = page.getByTestId('clock');
    await page.getByText('it starts with the lab').waitFor();
    const until = page.getByRole('combobox', { name: 'Run until…' });
    await until.fill('tftp.opcode ==');
    await until.press('Enter');
    await page.getByRole('alert').waitFor();
    await until.fill('tftp.opcode == 3');
    await until.press('Enter');
    await page.getByText('reached').waitFor();
    const counted = page.getByTestId('packet-counts');
    // The list learns of the last frames a little after the clock.
    await page.waitForTimeout(500);
    const before = await counted.textContent();
    const stoodAt = await clock.textContent();
    await page.getByRole('button', { name: 'Step one frame' }).click();
    await expect.poll(async () => await counted.textContent()).not.toBe(before);
    expect(Number((await counted.textContent())?.split(' ')[0])).toBe(Number(before?.split(' ')[0]) + 1);
    expect(await clock.textContent()).not.toBe(stoodAt);
    await context.close();
  });

  it('opens a shared moment in another profile, at the same nanosecond with the same frame selected', async () => {
    const first = await visit({ scenario: BARE });
    await runToEnd(first.page);
    await first.page
      .getByTestId('packet-counts')
      .getByText(/of \d\d frames/)
      .waitFor();
    await first.page.getByTestId('packet-list').press('Home');
    await first.page.getByTestId('packet-list').press('ArrowDown');
    await first.page.getByTestId('layer-tree').waitFor();
    await first.page.getByRole('button', { name: 'Share' }).click();
    const link = await first.page.getByTestId('share-link').inputValue();
    await first.page.screenshot({ path: `${SHOTS}/share.png` });
    const time = await first.page.getByTestId('clock').textContent();
    expect(link.length).toBeLessThan(2000);
    await first.context.close();

    const { page, context, troubles } = await visit({ hash: new URL(link).hash });
    await expect.poll(async () => await page.getByTestId('clock').textContent(), { timeout: 20_000 }).toBe(time);
    await expect
      .poll(async () => await page.getByTestId('packet-list').locator('[aria-selected="true"]').textContent())
      .toContain('DHCP Offer');
    // Looking at a link does not replace what was left in this browser.
    expect(await page.evaluate((key) => localStorage.getItem(key), AUTOSAVE)).toBeNull();
    expect(troubles).toEqual([]);
    await context.close();
  });

  it('waits for a click before a link starts emulated PCs', async () => {
    const { page, context } = await visit({ hash: '#scenario=debian-installer' });
    await page.getByText('it starts with the lab').waitFor();
    await page.getByRole('button', { name: 'Share' }).click();
    const link = await page.getByTestId('share-link').inputValue();
    await page.goto('about:blank');
    await page.goto(`${link}&t=1000000`);
    await page.getByTestId('moment').getByRole('button', { name: 'Go there' }).waitFor();
    await page.waitForTimeout(500);
    expect(await page.getByTestId('clock').textContent()).toBe('00:00:00.000 000 000');
    await context.close();
  });

  it('shows chosen panels when embedded, and speaks with the page around it', async () => {
    const first = await visit({ scenario: BARE });
    await first.page.getByText('it starts with the lab').waitFor();
    await first.page.getByRole('button', { name: 'Share' }).click();
    const link = await first.page.getByTestId('share-link').inputValue();
    await first.context.close();

    const context = await browser.newContext({ locale: 'en-GB' });
    const page = await context.newPage();
    await page.route('**/outer.html', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<script>window.told = []; addEventListener('message', ({ data }) => told.push(data));</script>
          <iframe src="${link}&embed=1&panels=packets.timeline" width="900" height="600"></iframe>`,
      }),
    );
    await page.goto(`${site.url}outer.html`);
    const reported = async (): Promise<string> => JSON.stringify(await page.evaluate('window.told'));
    await expect.poll(reported, { timeout: 20_000 }).toContain('"ready"');
    const frame = page.frameLocator('iframe');
    expect(await frame.getByRole('tab').allTextContents()).toEqual(['Boot stages', 'Packets']);
    await page.evaluate(
      `frames[0].postMessage({ netbootLab: 1, command: 'time.until', argument: 'stage:dhcp-ack', id: 7 }, '*')`,
    );
    await expect.poll(reported, { timeout: 20_000 }).toContain('"stopped"');
    expect(await reported()).toContain('"stage":"dhcp-ack"');
    expect(await reported()).toContain('"id":7,"ok":true');
    await page.evaluate(`frames[0].postMessage({ netbootLab: 1, command: 'lab.new', id: 8 }, '*')`);
    await expect.poll(reported).toContain('"id":8,"ok":false');
    await context.close();
  });

  it('marks the line of a configuration that dnsmasq would refuse', async () => {
    const { page, context } = await visit({ scenario: BARE });
    await show(page, 'Server');
    const editor = page.getByTestId('config-editor').getByRole('textbox');
    await editor.click();
    await editor.press('Control+Home');
    await page.keyboard.type('dhcp-rnage=10.0.0.1\n');
    await page.locator('.cm-lint-marker-error').waitFor();
    await page.getByRole('button', { name: 'Apply and restart lab' }).first().click();
    await page
      .getByTestId('warnings')
      .getByText(/dnsmasq/)
      .waitFor();
    await page.screenshot({ path: `${SHOTS}/wrong-config.png` });
    await context.close();
  });

  it('takes dropped files: a wrong scenario is told by its place, a file is served, a capture is shown', async () => {
    const { page, context } = await visit({ scenario: BARE });
    await page.getByText('it starts with the lab').waitFor();
    const drop = async (name: string, text: string): Promise<void> => {
      await page.evaluate(
        ([fileName, content]) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([content], fileName));
          for (const type of ['dragover', 'drop'])
            document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
        },
        [name, text] as const,
      );
    };
    await drop('wrong.json', BARE.replace('52:54:00:ba:00:01', '52:54:00:ba'));
    await page.getByTestId('problems').getByText('$.nodes[0].nics[0].mac').waitFor();
    await drop('hello.ipxe', '#!ipxe\necho hello\n');
    await page.getByRole('status').getByText('/srv/tftp/hello.ipxe').waitFor();
    await page.getByRole('button', { name: 'Files', exact: true }).click();
    await page.getByRole('cell', { name: '/srv/tftp/hello.ipxe' }).waitFor();
    await drop('broken.pcap', 'this is no capture');
    await page.getByTestId('problems').getByText('broken.pcap').waitFor();
    await context.close();
  });

  it('undoes and redoes edits, and keeps them for the next visit', async () => {
    const { page, context } = await visit({ scenario: BARE });
    const card = page.getByTestId('topology').locator('[data-id="pc2"]');
    await page.getByRole('button', { name: 'Add PC', exact: true }).click();
    await card.waitFor();
    await page.keyboard.press('Control+z');
    await expect.poll(async () => await card.count()).toBe(0);
    await page.keyboard.press('Control+y');
    await card.waitFor();
    await page.reload();
    await card.waitFor();
    await context.close();
  });

  it('shows whose work it is: licences of what is in the page, and where the images come from', async () => {
    const { page, context, troubles } = await visit({ scenario: BARE });
    await page.getByRole('button', { name: 'Netboot Lab', exact: true }).click();
    const about = page.getByTestId('about');
    const v86 = about.locator('details').filter({ hasText: /^v86 / });
    await v86.locator('summary').click();
    await v86.getByText('Redistributions in binary form must reproduce').waitFor();
    for (const name of [
      '@xterm/xterm',
      'react-dom',
      '@codemirror/view',
      'react-aria-components',
      'd3-zoom',
      'softfloat',
      'zstd',
    ])
      await about.locator('summary').filter({ hasText: name }).waitFor();
    const seabios = about.getByRole('row').filter({ hasText: 'seabios' });
    await seabios.getByText(/^apt-get source seabios=\d/).waitFor();
    const copyright = await seabios.getByRole('link').getAttribute('href');
    expect(await (await page.request.get(`${site.url}${copyright}`)).text()).toContain('Kevin O');
    expect(await seriousViolations(page)).toEqual([]);
    await page.screenshot({ path: `${SHOTS}/about.png` });
    expect(troubles).toEqual([]);
    await context.close();
  });

  it('speaks French to a French browser, and remembers what was chosen', async () => {
    const scenario = readFileSync('public/scenarios/wrong-missing-file.json', 'utf8');
    const { page, context } = await visit({ scenario, locale: 'fr-FR' });
    await page.getByRole('button', { name: 'Lancer', exact: true }).click();
    await show(page, 'Récit');
    await page
      .getByTestId('story')
      .getByText(/^pc1 demande à 10\.0\.2\.1 le fichier pxelinux\.0, qui n’y est pas/)
      .waitFor();
    await page.getByTestId('timeline').getByText('Échec', { exact: true }).waitFor();
    await page.screenshot({ path: `${SHOTS}/french.png` });
    await page.getByRole('button', { name: /Langue/ }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
    await context.close();
  });
});

describe('accessibility', () => {
  it.each(['light', 'dark'] as const)(
    'has no serious problem in %s, in the workspace and in dialogs: the course looks at each panel',
    async (colorScheme) => {
      const { page, context } = await visit({ scenario: BARE, colorScheme, reducedMotion: 'reduce' });
      await runToEnd(page);
      await page
        .getByTestId('packet-counts')
        .getByText(/of \d\d frames/)
        .waitFor();
      await page.getByTestId('packet-list').press('Home');
      await page.getByTestId('layer-tree').waitFor();
      await page
        .getByTestId('layer-tree')
        .getByText(/^Frame 1/)
        .click();
      const problems: string[] = [];
      const look = async (where: string, part = 'html'): Promise<void> => {
        problems.push(...(await seriousViolations(page, part)).map((problem) => `${where}: ${problem}`));
        await page.screenshot({ path: `${SHOTS}/${where}-${colorScheme}.png` });
      };
      await look('workspace');
      await page
        .getByRole('button', { name: 'Log', exact: true })
        .click({ timeout: 500 })
        .catch(() => undefined);
      for (const view of ['Serial', 'Menu']) {
        await page.getByRole('button', { name: view, exact: true }).click();
        await look(view.toLowerCase(), '[data-panel=console]');
      }
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Type a command' }).waitFor();
      await look('palette', '[role=dialog]');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Share' }).click();
      await page.getByTestId('share-link').waitFor();
      await look('share', '[role=dialog]');
      expect(problems).toEqual([]);
      await context.close();
    },
  );

  it('stays usable at 390 pixels', async () => {
    const { page, context } = await visit({ scenario: BARE, viewport: { width: 390, height: 844 } });
    await page.getByText('it starts with the lab').waitFor();
    await page.screenshot({ path: `${SHOTS}/narrow-console.png` });
    await runToEnd(page);
    await show(page, 'Packets');
    await page
      .getByTestId('packet-counts')
      .getByText(/of \d\d frames/)
      .waitFor();
    await page.getByTestId('packet-list').getByRole('row').nth(3).click();
    await page.getByTestId('layer-tree').waitFor();
    await page.screenshot({ path: `${SHOTS}/narrow-packets.png` });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(wider).toBe(false);
    expect(await seriousViolations(page)).toEqual([]);
    await show(page, 'Topology');
    await page.waitForTimeout(400);
    await page.screenshot({ path: `${SHOTS}/narrow-topology.png` });
    await context.close();
  });
});
