/** Where a text stops being JSON, held to the engine's own verdict. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonErrorAt } from './json-error.ts';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

it.each([
  ['{ "a": [1, 2 }', 13],
  ['{ "version": 1, "nodes": [ }', 27],
  ['[1,]', 3],
  ['{"a" 1}', 1],
  ['[1] x', 4],
  ['', 0],
  ['{', 1],
  ['"a\nb"', 0],
  ['[01]', 2],
  ['["\u007f\u0085"', 5],
])('%j stops at %i', (text, at) => {
  expect(jsonErrorAt(text)).toBe(at);
});

it('finds an error exactly where the engine does', () => {
  const broken = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', ']', '"', ':', '1', '\\', ' '))
    .map(([text, at, char]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + char + text.slice(place + 1);
    });
  fc.assert(
    fc.property(fc.oneof(fc.json(), broken, fc.string()), (text) => {
      expect(jsonErrorAt(text) === undefined).toBe(isJson(text));
    }),
  );
});
