/**
 * The description of a kind of node, without what it does: `all.ts` lists these; the scenario's schema, the page's
 * buttons and its texts are made from them. `lab/nodes/builders.ts` has what runs for each, and
 * `ui/panels/topology/nodes/all.ts` how it is drawn and set up.
 *
 * What a node is for follows from its fields (`queries.ts`): one with `nics` is a station with cards, any other is a
 * place where cables meet; one with `firmware` is a machine, one with `services` a server.
 */
import type * as z from 'zod/mini';
import type { FileContent } from './content.ts';

/** What every node has. */
interface NodeBase<Id extends string> {
  readonly kind: Id;
  readonly name: string;
  readonly position?: { readonly x: number; readonly y: number } | undefined;
}

/** A place of a node where the content of a file may be. */
export interface NodeContent {
  readonly content: FileContent | undefined;
  /** Below the node. */
  readonly path: readonly PropertyKey[];
}

/** What a new node may need of the lab that it is added to. */
export interface Surroundings {
  /** An address that no card has: two more numbers after these four. */
  mac(this: void, prefix: string): string;
  /** The first three numbers of the first server's address. */
  readonly network: string;
}

/** A node ready to be added. */
export interface NodeOffer<Input> {
  /** Its name is this and the first free number. */
  readonly stem: string;
  readonly settings: (surroundings: Surroundings) => Omit<Input, 'kind' | 'name' | 'position'>;
}

type TextsOf<Id extends string> = Readonly<Record<`kind.${Id}` | `topology.add.${Id}`, string>>;

export interface NodeKindSpec<
  Id extends string,
  Settings extends z.core.$ZodType<NodeBase<Id>>,
  Offer extends string,
  Texts extends object,
> {
  /** The `kind` of its nodes. */
  readonly id: Id;
  /** The whole node, with `kind`, `name`, `faults` and `position`. */
  readonly settings: Settings;
  /** It needs the emulator. */
  readonly isEmulated?: true;
  /** Files that its settings hold, in the order of the schema. */
  readonly contents?: (node: z.output<Settings>) => readonly NodeContent[];
  /** What a person can add, in the order of the buttons. */
  readonly offers: Readonly<Record<Offer, NodeOffer<z.input<Settings>>>>;
  /** Names of the kind and of its offers, in English. */
  readonly texts: Texts;
}

export function defineNode<
  const Id extends string,
  Settings extends z.core.$ZodType<NodeBase<Id>>,
  const Offer extends string,
  const Texts extends TextsOf<Id | Offer>,
>(spec: NodeKindSpec<Id, Settings, Offer, Texts>): NodeKindSpec<Id, Settings, Offer, Texts> {
  return spec;
}
