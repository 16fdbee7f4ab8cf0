/**
 * All strings of the page, by id. English is complete by type; French has the same keys, checked by the compiler.
 * `{name}` in a text is replaced by the parameter of that name.
 */
import { fillIn, say, type Sentence, type SentenceParameters } from '../../base/sentence.ts';
import { en } from './en.ts';
import { fr } from './fr.ts';

export type Language = 'en' | 'fr';
export type TextId = keyof typeof en;
export type TextParameters = SentenceParameters;

/** A text that is translated when it is shown. */
export interface Text {
  readonly id: TextId;
  readonly parameters?: TextParameters;
}

const CATALOGUES: Readonly<Record<Language, Readonly<Record<TextId, string>>>> = { en, fr };

export const LANGUAGES: readonly { readonly id: Language; readonly name: string }[] = [
  { id: 'en', name: 'English' },
  { id: 'fr', name: 'Français' },
];

export function translate(language: Language, id: TextId, parameters: TextParameters = {}): string {
  return fillIn(CATALOGUES[language][id], parameters);
}

/** Events say what they say by ids of their own part of the lab. */
export function isKnown(sentence: Sentence<string>): sentence is Sentence<TextId> {
  const parts = Object.values(sentence.parameters);
  return Object.hasOwn(en, sentence.id) && parts.every((part) => typeof part !== 'object' || isKnown(part));
}

export function sayIn(language: Language, sentence: Sentence<TextId>): string {
  return say(sentence, CATALOGUES[language]);
}

/** The first of the reader's languages that the page speaks. */
export function languageFor(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const found = LANGUAGES.find(({ id }) => tag.toLowerCase().split('-')[0] === id);
    if (found !== undefined) return found.id;
  }
  return 'en';
}
