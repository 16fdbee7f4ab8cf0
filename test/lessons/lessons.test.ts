/** The site's lessons on bare machines: no check can rot, no word is unexplained, both languages say the same. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FIELD_HELP } from '../../src/analysis/field-help.ts';
import { parseGlossary } from '../../src/lessons/catalogue.ts';
import { parseMarkdown, type Inline } from '../../src/lessons/markdown.ts';
import { leavesOf, type Lesson, type Prose, type Words } from '../../src/lessons/schema.ts';
import { labNameIn, textIn } from '../../src/lessons/text-in.ts';
import { readScenarioCatalogue } from '../../tools/catalogue/scenarios.ts';
import { readLessons } from '../../tools/catalogue/lessons.ts';
import { needsPc, startScenario, tryLesson } from './trial.ts';

const LESSONS = readLessons();
/** Of the page, by the folders of `src/ui/panels/`. */
const PANELS = readdirSync(new URL('../../src/ui/panels/', import.meta.url)).filter((name) => !name.includes('.'));
const glossary = parseGlossary(
  JSON.parse(readFileSync(new URL('../../public/lessons/glossary.json', import.meta.url), 'utf8')),
);
if (!glossary.ok) throw new Error(glossary.error);
const terms = glossary.value;

function textsOf(lesson: Lesson): readonly (Words | Prose)[] {
  return [
    lesson.title,
    lesson.summary,
    ...lesson.steps.flatMap(({ title, text, task, hints, after, check }) => [
      title,
      text,
      task,
      ...hints,
      ...(after === undefined ? [] : [after]),
      ...leavesOf(check).flatMap((leaf) =>
        leaf.kind === 'choice'
          ? leaf.options.flatMap(({ text, because }) => [text, ...(because ? [because] : [])])
          : [],
      ),
    ]),
  ];
}

type Link = Inline & { readonly kind: 'panel' | 'term' | 'field' };
const TARGETS = { panel: PANELS, term: Object.keys(terms), field: Object.keys(FIELD_HELP) };

/** The panels, terms and fields that a text links to. */
function linksOf(text: string): readonly Link[] {
  const of = (inlines: readonly Inline[]): readonly Link[] =>
    inlines.flatMap((inline) => {
      if (inline.kind === 'panel' || inline.kind === 'term' || inline.kind === 'field') return [inline];
      return inline.kind === 'em' || inline.kind === 'strong' ? of(inline.inlines) : [];
    });
  return parseMarkdown(text).flatMap((block) => {
    if (block.kind === 'paragraph') return of(block.inlines);
    return block.kind === 'list' ? block.items.flatMap(of) : [];
  });
}

const links = (text: Words | Prose, language: 'en' | 'fr'): readonly string[] =>
  linksOf(textIn(text, language))
    .map(({ kind, id }) => `${kind}:${id}`)
    .sort();

/** Labs of the site, whose list has their French names, and names that are the same in French. */
const NAMED_ELSEWHERE = [...readScenarioCatalogue().map(({ name }) => name), 'PXELINUX'];

describe.each(LESSONS.map((lesson) => [lesson.id, lesson] as const))('the lesson %s', (_id, lesson) => {
  it('says the same in both languages, with links that lead somewhere', () => {
    for (const text of textsOf(lesson)) {
      if (typeof text !== 'string') expect(Object.keys(text).sort()).toEqual(['en', 'fr']);
      expect(links(text, 'fr')).toEqual(links(text, 'en'));
      for (const { kind, id } of linksOf(textIn(text, 'en'))) expect(TARGETS[kind], `${kind}:${id}`).toContain(id);
      // A fence that is not at the beginning of its line would be shown as it is.
      for (const language of ['en', 'fr'] as const)
        expect(JSON.stringify(parseMarkdown(textIn(text, language)))).not.toContain('```');
      // Apostrophes are set as such outside of code.
      for (const language of ['en', 'fr'] as const)
        expect(textIn(text, language).replace(/```[^]*?```|`[^`]*`/g, '')).not.toMatch(/'/);
    }
  });

  it('names its lab in both languages', async () => {
    const { name } = await startScenario(lesson);
    if (!NAMED_ELSEWHERE.includes(name)) expect(labNameIn(lesson, name, 'fr')).not.toBe(name);
  });

  it('can be solved, and has a hint, in each step', () => {
    for (const { id, solution, action } of lesson.steps) {
      expect(solution, id).not.toEqual([]);
      if (action !== undefined && 'show' in action) expect(PANELS).toContain(action.show);
    }
    if (lesson.kind === 'challenge') for (const step of lesson.steps) expect(step.hints.length).toBeGreaterThan(1);
  });

  it('fails before each action and passes after', { timeout: 120_000 }, async ({ skip }) => {
    if (needsPc(await startScenario(lesson))) skip('it needs the emulator: lessons.slow.test.ts');
    await tryLesson(lesson);
  });
});

it('explains only words that a lesson uses', () => {
  const used = new Set(
    LESSONS.flatMap(textsOf).flatMap((text) =>
      linksOf(textIn(text, 'en')).flatMap(({ kind, id }) => (kind === 'term' ? [id] : [])),
    ),
  );
  expect(Object.keys(terms).filter((id) => !used.has(id))).toEqual([]);
});
