/** Edits keep the document valid: what they make is parsed by the schema, and what they take away leaves nothing behind. */
import { describe, expect, it } from 'vitest';
import { itemAt } from '../../../base/lists/list.ts';
import { parseScenario } from '../../../scenario/parse.ts';
import type { Scenario } from '../../../scenario/schema.ts';
import {
  addLink,
  addNode,
  addServerCard,
  problemAfter,
  freePort,
  placeOf,
  removeAll,
  nextNotePlace,
  removeNode,
  renameNode,
} from './scenario-edits.ts';
import { SERVICES } from '../../../services/all.ts';
import { partWith, replacePart } from './set-value.ts';

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
    expect(scenario.links).toMatchObject([{ a: 'pc1.net0', b: 'sw1.1' }]);
    expect(freePort(scenario, 'pc1')).toBeUndefined();
    expect(freePort(scenario, 'sw1')).toBe('sw1.2');
    addLink(scenario, 'sw1.2', 'sw1.3');
    expect(scenario.links).toHaveLength(1);
    scenario.inputs.push({ machine: 'pc1', at: { ms: 1 }, do: { keys: ['Enter'] } });
    scenario.notes.push({ text: 'It asks.', position: nextNotePlace(scenario), to: 'pc1' });
    removeNode(scenario, 'pc1');
    expect(scenario.notes).toMatchObject([{ text: 'It asks.' }]);
    expect(scenario.notes[0]?.to).toBeUndefined();
    expect(scenario.links).toEqual([]);
    expect(scenario.inputs).toEqual([]);
    expect(parseScenario(scenario).ok).toBe(true);
  });

  it('place new nodes where no card is, with a cable to the switch', () => {
    const scenario = empty();
    for (const kind of ['pc', 'pc', 'server', 'bare', 'switch', 'pc', 'bare'] as const) addNode(scenario, kind);
    const places = scenario.nodes.map(placeOf);
    const overlaps = places.filter((a, i) =>
      places.some((b, j) => i !== j && Math.abs(a.x - b.x) < 168 && Math.abs(a.y - b.y) < 130),
    );
    expect(overlaps).toEqual([]);
    expect(scenario.links.map(({ a, b }) => `${a} ${b}`)).toEqual([
      'pc1.net0 sw1.1',
      'pc2.net0 sw1.2',
      'server1.eth0 sw1.3',
      'bare1.net0 sw1.4',
      'pc3.net0 sw1.5',
      'bare2.net0 sw1.6',
    ]);
  });

  it('rename a node at its cables, inputs and conditions, and say what is wrong with a name', () => {
    const scenario = empty();
    addNode(scenario, 'pc');
    addNode(scenario, 'bare');
    scenario.inputs.push(
      { machine: 'pc1', at: { when: 'pc1.stage:menu', delayMs: 0 }, do: { keys: ['Enter'] } },
      { machine: 'bare1', at: { ms: 1 }, do: { keys: ['Enter'] } },
    );
    scenario.breakpoints.push({ condition: 'pc1.stage:dhcp-ack', count: 1, enabled: true });
    scenario.notes.push({ text: 'It asks.', position: nextNotePlace(scenario), to: 'pc1' });
    renameNode(scenario, 'pc1', 'desk');
    expect(parseScenario(scenario)).toEqual({ ok: true, value: scenario });
    expect(scenario.links[0]?.a).toBe('desk.net0');
    expect(scenario.inputs).toMatchObject([{ machine: 'desk', at: { when: 'desk.stage:menu' } }, { machine: 'bare1' }]);
    expect(scenario.breakpoints[0]?.condition).toBe('desk.stage:dhcp-ack');
    expect(scenario.notes[0]?.to).toBe('desk');
    const renamed = (to: string): string | undefined =>
      problemAfter(scenario, (draft) => renameNode(draft, 'desk', to))?.message;
    expect(renamed('desk2')).toBeUndefined();
    expect(renamed('sw1')).toContain('sw1');
    expect(renamed('a b')).toContain('a name');
    expect(scenario.nodes.map(({ name }) => name)).toEqual(['sw1', 'desk', 'bare1']);
  });

  it('rename a row of machines with the inputs of each', () => {
    const scenario = empty();
    addNode(scenario, 'bare');
    const row = itemAt(scenario.nodes, 1);
    if (row.kind === 'bare') row.count = 12;
    scenario.inputs.push({ machine: 'bare112', at: { ms: 1 }, do: { keys: ['Enter'] } });
    renameNode(scenario, 'bare1', 'client');
    expect(scenario.inputs[0]?.machine).toBe('client12');
    expect(parseScenario(scenario).ok).toBe(true);
  });

  it('take several cables and nodes away by the places that they had', () => {
    const scenario = empty();
    for (const kind of ['pc', 'pc', 'pc', 'pc'] as const) addNode(scenario, kind);
    removeAll(scenario, ['pc4'], [0, 2]);
    expect(scenario.links.map(({ a }) => a)).toEqual(['pc2.net0']);
  });

  it('put a router between the network of the servers and another, and give servers more cards', () => {
    const scenario = empty();
    for (const kind of ['switch', 'server', 'pc'] as const) addNode(scenario, kind);
    const name = addNode(scenario, 'router');
    expect(scenario.nodes.at(-1)).toMatchObject({
      name,
      forward: true,
      nics: [
        { name: 'eth0', address: '192.168.50.254/24' },
        { name: 'eth1', address: '192.168.60.254/24' },
      ],
    });
    expect(scenario.links.at(-1)?.a).toBe(`${name}.eth0`);
    for (let i = 0; i < 10; i++) addServerCard(scenario, name);
    const router = scenario.nodes.at(-1);
    expect(router?.kind === 'server' ? router.nics.map((nic) => nic.name) : []).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((i) => `eth${i}`),
    );
    expect(parseScenario(scenario)).toEqual({ ok: true, value: scenario });
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
    addNode(scenario, 'rogue');
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
    const set = (id: (typeof ids)[number], value: unknown): void => {
      const changed = partWith(scenario, { node: server.name }, ['services', id], value);
      if (!changed.ok) throw new Error(changed.error.message);
      replacePart(scenario, { node: server.name }, changed.value);
    };
    const services = (): readonly string[] => {
      const node = scenario.nodes.find(({ name }) => name === server.name);
      return node?.kind === 'server' ? Object.keys(node.services) : [];
    };
    for (const id of ids) set(id, undefined);
    expect(services()).toEqual([]);
    for (const id of ids) set(id, SERVICES[id].initial);
    expect(services().toSorted()).toEqual(ids.toSorted());
    expect(parseScenario(scenario)).toEqual({ ok: true, value: scenario });
  });

  it('set one value, and name the place of one that the lab cannot have', () => {
    const scenario = empty();
    addNode(scenario, 'pc');
    const node = { node: 'pc1' };
    expect(partWith(scenario, node, ['memMiB'], 64)).toMatchObject({ ok: true, value: { name: 'pc1', memMiB: 64 } });
    for (const [path, value] of [
      [['memMiB'], 4],
      [['nics', 0, 'mac'], '52:54'],
      [['nics', 7, 'mac'], '52:54:00:00:00:01'],
      [['nosuch'], 1],
      [['__proto__', 'memMiB'], 64],
      [['name'], undefined],
    ] as const)
      expect(partWith(scenario, node, path, value)).toMatchObject({ ok: false });
    const changed = partWith(scenario, { link: 0 }, ['latencyUs'], 0);
    expect(changed.ok ? '' : changed.error.path).toBe('$.links[0].latencyUs');
  });
});
