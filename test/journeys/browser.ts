/**
 * Finds the browser that the journeys drive, and starts it: a Chrome or Chromium, or with `NETBOOT_LAB_JOURNEYS=firefox`
 * a Firefox ESR, by WebDriver BiDi.
 */
import { existsSync } from 'node:fs';
import { chromium, firefox, type Browser, type Locator } from 'playwright-core';
import { findFirefox } from './firefox.ts';

const CANDIDATES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The path of a browser: `NETBOOT_LAB_BROWSER`, or the first that is installed. */
export function findBrowser(): string | undefined {
  const chosen = process.env['NETBOOT_LAB_BROWSER'];
  return [...(chosen === undefined ? [] : [chosen]), ...CANDIDATES].find((path) => existsSync(path));
}

export const IN_FIREFOX = process.env['NETBOOT_LAB_JOURNEYS'] === 'firefox';

/** Playwright 1.65 asks for `emulation.setMediaFeaturesOverride`, which Firefox ESR does not have yet. */
async function launchFirefox(): Promise<Browser> {
  const executablePath = findFirefox();
  if (executablePath === undefined) throw new Error('No Firefox: install Debian\'s "firefox-esr" package.');
  const browser = await firefox.launch({ channel: 'moz-firefox', executablePath });
  await typeInstead(browser);
  return browser;
}

/** By BiDi, `fill` sets the value of a field in a way that React does not notice: the keys are pressed instead. */
async function typeInstead(browser: Browser): Promise<void> {
  const page = await browser.newPage();
  const locators = Object.getPrototypeOf(page.locator('body')) as Pick<Locator, 'fill'>;
  await page.close();
  locators.fill = async function (this: Locator, text: string): Promise<void> {
    await this.focus();
    await this.press('ControlOrMeta+a');
    if (text === '') await this.press('Delete');
    else await this.pressSequentially(text);
  };
}

export async function launchBrowser(): Promise<Browser> {
  if (IN_FIREFOX) return await launchFirefox();
  const executablePath = findBrowser();
  if (executablePath === undefined)
    throw new Error('No Chrome or Chromium: install Debian\'s "chromium" package, or set NETBOOT_LAB_BROWSER.');
  return await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
