/** A bad scenario is refused with the place of its fault; a good one gets its defaults. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseScenario, parseScenarioText } from './parse.ts';

const opening = readFileSync(new URL('../../public/scenarios/debian-installer.json', import.meta.url), 'utf8');

/** The opening lab with one value changed; `at` is a path such as `nodes.0.name`. */
function changed(at: string, value: unknown): ReturnType<typeof parseScenario> {
  const root: unknown = JSON.parse(opening);
  const keys = at.split('.');
  const last = keys.pop() ?? '';
  let holder = root as Record<string, unknown>;
  for (const key of keys) holder = holder[key] as Record<string, unknown>;
  holder[last] = value;
  return parseScenario(root);
}

function faultsOf(result: ReturnType<typeof parseScenario>): string[] {
  return result.ok ? [] : result.error.map((fault) => `${fault.path}: ${fault.message}`);
}

describe('parseScenario', () => {
  it('takes the opening lab and fills in defaults', () => {
    const result = parseScenarioText(opening);
    expect(faultsOf(result)).toEqual([]);
    if (!result.ok) return;
    expect(result.value.links[0]).toMatchObject({ latencyUs: 5, bandwidthMbps: 1000, faults: [] });
  });

  it.each([
    ['a wrong type', 'nodes.0.memMiB', 'lots', '$.nodes[0].memMiB'],
    ['a field that does not exist', 'nodes.0.memory', 64, '$.nodes[0].memory'],
    ['a bad MAC', 'nodes.0.nics.0.mac', '52:54', '$.nodes[0].nics[0].mac'],
    ['an unknown kind of node', 'nodes.1.kind', 'hub', '$.nodes[1].kind'],
    ['a cable to nowhere', 'links.0.b', 'sw9.1', '$.links[0].b'],
    ['a port that is not there', 'links.0.a', 'pc1.net7', '$.links[0].a'],
    ['a port used twice', 'links.1.b', 'sw1.1', '$.links[1].b'],
    ['a name used twice', 'nodes.1.name', 'pc1', '$.nodes[1].name'],
    ['a version of the future', 'version', 99, '$.version'],
    ['too much memory', 'nodes.0.memMiB', 100_000, '$.nodes[0].memMiB'],
    ['an input for nobody', 'inputs', [{ machine: 'x', at: { ms: 1 }, do: { type: 'a' } }], '$.inputs[0].machine'],
    ['a fault of unknown kind', 'links.0.faults', [{ kind: 'gremlin' }], '$.links[0].faults[0].kind'],
  ])('names the place of %s', (_what, at, value, path) => {
    const faults = faultsOf(changed(at, value));
    expect(faults.length).toBeGreaterThan(0);
    expect(faults[0]?.startsWith(`${path}:`), faults[0]).toBe(true);
  });

  it('takes inputs for a row of machines and for each of it, and for none beyond', () => {
    const row = { kind: 'bare', name: 'pc', count: 12, nics: [{ mac: '52:54:00:bb:00:01' }] };
    const inputs = ['pc', 'pc1', 'pc12', 'pc13', 'pc01'].map((machine) => ({
      machine,
      at: { ms: 1 },
      do: { type: 'a' },
    }));
    expect(faultsOf(parseScenario({ version: 1, name: 'row', nodes: [row], inputs }))).toEqual([
      '$.inputs[3].machine: no machine is named pc13',
      '$.inputs[4].machine: no machine is named pc01',
    ]);
  });

  it('says where text stops being JSON', () => {
    const result = parseScenarioText('{ "version": 1, ');
    expect(faultsOf(result)[0]).toMatch(/^\$: not JSON/);
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        parseScenario(value);
      }),
    );
  });
});
