/** Every text has the same parameters in each language, and the browser's wish is heard. */
import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { fr } from './fr.ts';
import { languageFor, translate, type TextId } from './index.ts';

const parameters = (text: string): readonly string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe('texts', () => {
  it.each(Object.keys(en) as TextId[])('%s takes the same parameters in French', (id) => {
    expect(fr[id]).not.toBe('');
    expect(parameters(fr[id])).toEqual(parameters(en[id]));
  });

  it('puts parameters in, and leaves unknown ones visible', () => {
    expect(translate('en', 'packets.counts', { shown: 3, total: 7 })).toBe('3 of 7 frames');
    expect(translate('fr', 'packets.counts', { shown: 3 })).toBe('3 trames sur {total}');
  });

  it('speaks the first language of the browser that it knows', () => {
    expect(languageFor(['fr-CA', 'en'])).toBe('fr');
    expect(languageFor(['de-DE', 'fr'])).toBe('fr');
    expect(languageFor(['de-DE'])).toBe('en');
  });
});
