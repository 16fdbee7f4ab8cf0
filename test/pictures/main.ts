/**
 * `npm run pictures [-- --all FOLDER]`: takes the pictures of the page that the README and `docs/pictures` show, from the
 * build in `dist`, in Chromium. With `--all` also every panel in both languages and themes at several widths, to look at.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../journeys/browser.ts';
import { serve } from '../journeys/serve.ts';

const FOLDER = 'docs/pictures';
const LAYOUTS = ['default', 'packets', 'class', 'script', 'server'] as const;
/** Below the smallest layout all panels are tabs: these are shown there. */
const NARROW_TABS = { default: 'topology', packets: 'packets', class: 'lesson', script: 'console', server: 'server' };
const THEMES = ['light', 'dark'] as const;
const SIZES = [
  [1920, 1080],
  [1440, 900],
  [1280, 720],
  [820, 1180],
  [390, 844],
] as const;
/** Photographs for the eye: sharp enough to read, a tenth of a PNG. */
const WEBP_QUALITY = 0.45;

/** After that nothing of the page moves by itself. */
const SETTLED_MS = 1500;

type Language = 'en' | 'fr';
type Theme = (typeof THEMES)[number];

interface Setting {
  readonly size: readonly [number, number];
  readonly theme: Theme;
  readonly language: Language;
  readonly layout: (typeof LAYOUTS)[number];
}

/** What each layout is for, at the end of a run; `n` is the frame that is selected. */
const LABS: Readonly<Record<(typeof LAYOUTS)[number], string>> = {
  default: 'scenario=bare-pxe&t=30000000000&n=9',
  packets: 'scenario=bare-pxe&t=30000000000&n=9',
  class: 'lesson=first-boot',
  script: 'scenario=bare-ipxe-menu&t=20000000000&n=9',
  server: 'scenario=bare-vlans&t=30000000000&n=9',
};

/** The page with a lab that has run, once it stands still. */
async function openAt(browser: Browser, url: string, { size, theme, language, layout }: Setting): Promise<Page> {
  const [width, height] = size;
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const settings = JSON.stringify(JSON.stringify({ language, theme }));
  const kept = JSON.stringify(JSON.stringify({ version: 1, preset: layout }));
  await page.addInitScript(
    `localStorage.setItem('netboot-lab.settings.1', ${settings}); localStorage.setItem('netboot-lab.layout', ${kept});`,
  );
  await page.goto(`${url}#${LABS[layout]}`);
  await page.waitForFunction(() => document.querySelectorAll('[role=tab]').length > 10);
  await page.waitForTimeout(SETTLED_MS);
  return page;
}

/** The page as WebP, which Chromium's canvas makes and its pictures of pages do not. */
async function webp(page: Page, painter: Page): Promise<Buffer> {
  const png = (await page.screenshot({ animations: 'disabled', caret: 'hide' })).toString('base64');
  const url = await painter.evaluate(
    async ({ data, quality }) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = document.createElement('canvas');
      canvas.width = image.width;
      canvas.height = image.height;
      canvas.getContext('2d')?.drawImage(image, 0, 0);
      return canvas.toDataURL('image/webp', quality);
    },
    { data: png, quality: WEBP_QUALITY },
  );
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}

async function golden(browser: Browser, url: string, painter: Page): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  for (const size of SIZES)
    for (const theme of THEMES)
      for (const layout of LAYOUTS) {
        const page = await openAt(browser, url, { size, theme, language: 'en', layout });
        if (size[0] < 760) await page.locator(`[data-panel-tab="${NARROW_TABS[layout]}"]`).click();
        await page.waitForTimeout(300);
        writeFileSync(`${FOLDER}/${layout}-${theme}-${size[0]}.webp`, await webp(page, painter));
        await page.context().close();
      }
}

/** Every panel by itself, in both languages and themes: to look at, not to keep. */
async function everyPanel(browser: Browser, url: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const settings = [
    [[1280, 720], 'light', 'fr'],
    [[1280, 720], 'dark', 'en'],
    [[390, 844], 'light', 'fr'],
    [[390, 844], 'dark', 'en'],
  ] as const;
  for (const [size, theme, language] of settings) {
    const page = await openAt(browser, url, { size, theme, language, layout: 'default' });
    const ids = await page
      .locator('[data-panel-tab]')
      .evaluateAll((tabs) => tabs.map((tab) => tab.getAttribute('data-panel-tab') ?? ''));
    for (const id of ids) {
      await page.locator(`[data-panel-tab="${id}"]`).click();
      await page.waitForTimeout(500);
      const part = size[0] < 760 ? page : page.locator(`[data-panel="${id}"]`);
      await part.screenshot({ path: `${folder}/${id}-${theme}-${language}-${size[0]}.png` });
    }
    await page.context().close();
  }
}

const { values } = parseArgs({ options: { all: { type: 'string' } } });
const site = await serve('dist');
const browser = await launchBrowser();
try {
  const painter = await browser.newPage();
  if (values.all === undefined) await golden(browser, site.url, painter);
  else await everyPanel(browser, site.url, values.all);
} finally {
  await browser.close();
  site.close();
}
