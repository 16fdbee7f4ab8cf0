/** What the reader chose for the page itself, remembered by the browser: language and theme. */
import { languageFor, LANGUAGES, loadLanguage, type Language } from '../i18n/index.ts';
import { notify, useView, type Theme } from '../store.ts';

const KEY = 'netboot-lab.settings.1';
const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

/** Restores the earlier choice, else the browser's language; stores later choices. */
export async function keepSettings(browserLanguages: readonly string[]): Promise<void> {
  let kept: { readonly language?: unknown; readonly theme?: unknown } = {};
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    if (typeof parsed === 'object' && parsed !== null) kept = parsed;
  } catch {
    // Storage is denied in some embeddings, or contains something else.
  }
  const wanted = LANGUAGES.find(({ id }) => id === kept.language)?.id ?? languageFor(browserLanguages);
  useView.setState({
    language: await loadLanguage(wanted).then(
      () => wanted,
      () => 'en',
    ),
    theme: THEMES.find((theme) => theme === kept.theme) ?? 'system',
  });
  useView.subscribe(({ language, theme }, before) => {
    if (language === before.language && theme === before.theme) return;
    try {
      localStorage.setItem(KEY, JSON.stringify({ language, theme }));
    } catch {
      // The choice holds until the page is closed.
    }
  });
}

/** Shows the page in a language. It stays as it is when the texts cannot be fetched. */
export async function changeLanguage(language: Language): Promise<void> {
  try {
    await loadLanguage(language);
    useView.setState({ language });
  } catch {
    notify({ id: 'language.notLoaded' });
  }
}
