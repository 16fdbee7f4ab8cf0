/** Cuts a display filter into tokens, as Wireshark 4 does: a word may hold dots, colons and hyphens. */
import { byteAt, utf8 } from '../../base/bytes.ts';
import { err, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { Message } from '../../base/sentence.ts';
import type { CompareOp, FilterError, Span } from './ast.ts';
import { filterMessage } from './messages.ts';

export type Keyword = 'and' | 'or' | 'xor' | 'not' | 'in' | 'contains' | 'matches' | 'any' | 'all';
export type Punctuation = '(' | ')' | '{' | '}' | '[' | ']' | ',' | '..' | '#' | '+' | '-' | '*' | '/' | '%' | '&';

export type Token = Span &
  (
    | { readonly kind: 'word'; readonly text: string }
    | { readonly kind: 'string'; readonly bytes: Uint8Array }
    | { readonly kind: 'char'; readonly code: number }
    | { readonly kind: 'keyword'; readonly keyword: Keyword }
    | { readonly kind: 'compare'; readonly op: CompareOp }
    | { readonly kind: 'punctuation'; readonly text: Punctuation }
    /** What stands between the brackets of a slice or of a layer operator. */
    | { readonly kind: 'range'; readonly text: string }
    | { readonly kind: 'end' }
  );

/** Word operators of comparison, and of logic: small letters only, as in Wireshark. */
const WORD_COMPARISONS: ReadonlyMap<string, CompareOp> = new Map([
  ['eq', '=='],
  ['any_eq', '=='],
  ['ne', '!='],
  ['all_ne', '!='],
  ['all_eq', '==='],
  ['any_ne', '!=='],
  ['gt', '>'],
  ['ge', '>='],
  ['lt', '<'],
  ['le', '<='],
]);

const KEYWORDS: ReadonlySet<string> = new Set<Keyword>([
  'and',
  'or',
  'xor',
  'not',
  'in',
  'contains',
  'matches',
  'any',
  'all',
]);

function isKeyword(text: string): text is Keyword {
  return KEYWORDS.has(text);
}

const SYMBOLS: readonly (readonly [
  string,
  { kind: 'compare'; op: CompareOp } | { kind: 'keyword'; keyword: Keyword },
])[] = [
  ['===', { kind: 'compare', op: '===' }],
  ['!==', { kind: 'compare', op: '!==' }],
  ['==', { kind: 'compare', op: '==' }],
  ['!=', { kind: 'compare', op: '!=' }],
  ['~=', { kind: 'compare', op: '!==' }],
  ['<=', { kind: 'compare', op: '<=' }],
  ['>=', { kind: 'compare', op: '>=' }],
  ['&&', { kind: 'keyword', keyword: 'and' }],
  ['||', { kind: 'keyword', keyword: 'or' }],
  ['^^', { kind: 'keyword', keyword: 'xor' }],
  ['<', { kind: 'compare', op: '<' }],
  ['>', { kind: 'compare', op: '>' }],
  ['~', { kind: 'keyword', keyword: 'matches' }],
  ['!', { kind: 'keyword', keyword: 'not' }],
];

const PUNCTUATION: readonly Punctuation[] = ['..', '(', ')', '{', '}', ',', '#', '+', '-', '*', '/', '%', '&'];

/** An IPv4 or IPv6 address with a prefix length is one word. */
const CIDR = /(?:\d+\.\d+\.\d+\.\d+|[0-9a-f]*:[0-9a-f:.]*)\/\d{1,3}/iy;
const WORD = /(?:::?|\.)?[a-z0-9_](?:[a-z0-9_:-]|\.(?!\.))*|::/iy;
/** Hexadecimal, octal and one-letter escapes of strings and characters, as in C. */
const ESCAPE = /\\(?:x([0-9a-f]{1,2})|([0-7]{1,3})|u([0-9a-f]{4})|U([0-9a-f]{8})|([\s\S]?))/iy;
const LETTER_ESCAPES: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['t', 9],
  ['n', 10],
  ['v', 11],
  ['f', 12],
  ['r', 13],
  ['"', 0x22],
  ["'", 0x27],
  ['\\', 0x5c],
]);

function syntax(message: Message, start: number, end: number): { readonly ok: false; readonly error: FilterError } {
  return err({ code: 'syntax', message, start, end, suggestions: [] });
}

function isRaw(text: string, at: number): boolean {
  return (text[at] === 'r' || text[at] === 'R') && text[at + 1] === '"';
}

/** Reads a quoted string or character at `at`: the bytes between the quotes, escapes resolved. */
function quoted(text: string, at: number): Result<{ bytes: Uint8Array; end: number }, FilterError> {
  const raw = isRaw(text, at);
  let i = raw ? at + 1 : at;
  const quote = text[i];
  i++;
  const bytes: number[] = [];
  while (i < text.length && text[i] !== quote) {
    if (text[i] !== '\\') {
      const point = String.fromCodePoint(text.codePointAt(i) ?? 0);
      bytes.push(...utf8(point));
      i += point.length;
    } else if (raw) {
      // A raw string keeps its backslashes; one before a quote only keeps the quote from ending it.
      const pair = text.slice(i, i + 2);
      bytes.push(...utf8(pair));
      i += pair.length;
    } else {
      ESCAPE.lastIndex = i;
      const escape = ESCAPE.exec(text);
      if (escape === null) break;
      const value = escapedBytes(escape);
      if (value === undefined) {
        return syntax(filterMessage('filter.escape', { text: escape[0] }), i, i + escape[0].length);
      }
      bytes.push(...value);
      i += escape[0].length;
    }
  }
  if (text[i] !== quote) return syntax(filterMessage('filter.no-closing-quote'), at, text.length);
  return ok({ bytes: Uint8Array.from(bytes), end: i + 1 });
}

function escapedBytes(escape: RegExpExecArray): Iterable<number> | undefined {
  const [, hex, octal, u4, u8, letter = ''] = escape;
  if (hex !== undefined) return [Number.parseInt(hex, 16)];
  if (octal !== undefined) return [Number.parseInt(octal, 8) & 0xff];
  const universal = u4 ?? u8;
  if (universal !== undefined) {
    const point = Number.parseInt(universal, 16);
    // C11 §6.4.3: no universal names for ASCII, controls and surrogates.
    if (point < 0xa0 || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return undefined;
    return utf8(String.fromCodePoint(point));
  }
  const code = LETTER_ESCAPES.get(letter);
  return code === undefined ? undefined : [code];
}

/** All tokens, ended by one of kind `end`. */
export function tokenize(text: string): Result<readonly Token[], FilterError> {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      at++;
      continue;
    }
    const next = tokenAt(text, at, tokens.at(-1));
    if (!next.ok) return next;
    tokens.push(next.value);
    at = next.value.end;
  }
  tokens.push({ kind: 'end', start: text.length, end: text.length });
  return ok(tokens);
}

function tokenAt(text: string, at: number, before: Token | undefined): Result<Token, FilterError> {
  const char = text[at];
  if (char === '"' || isRaw(text, at)) {
    const string = quoted(text, at);
    if (!string.ok) return string;
    return ok({ kind: 'string', bytes: string.value.bytes, start: at, end: string.value.end });
  }
  if (char === "'") {
    const string = quoted(text, at);
    if (!string.ok) return string;
    const { bytes, end } = string.value;
    if (bytes.length !== 1) return syntax(filterMessage('filter.char-length'), at, end);
    return ok({ kind: 'char', code: byteAt(bytes, 0), start: at, end });
  }
  if (char === '[') {
    const close = text.indexOf(']', at);
    if (close < 0) return syntax(filterMessage('filter.no-closing-bracket'), at, text.length);
    return ok({ kind: 'range', text: text.slice(at + 1, close), start: at, end: close + 1 });
  }
  if (before?.kind === 'punctuation' && before.text === '#') {
    const digits = /^\d+/.exec(text.slice(at))?.[0];
    if (digits === undefined || before.end !== at)
      return syntax(filterMessage('filter.no-layer-number'), before.start, before.end);
    return ok({ kind: 'range', text: digits, start: at, end: at + digits.length });
  }
  for (const [symbol, token] of SYMBOLS) {
    if (text.startsWith(symbol, at)) return ok({ ...token, start: at, end: at + symbol.length });
  }
  const isRangeDots = text.startsWith('..', at);
  for (const pattern of isRangeDots ? [] : [CIDR, WORD]) {
    pattern.lastIndex = at;
    const match = pattern.exec(text)?.[0];
    if (match !== undefined) return ok(wordToken(match, at));
  }
  for (const mark of PUNCTUATION) {
    if (text.startsWith(mark, at)) return ok({ kind: 'punctuation', text: mark, start: at, end: at + mark.length });
  }
  return syntax(filterMessage('filter.unexpected', { text: JSON.stringify(char).slice(1, -1) }), at, at + 1);
}

function wordToken(match: string, start: number): Token {
  // `udp.port- 1` and `60..67`: a word ends with a letter, a digit or a colon of IPv6.
  const text = match.includes('::') ? match : match.replace(/[.:-]+$/, '');
  const end = start + text.length;
  const op = WORD_COMPARISONS.get(text);
  if (op !== undefined) return { kind: 'compare', op, start, end };
  if (isKeyword(text)) return { kind: 'keyword', keyword: text, start, end };
  return { kind: 'word', text, start, end };
}
