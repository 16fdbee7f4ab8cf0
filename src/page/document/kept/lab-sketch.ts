/** A small drawing of a lab for the list of labs: where its nodes stand, and which cables join them. */
import { nodeOf } from '../../../scenario/endpoint.ts';
import type { Scenario, ScenarioNode } from '../../../scenario/schema.ts';

/** More nodes than this are only a pattern at the size of a thumbnail. */
const MAX_NODES = 48;
/** Cards without a position stand in rows of four, as the topology places them. */
const COLUMNS = 4;
const COLUMN_STEP = 240;
const ROW_STEP = 130;

export interface LabSketch {
  readonly nodes: readonly { readonly kind: ScenarioNode['kind']; readonly x: number; readonly y: number }[];
  /** Indexes of the two nodes of each cable. */
  readonly cables: readonly (readonly [number, number])[];
}

/** Where the card of a node stands. */
export function cardPosition(node: ScenarioNode, index: number): { readonly x: number; readonly y: number } {
  return node.position ?? { x: COLUMN_STEP * (index % COLUMNS), y: ROW_STEP * Math.floor(index / COLUMNS) };
}

export function sketchOf({ nodes, links }: Scenario): LabSketch {
  const drawn = nodes.slice(0, MAX_NODES);
  const indexOf = new Map(drawn.map(({ name }, index) => [name, index]));
  return {
    nodes: drawn.map((node, index) => ({ kind: node.kind, ...cardPosition(node, index) })),
    cables: links.flatMap(({ a, b }) => {
      const ends = [a, b].map((end) => indexOf.get(nodeOf(end) ?? ''));
      const [from, to] = ends;
      return from === undefined || to === undefined ? [] : [[from, to] as const];
    }),
  };
}
