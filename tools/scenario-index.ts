/** `npm run scenarios`: renews the lists from which the page offers the labs and the lessons of the site. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readLessonCatalogue } from './catalogue/lessons.ts';
import { readSiteLabs } from './catalogue/scenarios.ts';

function write(folder: string, entries: readonly object[]): void {
  writeFileSync(new URL(`../public/${folder}/index.json`, import.meta.url), `${JSON.stringify(entries, null, 2)}\n`);
  console.log(`${entries.length} ${folder}`);
}

export function writeIndexes(): void {
  write('scenarios', readSiteLabs());
  write('lessons', readLessonCatalogue());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeIndexes();
