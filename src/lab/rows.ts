/** Rows of machines: a node with a count, and a link that stands for a cable to each of them. */
import { formatMac, parseMac } from '../base/address.ts';
import { assert } from '../base/result.ts';
import { formatEndpoint, nodeOf, parseEndpoint } from '../scenario/endpoint.ts';
import { countOf, isNameOf, isStation, namesOf } from '../scenario/nodes/queries.ts';
import type { Scenario, ScenarioLink, ScenarioNode } from '../scenario/schema.ts';

/** A cable of the lab: a link of the scenario, or one of the row that it stands for. Ends are `NODE.PORT`. */
export interface Cable {
  readonly index: number;
  readonly link: ScenarioLink;
  readonly a: string;
  readonly b: string;
}

/** The cables of a scenario, in its order. */
export function cablesOf({ nodes, links }: Scenario): readonly Cable[] {
  const rows = new Map(nodes.filter((node) => countOf(node) > 1).map((node) => [node.name, node]));
  return links.flatMap((link, index) => {
    const [row] = [link.a, link.b].flatMap((end) => rows.get(nodeOf(end) ?? '') ?? []);
    if (row === undefined) return [{ index, link, a: link.a, b: link.b }];
    return namesOf(row).map((name, i) => {
      const end = (text: string): string => {
        const endpoint = parseEndpoint(text);
        return endpoint?.node === row.name ? formatEndpoint({ ...endpoint, node: name }) : `${text}-${i + 1}`;
      };
      return { index, link, a: end(link.a), b: end(link.b) };
    });
  });
}

/** The name that the scenario gives to a port: one of a row of a switch (`1-17`) goes by the first part. */
export function isPortNamed(port: string, name: string): boolean {
  return port === name || port.replace(/-\d+$/, '') === name;
}

/** The node that a machine is, or is one of. */
export function nodeNamed(nodes: readonly ScenarioNode[], name: string): ScenarioNode | undefined {
  return nodes.find((node) => isNameOf(node, name));
}

/** The i-th address of a row of machines: the last 24 bits count up. */
export function countedMac(first: string, i: number): string {
  const mac = parseMac(first);
  assert(mac !== undefined, 'the schema has checked the MAC address');
  return formatMac(mac - (mac % 0x100_0000) + (((mac % 0x100_0000) + i) % 0x100_0000));
}

/** Cards by address (`52:54:00:…`), each with the machine or server that it is in. */
export function cardsOf(nodes: readonly ScenarioNode[]): readonly (readonly [mac: string, name: string])[] {
  return nodes.flatMap((node) => {
    if (!isStation(node)) return [];
    return namesOf(node).flatMap((name, i) =>
      node.nics.map(({ mac }) => [countedMac(mac, i).toLowerCase(), name] as const),
    );
  });
}
