/** Whatever a part of the lab says is said in French too, with the same parameters. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { MessageText } from '../../base/sentence.ts';
import { MESSAGE_TABLES } from '../../../test/support/message-tables.ts';
import { labFr } from './fr/lab.ts';
import { loadLanguage, sayMessage } from './index.ts';

beforeAll(async () => await loadLanguage('fr'));

const SENTENCES = MESSAGE_TABLES.flatMap((table) => Object.entries(table));

const formsOf = (text: MessageText): readonly string[] => (typeof text === 'string' ? [text] : [text.one, text.other]);

/** All places of a text; the form for one need not name the number. */
const placesOf = (text: MessageText): readonly string[] => [
  ...new Set([
    ...formsOf(text).flatMap((form) => [...form.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)),
    ...(typeof text === 'string' ? [] : [text.by]),
  ]),
];

describe('what the lab says', () => {
  it('has ids of its own in each part, and all of them in French', () => {
    const ids = SENTENCES.map(([id]) => id);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
    expect(Object.keys(labFr).sort()).toEqual([...ids, 'verbatim'].sort());
  });

  it.each(SENTENCES)('%s takes the same parameters in French', (id, english) => {
    const french = labFr[id] ?? '';
    for (const form of formsOf(french)) expect(form).toMatch(/\S/);
    expect([...placesOf(french)].sort()).toEqual([...placesOf(english)].sort());
  });

  it('is said in English, which comes with it, or in French with its parts', () => {
    const says = { id: 'told.dropped', parameters: { port: 'pc1.net0', bytes: 60, why: '' } };
    const message = { text: 'as it came', says };
    expect(sayMessage('en', message)).toBe('as it came');
    expect(sayMessage('fr', message)).toBe('pc1.net0 : trame de 60 octets perdue.');
    const why = { id: 'told.match-of', parameters: { count: 2, what: 'tftp' } };
    expect(sayMessage('fr', { ...message, says: { ...says, parameters: { ...says.parameters, why } } })).toBe(
      'pc1.net0 : trame de 60 octets perdue (correspondance n° 2 : tftp).',
    );
  });

  it('is left in English when nothing is known of it', () => {
    expect(sayMessage('fr', { text: 'as it came', says: { id: 'toString', parameters: {} } })).toBe('as it came');
    const part = { id: 'told.nothing', parameters: {} };
    expect(sayMessage('fr', { text: 'as it came', says: { id: 'told.match', parameters: { count: part } } })).toBe(
      'as it came',
    );
  });
});
