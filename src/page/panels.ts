/** The panels of the workspace: where each stands, and how one is brought to the front. */
import type { TextId } from './i18n/index.ts';
import { useView, type Area } from './store.ts';

/** Where each panel stands, in the order of the tabs. */
export const PANELS: readonly { readonly id: string; readonly area: Exclude<Area, 'all'>; readonly title: TextId }[] = [
  { id: 'topology', area: 'left', title: 'panel.topology' },
  { id: 'server', area: 'left', title: 'panel.server' },
  { id: 'explain', area: 'left', title: 'panel.explain' },
  { id: 'console', area: 'right', title: 'panel.console' },
  { id: 'timeline', area: 'middle', title: 'panel.timeline' },
  { id: 'packets', area: 'bottom', title: 'panel.packets' },
  { id: 'ladder', area: 'bottom', title: 'panel.ladder' },
  { id: 'streams', area: 'bottom', title: 'panel.streams' },
  { id: 'story', area: 'bottom', title: 'panel.story' },
  { id: 'breakpoints', area: 'left', title: 'panel.breakpoints' },
];

export function showPanel(id: string): void {
  const panel = PANELS.find((known) => known.id === id);
  if (panel !== undefined)
    useView.setState(({ shown }) => ({ shown: { ...shown, [panel.area]: panel.id, all: panel.id } }));
}

/** The areas with these panels in front. */
export function withPanels(
  shown: Readonly<Record<Area, string>>,
  ids: readonly string[],
): Readonly<Record<Area, string>> {
  const front = PANELS.filter(({ id }) => ids.includes(id)).map(({ area, id }) => [area, id]);
  return { ...shown, ...(Object.fromEntries(front) as Partial<Record<Area, string>>), all: ids[0] ?? shown.all };
}
