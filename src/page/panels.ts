/**
 * The areas of the workspace's panels, and how a panel is brought to the front. The panels themselves are defined in
 * `ui`.
 */
import type { AnyText, Language } from './i18n/index.ts';
import { useView, type Area } from './store.ts';

export interface PanelPlace {
  /** Stable: links, keys and the command `panel.ID` name it. */
  readonly id: string;
  readonly area: Exclude<Area, 'all'>;
  /** In every language: a panel is a folder of its own. */
  readonly title: Readonly<Record<Language, string>>;
}

let places: readonly PanelPlace[] = [];

/** Called once, before anything else of the page asks for panels. */
export function placePanels(panels: readonly PanelPlace[]): void {
  places = panels;
}

export function panelPlaces(): readonly PanelPlace[] {
  return places;
}

/** The panel's title, for those who label parts of it. */
export function panelTitle(id: string): AnyText {
  return places.find((known) => known.id === id)?.title ?? { en: id, fr: id };
}

/** The panel that an element is in. Parts that can be resized have an attribute of that name too. */
export function panelOf(element: Element | null | undefined): string | undefined {
  return element?.closest('[role="tabpanel"][data-panel]')?.getAttribute('data-panel') ?? undefined;
}

export function showPanel(id: string): void {
  const panel = places.find((known) => known.id === id);
  if (panel !== undefined)
    useView.setState(({ shown, sideOpen }) => ({
      shown: { ...shown, [panel.area]: panel.id, all: panel.id },
      sideOpen: sideOpen || panel.area === 'side',
    }));
}

/** The areas with these panels in front. */
export function withPanels(
  shown: Readonly<Record<Area, string>>,
  ids: readonly string[],
): Readonly<Record<Area, string>> {
  const front = places.filter(({ id }) => ids.includes(id)).map(({ area, id }) => [area, id]);
  return { ...shown, ...(Object.fromEntries(front) as Partial<Record<Area, string>>), all: ids[0] ?? shown.all };
}
