/** The names of machines: a bare node may stand for a row of them. */
import type { ScenarioNode } from './schema.ts';

/** Whether a machine is the node, or one of the row that it stands for: `pc7` of a node `pc` with a count of at least 7. */
export function isNameOf(node: ScenarioNode, machine: string): boolean {
  if (node.kind !== 'bare' || node.count === 1) return node.name === machine;
  if (!machine.startsWith(node.name)) return false;
  const number = machine.slice(node.name.length);
  return /^[1-9]\d*$/.test(number) && Number(number) <= node.count;
}
