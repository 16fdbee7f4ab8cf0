/**
 * Texts of a part of the page that few readers open: they are loaded with it, and not in the page's catalogue. `text(…)`
 * of `useText` says them.
 */
import type { Language } from '../../page/i18n/index.ts';

type OwnText = Readonly<Record<Language, string>>;

/** Every text in every language, by name. */
export function defineTexts<const Texts extends Readonly<Record<string, OwnText>>>(texts: Texts): Texts {
  return texts;
}
