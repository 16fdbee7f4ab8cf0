/** Finds the Chrome or Chromium that the journeys drive, and starts it. */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

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

export async function launchBrowser(): Promise<Browser> {
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
