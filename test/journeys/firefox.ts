/** Finds Debian's Firefox ESR, and starts it; it is driven by WebDriver BiDi. */
import { existsSync } from 'node:fs';
import puppeteer from 'puppeteer-core';
import type { Tab } from './tab.ts';

const CANDIDATES = ['/usr/bin/firefox-esr', '/usr/bin/firefox', '/Applications/Firefox.app/Contents/MacOS/firefox'];

export function findFirefox(): string | undefined {
  return CANDIDATES.find((path) => existsSync(path));
}

export interface FirefoxTab extends Tab {
  /** Errors of the page and its console, until now. */
  readonly troubles: readonly string[];
}

/** `downloads`: the folder that files are saved to. `script` runs in each page before those of the page. */
export async function openFirefox(downloads: string, script: string): Promise<FirefoxTab> {
  const executablePath = findFirefox();
  if (executablePath === undefined) throw new Error('No Firefox: install Debian\'s "firefox-esr" package.');
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    defaultViewport: { width: 1280, height: 800 },
    extraPrefsFirefox: {
      'intl.accept_languages': 'en-GB',
      'browser.download.dir': downloads,
      'browser.download.folderList': 2,
      'browser.download.useDownloadDir': true,
    },
  });
  const page = await browser.newPage();
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  await page.evaluateOnNewDocument(script);
  return {
    troubles,
    open: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    evaluate: async (called, ...args) =>
      await page.evaluate<unknown[], (...given: unknown[]) => never>(called as never, ...args),
    click: async (selector) => await page.click(selector),
    enter: async (selector, text) => {
      await page.click(selector, { count: 3 });
      await page.type(selector, text);
      await page.keyboard.press('Enter');
    },
    screenshot: async (path) => void (await page.screenshot({ path })),
    close: async () => await browser.close(),
  };
}
