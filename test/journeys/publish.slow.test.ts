/** A folder of somebody's labs becomes a site of its own, as `docs/publish.md` says. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../support/once/in-node.ts';
import { openPage, runUntil, savedCapture } from './lab-page.ts';
import { launchBrowser } from './browser.ts';
import { serve, type Site } from './serve.ts';
import { capturePcapng, play, siteScenario } from '../support/lab.ts';
import type { Browser } from 'playwright-core';

const folder = mkdtempSync(join(tmpdir(), 'own-labs-'));
const out = join(folder, 'site');
const labs = join(folder, 'labs');
let browser: Browser;
let site: Site;

const build = (...more: string[]): string =>
  execFileSync('npm', ['run', '--silent', 'build', '--', '--labs', labs, '--out', out, ...more], { encoding: 'utf8' });

beforeAll(async () => {
  mkdirSync(labs);
  for (const file of ['scenarios/bare-pxe.json', 'scenarios/pc-chainload-cured.json', 'lessons/no-file.json'])
    copyFileSync(join('public', file), join(labs, file.replace(/.*\//, '')));
  build('--base', '/school/net/');
  site = await serve(out, '/school/net/');
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  site?.close();
  rmSync(folder, { recursive: true });
});

describe('a site of one’s own', { timeout: 180_000 }, () => {
  it('has only its labs and the images that they need, with their licences', () => {
    expect(readdirSync(join(out, 'scenarios')).sort()).toEqual([
      'bare-pxe.json',
      'index.json',
      'pc-chainload-cured.json',
    ]);
    expect(readdirSync(join(out, 'lessons')).sort()).toEqual(['glossary.json', 'index.json', 'no-file.json']);
    expect(readdirSync(join(out, 'images/licences')).sort()).toEqual(['seabios.txt']);
  });

  it('opens on its first lab, which runs as in Node, and lists the others', async () => {
    const page = await openPage(browser, site.url);
    expect(await page.title()).toContain(siteScenario('bare-pxe').name);
    await runUntil(page, 'stage:halted', 60_000);
    const { lab } = play(siteScenario('bare-pxe'), { until: 'stage:halted' });
    expect(sha256(await savedCapture(page))).toBe(sha256(capturePcapng(lab)));
    await page.goto(`${site.url}labs.html`);
    expect(await page.getByRole('link').allTextContents()).toHaveLength(3);
    await page.getByRole('link').first().click();
    await page.getByText('An address is not enough').first().waitFor();
  });

  it('is refused with the file and the place of what is wrong', () => {
    writeFileSync(join(labs, 'broken.json'), '{ "version": 1, "nodes": [ }');
    const broken = (): string => build();
    expect(broken).toThrow(/broken\.json: \$: this is not JSON: line 1, column 28/);
  });
});
