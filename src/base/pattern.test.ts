/** Patterns of strangers: what matches, what is refused, and that no pattern costs more than its text is long. */
import { describe, expect, it } from 'vitest';
import { compilePattern, MAX_PATTERN_STEPS, type PatternFlags } from './pattern.ts';

function matches(source: string, text: string, flags: PatternFlags = {}): boolean {
  const pattern = compilePattern(source, flags);
  if (!pattern.ok) throw new Error(pattern.error.message.text);
  return pattern.value.test(text);
}

describe('patterns', () => {
  it.each([
    [String.raw`a\sb`, 'a\vb', true],
    [String.raw`a\Sb`, 'a\vb', false],
    [String.raw`[^\s]`, ' \t\v\r\n\f', false],
    [String.raw`\h`, '\t', true],
    [String.raw`a\Rb`, 'a\r\nb', true],
    [String.raw`\e\x5b2J`, '\u001b[2J', true],
    [String.raw`[\x5d]`, ']', true],
    ['[]a]+$', 'a]a', true],
    [String.raw`[[:digit:]]{2}`, 'x42', true],
    ['a$', 'a\n', true],
    ['a$', 'a\nb', false],
    [String.raw`\u2588`, '█', true],
    ['a\0b', 'a\0b', true],
  ])('%s, matched with %j: %s', (source, text, expected) => {
    expect(matches(source, text)).toBe(expected);
  });

  it('obey their flags', () => {
    expect(matches('HELLO', 'hello', { ignoreCase: true })).toBe(true);
    expect(matches('(?-i)HELLO', 'hello', { ignoreCase: true })).toBe(false);
    expect(matches('^b$', 'a\nb\nc', { multiline: true })).toBe(true);
    expect(matches('a.b', 'a\nb', { dotAll: true })).toBe(true);
    expect(matches('a.b', 'a\nb')).toBe(false);
  });

  it.each([
    ['ab(?=c)', 2, 5, /^Lookahead and lookbehind are not supported/],
    ['(?<!a)b', 0, 7, /^Lookahead and lookbehind/],
    [String.raw`(a)\1`, 3, 5, /^Back references/],
    ['a*+b', 1, 3, /^Atomic groups and possessive/],
    ['(?>a)', 0, 3, /^Atomic groups and possessive/],
    ['(?(1)a)', 0, 3, /^Groups that begin with \(\?/],
    [String.raw`a\K`, 1, 3, /^This escape/],
    ['x{1001}', 1, 7, /^The repetition \{1001\} is not valid: at most 1000/],
    ['(x{500}){500}', 2, 7, /at most 1000, also within one another/],
    ['a[b', 1, 3, /^The pattern is not valid: missing closing \]/],
    ['(a', 0, 2, /^The pattern is not valid: missing closing \)/],
    ['.{0,1000}'.repeat(4), 0, 36, /^The pattern is too large \(8\d\d\d steps; at most 1000\)/],
    ['a'.repeat(5000), 0, 5000, /^The pattern is too long/],
    [`${'('.repeat(1500)}a${')'.repeat(1500)}`, 0, 3001, /nested too deeply/],
  ])('%s is refused at its place', (source, start, end, message) => {
    const pattern = compilePattern(source);
    expect(pattern).toMatchObject({ ok: false, error: { start, end } });
    if (!pattern.ok) expect(pattern.error.message.text).toMatch(message);
  });

  it('that make a backtracking engine hang end', () => {
    // 2^4096 ways to divide the text.
    expect(matches('(.*.*)*zzzz9$', 'ab'.repeat(2048))).toBe(false);
    expect(matches('(a|aa)+$', `${'a'.repeat(4096)}b`)).toBe(false);
    expect(matches('(a?){150}a{150}z', 'a'.repeat(4096))).toBe(false);
  });

  it('have a size, by which a filter can add them up', () => {
    const pattern = compilePattern('a{400}');
    expect(pattern.ok && pattern.value.steps > 400 && pattern.value.steps < MAX_PATTERN_STEPS).toBe(true);
  });
});
