/** Texts of lessons in the reader's language. */
import type { Message } from '../base/sentence.ts';
import type { Lesson, Prose, Words } from './schema.ts';

/** A text in a language, else in the one that it has. */
export function textIn(text: Words | Prose, language: 'en' | 'fr'): string {
  if (typeof text === 'string') return text;
  if (isParagraphs(text)) return text.join('\n\n');
  const own = Object.hasOwn(text, language)
    ? (text as Partial<Record<string, string | string[]>>)[language]
    : undefined;
  const [any] = Object.values(text).filter((value) => value !== undefined);
  return textIn(own ?? any ?? '', language);
}

/** Words of a lesson as part of a sentence: they bring their own French. */
export function wordsMessage(text: Words): Message {
  return { text: textIn(text, 'en'), says: { id: 'verbatim', parameters: { text: textIn(text, 'fr') } } };
}

/** The name of the lesson's lab in a language. `name`: as the document has it. */
export function labNameIn(
  { title, labName = title }: Pick<Lesson, 'title' | 'labName'>,
  name: string,
  language: 'en' | 'fr',
): string {
  return textIn(labName, 'en') === name ? textIn(labName, language) : name;
}

function isParagraphs(text: object): text is string[] {
  return Array.isArray(text);
}
