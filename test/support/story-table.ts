/** The README's table of the systems of network booting's history, read for the tests that hold what it says. */
import { readdirSync, readFileSync } from 'node:fs';

export interface StoryRow {
  readonly system: string;
  /** Names of labs of the site. */
  readonly labs: readonly string[];
  /** Labs in which it goes wrong, and files of tests. */
  readonly wrong: readonly string[];
  /** What it is compared with. */
  readonly oracle: string;
  /** Ids of lessons. */
  readonly lessons: readonly string[];
}

const SITE_LABS = readdirSync('public/scenarios').map((name) => name.replace('.json', ''));

/** The names in backquotes; `*` stands for all labs that begin so. A name that stands for none is kept as it is. */
function labsOf(cell: string): readonly string[] {
  return namesOf(cell).flatMap((name) => {
    if (!name.endsWith('*')) return [name];
    const labs = SITE_LABS.filter((one) => one.startsWith(name.slice(0, -1)));
    return labs.length > 0 ? labs : [name];
  });
}

function namesOf(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

export function storyTable(): readonly StoryRow[] {
  const readme = readFileSync('README.md', 'utf8');
  const section = readme.split('\n## The systems of the story\n')[1]?.split('\n## ')[0] ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) => {
    const [system = '', labs = '', wrong = '', oracle = '', lessons = ''] = line
      .split('|')
      .slice(1)
      .map((cell) => cell.trim());
    return { system, labs: labsOf(labs), wrong: labsOf(wrong), oracle, lessons: namesOf(lessons) };
  });
}

/** All labs of the table, each once. */
export function storyLabs(): readonly string[] {
  const names = storyTable().flatMap(({ labs, wrong }) => [...labs, ...wrong]);
  return [...new Set(names)].filter((name) => !name.includes('/'));
}
