/** Every text has the same parameters in each language, and the browser's wish is heard. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { MessageText } from '../../base/sentence.ts';
import type { StageId } from '../../base/event-log.ts';
import { FINDING_REMEDIES, FINDING_TEXTS } from '../../analysis/story/findings/finding-texts.ts';
import { REMEDY_TEXTS } from '../../analysis/story/findings/remedies.ts';
import { en } from './en.ts';
import { fr } from './fr.ts';
import { parseScenario, parseScenarioText } from '../../scenario/parse.ts';
import { languageFor, loadLanguage, sayMessage, translate, type TextId } from './index.ts';
import { labFr } from './fr/lab.ts';

beforeAll(async () => await loadLanguage('fr'));

const formsOf = (text: MessageText): readonly string[] => (typeof text === 'string' ? [text] : [text.one, text.other]);

const parameters = (text: string): readonly string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort();

/** All places of a text; the form for one need not name the number. */
const placesOf = (text: MessageText): readonly string[] => [
  ...new Set([...formsOf(text).flatMap(parameters), ...(typeof text === 'string' ? [] : [text.by])]),
];

/** All stages, by type. */
const STAGES: Readonly<Record<StageId, true>> = {
  'power-on': true,
  post: true,
  'uefi-sec': true,
  'uefi-pei': true,
  'uefi-dxe': true,
  'uefi-bds': true,
  'boot-option': true,
  'exit-boot-services': true,
  'rom-init': true,
  'rom-boot': true,
  'rarp-request': true,
  'rarp-reply': true,
  'bootp-request': true,
  'bootp-reply': true,
  bootparams: true,
  'dhcp-discover': true,
  'dhcp-offer': true,
  'dhcp-request': true,
  'dhcp-ack': true,
  'proxy-dhcp': true,
  'boot-menu': true,
  'boot-server': true,
  'file-request': true,
  'file-done': true,
  'nbp-entry': true,
  'nbp-exit': true,
  menu: true,
  script: true,
  'kernel-loaded': true,
  'kernel-entry': true,
  'os-dhcp': true,
  'os-address': true,
  'boot-failed': true,
  'next-device': true,
  'disk-boot': true,
  'boot-sector': true,
  'boot-loader': true,
  'no-device': true,
  'power-off': true,
  halted: true,
};

describe('texts', () => {
  it.each(Object.keys(en) as TextId[])('%s takes the same parameters in French', (id) => {
    for (const form of formsOf(fr[id])) expect(form).not.toBe('');
    expect([...placesOf(fr[id])].sort()).toEqual([...placesOf(en[id])].sort());
    // A form for many says how many, and no form has a place that the other languages do not fill.
    for (const text of [en[id], fr[id]] as const)
      if (typeof text !== 'string') expect(parameters(text.other)).toContain(text.by);
  });

  it.each(Object.entries({ ...FINDING_REMEDIES, ...REMEDY_TEXTS }))(
    '%s: what helps is said in French',
    (id, english) => {
      expect(labFr[id]).not.toBe(english);
      // Words of configurations stay as they are.
      for (const word of english.match(/(?:tftp|pxe|dhcp|enable|option)-[a-z-]+/g) ?? [])
        expect(labFr[id]).toContain(word);
    },
  );

  it('says what is wrong with a lab by the sentences of the language, also within sentences', () => {
    const nic = { mac: 'x' };
    const refused = [
      parseScenarioText('{'),
      parseScenario({
        version: 1,
        name: 'x',
        nodes: [{ kind: 'pc', name: 'a b', nics: [nic], power: 7 }, { kind: 'hub' }],
      }),
    ];
    const said = refused.flatMap((result) =>
      result.ok
        ? []
        : result.error.map(({ path, message, says }) => `${path} ${sayMessage('fr', { text: message, says })}`),
    );
    expect(said[0]).toMatch(/^\$ ce n’est pas du JSON : /);
    expect(said.slice(1)).toEqual([
      '$.nodes[0].name attendu : un nom : une lettre, puis jusqu’à 31 lettres, chiffres, - ou _ ; trouvé : "a b"',
      '$.nodes[0].nics[0].mac attendu : une adresse MAC comme 52:54:00:aa:00:01 ; trouvé : "x"',
      '$.nodes[0].power attendu : "on", "off" ou un objet ; trouvé : 7',
      '$.nodes[1].kind attendu : "pc", "bare", "switch" ou "server" ; trouvé : "hub"',
    ]);
  });

  it('has what helps against each finding', () => {
    const wordings = Object.keys(FINDING_TEXTS).flatMap((id) => /^finding\.([^:]+)/.exec(id)?.[1] ?? []);
    expect(wordings.length).toBeGreaterThan(20);
    for (const code of wordings)
      expect(FINDING_REMEDIES[`remedy.${code}` as keyof typeof FINDING_REMEDIES], code).toMatch(/\.$/);
  });

  it.each(Object.keys(STAGES))('the stage %s has a name', (stage) => {
    expect(en[`stage.${stage}` as TextId]).toMatch(/\S/);
    expect(fr[`stage.${stage}` as TextId]).toMatch(/\S/);
  });

  it('counts in the forms of each language: French has one form for 0 and 1', () => {
    const said = (language: 'en' | 'fr'): readonly string[] =>
      [0, 1, 2].map((count) => translate(language, 'switch.learned', { count }));
    expect(said('en')).toEqual(['0 addresses learned', '1 address learned', '2 addresses learned']);
    expect(said('fr')).toEqual(['0 adresse apprise', '1 adresse apprise', '2 adresses apprises']);
  });

  // Those of the lab's parts are only used for many.
  const ofThePage = (Object.keys(en) as TextId[]).filter((id) => !id.startsWith('share.'));
  it.each(ofThePage)('%s has a form for one when it counts things', (id) => {
    for (const text of [en[id], fr[id]] as const)
      if (typeof text === 'string') expect(text).not.toMatch(/\{count\} [a-zé]+s\b/);
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
