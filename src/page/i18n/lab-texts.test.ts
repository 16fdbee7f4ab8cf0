/** Whatever a part of the lab says is said in French too, with the same parameters. */
import { beforeAll, describe, expect, it } from 'vitest';
import { FINDING_REMEDIES, FINDING_TEXTS, REPORTED_TEXTS } from '../../analysis/story/finding-texts.ts';
import { REMEDY_TEXTS } from '../../analysis/story/remedies.ts';
import { FAILURE_TEXTS } from '../../base/failures.ts';
import type { MessageText, MessageTexts } from '../../base/sentence.ts';
import { MACHINE_TEXTS } from '../../machine/messages.ts';
import { NET_TEXTS } from '../../net/messages.ts';
import { IPXE_TEXTS } from '../../firmware/ipxe/messages.ts';
import { FIRMWARE_TEXTS } from '../../firmware/messages.ts';
import { PXE_TEXTS } from '../../firmware/pxe/messages.ts';
import { LAB_TEXTS } from '../../lab/messages.ts';
import { LESSON_TEXTS } from '../../lessons/messages.ts';
import { SCENARIO_TEXTS } from '../../scenario/fault-texts.ts';
import { STOP_TEXTS } from '../../threads/api/stop-messages.ts';
import { INPUT_TEXTS } from '../../scenario/describe-input.ts';
import { DNSMASQ_TEXTS } from '../../services/dnsmasq/messages.ts';
import { FILE_TEXTS } from '../../services/files/messages.ts';
import { HTTP_TEXTS } from '../../services/http/messages.ts';
import { NFS_TEXTS } from '../../services/nfs/messages.ts';
import { NTP_TEXTS } from '../../services/ntp/messages.ts';
import { COMMAND_MESSAGES } from '../commands/messages.ts';
import { labFr } from './fr/lab.ts';
import { loadLanguage, sayMessage } from './index.ts';

beforeAll(async () => await loadLanguage('fr'));

const TABLES: readonly MessageTexts[] = [
  NET_TEXTS,
  LAB_TEXTS,
  SCENARIO_TEXTS,
  LESSON_TEXTS,
  STOP_TEXTS,
  FAILURE_TEXTS,
  FINDING_TEXTS,
  FINDING_REMEDIES,
  REPORTED_TEXTS,
  REMEDY_TEXTS,
  MACHINE_TEXTS,
  INPUT_TEXTS,
  FIRMWARE_TEXTS,
  PXE_TEXTS,
  IPXE_TEXTS,
  DNSMASQ_TEXTS,
  FILE_TEXTS,
  HTTP_TEXTS,
  NFS_TEXTS,
  NTP_TEXTS,
  COMMAND_MESSAGES,
];
const SENTENCES = TABLES.flatMap((table) => Object.entries(table));

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
