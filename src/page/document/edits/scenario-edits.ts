/** Edits of the lab as a document. They work on a draft (or a plain copy) and keep it valid. */
import { itemAt } from '../../../base/lists/list.ts';
import { assert } from '../../../base/result.ts';
import { formatEndpoint, nodeOf, parseEndpoint } from '../../../scenario/endpoint.ts';
import { SCENARIO_LIMITS } from '../../../scenario/limits.ts';
import { NODE_OFFERS, type OfferId } from '../../../scenario/nodes/all.ts';
import { isMachine, isNameOf, isServer, isStation } from '../../../scenario/nodes/queries.ts';
import { sameJson } from '../../../scenario/compact.ts';
import type { ScenarioProblem } from '../../../scenario/problems.ts';
import { parseScenario } from '../../../scenario/parse.ts';
import { SCENARIO_VERSION, type Scenario, type ScenarioInput, type ScenarioNode } from '../../../scenario/schema.ts';

const SWITCH_PORTS = 24;

/** Names of a node's ports: cards of machines and servers, 1 to 24 (and what is configured) of a switch. */
export function portsOf(scenario: Scenario, node: ScenarioNode): readonly string[] {
  if (isStation(node)) return node.nics.map(({ name }) => name);
  const numbered = Array.from({ length: SWITCH_PORTS }, (_, i) => String(i + 1));
  const used = scenario.links
    .flatMap(({ a, b }) => [a, b])
    .filter((end) => nodeOf(end) === node.name)
    .map((end) => end.slice(node.name.length + 1));
  const configured = 'ports' in node ? node.ports.map(({ name }) => name) : [];
  return [...new Set([...numbered, ...configured, ...used])];
}

/** `node.port` of the first port without a cable. */
export function freePort(scenario: Scenario, name: string | null): string | undefined {
  const node = scenario.nodes.find((known) => known.name === name);
  if (node === undefined) return undefined;
  const used = new Set(scenario.links.flatMap(({ a, b }) => [a, b]));
  return portsOf(scenario, node)
    .map((port) => formatEndpoint({ node: node.name, port }))
    .find((end) => !used.has(end));
}

function freeName(scenario: Scenario, stem: string): string {
  for (let i = 1; ; i++) if (!scenario.nodes.some(({ name }) => name === `${stem}${i}`)) return `${stem}${i}`;
}

function freeMac(scenario: Scenario, prefix: string): string {
  const used = new Set(scenario.nodes.flatMap((node) => (isStation(node) ? node.nics.map(({ mac }) => mac) : [])));
  for (let i = 1; ; i++) {
    const mac = `${prefix}:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 255).toString(16).padStart(2, '0')}`;
    if (!used.has(mac)) return mac;
  }
}

/** Whether two documents are the same lab when they run: names, where cards stand and where runs stop have no effect. */
export function runsAlike(a: Scenario, b: Scenario): boolean {
  if (a === b) return true;
  const plain = ({
    nodes,
    breakpoints: _breakpoints,
    notes: _notes,
    moments: _moments,
    packets: _packets,
    until: _until,
    name: _name,
    description: _description,
    ...rest
  }: Scenario): object => ({
    ...rest,
    nodes: nodes.map(({ position: _position, ...node }) => node),
  });
  return sameJson(plain(a), plain(b));
}

/** A node with the schema's defaults. */
export function wholeNode(node: ScenarioInput['nodes'][number]): ScenarioNode {
  const parsed = parseScenario({ version: SCENARIO_VERSION, name: 'new', nodes: [node] });
  const [whole] = parsed.ok ? parsed.value.nodes : [];
  assert(whole !== undefined, 'a new node obeys the schema');
  return whole;
}

/** Room that a card takes in the drawing, with a margin. */
const CARD_WIDTH = 200;
const CARD_HEIGHT = 150;
const CARDS_IN_ROW = 4;

/** Where a node's card stands; those that nobody has placed stand in rows, in their order. */
export function placeOf(node: ScenarioNode, index: number): { readonly x: number; readonly y: number } {
  return node.position ?? { x: 240 * (index % 4), y: CARD_HEIGHT * Math.floor(index / 4) };
}

/** The first place of a grid below and beside the first card where a new card covers no other. */
function freePlace({ nodes }: Scenario): { x: number; y: number } {
  const places = nodes.map(placeOf);
  const left = Math.min(...places.map(({ x }) => x));
  const top = Math.min(...places.map(({ y }) => y));
  for (let i = 0; ; i++) {
    const x = left + CARD_WIDTH * (i % CARDS_IN_ROW);
    const y = top + CARD_HEIGHT * Math.floor(i / CARDS_IN_ROW);
    const isFree = places.every((place) => Math.abs(place.x - x) >= CARD_WIDTH || Math.abs(place.y - y) >= CARD_HEIGHT);
    if (isFree) return { x, y };
  }
}

/** Adds a node where there is room; a machine or a server gets a cable to the switch of the others. Returns its name. */
export function addNode(scenario: Scenario, offer: OfferId): string {
  const { kind, stem, settings } = itemAt(
    NODE_OFFERS.filter(({ id }) => id === offer),
    0,
  );
  const surroundings = { mac: (prefix: string) => freeMac(scenario, prefix), network: firstNetwork(scenario) };
  const added = { kind, name: freeName(scenario, stem), ...settings(surroundings), position: freePlace(scenario) };
  const node = wholeNode(added as ScenarioInput['nodes'][number]);
  scenario.nodes.push(node);
  if (isStation(node)) plugIn(scenario, node);
  return node.name;
}

/** The first three numbers of the first server's address. */
function firstNetwork({ nodes }: Scenario): string {
  const addresses = nodes.flatMap((node) => (isServer(node) ? node.nics : [])).map((nic) => nic.address);
  return (addresses.find((address) => address !== undefined) ?? '192.168.50.1').split('.', 3).join('.');
}

/** Gives a server another card, without an address. */
export function addServerCard(scenario: Scenario, name: string): void {
  const server = scenario.nodes.find((node) => node.name === name);
  if (server === undefined || !isServer(server)) return;
  const names = Array.from({ length: SCENARIO_LIMITS.maxServerCards }, (_, i) => `eth${i}`);
  const free = names.find((card) => !server.nics.some(({ name: used }) => used === card));
  if (free !== undefined) server.nics.push({ name: free, mac: freeMac(scenario, '02:00:00:00'), vlans: [] });
}

/** A cable from a new node to the switch of the first machine and into its VLAN, else to the first switch. */
function plugIn(scenario: Scenario, node: ScenarioNode): void {
  const [beside] = machineEnds(scenario);
  const at = scenario.nodes.find(
    (known) => !isStation(known) && (beside === undefined || nodeOf(beside) === known.name),
  );
  const own = freePort(scenario, node.name);
  const port = freePort(scenario, at?.name ?? null);
  if (at === undefined || port === undefined || own === undefined) return;
  addLink(scenario, own, port);
  if (!('ports' in at)) return;
  const like = at.ports.find((known) => formatEndpoint({ node: at.name, port: known.name }) === beside);
  const plugged = port.slice(at.name.length + 1);
  if (like !== undefined)
    at.ports = [...at.ports.filter((known) => known.name !== plugged), { ...like, name: plugged }];
}

/** The ports of switches that machines are plugged into. */
function machineEnds({ nodes, links }: Scenario): readonly string[] {
  const nodeAt = (end: string): ScenarioNode | undefined => nodes.find(({ name }) => name === nodeOf(end));
  const is = (end: string, test: (node: ScenarioNode) => boolean): boolean => {
    const node = nodeAt(end);
    return node !== undefined && test(node);
  };
  return links
    .flatMap(({ a, b }) => [...(is(a, isMachine) ? [b] : []), ...(is(b, isMachine) ? [a] : [])])
    .filter((end) => is(end, (node) => !isStation(node)));
}

export function addLink(scenario: Scenario, a: string, b: string): void {
  if (nodeOf(a) === nodeOf(b)) return;
  scenario.links.push({ a, b, latencyUs: 5, bandwidthMbps: 1000, faults: [] });
}

export function removeLink(scenario: Scenario, index: number): void {
  scenario.links.splice(index, 1);
}

/** Removes a node, with its cables and its inputs. */
export function removeNode(scenario: Scenario, name: string): void {
  const gone = scenario.nodes.find((node) => node.name === name);
  scenario.nodes = scenario.nodes.filter((node) => node !== gone);
  scenario.links = scenario.links.filter(({ a, b }) => nodeOf(a) !== name && nodeOf(b) !== name);
  scenario.inputs = scenario.inputs.filter(
    ({ machine }) => machine !== name && !(gone !== undefined && isNameOf(gone, machine)),
  );
  for (const note of scenario.notes) if (note.to === name) delete note.to;
}

/** Above the leftmost card, beside earlier notes. */
export function nextNotePlace(scenario: Scenario): { x: number; y: number } {
  const places = scenario.nodes.map((node, i) => placeOf(node, i));
  const left = Math.min(...places.map(({ x }) => x));
  const top = Math.min(...places.map(({ y }) => y));
  return { x: left + 200 * scenario.notes.length, y: top - 110 };
}

/** Removes cables and nodes in one edit: indexes are those before the edit. */
export function removeAll(scenario: Scenario, nodes: readonly string[], links: readonly number[]): void {
  for (const index of [...links].sort((a, b) => b - a)) removeLink(scenario, index);
  for (const name of nodes) removeNode(scenario, name);
}

/** Gives a node another name everywhere: at its cables, in inputs, and in conditions that are about it. */
export function renameNode(scenario: Scenario, from: string, to: string): void {
  const node = scenario.nodes.find(({ name }) => name === from);
  if (node === undefined) return;
  const end = (text: string): string => {
    const endpoint = parseEndpoint(text);
    return endpoint?.node === from ? formatEndpoint({ ...endpoint, node: to }) : text;
  };
  const condition = (text: string): string => end(text.trimStart());
  for (const link of scenario.links) {
    link.a = end(link.a);
    link.b = end(link.b);
  }
  for (const input of scenario.inputs) {
    if (input.machine === from) input.machine = to;
    else if (isNameOf(node, input.machine)) input.machine = `${to}${input.machine.slice(from.length)}`;
    if ('when' in input.at) input.at.when = condition(input.at.when);
  }
  for (const note of scenario.notes) if (note.to === from) note.to = to;
  for (const breakpoint of scenario.breakpoints) breakpoint.condition = condition(breakpoint.condition);
  if (scenario.until !== undefined) scenario.until = condition(scenario.until);
  node.name = to;
}

/** The first error of the lab after an edit; undefined when it stays valid. */
export function problemAfter(scenario: Scenario, change: (draft: Scenario) => void): ScenarioProblem | undefined {
  const draft = structuredClone(scenario);
  change(draft);
  const parsed = parseScenario(draft);
  return parsed.ok ? undefined : parsed.error[0];
}
