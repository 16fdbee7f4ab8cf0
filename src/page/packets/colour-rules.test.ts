/** Proves that the first colouring rules can be read, by the filter language and by people, in both themes. */
import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../analysis/filter/filter.ts';
import { makeRegistry } from '../../protocols/all.ts';
import { contrast, darkPair, DEFAULT_COLOURS, lightPair, READABLE } from './colour-rules.ts';

describe('colouring rules', () => {
  it.each(DEFAULT_COLOURS)('$name: a filter, and contrast of level AA in light and dark', (rule) => {
    const compiled = compileFilter(rule.filter, makeRegistry());
    expect(compiled.ok ? '' : compiled.error.message.text).toBe('');
    for (const pair of [lightPair(rule), darkPair(rule)])
      expect(contrast(pair.text, pair.ground)).toBeGreaterThanOrEqual(READABLE);
    // Dark pages are not lit up by rows.
    expect(contrast(darkPair(rule).ground, '#1b2024')).toBeLessThan(4);
  });

  it('measures contrast as WCAG does', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
  });

  it('makes the text readable whatever colours a person picks', () => {
    for (const ground of ['#000000', '#808080', '#ffffff', '#ff0000', '#00ff00', '#0000ff', '#777777'])
      for (const text of ['#000000', '#ffffff', '#808080', '#ffff00'])
        for (const pair of [lightPair({ text, ground }), darkPair({ text, ground })])
          expect(contrast(pair.text, pair.ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(READABLE);
  });
});
