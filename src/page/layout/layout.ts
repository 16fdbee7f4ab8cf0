/**
 * How the panels are arranged, as a document: a tree of splits whose leaves are groups of tabs. It is kept by the browser
 * and comes in links, so what is read is untrusted: its size, depth and number of parts are bounded, panels that the page
 * does not have and panels that are there twice are left out.
 */
import * as z from 'zod/mini';

/** Panels that share one place: one of them is in front. */
export interface LayoutGroup {
  readonly tabs: readonly string[];
  /** Absent: the first. */
  readonly front?: string | undefined;
  readonly size?: LayoutSize | undefined;
}

export interface LayoutSplit {
  /** `row`: side by side; `column`: one below the other. */
  readonly along: 'row' | 'column';
  readonly parts: readonly LayoutNode[];
  readonly size?: LayoutSize | undefined;
}

export type LayoutNode = LayoutGroup | LayoutSplit;

/** Per cent of the split, or pixels at first (`122px`); parts without one share what is left. */
export type LayoutSize = number | string;

export interface Layout {
  readonly version: 1;
  readonly root: LayoutNode;
  /** The group of this panel covers the others. */
  readonly maximised?: string | undefined;
}

const MAX_DEPTH = 6;
const MAX_PARTS = 8;
const MAX_TABS = 40;
/** Of the document as JSON. */
const MAX_CHARS = 8000;

const panel = z.string().check(z.regex(/^[a-z-]{1,24}$/));
const size = z.optional(
  z.union([z.number().check(z.gte(0), z.lte(100)), z.string().check(z.regex(/^[1-9]\d{0,3}px$/))]),
);
const group = z.strictObject({
  tabs: z.array(panel).check(z.maxLength(MAX_TABS)),
  front: z.optional(panel),
  size,
});

/** One schema for each depth: what is deeper is refused before it is looked at. */
function nodeSchema(depth: number): z.ZodMiniType<LayoutNode> {
  if (depth === 0) return group;
  const parts = z.array(nodeSchema(depth - 1)).check(z.minLength(1), z.maxLength(MAX_PARTS));
  return z.union([group, z.strictObject({ along: z.enum(['row', 'column']), parts, size })]);
}

export const layoutSchema = z.strictObject({
  version: z.literal(1),
  root: nodeSchema(MAX_DEPTH),
  maximised: z.optional(panel),
});

export function isSplit(node: LayoutNode): node is LayoutSplit {
  return 'parts' in node;
}

/** The groups in reading order. */
export function groupsOf(node: LayoutNode): readonly LayoutGroup[] {
  return isSplit(node) ? node.parts.flatMap(groupsOf) : [node];
}

export function frontOf({ tabs, front }: LayoutGroup): string | undefined {
  return front !== undefined && tabs.includes(front) ? front : tabs[0];
}

/** The panels that are in front of their groups, in reading order. */
export function fronts({ root }: Layout): readonly string[] {
  return groupsOf(root).flatMap((part) => frontOf(part) ?? []);
}

export function panelsIn({ root }: Layout): readonly string[] {
  return groupsOf(root).flatMap(({ tabs }) => tabs);
}

/** The tree with other groups: a group without panels goes, and a split of one part is that part. Undefined: nothing is left. */
export function mapGroups(
  node: LayoutNode,
  change: (part: LayoutGroup) => LayoutNode | undefined,
): LayoutNode | undefined {
  if (!isSplit(node)) {
    const changed = change(node);
    return changed === undefined || (!isSplit(changed) && changed.tabs.length === 0) ? undefined : changed;
  }
  const parts = node.parts.flatMap((part) => mapGroups(part, change) ?? []);
  const [first] = parts;
  if (first === undefined || parts.length > 1) return first === undefined ? undefined : { ...node, parts };
  return { ...first, size: node.size };
}

/** Only these panels; undefined when the layout has none of them. */
export function onlyPanels(layout: Layout, isWanted: (id: string) => boolean): Layout | undefined {
  const root = mapGroups(layout.root, (part) => ({ ...part, tabs: part.tabs.filter(isWanted) }));
  return root === undefined ? undefined : { ...layout, root };
}

/** A layout as it was stored or sent. Undefined: it cannot be used. */
export function readLayout(value: unknown, isPanel: (id: string) => boolean): Layout | undefined {
  const parsed = layoutSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const seen = new Set<string>();
  return onlyPanels(parsed.data, (id) => {
    if (seen.has(id) || !isPanel(id)) return false;
    seen.add(id);
    return true;
  });
}

/** The same from its JSON. */
export function readLayoutText(text: string, isPanel: (id: string) => boolean): Layout | undefined {
  if (text.length > MAX_CHARS) return undefined;
  try {
    return readLayout(JSON.parse(text), isPanel);
  } catch {
    return undefined;
  }
}

/** Whether two layouts differ in no more than the panels in front. */
export function isArrangedAlike(a: Layout, b: Layout): boolean {
  const arrangement = (node: LayoutNode): unknown =>
    isSplit(node) ? [node.along, node.size, ...node.parts.map(arrangement)] : [node.tabs, node.size];
  return JSON.stringify(arrangement(a.root)) === JSON.stringify(arrangement(b.root));
}
