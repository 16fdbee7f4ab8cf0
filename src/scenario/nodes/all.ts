/**
 * The kinds of nodes, in the order in which they are offered. A kind is added by one line here, one in
 * `lab/nodes/builders.ts` and one in `ui/panels/topology/nodes/all.ts`.
 */
import type * as z from 'zod/mini';
import { bareKind } from './bare.ts';
import type { NodeContent, NodeOffer } from './node-kind.ts';
import { pcKind } from './pc.ts';
import { serverKind } from './server.ts';
import { switchKind } from './switch.ts';

export const NODE_KINDS = {
  pc: pcKind,
  bare: bareKind,
  switch: switchKind,
  server: serverKind,
} as const;

export type NodeKind = keyof typeof NODE_KINDS;
export type NodeOf<Kind extends NodeKind> = z.output<(typeof NODE_KINDS)[Kind]['settings']>;
export type ScenarioNode = { [Kind in NodeKind]: NodeOf<Kind> }[NodeKind];

/** What a person can add: of most kinds one, servers also ready for a purpose. */
export type OfferId = { [Kind in NodeKind]: keyof (typeof NODE_KINDS)[Kind]['offers'] }[NodeKind];

export interface Offer extends NodeOffer<object> {
  readonly id: OfferId;
  readonly kind: NodeKind;
}

export const NODE_OFFERS: readonly Offer[] = Object.values(NODE_KINDS).flatMap(({ id: kind, offers }) =>
  Object.entries<NodeOffer<object>>(offers).map(([id, offer]) => ({ ...offer, id: id as OfferId, kind })),
);

/** The files that a node's settings hold. */
export function contentsOf(node: ScenarioNode): readonly NodeContent[] {
  const spec: { readonly contents?: unknown } = NODE_KINDS[node.kind];
  // The compiler does not see that kind and description belong together.
  const contents = spec.contents as ((node: ScenarioNode) => readonly NodeContent[]) | undefined;
  return contents?.(node) ?? [];
}

export function isEmulated({ kind }: Pick<ScenarioNode, 'kind'>): boolean {
  const spec: { readonly isEmulated?: true } = NODE_KINDS[kind];
  return spec.isEmulated === true;
}

type UnionToIntersection<U> = (U extends unknown ? (part: U) => void : never) extends (whole: infer I) => void
  ? I
  : never;

/** The texts of all kinds, in English. */
export const NODE_TEXTS = Object.assign(
  {},
  ...Object.values(NODE_KINDS).map(({ texts }) => texts),
) as UnionToIntersection<(typeof NODE_KINDS)[NodeKind]['texts']>;
