/** The list of the site's labs speaks both languages of the page, of every scenario. */
import { describe, expect, test } from 'vitest';
import { readScenarioCatalogue, readSiteLabs, scenarioCatalogue } from '../../tools/catalogue/scenarios.ts';

const ENGLISH = { name: 'Two VLANs', description: 'Two machines.' };
const FRENCH = { name: 'Deux VLAN', description: 'Deux machines.' };

describe('the catalogue of scenarios', () => {
  const entries = readScenarioCatalogue();

  test('has a place for every lab but for test fixtures, and begins with the opening lab', () => {
    const labs = readSiteLabs();
    expect(labs[0]?.file).toBe('bare-first.json');
    expect(labs.filter(({ place }) => place === undefined).map(({ file }) => file)).toEqual([
      'wrong-field.json',
      'wrong-missing-image.json',
    ]);
    expect(labs[0]?.place?.machine).toBe('bare');
    expect(labs.find(({ file }) => file === 'wrong-nbp-too-large.json')?.place?.machine).toBe('pc');
    expect(new Set(labs.map(({ file }) => file))).toEqual(new Set(entries.map(({ file }) => file)));
    for (const { file, place } of labs) {
      if (place === undefined) continue;
      expect(place.shows.fr, file).not.toBe(place.shows.en);
      expect(place.shows.fr, file).not.toMatch(/['"]/);
      expect(place.sketch.nodes.length, file).toBeGreaterThan(1);
    }
  });

  test.each(entries)('$file has both texts in both languages', ({ name, description, fr }) => {
    for (const text of [name, description, fr.name, fr.description]) expect(text.trim()).not.toBe('');
    expect(fr.name).not.toBe(name);
    expect(fr.description).not.toBe(description);
    expect(`${fr.name} ${fr.description}`).not.toMatch(/['"]/);
  });

  test('no two labs have the same name', () => {
    expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length);
    expect(new Set(entries.map(({ fr }) => fr.name)).size).toBe(entries.length);
  });

  test('joins the texts by file', () => {
    expect(scenarioCatalogue({ 'a.json': ENGLISH }, { 'a.json': FRENCH })).toEqual([
      { file: 'a.json', ...ENGLISH, fr: FRENCH },
    ]);
  });

  test('refuses a scenario without French texts, and French texts without a scenario', () => {
    expect(() => scenarioCatalogue({ 'a.json': ENGLISH }, {})).toThrow('a.json needs a French name');
    expect(() => scenarioCatalogue({ 'a.json': ENGLISH }, { 'a.json': { name: 'Deux VLAN' } })).toThrow('a.json needs');
    expect(() => scenarioCatalogue({}, { 'b.json': FRENCH })).toThrow('there is no public/scenarios/b.json');
  });
});
