/**
 * Finds the browser that the journeys drive, and starts it: a Chrome or Chromium, or with `NETBOOT_LAB_JOURNEYS=firefox`
 * a Firefox ESR, by WebDriver BiDi.
 */
import { existsSync } from 'node:fs';
import { chromium, firefox, type Browser } from 'playwright-core';
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
  return await firefox.launch({ channel: 'moz-firefox', executablePath });
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
