/**
 * The areas of the workspace's panels, and how a panel is brought to the front. The panels themselves are defined in
 * `ui`.
 */
import type { AnyText } from './i18n/index.ts';
import { useView, type Area } from './store.ts';

export interface PanelPlace {
  /** Stable: links, keys and the command `panel.ID` name it. */
  readonly id: string;
  readonly area: Exclude<Area, 'all'>;
  readonly title: AnyText;
}

let places: readonly PanelPlace[] = [];

/** Called once, before anything else of the page asks for panels. */
export function placePanels(panels: readonly PanelPlace[]): void {
  places = panels;
}

export function panelPlaces(): readonly PanelPlace[] {
  return places;
}

export function showPanel(id: string): void {
  const panel = places.find((known) => known.id === id);
  if (panel !== undefined)
    useView.setState(({ shown }) => ({ shown: { ...shown, [panel.area]: panel.id, all: panel.id } }));
}

/** The areas with these panels in front. */
export function withPanels(
  shown: Readonly<Record<Area, string>>,
  ids: readonly string[],
): Readonly<Record<Area, string>> {
  const front = places.filter(({ id }) => ids.includes(id)).map(({ area, id }) => [area, id]);
  return { ...shown, ...(Object.fromEntries(front) as Partial<Record<Area, string>>), all: ids[0] ?? shown.all };
}
