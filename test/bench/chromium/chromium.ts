/** Runs parts of measures in workers of Debian's Chromium. The worker is built by Vite, apart from the product. */
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, CDPSession } from 'playwright-core';
import { build } from 'vite';
import { launchBrowser } from '../../journeys/browser.ts';
import { serve, type Site } from '../../journeys/serve.ts';
import { readMemory } from '../subjects/memory.ts';
import type { MemoryReading } from '../types.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const OUTPUT = join(ROOT, '.cache/bench');

interface ProcessInfo {
  readonly type: string;
  readonly id: number;
  readonly cpuTime: number;
}

export class ChromiumBench {
  readonly version: string;
  private readonly browser: Browser;
  private readonly site: Site;
  private readonly session: CDPSession;

  private constructor(browser: Browser, site: Site, session: CDPSession) {
    this.browser = browser;
    this.site = site;
    this.session = session;
    this.version = `Chromium ${browser.version()}`;
  }

  static async start(): Promise<ChromiumBench> {
    await build({ configFile: join(ROOT, 'test/bench/chromium/vite.config.ts'), logLevel: 'error' });
    cpSync(join(ROOT, 'node_modules/v86/build/v86.wasm'), join(OUTPUT, 'v86.wasm'));
    symlinkSync(join(ROOT, 'public/images'), join(OUTPUT, 'images'));
    const browser = await launchBrowser();
    const session = await browser.newBrowserCDPSession();
    const site = await serve(OUTPUT);
    return new ChromiumBench(browser, site, session);
  }

  /** In a new page, so that it gets a renderer of its own. */
  async run(measure: string, part: string, quick: boolean, timeoutMs: number): Promise<Record<string, number>> {
    const before = await this.renderers();
    const page = await this.browser.newPage();
    try {
      await page.exposeFunction('readMemory', async (largeBytes: number): Promise<MemoryReading | undefined> => {
        const mine = (await this.renderers()).filter((pid) => !before.includes(pid));
        const readings = mine.flatMap((pid) => readMemory(pid, largeBytes) ?? []);
        return readings.sort((a, b) => b.residentBytes - a.residentBytes)[0];
      });
      await page.goto(`${this.site.url}bench.html`);
      const run = page.evaluate(`runBench(${JSON.stringify({ measure, part, quick })})`);
      const late = new Promise<never>((_resolve, reject) => {
        setTimeout(() => reject(new Error('it took too long')), timeoutMs).unref();
      });
      return (await Promise.race([run, late])) as Record<string, number>;
    } finally {
      await page.close();
    }
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.site.close();
  }

  private async renderers(): Promise<number[]> {
    const { processInfo } = (await this.session.send('SystemInfo.getProcessInfo')) as {
      readonly processInfo: readonly ProcessInfo[];
    };
    return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  }
}
