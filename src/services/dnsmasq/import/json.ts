/** JSON as Kea takes it: with comments of three kinds, commas after the last item, and included files. */
import { jsonErrorAt } from '../../../base/data/json-error.ts';
import { err, ok, type Result } from '../../../base/result.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export interface JsonProblem {
  readonly line: number;
}

export type ReadFile = (path: string) => string | undefined;

export interface ParsedJson {
  readonly result: Result<Json, JsonProblem>;
  /** Included files that are not there; nothing stands in their place. */
  readonly missing: readonly { readonly line: number; readonly path: string }[];
}

/** Files that include each other; and how many in all, since each may be included many times. */
const MAX_INCLUDE_DEPTH = 10;
const MAX_INCLUDES = 100;

/** Strings, comments, includes: what is not closed goes to the end of its line or of the text. */
const TOKENS = /"(?:[^"\\\n]|\\.)*"?|\/\*[\s\S]*?(?:\*\/|$)|(?:\/\/|#)[^\n]*|<\?include\s+"([^"\n]*)"\s*\?>(\s*,)?/g;

class Reader {
  readonly missing: { readonly line: number; readonly path: string }[] = [];
  private readonly readFile: ReadFile;
  private includes = 0;

  constructor(readFile: ReadFile) {
    this.readFile = readFile;
  }

  /** Blanks take the place of comments, so that lines stay; an included file is put into the line that includes it. */
  plain(text: string, depth: number): string {
    return text.replace(TOKENS, (part: string, path: string | undefined, comma: string | undefined, at: number) => {
      if (path !== undefined) return this.included(path, comma ?? '', depth, lineOf(text, at));
      const isString = part.startsWith('"');
      return isString || (part.startsWith('/*') && !part.endsWith('*/')) ? part : part.replace(/[^\n]/g, ' ');
    });
  }

  private included(path: string, comma: string, depth: number, line: number): string {
    const isAllowed = depth < MAX_INCLUDE_DEPTH && this.includes++ < MAX_INCLUDES;
    const text = isAllowed ? this.readFile(path) : undefined;
    if (text !== undefined) return `${this.plain(text, depth + 1).replaceAll(/[\r\n]+/g, ' ')}${comma}`;
    this.missing.push({ line, path });
    // The comma behind nothing goes too.
    return comma.replace(',', ' ');
  }
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

export function parseJson(text: string, readFile: ReadFile): ParsedJson {
  const reader = new Reader(readFile);
  // Commas before a bracket are blanks too: nothing is looked through twice.
  const plain = reader
    .plain(text, 0)
    .replace(/"(?:[^"\\\n]|\\.)*"?|,(?=\s*[\]}])/g, (part) => (part === ',' ? ' ' : part));
  const { missing } = reader;
  try {
    const value: Json = JSON.parse(plain) as Json;
    return { result: ok(value), missing };
  } catch {
    return { result: err({ line: lineOf(plain, jsonErrorAt(plain) ?? 0) }), missing };
  }
}
