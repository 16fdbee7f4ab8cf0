/** What nodes are for, by the fields that they have; and the machines that a row stands for. */
import { isEmulated, type ScenarioNode } from './all.ts';

/** It has network cards; cables end there. The others are where cables meet: their ports go by any name. */
export type Station = Extract<ScenarioNode, { readonly nics: unknown }>;
/** It boots. */
export type MachineNode = Extract<ScenarioNode, { readonly firmware: unknown }>;
export type ServerNode = Extract<ScenarioNode, { readonly services: unknown }>;

export function isStation(node: ScenarioNode): node is Station {
  return 'nics' in node;
}

export function isMachine(node: ScenarioNode): node is MachineNode {
  return 'firmware' in node;
}

export function isServer(node: ScenarioNode): node is ServerNode {
  return 'services' in node;
}

export function needsEmulator(nodes: readonly ScenarioNode[]): boolean {
  return nodes.some(isEmulated);
}

/** Of how many machines alike a node is a row; 1 where it is no row. */
export function countOf(node: ScenarioNode): number {
  return 'count' in node ? node.count : 1;
}

/** The names of the machines that a node stands for: its own, or `NAME1`, `NAME2`, ... of a row. */
export function namesOf(node: ScenarioNode): readonly string[] {
  const count = countOf(node);
  return count === 1 ? [node.name] : Array.from({ length: count }, (_, i) => `${node.name}${i + 1}`);
}

/** Whether a machine is the node, or one of the row that it stands for: `pc7` of a node `pc` with a count of at least 7. */
export function isNameOf(node: ScenarioNode, machine: string): boolean {
  const count = countOf(node);
  if (count === 1) return node.name === machine;
  if (!machine.startsWith(node.name)) return false;
  const number = machine.slice(node.name.length);
  return /^[1-9]\d*$/.test(number) && Number(number) <= count;
}

/** A machine that does not boot by the lab's firmware: with another ROM, or with a kernel given to the BIOS. */
export function hasOtherFirmware(node: MachineNode): boolean {
  if (node.kind !== 'pc') return false;
  return node.optionRom !== undefined || node.flash !== undefined || node.preload !== undefined;
}
