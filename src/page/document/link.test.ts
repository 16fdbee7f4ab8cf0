/** A link restores the lab that it was made from, is short, and cannot harm the reader that opens it. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseScenario, parseScenarioText } from '../../scenario/parse.ts';
import { HOSTILE_LINKS, mutatedHashes } from '../../../test/support/hostile.ts';
import { decodeLink, encodeLink } from './link.ts';

const opening = parseScenarioText(
  readFileSync(new URL('../../../public/scenarios/debian-installer.json', import.meta.url), 'utf8'),
);
if (!opening.ok) throw new Error('the opening scenario must be valid');
const scenario = opening.value;

describe('link', () => {
  it('restores the lab and the view, in fewer than 2000 characters', () => {
    const hash = encodeLink(scenario, { atNs: 1_500_000_000, event: 17, filter: 'tftp.opcode == 3' });
    expect(hash.length).toBeLessThan(2000);
    const opened = decodeLink(hash);
    expect(opened).toEqual({
      ok: true,
      value: { scenario, view: { atNs: 1_500_000_000, event: 17, filter: 'tftp.opcode == 3' } },
    });
  });

  it('names a frame to stand at, and the panels in front', () => {
    const view = { frame: 25, tabs: ['explain', 'ladder'] };
    expect(decodeLink(encodeLink(scenario, view))).toEqual({ ok: true, value: { scenario, view } });
    const junk = decodeLink(`${encodeLink(scenario)}&n=-1&e=1e9&tabs=a.../b.${'x'.repeat(99)}.ladder`);
    expect(junk).toMatchObject({ ok: true, value: { view: { tabs: ['a', 'ladder'] } } });
  });

  it('holds four PCs with faults in fewer than 2000 characters', () => {
    const four = parseScenario({
      ...scenario,
      nodes: [
        ...scenario.nodes,
        ...[2, 3, 4].map((i) => ({ ...scenario.nodes[0], name: `pc${i}`, nics: [{ mac: `52:54:00:12:34:0${i}` }] })),
      ],
      links: [
        ...scenario.links,
        ...[2, 3, 4].map((i) => ({
          a: `pc${i}.net0`,
          b: `sw1.${i}`,
          faults: [
            { kind: 'loss', probability: 0.1 * i, fromMs: 100 * i },
            { kind: 'match', filter: `tftp.block == ${i}`, nth: i, action: 'drop' },
          ],
        })),
      ],
    });
    if (!four.ok) throw new Error(JSON.stringify(four.error));
    const hash = encodeLink(four.value, { atNs: 4e9, event: 1234 });
    expect(hash.length).toBeLessThan(2000);
    expect(decodeLink(hash)).toMatchObject({ ok: true, value: { scenario: four.value } });
  });

  it('says nothing of a hash without a lab', () => {
    expect(decodeLink('#packets')).toBeUndefined();
  });

  it.each(HOSTILE_LINKS)(
    'refuses $name with a clear message, at little cost',
    { timeout: 3000 },
    ({ hash, message }) => {
      const opened = decodeLink(hash);
      expect(
        opened?.ok === false
          ? opened.error.map((problem) => `${problem.path}: ${problem.message}`).join('\n')
          : 'opened',
      ).toMatch(message);
      expect(({} as { readonly polluted?: unknown }).polluted).toBeUndefined();
    },
  );

  it('answers mutated links with a lab or with problems that name their place, and never throws', () => {
    const good = encodeLink(scenario);
    let opened = 0;
    for (const hash of mutatedHashes(good, scenario, 600, 'links')) {
      const result = decodeLink(hash);
      if (result === undefined) continue;
      if (result.ok) opened++;
      else expect(result.error.every(({ path, message }) => path !== '' && message !== '')).toBe(true);
    }
    // Some changes leave a good lab, most do not.
    expect(opened).toBeGreaterThan(20);
    expect(opened).toBeLessThan(500);
  });

  it('never throws on any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (noise) => {
        decodeLink(`#lab=${noise}`);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves what a view asks beyond reason aside', () => {
    const opened = decodeLink(
      `${encodeLink(scenario)}&t=99999999999999999999&e=-1&f=${'('.repeat(5000)}&panels=${'a.'.repeat(500)}`,
    );
    expect(opened?.ok === true ? opened.value.view : undefined).toEqual({
      panels: Array.from({ length: 16 }, () => 'a'),
    });
  });
});
