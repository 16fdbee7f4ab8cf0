/** Proves that a compact scenario says the same as the whole one, for every lab of the site and for awkward ones. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compactScenario } from './compact.ts';
import { parseScenario, parseScenarioText } from './parse.ts';
import type { Scenario, ScenarioInput } from './schema.ts';

const FOLDER = 'public/scenarios';
/** Some labs of the site are wrong on purpose. */
const labs = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .flatMap((name) => {
    const result = parseScenarioText(readFileSync(`${FOLDER}/${name}`, 'utf8'));
    return result.ok ? [{ name, scenario: result.value }] : [];
  });

function parsed(value: unknown): Scenario {
  const result = parseScenario(value);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

const bare = (index: number): ScenarioInput['nodes'][number] => ({
  kind: 'bare',
  name: `pc${index}`,
  nics: [{ mac: `52:54:00:00:00:0${index}` }],
});

describe('compactScenario', () => {
  it('finds labs to compare', () => expect(labs.length).toBeGreaterThan(3));

  it.each(labs)('keeps the meaning of $name', ({ scenario }) => {
    const compact = compactScenario(scenario);
    expect(parsed(compact)).toEqual(scenario);
    expect(JSON.stringify(compact).length).toBeLessThan(JSON.stringify(scenario).length);
  });

  it('leaves out every default and keeps what differs from one', () => {
    const input: ScenarioInput = {
      version: 1,
      name: 'Defaults',
      nodes: [bare(1), { kind: 'switch', name: 'sw1', ports: [{ name: '1', mode: 'access', vlan: 10 }] }],
      links: [{ a: 'pc1.net0', b: 'sw1.1', latencyUs: 7, faults: [{ kind: 'loss', probability: 0.1 }] }],
    };
    expect(compactScenario(parsed(input))).toEqual(input);
  });

  it('keeps a field whose value is that of another kind of node', () => {
    // Servers call their card eth0 where machines call it net0: the default is the one of its own schema.
    const input: ScenarioInput = {
      version: 1,
      name: 'Names',
      nodes: [
        { kind: 'bare', name: 'pc1', nics: [{ name: 'eth0', mac: '52:54:00:00:00:01' }] },
        { kind: 'server', name: 'boot', nics: [{ name: 'net0', mac: '02:00:00:00:00:01' }] },
      ],
    };
    expect(parsed(compactScenario(parsed(input)))).toEqual(parsed(input));
    expect(JSON.stringify(compactScenario(parsed(input)))).toContain('"eth0"');
  });
});
