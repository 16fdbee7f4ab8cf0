/** The page's views of iPXE in Chromium: what it is built with, its script and settings from inside, its menus. */
import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemAt } from '../../src/base/lists/list.ts';
import { encodeLink } from '../../src/page/document/link.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { wholeNode } from '../../src/page/document/edits/scenario-edits.ts';
import { siteScenario } from '../support/lab.ts';
import { launchBrowser } from './browser.ts';
import { openPage, runUntil, serveDist, seriousViolations } from './lab-page.ts';
import type { Site } from './serve.ts';

const SHOTS = 'artefacts/ipxe';

let site: Site;
let browser: Browser;

beforeAll(async () => {
  mkdirSync(SHOTS, { recursive: true });
  site = await serveDist();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  site?.close();
});

async function open(scenario: Scenario, prepare?: (page: Page) => Promise<void>): Promise<Page> {
  return await openPage(browser, `${site.url}${encodeLink(scenario)}`, prepare);
}

const consoleOf = (page: Page) => page.locator('[data-panel="console"]');
/** Of the console; stages of the boot may have the same names. */
const button = (page: Page, name: string) => consoleOf(page).getByRole('button', { name, exact: true });
const topButton = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first();

/** The lab of a scripted menu, on an emulated PC instead of a bare machine. */
function onPc(scenario: Scenario): Scenario {
  const pc = wholeNode({
    kind: 'pc',
    name: 'pc1',
    memMiB: 32,
    nics: [{ mac: '52:54:00:12:34:01' }],
    firmware: { personality: 'ipxe' },
  });
  return { ...scenario, nodes: scenario.nodes.map((node) => (node.name === 'pc1' ? pc : node)) };
}

async function shownFrames(page: Page, filter: string): Promise<number> {
  await page.getByTestId('filter').fill(filter);
  await page.waitForTimeout(500);
  return Number((await page.getByTestId('packet-counts').textContent())?.split(' ')[0]);
}

describe('the build', () => {
  it('follows preset, features and texts: on the screen, in the requests, and back by undo', async () => {
    const page = await open(siteScenario('bare-ipxe-menu'));
    await button(page, 'Build').click();
    const features = page.getByTestId('build-features');
    await expect.poll(async () => await features.textContent()).toContain('DNS HTTP iSCSI');
    await page.getByLabel('Start from').selectOption('vendor');
    await expect.poll(async () => await features.textContent()).toBe('Features: DNS TFTP ELF MBOOT PXE bzImage PXEXT');
    await page.getByRole('checkbox', { name: /VLAN_CMD/ }).click();
    await expect
      .poll(async () => await features.textContent())
      .toBe('Features: DNS TFTP VLAN ELF MBOOT PXE bzImage PXEXT');
    await page.getByLabel('User class (empty: none)').fill('');
    await page.getByLabel('Product name').fill('Salle B');
    await page.keyboard.press('Tab');
    await page.screenshot({ path: `${SHOTS}/build.png` });
    // 0x26 is the tag of VLAN, 0x13 that of HTTP.
    const option175 = page.getByTestId('build-option-175');
    await expect.poll(async () => await option175.textContent()).toContain('26 01 01');
    expect(await option175.textContent()).not.toContain('13 01 01');

    await page.getByRole('button', { name: 'Apply and restart lab' }).last().click();
    await runUntil(page, 'screen:/Features: DNS TFTP VLAN ELF MBOOT PXE bzImage PXEXT/', 30_000);
    await runUntil(page, 'stage:dhcp-ack', 30_000);
    expect(await shownFrames(page, 'dhcp.option.dhcp == 1')).toBeGreaterThan(0);
    expect(await shownFrames(page, 'dhcp.option.type == 77')).toBe(0);
    await button(page, 'Screen').click();
    await page.screenshot({ path: `${SHOTS}/build-runs.png` });

    await button(page, 'Build').click();
    for (let i = 0; i < 4; i++) await topButton(page, 'Undo').click();
    await expect.poll(async () => await features.textContent()).toContain('DNS HTTP iSCSI');
    expect(await page.getByLabel('User class (empty: none)').inputValue()).toBe('iPXE');
    await page.context().close();
  }, 120_000);
});

describe('the script', () => {
  it.each([
    ['a bare machine', siteScenario('bare-ipxe-menu')],
    ['an emulated PC', onPc(siteScenario('bare-ipxe-menu'))],
  ])(
    'of %s is held and stepped, and its settings name their packets',
    async (what, scenario) => {
      const page = await open(scenario);
      await button(page, 'Script').click();
      await page.getByText('No iPXE runs on pc1 now').waitFor();
      await button(page, 'Pause before next command').click();
      await topButton(page, 'Run').click();
      await page.getByText('Paused before line 2').waitFor({ timeout: 60_000 });
      await button(page, 'Run this command').click();
      await page.getByText('Paused before line 3').waitFor();
      await button(page, 'Stop at line 7').click();
      await button(page, 'Continue').click();
      await page.getByText('Paused before line 7').waitFor();
      const state = page.getByRole('region', { name: 'Commands and their results' });
      const reported = (await state.innerText()).replace(/\s+/g, ' ');
      expect(reported).toContain('Next command (menu.ipxe:7) choose --default exit --timeout 3000 target');
      expect(reported).toContain('Last command (menu.ipxe:6) item exit Exit to BIOS Result 0 ');
      expect(reported).toContain('Next line 7');
      await page.screenshot({ path: `${SHOTS}/script-${what.split(' ').at(-1)}.png` });

      await button(page, 'Settings').click();
      const search = page.getByLabel('Find a setting');
      await search.fill('dmesg');
      const settings = page.getByRole('region', { name: 'Settings' });
      await expect.poll(async () => await settings.innerText()).toContain('Open Source Network Boot Firmware');
      // Its colours are no text.
      expect(await settings.innerText()).not.toMatch(/\[0m|\\x1B/);
      await search.fill('filename');
      await expect
        .poll(async () => await settings.innerText())
        .toMatch(/net0\.dhcp[^]*http:\/\/10\.0\.2\.1\/menu\.ipxe/);
      await page.screenshot({ path: `${SHOTS}/settings-${what.split(' ').at(-1)}.png` });
      await settings.getByRole('button', { name: 'show the packet that brought it' }).first().click();
      await page.getByTestId('layer-tree').getByText('Dynamic Host Configuration Protocol (ACK)').waitFor();

      // Held at the menu; it is chosen by the keyboard alone.
      await button(page, 'Script').click();
      await button(page, 'Stop at line 7').click();
      await button(page, 'Continue').click();
      await button(page, 'Menu').click();
      await page.getByRole('button', { name: /Enter iPXE shell/ }).waitFor();
      await runUntil(page, 'screen:/iPXE>/', 60_000, async () => {
        await page.getByRole('button', { name: /Enter iPXE shell/ }).focus();
        await page.keyboard.press('Enter');
      });
      await page.getByText('No menu is on the screen').waitFor();
      await page.context().close();
    },
    180_000,
  );
});

describe('menus', () => {
  it('of option 43 in iPXE: the prompt tells its items, and one is chosen through it', async () => {
    const scenario = siteScenario('bare-menu');
    const firmware = { personality: 'ipxe' as const, options: {} };
    const nodes = scenario.nodes.map((node) => (node.kind === 'bare' ? { ...node, firmware } : node));
    const page = await open({ ...scenario, nodes });
    await button(page, 'Menu').click();
    await topButton(page, 'Run').click();
    await page.getByText('Only a prompt is on the screen').waitFor();
    await runUntil(page, 'tftp.source_file contains "rescue"', 60_000, async () => {
      await page.getByRole('button', { name: /Rescue/ }).click();
    });
    await page.context().close();
  }, 60_000);

  it('of PXELINUX on an emulated PC: chosen whatever was selected before, submenus too', async () => {
    const page = await open({ ...siteScenario('debian-installer'), inputs: [] });
    await button(page, 'Menu').click();
    await runUntil(page, 'stage:menu', 120_000);
    await page.getByRole('button', { name: /Help/ }).waitFor();
    // Somebody has moved the cursor; a submenu is entered from the panel, and its items are told.
    await button(page, 'Screen').click();
    const screen = consoleOf(page).getByRole('application');
    await screen.focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
    await screen.blur();
    await button(page, 'Menu').click();
    await topButton(page, 'Run').click();
    await page.getByRole('button', { name: /Advanced options/ }).click();
    await page.getByRole('button', { name: /Back\.\./ }).waitFor();
    await page.screenshot({ path: `${SHOTS}/pxelinux.png` });
    await page.getByRole('button', { name: /Back\.\./ }).click();
    await runUntil(page, 'tftp.source_file contains "prompt.cfg"', 120_000, async () => {
      await page.getByRole('button', { name: /^Help/ }).click();
    });
    await page.context().close();
  }, 300_000);
});

describe('accessibility', () => {
  it.each([
    ['light', 'en'],
    ['dark', 'fr'],
  ] as const)(
    'has no serious problem in %s, %s, before a boot and in it',
    async (colorScheme, language) => {
      const page = await open(siteScenario('bare-ipxe-menu'), async (each) => {
        await each.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      });
      if (language === 'fr') await page.getByRole('button', { name: /^Language/ }).click();
      const names =
        language === 'fr' ? ['Menu', 'Script', 'Réglages', 'Construction'] : ['Menu', 'Script', 'Settings', 'Build'];
      const problems: string[] = [];
      const look = async (when: string): Promise<void> => {
        for (const name of names) {
          await button(page, name).click();
          await page.waitForTimeout(300);
          for (const problem of await seriousViolations(page, '[data-panel="console"]'))
            problems.push(`${name} ${when} ${problem}`);
          await page.screenshot({ path: `${SHOTS}/${name}-${when}-${colorScheme}.png` });
        }
      };
      await look('before');
      await button(page, itemAt(names, 1)).click();
      await button(
        page,
        language === 'fr' ? 'Suspendre avant la prochaine commande' : 'Pause before next command',
      ).click();
      await topButton(page, language === 'fr' ? 'Lancer' : 'Run').click();
      await page.getByText(language === 'fr' ? 'Suspendu avant la ligne 2' : 'Paused before line 2').waitFor();
      await look('held');
      expect(problems).toEqual([]);
      await page.context().close();
    },
    120_000,
  );
});
