/**
 * All strings of the page, by id. English is complete by type; French has the same keys, checked by the compiler.
 * `{name}` in a text is replaced by the parameter of that name.
 */
import { en } from './en.ts';
import { fr } from './fr.ts';

export type Language = 'en' | 'fr';
export type TextId = keyof typeof en;
export type TextParameters = Readonly<Record<string, string | number>>;

const CATALOGUES: Readonly<Record<Language, Readonly<Record<TextId, string>>>> = { en, fr };

export const LANGUAGES: readonly { readonly id: Language; readonly name: string }[] = [
  { id: 'en', name: 'English' },
  { id: 'fr', name: 'Français' },
];

export function translate(language: Language, id: TextId, parameters: TextParameters = {}): string {
  return CATALOGUES[language][id].replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in parameters ? String(parameters[name]) : whole,
  );
}
