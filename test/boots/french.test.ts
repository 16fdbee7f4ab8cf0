/** What machines, servers and the network say in whole boots is said in French, every sentence of it. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { LabEvent } from '../../src/base/event-log.ts';
import type { Message, Sentence } from '../../src/base/sentence.ts';
import { labFr } from '../../src/page/i18n/fr/lab.ts';
import { loadLanguage, sayMessage } from '../../src/page/i18n/index.ts';
import { play, siteScenario } from '../support/lab.ts';

beforeAll(async () => await loadLanguage('fr'));

/** The ids of a sentence and of its parts. */
function idsOf({ id, parameters }: Sentence): readonly string[] {
  return [id, ...Object.values(parameters).flatMap((part) => (typeof part === 'object' ? idsOf(part) : []))];
}

/** All that is said in a lab. `console` and `log` are what machines and daemons print. */
function messagesOf(events: readonly LabEvent[]): readonly Message[] {
  return events.flatMap((event) => ('says' in event ? [event] : []));
}

/** What is the same in both languages: what programs say in their own words, and protocol terms alone. */
const SAME: ReadonlySet<string> = new Set(['verbatim', 'pxe.discover']);

describe.each([
  'bare-pxe',
  'bare-proxy',
  'bare-ipxe-http',
  'bare-rogue',
  'bare-menu',
  'bare-ipxe-nfs',
  'bare-ipxe-ftp',
  'bare-loss',
  'bare-stp',
  'bare-ring',
  'bare-trunk',
])('the lab %s', (name) => {
  it('says nothing that has no French', () => {
    const messages = messagesOf(play(siteScenario(name)).lab.log.events);
    expect(messages.length).toBeGreaterThan(10);
    const ids = new Set(messages.flatMap(({ says }) => idsOf(says)));
    expect([...ids].filter((id) => !Object.hasOwn(labFr, id))).toEqual([]);
    const french = messages.map((message) => sayMessage('fr', message));
    // Whatever has words of its own in English is said otherwise in French.
    const english = messages.flatMap(({ says, text }, at) => (french[at] === text ? [says.id] : []));
    expect(english.filter((id) => !SAME.has(id))).toEqual([]);
    expect(french.filter((text) => /\{\w+\}/.test(text))).toEqual([]);
  });
});

it('says which offers were passed over, and why', () => {
  const events = play(siteScenario('bare-rogue')).lab.log.events;
  const french = messagesOf(events).map((message) => sayMessage('fr', message));
  expect(french).toContain('DHCPOFFER de 10.0.2.9 (10.0.2.165) ignorée : elle ne donne pas de fichier d’amorçage.');
});
