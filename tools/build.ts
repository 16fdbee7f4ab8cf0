/**
 * `npm run build`: the page with all labs of the project, in `dist`. With labs of one's own, a site that has only those,
 * and only the images that they need (`docs/publish.md`):
 *
 *     npm run build -- --labs FOLDER [--base /path/] [--out dist]
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, type Plugin } from 'vite';
import { EMPTY_MANIFEST, parseManifest } from '../src/lab/content/image-manifest.ts';
import { writeIndexes } from './scenario-index.ts';
import { readOwnSite } from './site/own-labs.ts';
import { imagesOf, megabytes, readManifestText, sizeTable, writeSiteFiles } from './site/site-files.ts';

const PUBLIC = 'public';

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** Sets the lab that a first visit is shown (`src/page/document/site-settings.ts`). */
function openingLab(file: string): Plugin {
  return {
    name: 'opening-lab',
    transformIndexHtml: (html) => html.replace('<html lang="en">', `<html lang="en" data-opening-lab="${file}">`),
  };
}

async function buildOwn(folder: string, base: string, out: string): Promise<number> {
  const text = readManifestText(PUBLIC);
  const manifest = text === '' ? { ok: true as const, value: EMPTY_MANIFEST } : parseManifest(text);
  if (!manifest.ok) {
    console.error(`${PUBLIC}/images: ${manifest.error.text}; run "npm run images"`);
    return 2;
  }
  const site = await readOwnSite(folder, manifest.value);
  if (!site.ok) {
    for (const { path, message } of site.error) console.error(`${path}: ${message}`);
    return 2;
  }
  const files = mkdtempSync(join(tmpdir(), 'netboot-lab-'));
  try {
    writeSiteFiles(site.value, manifest.value, PUBLIC, files);
    const [first] = site.value.labs;
    await build({
      base,
      publicDir: files,
      logLevel: 'warn',
      build: { outDir: out, emptyOutDir: true },
      plugins: first === undefined ? [] : [openingLab(first.entry.file)],
    });
  } finally {
    rmSync(files, { recursive: true });
  }
  const images = imagesOf(site.value, manifest.value).reduce((sum, { size }) => sum + size, 0);
  const { labs, lessons } = site.value;
  console.log(`${sizeTable(site.value)}\n`);
  console.log(
    `${out}: ${labs.length} labs, ${lessons.length} lessons, ${megabytes(bytesIn(out))}, of which images ${megabytes(images)}`,
  );
  return 0;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      labs: { type: 'string' },
      base: { type: 'string', default: './' },
      out: { type: 'string', default: 'dist' },
    },
  });
  if (values.base !== './' && !/^\/(.*\/)?$/.test(values.base)) {
    console.error(`--base: expected a path with slashes at both ends, not ${values.base}`);
    return 2;
  }
  if (values.labs !== undefined) return await buildOwn(values.labs, values.base, values.out);
  writeIndexes();
  await build({ base: values.base, build: { outDir: values.out } });
  return 0;
}

process.exitCode = await main();
