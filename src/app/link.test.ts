/** A link restores the lab that it was made from, is short, and cannot hurt whoever opens it. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { deflateSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { parseScenario, parseScenarioText } from '../scenario/parse.ts';
import { decodeLink, encodeLink, MAX_HASH_CHARS } from './link.ts';

const opening = parseScenarioText(
  readFileSync(new URL('../../public/scenarios/debian-installer.json', import.meta.url), 'utf8'),
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

  it('refuses a bomb before it is unpacked', () => {
    const bomb = deflateSync(new Uint8Array(64 * 1024 * 1024), { level: 9 });
    const text = Buffer.from(bomb).toString('base64url');
    const opened = decodeLink(`#lab=${text}`);
    expect(opened?.ok).toBe(false);
  });

  it('refuses a hash that is too long', () => {
    expect(decodeLink(`#lab=${'A'.repeat(MAX_HASH_CHARS)}`)?.ok).toBe(false);
  });

  it('never throws on random or mutated hashes', () => {
    const good = encodeLink(scenario);
    fc.assert(
      fc.property(
        fc.string({ maxLength: 200 }),
        fc.nat(good.length - 6),
        fc.constantFrom('A', 'B', '_', '-', '9', '!', '%'),
        (noise, at, char) => {
          decodeLink(`#lab=${noise}`);
          decodeLink(`${good.slice(0, at + 5)}${char}${good.slice(at + 6)}`);
          decodeLink(good.slice(0, at + 5));
        },
      ),
      { numRuns: 500 },
    );
  });
});
