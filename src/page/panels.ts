/** The panels of the workspace by id, and where each opens. The panels themselves are defined in `ui`. */
import type { AnyText, Language } from './i18n/index.ts';

export interface PanelPlace {
  /** Stable: links, keys and the command `panel.ID` name it. */
  readonly id: string;
  /** Where it opens, and which others it is then beside. */
  readonly area: 'left' | 'right' | 'middle' | 'bottom' | 'side';
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

/** The panel that an element is in, or whose tab it is. */
export function panelOf(element: Element | null | undefined): string | undefined {
  const found = element?.closest('[data-panel]:not([data-panel="true"]), [data-panel-tab]');
  return found?.getAttribute('data-panel-tab') ?? found?.getAttribute('data-panel') ?? undefined;
}
