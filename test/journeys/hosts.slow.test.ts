/**
 * The built page on hosts that change what they serve: the boot is the one of Node, or the page says which file is wrong
 * and how.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { parseManifest } from '../../src/lab/content/image-manifest.ts';
import { encodeLink } from '../../src/page/document/link.ts';
import { hostileSite, type Attitude, type Hostility, type HostileSite } from '../support/hostile-site.ts';
import { siteScenario } from '../support/lab.ts';
import { launchBrowser } from './browser.ts';
import { expectAsInNode, openPage, runUntil } from './lab-page.ts';

const DIST = process.env['NETBOOT_LAB_DIST'] ?? 'dist';
/** An emulated PC with two small images. */
const SMALL_PC = 'pc-chainload-cured';

let site: HostileSite;
let browser: Browser;
let page: Page | undefined;

beforeAll(async () => {
  if (!existsSync(`${DIST}/index.html`)) throw new Error(`${DIST}/ is missing: run "npm run build" first`);
  mkdirSync('artefacts/hosts', { recursive: true });
  site = await hostileSite(DIST, () => []);
  browser = await launchBrowser();
});

afterEach(async () => await page?.context().close());

afterAll(async () => {
  await browser?.close();
  site?.close();
});

function blob(path: string): string {
  const manifest = parseManifest(readFileSync(`${DIST}/images/manifest.json`, 'utf8'));
  if (!manifest.ok) throw new Error(manifest.error.text);
  const found = manifest.value.files.find((file) => file.path === path);
  if (found === undefined) throw new Error(`${path} is no image`);
  return `images/blob/${found.sha256}`;
}

const always =
  (...how: Hostility[]): Attitude =>
  () =>
    how;
const only =
  (pattern: RegExp | string, ...how: Hostility[]): Attitude =>
  (path) =>
    (typeof pattern === 'string' ? path === pattern : pattern.test(path)) ? how : [];

const HARMLESS: readonly (readonly [string, Attitude])[] = [
  ['takes .gz for an encoding', always('gzip-by-name')],
  ['compresses everything and names no length', always('compressed')],
  ['names no length', always('no-length')],
  ['has wrong types', always('wrong-types')],
  ['answers with Vary', always('vary')],
  ['is slow', only(/images|wasm|worker|scenarios/, 'slow')],
  ['answers 200 with its start page for what is missing', always('html-for-missing')],
];

describe('a host that is odd but honest', () => {
  it.each(HARMLESS)('%s: a PC boots as in Node', async (_name, attitude) => {
    site.attitude = attitude;
    const scenario = siteScenario(SMALL_PC);
    page = await openPage(browser, `${site.url}${encodeLink(scenario)}`);
    const until = 'screen:/Booting from ROM/';
    await runUntil(page, until, 120_000);
    await expectAsInNode(page, scenario, until);
  });
});

const BIOS = 'bios/bios.bin';
const INITRD = 'debian-installer/debian-installer/i386/initrd.gz';

interface Refusal {
  readonly name: string;
  readonly attitude: () => Attitude;
  readonly scenario?: string;
  readonly says: RegExp;
}

const REFUSALS: readonly Refusal[] = [
  {
    name: 'an image with one other byte',
    attitude: () => only(blob(BIOS), 'changed'),
    says: /bios\/bios\.bin should have 131072 bytes with sha256 7ba4\w+, and 131072 bytes with sha256 \w+ arrived: it is another file/,
  },
  {
    name: 'half an image',
    attitude: () => only(blob(BIOS), 'truncated'),
    says: /bios\/bios\.bin should have 131072 bytes .* and 65536 bytes .* arrived: its end is missing/,
  },
  {
    name: 'an image that breaks off',
    attitude: () => only(blob(BIOS), 'broken-off'),
    says: /bios\/bios\.bin .*: its end is missing/,
  },
  {
    name: 'an image that is missing',
    attitude: () => only(blob(BIOS), 'missing'),
    says: /bios\/bios\.bin cannot be fetched \(HTTP 404\)/,
  },
  {
    name: 'a start page for an image',
    attitude: () => only(blob(BIOS), 'html'),
    says: /bios\/bios\.bin .*: the server answers with a web page instead of the file/,
  },
  {
    name: 'an initrd that the browser is made to unpack',
    attitude: () => only(blob(INITRD), 'gzip-by-content'),
    scenario: 'debian-installer',
    says: /initrd\.gz .*: the server, or a proxy on the way, has unpacked it \(Content-Encoding: gzip\)/,
  },
  {
    name: 'an initrd that a proxy has unpacked',
    attitude: () => only(blob(INITRD), 'unpacked'),
    scenario: 'debian-installer',
    says: /initrd\.gz .*: the server, or a proxy on the way, has unpacked it/,
  },
  {
    name: 'a start page for the list of images',
    attitude: () => only('images/manifest.json', 'html'),
    says: /images\/manifest\.json the list of images cannot be read/,
  },
  {
    name: 'half a list of images',
    attitude: () => only('images/manifest.json', 'truncated'),
    says: /images\/manifest\.json the list of images cannot be read \(not JSON/,
  },
  {
    name: 'another byte in the emulator',
    attitude: () => only(/\.wasm$/, 'changed'),
    says: /assets\/v86-[\w-]+\.wasm v86\.wasm should have \d+ bytes .*: it is another file/,
  },
  {
    name: 'half the emulator',
    attitude: () => only(/\.wasm$/, 'truncated'),
    says: /assets\/v86-[\w-]+\.wasm .*: its end is missing/,
  },
  {
    name: 'a start page for the emulator',
    attitude: () => only(/\.wasm$/, 'html'),
    says: /assets\/v86-[\w-]+\.wasm .*: the server answers with a web page/,
  },
];

describe('a host that serves other files', () => {
  it.each(REFUSALS)('$name: the page says which file, and how it is wrong', async ({ attitude, scenario, says }) => {
    site.attitude = attitude();
    const context = await browser.newContext({ locale: 'en-GB' });
    page = await context.newPage();
    await page.goto(`${site.url}${encodeLink(siteScenario(scenario ?? SMALL_PC))}`);
    await page.getByTestId('problems').getByText(says).waitFor({ timeout: 60_000 });
    await page.screenshot({ path: 'artefacts/hosts/refusal.png' });
  });

  const SCENARIO = 'scenarios/bare-first.json';
  it.each([
    ['a start page', 'html', `${SCENARIO} the server answers with a web page instead of this file`],
    ['nothing', 'missing', `${SCENARIO} the scenario cannot be fetched (HTTP 404)`],
  ] as const)('%s for the opening scenario: it is named', async (_name, how, says) => {
    site.attitude = only(SCENARIO, how);
    const context = await browser.newContext({ locale: 'en-GB' });
    page = await context.newPage();
    await page.goto(site.url);
    await page.getByTestId('problems').getByText(says).waitFor();
  });

  it.each([
    [
      'a start page for the lab’s thread',
      only(/lab\.worker/, 'html'),
      /cannot start: .*assets\/lab\.worker-[\w-]+\.js/,
    ],
    ['no analysis thread', only(/analysis\.worker/, 'missing'), /cannot start: .*assets\/analysis\.worker-[\w-]+\.js/],
    ['scripts as text', always('scripts-as-text'), /cannot start: .*assets\/[\w-]+\.js cannot be loaded/],
    ['half a script', only(/assets\/index-.*\.js$/, 'truncated'), /cannot start: /],
  ] as const)('%s: the words that stand before the page name it', async (_name, attitude, says) => {
    site.attitude = attitude;
    const context = await browser.newContext({ locale: 'en-GB' });
    page = await context.newPage();
    await page.goto(site.url);
    await page.getByRole('alert').getByText(says).waitFor();
  });
});
