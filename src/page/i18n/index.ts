/**
 * All strings of the page, by id. English is complete by type and comes with the page; another language has the same
 * keys, checked by the compiler, and is loaded when it is chosen. `{name}` in a text is replaced by the parameter of that
 * name.
 */
import { formatMessage, say, type Message, type MessageTexts, type SentenceParameters } from '../../base/sentence.ts';
import { en, type Catalogue, type TextId } from './en.ts';

export type { TextId };

export type Language = 'en' | 'fr';
export type TextParameters = SentenceParameters;

/** A text that is translated when it is shown. */
export interface Text {
  readonly id: TextId;
  readonly parameters?: TextParameters;
}

const catalogues: { en: Catalogue } & Partial<Record<Language, Catalogue>> = { en };
/** Messages of the lab's parts. English is missing here: it comes with each message. */
const labTexts: Partial<Record<Language, MessageTexts>> = {};

/** Gets the texts of a language; rejects when they cannot be fetched. */
export async function loadLanguage(language: Language): Promise<void> {
  if (language !== 'fr' || catalogues.fr !== undefined) return;
  const [{ fr }, { labFr }] = await Promise.all([import('./fr.ts'), import('./fr/lab.ts')]);
  catalogues.fr = fr;
  labTexts.fr = labFr;
}

export const LANGUAGES: readonly { readonly id: Language; readonly name: string }[] = [
  { id: 'en', name: 'English' },
  { id: 'fr', name: 'Français' },
];

/** A text by its id, or one that is there in every language. */
export type AnyText = TextId | Readonly<Record<Language, string>>;

/** The text in a language that has been loaded, else in English. */
export function translate(language: Language, id: AnyText, parameters: TextParameters = {}): string {
  if (typeof id === 'object') return formatMessage(id[language], parameters, language);
  const known = catalogues[language];
  return known === undefined
    ? formatMessage(catalogues.en[id], parameters, 'en')
    : formatMessage(known[id], parameters, language);
}

/** A message of a part of the lab; in English where the language has not been loaded. */
export function sayMessage(language: Language, { text, says }: Message): string {
  const known = labTexts[language];
  return (known === undefined ? undefined : say(says, known, language)) ?? text;
}

/** The first of the reader's languages that the page supports. */
export function languageFor(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const found = LANGUAGES.find(({ id }) => tag.toLowerCase().split('-')[0] === id);
    if (found !== undefined) return found.id;
  }
  return 'en';
}
