/** Whatever a part of the lab says is said in French too, with the same parameters. */
import { beforeAll, describe, expect, it } from 'vitest';
import { compileFilter } from '../../analysis/filter/filter.ts';
import { ok } from '../../base/result.ts';
import type { MessageText } from '../../base/sentence.ts';
import { parseCondition } from '../../lab/conditions/condition.ts';
import { makeRegistry } from '../../protocols/all.ts';
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
    const says = { id: 'net.dropped', parameters: { port: 'pc1.net0', bytes: 60, why: '' } };
    const message = { text: 'as it came', says };
    expect(sayMessage('en', message)).toBe('as it came');
    expect(sayMessage('fr', message)).toBe('pc1.net0 : trame de 60 octets perdue.');
    const why = { id: 'net.match-of', parameters: { count: 2, what: 'tftp' } };
    expect(sayMessage('fr', { ...message, says: { ...says, parameters: { ...says.parameters, why } } })).toBe(
      'pc1.net0 : trame de 60 octets perdue (correspondance n° 2 : tftp).',
    );
  });

  it('includes what is wrong with a filter and a condition', () => {
    const registry = makeRegistry();
    const french = (filter: string): string => {
      const compiled = compileFilter(filter, registry);
      return compiled.ok ? '' : sayMessage('fr', compiled.error.message);
    };
    expect(french('udp.port == "x"')).toBe('« x » n’est pas un nombre.');
    expect(french('ip.src contains 1')).toBe(
      '« contains » demande à sa gauche du texte ou des octets, et ceci est une adresse IPv4.',
    );
    expect(french('frame contains')).toBe('Le filtre se termine trop tôt.');
    expect(french('tftp.opcode matches "a"')).toMatch(/^« matches » demande à sa gauche/);
    expect(french('tftp.source_file matches "(a"')).toBe('L’expression n’est pas valable : il manque la parenthèse ).');
    const condition = parseCondition('stage:4', () => ok({ text: '', of: 'frames' }));
    expect(condition.ok ? '' : sayMessage('fr', condition.error.message)).toBe(
      'le nom d’une étape est attendu, par exemple stage:kernel-entry',
    );
  });

  it('is left in English when nothing is known of it', () => {
    expect(sayMessage('fr', { text: 'as it came', says: { id: 'toString', parameters: {} } })).toBe('as it came');
    const part = { id: 'net.nothing', parameters: {} };
    expect(sayMessage('fr', { text: 'as it came', says: { id: 'net.match', parameters: { count: part } } })).toBe(
      'as it came',
    );
  });
});
