/** The site's lessons, in the order of the course; challenges come last. */
import { readdirSync, readFileSync } from 'node:fs';
import { entryOf, type LessonEntry } from '../../src/lessons/catalogue.ts';
import { parseLessonText } from '../../src/lessons/parse.ts';
import type { Lesson } from '../../src/lessons/schema.ts';

const LESSONS = new URL('../../public/lessons/', import.meta.url);

const ORDER = [
  'disk',
  'first-boot',
  'no-file',
  'next-server',
  'two-offers',
  'proxy',
  'lost-block',
  'before',
  'sun',
  'etherboot',
  'gpxe',
  'pxelinux',
  'undi',
  'chain',
  'build',
  'flash',
  'protocols',
  'ftp',
  'nfs',
  'san',
  'aoe',
  'fcoe',
  'trust',
  'script',
  'inventory',
  'menu',
  'dns',
  'vlan',
  'kinds',
  'uefi',
  'multicast',
];

function rank({ id, kind, level }: Lesson): number {
  const at = ORDER.indexOf(id);
  if (kind === 'challenge') return 1000 * level + Number(/\d+$/.exec(id)?.[0] ?? 0);
  return at < 0 ? ORDER.length : at;
}

/** Throws with the place when one cannot be read. */
export function readLessons(): readonly Lesson[] {
  const files = readdirSync(LESSONS).filter(
    (file) => file.endsWith('.json') && file !== 'index.json' && file !== 'glossary.json',
  );
  const lessons = files.sort().map((file) => {
    const parsed = parseLessonText(readFileSync(new URL(file, LESSONS), 'utf8'));
    if (!parsed.ok)
      throw new Error(
        parsed.error.map(({ path, message }) => `public/lessons/${file}: ${path}: ${message}`).join('\n'),
      );
    if (`${parsed.value.id}.json` !== file) throw new Error(`public/lessons/${file}: its id is ${parsed.value.id}`);
    return parsed.value;
  });
  return lessons.sort((a, b) => rank(a) - rank(b));
}

export function readLessonCatalogue(): readonly LessonEntry[] {
  return readLessons().map(entryOf);
}
