/** The list of the site's lessons, and the glossary: what `public/lessons/` holds beside the lessons. */
import * as z from 'zod/mini';
import type { Result } from '../base/result.ts';
import { err, ok } from '../base/result.ts';
import type { Lesson, Words } from './schema.ts';

/** A lesson in the list, in the order of the course. */
export type LessonEntry = Pick<Lesson, 'id' | 'kind' | 'title' | 'summary' | 'level' | 'minutes'> & {
  /** How many. */
  readonly steps: number;
};

export function entryOf({ id, kind, title, summary, level, minutes, steps }: Lesson): LessonEntry {
  return { id, kind, title, summary, level, minutes, steps: steps.length };
}

const term = z.strictObject({
  term: z.strictObject({ en: z.string(), fr: z.string() }),
  text: z.strictObject({ en: z.string(), fr: z.string() }),
});
const glossarySchema = z.record(z.string().check(z.regex(/^[a-z][a-z0-9-]*$/)), term);

/** Terms by id, each explained in one line. */
export type Glossary = Readonly<Record<string, { readonly term: Words; readonly text: Words }>>;

export function parseGlossary(value: unknown): Result<Glossary, string> {
  const parsed = glossarySchema.safeParse(value);
  return parsed.success ? ok(parsed.data) : err(parsed.error.message);
}
