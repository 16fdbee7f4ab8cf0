/** What a site of one's own has beside the page: labs, lessons, the images that they need with their licences, a list. */
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { blobPath, MANIFEST_FILE, type ImageFile, type ImageManifest } from '../../src/lab/content/image-manifest.ts';
import { textIn } from '../../src/lessons/text-in.ts';
import type { OwnSite } from './own-labs.ts';

/** Each image once, in the order of the manifest. */
export function imagesOf({ labs, lessons }: OwnSite, { files }: ImageManifest): readonly ImageFile[] {
  const needed = new Set([...labs, ...lessons].flatMap(({ images }) => images.map(({ path }) => path)));
  return files.filter(({ path }) => needed.has(path));
}

/** Writes them below `target`, from the project's `public` folder. */
export function writeSiteFiles(site: OwnSite, manifest: ImageManifest, source: string, target: string): void {
  const write = (path: string, text: string): void => {
    const file = join(target, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const copy = (path: string): void => {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    copyFileSync(join(source, path), join(target, path));
  };
  for (const path of ['icon.svg', 'manifest.webmanifest', 'lessons/glossary.json']) copy(path);
  const list = (entries: readonly object[]): string => `${JSON.stringify(entries, null, 2)}\n`;
  for (const { entry, text } of site.labs) write(`scenarios/${entry.file}`, text);
  write('scenarios/index.json', list(site.labs.map(({ entry }) => entry)));
  for (const { entry, text } of site.lessons) write(`lessons/${entry.id}.json`, text);
  write('lessons/index.json', list(site.lessons.map(({ entry }) => entry)));
  const files = imagesOf(site, manifest);
  const names = new Set(files.map((file) => file.package));
  const packages = manifest.packages.filter(({ name }) => names.has(name));
  write(`images/${MANIFEST_FILE}`, JSON.stringify({ ...manifest, packages, files }));
  for (const { sha256 } of files) copy(`images/${blobPath(sha256)}`);
  for (const { licenceFile } of packages)
    if (licenceFile !== undefined && existsSync(join(source, 'images', licenceFile)))
      cpSync(join(source, 'images', licenceFile), join(target, 'images', licenceFile), { recursive: true });
  write('labs.html', listPage(site));
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** A page that lists all, for readers and for search engines; the page itself has a catalogue of them. */
function listPage({ labs, lessons }: OwnSite): string {
  const item = (hash: string, title: string, text: string): string =>
    `      <li><a href="./${hash}">${escaped(title)}</a><br />${escaped(text)}</li>`;
  const part = (title: string, items: readonly string[]): string =>
    items.length === 0 ? '' : `    <h2>${title}</h2>\n    <ul>\n${items.join('\n')}\n    </ul>\n`;
  const labItems = labs.map(({ entry: { file, name, description } }) =>
    item(`#scenario=${file.replace(/\.json$/, '')}`, name, description),
  );
  const lessonItems = lessons.map(({ entry: { id, title, summary } }) =>
    item(`#lesson=${id}`, textIn(title, 'en'), textIn(summary, 'en')),
  );
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <link rel="icon" href="./icon.svg" type="image/svg+xml" />
    <title>Netboot labs</title>
    <style>
      body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; }
      li { margin: 0 0 0.8rem; }
    </style>
  </head>
  <body>
    <h1>Netboot labs</h1>
${part('Lessons', lessonItems)}${part('Labs', labItems)}  </body>
</html>
`;
}

/** Bytes of the images of each lab and lesson, largest first. */
export function sizeTable({ labs, lessons }: OwnSite): string {
  const rows = [
    ...labs.map(({ entry, images }) => [entry.file, images] as const),
    ...lessons.map(({ entry, images }) => [`lesson ${entry.id}`, images] as const),
  ].map(([name, images]) => ({ name, bytes: images.reduce((sum, { size }) => sum + size, 0) }));
  return rows
    .sort((a, b) => b.bytes - a.bytes)
    .map(({ name, bytes }) => `${megabytes(bytes).padStart(9)}  ${name}`)
    .join('\n');
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

export function readManifestText(source: string): string {
  const path = join(source, 'images', MANIFEST_FILE);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
