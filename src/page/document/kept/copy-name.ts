/** Names of copies: `Lab (copy)`, then `Lab (copy 2)`. */

/** The schema's limit for names of labs. */
const MAX_CHARS = 120;

/** The first of these names that is not taken. `word` is "copy" in the reader's language. */
export function copyName(name: string, taken: readonly string[], word: string): string {
  const stem = name.replace(new RegExp(` \\(${word}(?: \\d+)?\\)$`), '');
  for (let i = 1; ; i++) {
    const ending = i === 1 ? ` (${word})` : ` (${word} ${i})`;
    const copy = stem.slice(0, MAX_CHARS - ending.length) + ending;
    if (!taken.includes(copy)) return copy;
  }
}
