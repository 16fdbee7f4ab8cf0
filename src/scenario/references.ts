/**
 * Checks of a scenario that a schema cannot express: names that are used twice, cables to ports that are not there,
 * more machines or memory than a page may be asked for.
 */
import { nodeOf, parseEndpoint } from './endpoint.ts';
import { formatPath } from './explain.ts';
import { problemAt, scenarioMessage, type ScenarioProblem } from './problems.ts';
import { fileContents } from './file-contents.ts';
import { SCENARIO_LIMITS } from './limits.ts';
import { countOf, isMachine, isNameOf, isStation, type Station } from './nodes/queries.ts';
import { isEmulated } from './nodes/all.ts';
import type { FileContent, Scenario, ScenarioNode } from './schema.ts';
import type { Message } from '../base/sentence.ts';

type Report = (path: readonly PropertyKey[], says: Message) => void;

export function checkReferences(scenario: Scenario): readonly ScenarioProblem[] {
  const problems: ScenarioProblem[] = [];
  const report: Report = (path, says) => problems.push(problemAt(formatPath(path), says));
  checkNames(scenario, report);
  checkAmounts(scenario, report);
  scenario.nodes.forEach((node, i) => checkPorts(node, i, report));
  scenario.nodes.forEach((node, i) => checkUefi(node, i, report));
  checkLinks(scenario, report);
  checkInputs(scenario, report);
  checkCertificates(scenario, report);
  checkNotes(scenario, report);
  return problems;
}

/** Calls back for each value that was there before, with the path of the first. */
function forRepeated<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string | number,
  found: (key: string | number, index: number) => void,
): void {
  const seen = new Set<string | number>();
  items.forEach((item, i) => {
    const key = keyOf(item);
    if (seen.has(key)) found(key, i);
    seen.add(key);
  });
}

function checkNames({ nodes }: Scenario, report: Report): void {
  forRepeated(
    nodes,
    ({ name }) => name,
    (name, i) => report(['nodes', i, 'name'], scenarioMessage('scenario.name-twice', { name })),
  );
  nodes.forEach((node, i) => {
    const count = countOf(node);
    if (count === 1) return;
    const taken = nodes.find((other) => other !== node && isNameOf(node, other.name));
    if (taken !== undefined)
      report(['nodes', i, 'name'], scenarioMessage('scenario.name-in-row', { count, name: taken.name }));
  });
  const owners = new Map<string, string>();
  nodes.forEach((node, i) => {
    if (!isStation(node)) return;
    node.nics.forEach(({ mac }, j) => {
      const owner = owners.get(mac.toLowerCase());
      if (owner !== undefined) report(['nodes', i, 'nics', j, 'mac'], scenarioMessage('scenario.mac-twice', { owner }));
      owners.set(mac.toLowerCase(), node.name);
    });
  });
}

/** Its volumes end at 21 MiB, and it puts itself at the top of memory; a boot by PXE up to GRUB works with this. */
const UEFI_LEAST_MIB = 64;

/** What UEFI firmware has drivers for, and room. */
function checkUefi(node: ScenarioNode, i: number, report: Report): void {
  if (node.kind !== 'pc' || node.firmware.personality !== 'uefi') return;
  const { nics, memMiB } = node;
  if (nics.length !== 1 || nics[0]?.model !== 'virtio')
    report(['nodes', i, 'nics'], scenarioMessage('scenario.uefi-card'));
  if (memMiB < UEFI_LEAST_MIB)
    report(['nodes', i, 'memMiB'], scenarioMessage('scenario.uefi-memory', { least: UEFI_LEAST_MIB, memMiB }));
  for (const field of ['preload', 'optionRom', 'flash'] as const)
    if (node[field] !== undefined) report(['nodes', i, field], scenarioMessage('scenario.uefi-bios-only', { field }));
}

function checkCertificates({ certificates }: Scenario, report: Report): void {
  forRepeated(
    certificates,
    ({ name }) => name,
    (name, i) => report(['certificates', i, 'name'], scenarioMessage('scenario.certificate-twice', { name })),
  );
  certificates.forEach(({ issuer }, i) => {
    if (issuer !== undefined && !certificates.some(({ name }) => name === issuer))
      report(['certificates', i, 'issuer'], scenarioMessage('scenario.no-such-certificate', { name: issuer }));
  });
}

/** What a link may ask of the page that opens it. */
function checkAmounts(scenario: Scenario, report: Report): void {
  const { maxPcs, maxTotalMemMiB, maxNodes, maxPatternBytes } = SCENARIO_LIMITS;
  let pcs = 0;
  let memMiB = 0;
  let bareMachines = 0;
  for (const node of scenario.nodes) {
    if (isEmulated(node)) pcs++;
    else if (isMachine(node)) bareMachines += countOf(node);
    if ('memMiB' in node) memMiB += node.memMiB;
  }
  if (pcs > maxPcs) report(['nodes'], scenarioMessage('scenario.too-many-pcs', { count: pcs, limit: maxPcs }));
  if (memMiB > maxTotalMemMiB)
    report(['nodes'], scenarioMessage('scenario.too-much-memory', { memMiB, limit: maxTotalMemMiB }));
  if (bareMachines > maxNodes)
    report(['nodes'], scenarioMessage('scenario.too-many-bare', { count: bareMachines, limit: maxNodes }));
  let made = 0;
  for (const { content, path } of fileContents(scenario)) {
    const own = madeBytes(content);
    if (own === undefined) continue;
    const before = made;
    made += own.bytes;
    if (before <= maxPatternBytes && made > maxPatternBytes)
      report([...path, own.field], scenarioMessage('scenario.too-large-files', { limit: maxPatternBytes }));
  }
}

/** The most that a medium has: a USB stick. */
const MEDIUM_BYTES = 17 * 1024 * 1024;
/** A kernel and an initial RAM disk of Debian's installer, once more in one file. */
const NBI_BYTES = 40 * 1024 * 1024;

/** How many bytes the lab makes for a few in the scenario, and the field that asks for it. */
function madeBytes(content: FileContent): { readonly field: string; readonly bytes: number } | undefined {
  if ('patternBytes' in content) return { field: 'patternBytes', bytes: content.patternBytes };
  if ('nbi' in content) return { field: 'nbi', bytes: NBI_BYTES };
  return 'medium' in content ? { field: 'medium', bytes: MEDIUM_BYTES } : undefined;
}

function checkPorts(node: ScenarioNode, i: number, report: Report): void {
  const named: readonly (readonly [field: string, ports: readonly { readonly name: string }[]])[] = [
    ['ports', 'ports' in node ? node.ports : []],
    ['nics', isStation(node) ? node.nics : []],
  ];
  for (const [field, ports] of named)
    forRepeated(
      ports,
      ({ name }) => name,
      (name, j) =>
        report(['nodes', i, field, j, 'name'], scenarioMessage('scenario.port-twice', { node: node.name, port: name })),
    );
  if (!isStation(node)) return;
  node.nics.forEach((card, j) =>
    forRepeated(
      'vlans' in card ? card.vlans : [],
      ({ vlan }) => vlan,
      (vlan, k) =>
        report(['nodes', i, 'nics', j, 'vlans', k, 'vlan'], scenarioMessage('scenario.vlan-twice', { vlan })),
    ),
  );
  node.faults.forEach((fault, j) => {
    if (fault.kind === 'silent' || fault.port === undefined) return;
    if (!node.nics.some(({ name }) => name === fault.port))
      report(['nodes', i, 'faults', j, 'port'], noSuchPort(node, fault.port));
  });
}

function noSuchPort(node: Station, port: string): Message {
  return scenarioMessage('scenario.no-such-port', {
    node: node.name,
    port,
    ports: node.nics.map(({ name }) => name).join(', '),
  });
}

function checkLinks({ nodes, links }: Scenario, report: Report): void {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const plugged = new Map<string, string>();
  links.forEach((link, i) => {
    for (const [end, other] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      const path = ['links', i, end];
      const endpoint = parseEndpoint(link[end]);
      const node = byName.get(endpoint?.node ?? '');
      if (endpoint === undefined || node === undefined) {
        report(path, scenarioMessage('scenario.no-such-node', { end: JSON.stringify(link[end].slice(0, 60)) }));
        continue;
      }
      const { port } = endpoint;
      if (isStation(node) && !node.nics.some(({ name }) => name === port)) report(path, noSuchPort(node, port));
      const before = plugged.get(link[end]);
      if (before !== undefined) report(path, scenarioMessage('scenario.plugged-twice', { end: link[end], before }));
      plugged.set(link[end], formatPath(['links', i]));
      const opposite = byName.get(nodeOf(link[other]) ?? '');
      if (countOf(node) > 1 && (opposite === undefined || isStation(opposite)))
        report(path, scenarioMessage('scenario.row-not-at-switch', { node: node.name }));
    }
  });
}

function checkInputs({ nodes, inputs }: Scenario, report: Report): void {
  inputs.forEach(({ machine }, i) => {
    // A row of machines is meant by its own name, one of it by its number.
    const owner = nodes.find((node) => node.name === machine || isNameOf(node, machine));
    if (owner === undefined || !isMachine(owner))
      report(['inputs', i, 'machine'], scenarioMessage('scenario.no-such-machine', { machine }));
  });
}

function checkNotes({ nodes, notes }: Scenario, report: Report): void {
  notes.forEach(({ to }, i) => {
    if (to !== undefined && !nodes.some((node) => node.name === to))
      report(['notes', i, 'to'], scenarioMessage('scenario.note-to-nothing', { name: to }));
  });
}
