/** Looks for phrases of the list in comments, in the texts of message tables and in Markdown, and for words of its names in code. */
import { parseSync, Visitor } from 'oxc-parser';
import { NAMES, PHRASES } from './list.ts';

export interface Hit {
  readonly line: number;
  readonly found: string;
  readonly instead: string;
}

const MESSAGE_TABLE = /(messages|texts|i18n\/.*en|labels-en|story-en)\.ts$/;

/** Pieces of a file that people read as English, with the offset at which each starts. */
function prose(path: string, source: string): readonly { readonly at: number; readonly text: string }[] {
  if (path.endsWith('.md')) return [{ at: 0, text: source }];
  const { comments, program } = parseSync(path, source);
  const pieces = comments.map(({ start, end }) => ({ at: start, text: source.slice(start, end) }));
  if (!MESSAGE_TABLE.test(path)) return pieces;
  new Visitor({
    Literal({ start, end, value }) {
      if (typeof value === 'string') pieces.push({ at: start, text: source.slice(start, end) });
    },
  }).visit(program);
  return pieces;
}

/** The wrapped lines of a comment as one text without code, of the same length. */
function unwrap(text: string): string {
  const blank = (part: string): string => ' '.repeat(part.length);
  return text.replace(/`[^`]*`/g, (code) => 'x'.repeat(code.length)).replace(/\n[ \t]*\*?/g, blank);
}

/** Words of the identifiers of a file (`told` of `lastTold`) that have a better name. */
function checkNames(path: string, source: string): readonly Hit[] {
  if (path.endsWith('.md')) return [];
  const hits: Hit[] = [];
  new Visitor({
    Identifier({ start, name }) {
      const words = name.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
      for (const { name: unclear, instead } of NAMES)
        if (words.includes(unclear))
          hits.push({ line: source.slice(0, start).split('\n').length, found: name, instead });
    },
  }).visit(parseSync(path, source).program);
  return hits;
}

export function checkWords(path: string, source: string): readonly Hit[] {
  return [...checkPhrases(path, source), ...checkNames(path, source)];
}

function checkPhrases(path: string, source: string): readonly Hit[] {
  return prose(path, source).flatMap(({ at, text }) =>
    PHRASES.flatMap(({ pattern, instead }) =>
      [...unwrap(text).matchAll(new RegExp(pattern.source.replaceAll(' ', ' +'), 'gi'))].map((match) => ({
        line: source.slice(0, at + match.index).split('\n').length,
        found: match[0].replace(/ +/g, ' '),
        instead,
      })),
    ),
  );
}
