import { describe, expect, it } from 'vitest';
import { authParameters, unquote } from './auth-parameters.ts';

const read = (text: string): [string, string][] => [...authParameters(text)];

describe('parameters of an HTTP challenge', () => {
  it('reads tokens and quoted strings', () => {
    expect(read('realm="a, \\"b\\"", Nonce = abc,qop="auth"')).toEqual([
      ['realm', 'a, \\"b\\"'],
      ['nonce', 'abc'],
      ['qop', 'auth'],
    ]);
  });

  it('removes the backslashes of a quoted value', () => {
    expect(unquote('a, \\"b\\" \\\\')).toBe('a, "b" \\');
  });

  it('passes over the scheme and words that are no parameters', () => {
    expect(read('Digest realm="r" , Basic x y=1 ? z="" ="lost" end')).toEqual([
      ['realm', 'r'],
      ['y', '1'],
      ['z', ''],
    ]);
  });

  it('reads nothing from an unfinished quoted string and goes on behind it', () => {
    expect(read('realm="open')).toEqual([]);
    expect(read('a=1, realm="open, b=2')).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
  });
});
