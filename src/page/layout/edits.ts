/** Changes of a layout: a panel is shown, moved, closed; who is beside whom. */
import type { PanelPlace } from '../panels.ts';
import {
  frontOf,
  fronts,
  groupsOf,
  isSplit,
  mapGroups,
  onlyPanels,
  panelsIn,
  type Layout,
  type LayoutGroup,
  type LayoutNode,
  type LayoutSize,
} from './layout.ts';

export type Side = 'left' | 'right' | 'above' | 'below';

/** Where a panel goes: among the tabs of the group of `beside`, or into a group of its own at a side of that group. */
export interface PanelTarget {
  readonly beside: string;
  readonly where: Side | 'among';
}

function groupWith(layout: Layout, panel: string): LayoutGroup | undefined {
  return groupsOf(layout.root).find(({ tabs }) => tabs.includes(panel));
}

/** The panel in front of its group, and not covered by another that is maximised. */
export function shown(layout: Layout, panel: string): Layout {
  const root = mapGroups(layout.root, (part) => (part.tabs.includes(panel) ? { ...part, front: panel } : part));
  const { maximised } = layout;
  const stays = maximised !== undefined && groupWith(layout, maximised)?.tabs.includes(panel) === true;
  return { ...layout, root: root ?? layout.root, maximised: stays ? maximised : undefined };
}

/** The layout without a panel; undefined when it was the only one. */
export function closed(layout: Layout, panel: string): Layout | undefined {
  const left = onlyPanels(layout, (id) => id !== panel);
  if (left === undefined || layout.maximised !== panel) return left;
  const others = groupWith(layout, panel)?.tabs.filter((id) => id !== panel) ?? [];
  return { ...left, maximised: others[0] };
}

/** A split inside one of the same direction is that one's parts: the tree stays as flat as it looks. */
function flat(node: LayoutNode): LayoutNode {
  if (!isSplit(node)) return node;
  const parts = node.parts.map(flat).flatMap((part) => {
    if (!isSplit(part) || part.along !== node.along) return [part];
    const whole = part.size;
    const shares = part.parts.map(({ size }) => size ?? 100 / part.parts.length);
    if (typeof whole !== 'number' || shares.some((share) => typeof share === 'string')) return [part];
    const sum = shares.reduce<number>((total, share) => total + Number(share), 0);
    return part.parts.map((inner, i) => ({ ...inner, size: Math.round(whole * Number(shares[i]) * 10) / (10 * sum) }));
  });
  return { ...node, parts };
}

/** Half of the group, on one of its sides. */
function beside(part: LayoutGroup, fresh: LayoutGroup, where: Side): LayoutNode {
  const { size, ...rest } = part;
  const halves = where === 'left' || where === 'above' ? [fresh, rest] : [rest, fresh];
  return { along: where === 'left' || where === 'right' ? 'row' : 'column', parts: halves, size };
}

/** The panel, open or not, at another place. Unchanged when the target is not open, or is the panel alone. */
export function moved(layout: Layout, panel: string, { beside: target, where }: PanelTarget): Layout {
  const goal = groupWith(layout, target);
  if (goal === undefined) return layout;
  if (goal.tabs.includes(panel) && (where === 'among' || goal.tabs.length === 1)) return layout;
  const anchor = target === panel ? goal.tabs.find((id) => id !== panel) : target;
  const without = onlyPanels(layout, (id) => id !== panel);
  if (anchor === undefined || without === undefined) return layout;
  const root = mapGroups(without.root, (part) => {
    if (!part.tabs.includes(anchor)) return part;
    if (where === 'among') return { ...part, tabs: [...part.tabs, panel], front: panel };
    return beside(part, { tabs: [panel] }, where);
  });
  return { ...without, root: flat(root ?? without.root), maximised: undefined };
}

/** At the edge of all other panels. */
function atEdge({ root, ...layout }: Layout, panel: string, side: Side, size: LayoutSize): Layout {
  const along = side === 'left' || side === 'right' ? 'row' : 'column';
  const fresh: LayoutGroup = { tabs: [panel], size };
  const isFirst = side === 'left' || side === 'above';
  // Beside a part without a size, parts that add up to 100 already would leave no room.
  const { size: _, ...others } = root;
  const rest: LayoutNode = others;
  return { ...layout, root: { along, parts: isFirst ? [fresh, rest] : [rest, fresh] } };
}

const EDGES: Readonly<Record<PanelPlace['area'], readonly [Side, LayoutSize]>> = {
  left: ['left', 34],
  right: ['right', 40],
  middle: ['below', '122px'],
  bottom: ['below', 38],
  side: ['right', '360px'],
};

/** The panel in front: a closed one opens among those of its area, or at the edge where its area is. */
export function opened(layout: Layout, panel: PanelPlace, places: readonly PanelPlace[]): Layout {
  const { id, area } = panel;
  if (panelsIn(layout).includes(id)) return shown(layout, id);
  const kin = new Set(places.filter((place) => place.area === area).map((place) => place.id));
  const count = ({ tabs }: LayoutGroup): number => tabs.filter((tab) => kin.has(tab)).length;
  const [home] = [...groupsOf(layout.root)].sort((a, b) => count(b) - count(a));
  const isHome = home !== undefined && count(home) > 0;
  const target = isHome ? home.tabs.find((tab) => kin.has(tab)) : undefined;
  const next =
    target === undefined ? atEdge(layout, id, ...EDGES[area]) : moved(layout, id, { beside: target, where: 'among' });
  return { ...next, maximised: undefined };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where each group is, in a workspace of a size in pixels. */
function boxes(node: LayoutNode, box: Box): readonly (readonly [LayoutGroup, Box])[] {
  if (!isSplit(node)) return [[node, box]];
  const length = node.along === 'row' ? box.width : box.height;
  const given = node.parts.map(({ size }) =>
    typeof size === 'number' ? (size / 100) * length : size === undefined ? undefined : Number.parseInt(size, 10),
  );
  const left = Math.max(0, length - given.reduce<number>((sum, share) => sum + (share ?? 0), 0));
  const open = given.filter((share) => share === undefined).length;
  let at = node.along === 'row' ? box.x : box.y;
  return node.parts.flatMap((part, i) => {
    const share = given[i] ?? left / open;
    const place = node.along === 'row' ? { ...box, x: at, width: share } : { ...box, y: at, height: share };
    at += share;
    return boxes(part, place);
  });
}

/** The panel in front of the next group on that side; undefined: there is none. */
export function neighbour(
  layout: Layout,
  panel: string,
  side: Side,
  size: Pick<Box, 'width' | 'height'>,
): string | undefined {
  // A rectangle of the DOM cannot be spread.
  const all = boxes(layout.root, { x: 0, y: 0, width: size.width, height: size.height });
  const own = all.find(([{ tabs }]) => tabs.includes(panel))?.[1];
  if (own === undefined) return undefined;
  const middle = ({ x, y, width, height }: Box): readonly [number, number] => [x + width / 2, y + height / 2];
  const [ownX, ownY] = middle(own);
  const distance = (box: Box): number | undefined => {
    const sideways = side === 'left' || side === 'right';
    const gap = {
      left: own.x - (box.x + box.width),
      right: box.x - (own.x + own.width),
      above: own.y - (box.y + box.height),
      below: box.y - (own.y + own.height),
    }[side];
    if (gap < -1) return undefined;
    const [x, y] = middle(box);
    return gap + Math.abs(sideways ? y - ownY : x - ownX) / 1000;
  };
  const [next] = all
    .flatMap(([part, box]) => {
      const far = distance(box);
      return far === undefined ? [] : [{ part, far }];
    })
    .sort((a, b) => a.far - b.far);
  return next === undefined ? undefined : frontOf(next.part);
}

/** With the panels that the layout does not name, behind those of their areas; one that can be closed stays so. */
export function completed(layout: Layout, places: readonly PanelPlace[]): Layout {
  const missing = places.filter(({ id, area }) => area !== 'side' && !panelsIn(layout).includes(id));
  const whole = missing.reduce((next, place) => opened(next, place, places), layout);
  return fronts(layout).reduce(shown, whole);
}
