/**
 * Regular expressions from links, filters, conditions and configurations: a pattern and the text it is matched against may
 * both come from a stranger. RE2 matches in time proportional to the text (Cox, "Regular Expression Matching Can Be Simple
 * And Fast"); in exchange it has no lookaround and no back references. The size of a pattern is bounded as well, because
 * its automaton may step through every instruction for every character.
 */
import { RE2JS, RE2JSException } from 're2js';
import { patternMessage } from './messages.ts';
import { err, ok, type Result } from './result.ts';
import { verbatim, type Message } from './sentence.ts';

export interface PatternError {
  /** The part that is refused: characters of the source from `start` up to, not including, `end`. */
  readonly start: number;
  readonly end: number;
  readonly message: Message;
}

export interface PatternFlags {
  readonly ignoreCase?: boolean;
  /** `^` and `$` match at the ends of lines too. */
  readonly multiline?: boolean;
  /** A dot matches a line feed too. */
  readonly dotAll?: boolean;
}

/** Instructions of a compiled pattern; one of everyday size has fewer than 100. */
export const MAX_PATTERN_STEPS = 1000;

/** Longer sources are not read at all. */
const MAX_SOURCE_CHARS = 4096;

/** Instructions times characters in one match: at most two seconds of a slow computer. */
const MAX_WORK = 2 ** 25;

export interface Pattern {
  /** Instructions of the compiled pattern. */
  readonly steps: number;
  /** Whether the pattern matches somewhere in the text. Only the first `2^25 / steps` characters are searched. */
  test(text: string): boolean;
}

/** Escapes that PCRE2 has and RE2 has not, or reads otherwise (pcre2pattern(3), "Generic character types"). */
const END = String.raw`(?:\n?\z)`;
const ESCAPES: Readonly<Record<string, string>> = {
  s: String.raw`[\t-\r ]`,
  S: String.raw`[^\t-\r ]`,
  h: String.raw`[\t \xa0]`,
  e: String.raw`\x1b`,
  N: String.raw`[^\n]`,
  R: String.raw`(?:\r\n|[\n-\r])`,
  Z: END,
};
const ESCAPES_IN_CLASS: Readonly<Record<string, string>> = {
  s: String.raw`\t-\r `,
  h: String.raw`\t \xa0`,
  e: String.raw`\x1b`,
};

/** Writes for RE2 what PCRE2 and JavaScript spell differently. */
function translated(source: string, multiline: boolean): string {
  let out = '';
  let isInClass = false;
  for (let at = 0; at < source.length; at++) {
    const char = source[at];
    if (char === '\\') {
      const next = source[++at] ?? '';
      const unicode = next === 'u' ? /^[0-9a-fA-F]{4}/.exec(source.slice(at + 1, at + 5))?.[0] : undefined;
      if (unicode !== undefined) {
        out += `\\x{${unicode}}`;
        at += 4;
      } else out += (isInClass ? ESCAPES_IN_CLASS : ESCAPES)[next] ?? char + next;
    } else if (isInClass) {
      if (char === '[' && /^\[:\^?[a-z]+:\]/.test(source.slice(at, at + 12))) {
        const end = source.indexOf(':]', at) + 2;
        out += source.slice(at, end);
        at = end - 1;
      } else {
        isInClass = char !== ']';
        out += char;
      }
    } else if (char === '[') {
      // A `]` that comes first is one of the characters.
      const first = /^\[\^?\]?/.exec(source.slice(at, at + 3))?.[0] ?? char;
      out += first;
      at += first.length - 1;
      isInClass = true;
    } else if (char === '$' && !multiline) out += END;
    else if (char === '\0') out += String.raw`\x00`;
    else out += char;
  }
  return out;
}

const UNSUPPORTED: readonly (readonly [syntax: RegExp, name: Message])[] = [
  [/^\(\?<?[=!]/, patternMessage('pattern.lookaround')],
  [/^(\\[1-9]|\\g|\\k|\(\?P[=>])/, patternMessage('pattern.back-reference')],
  [/^(\(\?>|.\+$)/, patternMessage('pattern.possessive')],
  [/^\(\?/, patternMessage('pattern.group')],
  [/^\\./, patternMessage('pattern.escape')],
];

/** RE2's own words for what is wrong with a pattern. */
const REASONS: ReadonlyMap<string, Message> = new Map([
  ['missing closing )', patternMessage('pattern.missing-parenthesis')],
  ['unexpected )', patternMessage('pattern.unexpected-parenthesis')],
  ['missing closing ]', patternMessage('pattern.missing-bracket')],
  ['invalid character class range', patternMessage('pattern.class-range')],
  ['missing argument to repetition operator', patternMessage('pattern.nothing-to-repeat')],
  ['trailing backslash at end of expression', patternMessage('pattern.trailing-backslash')],
]);

/** RE2's error about a pattern, with its position in the user's text. */
function refusal(failure: RE2JSException, source: string): PatternError {
  const { error, input } = failure as { readonly error?: string; readonly input?: string | null };
  const part = input ?? '';
  const found = part === '' ? -1 : source.indexOf(part.slice(0, 4));
  const start = Math.max(0, found);
  const end = found < 0 ? source.length : Math.min(source.length, start + part.length);
  if (error === 'invalid repeat count')
    return { start, end, message: patternMessage('pattern.repetition', { text: part }) };
  if (error === 'expression nests too deeply')
    return { start: 0, end: source.length, message: patternMessage('pattern.too-deep') };
  const isUnknown = /^invalid (or unsupported|escape|nested|named)/.test(error ?? '');
  const unsupported = isUnknown ? UNSUPPORTED.find(([syntax]) => syntax.test(part)) : undefined;
  if (unsupported !== undefined)
    return { start, end, message: patternMessage('pattern.unsupported', { what: unsupported[1] }) };
  const reason = REASONS.get(error ?? '') ?? verbatim(error ?? failure.message);
  return { start, end, message: patternMessage('pattern.invalid', { reason }) };
}

export function compilePattern(source: string, flags: PatternFlags = {}): Result<Pattern, PatternError> {
  if (source.length > MAX_SOURCE_CHARS) {
    const message = patternMessage('pattern.too-long', { count: source.length, limit: MAX_SOURCE_CHARS });
    return err({ start: 0, end: source.length, message });
  }
  let bits = 0;
  if (flags.ignoreCase === true) bits |= RE2JS.CASE_INSENSITIVE;
  if (flags.multiline === true) bits |= RE2JS.MULTILINE;
  if (flags.dotAll === true) bits |= RE2JS.DOTALL;
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(translated(source, flags.multiline === true), bits);
  } catch (failure) {
    if (failure instanceof RE2JSException) return err(refusal(failure, source));
    throw failure;
  }
  const steps = compiled.programSize();
  if (steps > MAX_PATTERN_STEPS) {
    const message = patternMessage('pattern.too-large', { steps, limit: MAX_PATTERN_STEPS });
    return err({ start: 0, end: source.length, message });
  }
  const maxChars = Math.floor(MAX_WORK / steps);
  return ok({ steps, test: (text) => compiled.test(text.length > maxChars ? text.slice(0, maxChars) : text) });
}
