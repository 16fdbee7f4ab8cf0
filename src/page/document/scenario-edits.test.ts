/** Edits keep the document valid: what they make is parsed by the schema, and what they take away leaves nothing behind. */
import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../scenario/parse.ts';
import type { Scenario } from '../../scenario/schema.ts';
import { addLink, addNode, addRogue, freePort, removeNode, setService } from './scenario-edits.ts';

function empty(): Scenario {
  const parsed = parseScenario({ version: 1, name: 'Edits', nodes: [{ kind: 'switch', name: 'sw1' }] });
  if (!parsed.ok) throw new Error('the scenario is valid');
  return structuredClone(parsed.value);
}

describe('edits', () => {
  it('add nodes of every kind, twice, with names and addresses of their own', () => {
    const scenario = empty();
    for (const kind of ['pc', 'bare', 'switch', 'server', 'pc', 'bare', 'switch', 'server'] as const)
      addNode(scenario, kind);
    expect(parseScenario(scenario)).toEqual({ ok: true, value: scenario });
    expect(scenario.nodes.map(({ name }) => name)).toContain('pc2');
  });

  it('cable free ports, and take a node away with its cables and inputs', () => {
    const scenario = empty();
    addNode(scenario, 'pc');
    addLink(scenario, freePort(scenario, 'pc1') ?? '', freePort(scenario, 'sw1') ?? '');
    expect(scenario.links).toMatchObject([{ a: 'pc1.net0', b: 'sw1.1' }]);
    expect(freePort(scenario, 'pc1')).toBeUndefined();
    expect(freePort(scenario, 'sw1')).toBe('sw1.2');
    addLink(scenario, 'sw1.2', 'sw1.3');
    expect(scenario.links).toHaveLength(1);
    scenario.inputs.push({ machine: 'pc1', at: { ms: 1 }, do: { keys: ['Enter'] } });
    removeNode(scenario, 'pc1');
    expect(scenario.links).toEqual([]);
    expect(scenario.inputs).toEqual([]);
    expect(parseScenario(scenario).ok).toBe(true);
  });

  it('put a rogue DHCP server beside the machines, in their VLAN and network', () => {
    const parsed = parseScenario({
      version: 1,
      name: 'VLANs',
      nodes: [
        { kind: 'switch', name: 'core' },
        { kind: 'switch', name: 'edge', ports: [{ name: '1', mode: 'access', vlan: 30 }] },
        { kind: 'bare', name: 'pc1', nics: [{ mac: '52:54:00:00:00:01' }] },
        { kind: 'server', name: 'boot', nics: [{ mac: '02:00:00:00:00:01', address: '10.3.0.1/16' }] },
      ],
      links: [
        { a: 'boot.eth0', b: 'core.1' },
        { a: 'core.24', b: 'edge.24' },
        { a: 'pc1.net0', b: 'edge.1' },
      ],
    });
    if (!parsed.ok) throw new Error('the scenario is valid');
    const scenario = structuredClone(parsed.value);
    addRogue(scenario);
    expect(parseScenario(scenario)).toEqual({ ok: true, value: scenario });
    expect(scenario.nodes.at(-1)).toMatchObject({ name: 'rogue1', nics: [{ address: '10.3.0.250/24' }] });
    expect(scenario.links.at(-1)).toMatchObject({ a: 'rogue1.eth0', b: 'edge.2' });
    expect(scenario.nodes[1]).toMatchObject({
      ports: [
        { name: '1', vlan: 30 },
        { name: '2', vlan: 30 },
      ],
    });
  });

  it('start and stop each service of a server', () => {
    const scenario = empty();
    addNode(scenario, 'server');
    const server = scenario.nodes.find((node) => node.kind === 'server');
    if (server === undefined) throw new Error('a server was added');
    const ids = ['dnsmasq', 'http', 'ftp', 'nfs', 'ntp', 'syslog'] as const;
    for (const id of ids) setService(server, id, false);
    expect(server.services).toEqual({});
    for (const id of ids) setService(server, id, true);
    expect(Object.keys(server.services)).toEqual(ids);
    expect(parseScenario(scenario)).toEqual({ ok: true, value: scenario });
  });
});
