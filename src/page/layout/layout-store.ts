/**
 * Which layout is shown, and the reader's own ones. What the reader arranges is kept by the browser; a layout of a link, and
 * panels that were only brought to the front, are not.
 */
import { create } from 'zustand';
import * as z from 'zod/mini';
import { panelOf, panelPlaces } from '../panels.ts';
import { packText, unpackText } from '../../scenario/packed.ts';
import { notify, useView } from '../store.ts';
import { closed, completed, opened } from './edits.ts';
import { fronts, panelsIn, isArrangedAlike, readLayout, readLayoutText, type Layout } from './layout.ts';
import { isPreset, LARGE_PX, MEDIUM_PX, presetLayout, type Preset, type Width } from './presets.ts';

export interface OwnLayout {
  readonly name: string;
  readonly layout: Layout;
}

export interface LayoutState {
  readonly layout: Layout;
  /** The layout of the page that is shown as the page brings it, for the present width; undefined: it was changed. */
  readonly preset: Preset | undefined;
  readonly own: readonly OwnLayout[];
  /** The panel that last had the focus, or was asked for: commands about a panel are about this one. */
  readonly inHand: string | undefined;
  /** The panel whose menu is open. */
  readonly menu: string | undefined;
  /** Whether the dialog that asks for a name is open. */
  readonly isNaming: boolean;
}

export const MAX_OWN = 20;
export const MAX_NAME = 60;

const KEY = 'netboot-lab.layout';

export const useLayout = create<LayoutState>()(() => ({
  layout: presetLayout('default', 'medium'),
  preset: 'default',
  own: [],
  inHand: undefined,
  menu: undefined,
  isNaming: false,
}));

const kept = z.object({
  version: z.literal(1),
  preset: z.optional(z.string()),
  layout: z.optional(z.unknown()),
  own: z.optional(z.array(z.object({ name: z.string().check(z.maxLength(MAX_NAME)), layout: z.unknown() }))),
});

export function isPanel(id: string): boolean {
  return panelPlaces().some((place) => place.id === id);
}

export function widthNow(): Width {
  if (innerWidth >= LARGE_PX) return 'large';
  return innerWidth >= MEDIUM_PX ? 'medium' : 'small';
}

/** A layout of the page with all panels that it has, at the window's width. */
function presetOf(preset: Preset): Layout {
  return completed(presetLayout(preset, widthNow()), panelPlaces());
}

/** A layout of the page, at the window's width; with the panels in front that are in front now, if they are to stay. */
export function applyPreset(preset: Preset, keepsFronts = false): void {
  const before = fronts(useLayout.getState().layout);
  const places = panelPlaces();
  const layout = places
    .filter(({ id }) => keepsFronts && before.includes(id))
    .reduce((next, place) => opened(next, place, places), presetOf(preset));
  useLayout.setState({ preset, layout });
}

/** A panel that is shown in front, opened when it is closed. */
export function showInLayout(id: string): void {
  const places = panelPlaces();
  const place = places.find((known) => known.id === id);
  if (place !== undefined) useLayout.setState(({ layout }) => ({ layout: opened(layout, place, places) }));
}

export function isOpen(id: string): boolean {
  return panelsIn(useLayout.getState().layout).includes(id);
}

/** Nothing happens when it is the only one. */
export function closeInLayout(id: string): void {
  useLayout.setState(({ layout }) => ({ layout: closed(layout, id) ?? layout }));
}

/** The layout of a link, which nobody has chosen to keep: one of the page's by its name, or a document. */
export function openLinkedLayout(given: string): void {
  if (isPreset(given)) {
    applyPreset(given);
    return;
  }
  const text = unpackText(given);
  const layout = text.ok ? readLayoutText(text.value, isPanel) : undefined;
  if (layout === undefined) notify({ id: 'layout.notRead' });
  else useLayout.setState({ layout, preset: undefined });
}

/** As a link has it. */
export function linkedLayout({ layout, preset }: Pick<LayoutState, 'layout' | 'preset'>): string {
  return preset ?? packText(JSON.stringify(layout));
}

/** Reads what the browser kept. What cannot be used is as if it were not there. */
function restored(): Partial<LayoutState> {
  try {
    const parsed = kept.safeParse(JSON.parse(localStorage.getItem(KEY) ?? ''));
    if (!parsed.success) return {};
    const { preset, layout, own = [] } = parsed.data;
    const name = preset !== undefined && isPreset(preset) ? preset : undefined;
    const given = layout === undefined ? undefined : readLayout(layout, isPanel);
    return {
      ...(given === undefined ? {} : { layout: given, preset: undefined }),
      ...(given !== undefined || name === undefined ? {} : { layout: presetOf(name), preset: name }),
      own: own.slice(0, MAX_OWN).flatMap((entry) => {
        const read = readLayout(entry.layout, isPanel);
        return read === undefined ? [] : [{ name: entry.name, layout: read }];
      }),
    };
  } catch {
    // Storage is denied in some embeddings, or contains something else.
    return {};
  }
}

/** Stores what the reader has arranged. */
export function keepLayouts(): void {
  if (useView.getState().embed) return;
  const { layout, preset, own } = useLayout.getState();
  try {
    localStorage.setItem(KEY, JSON.stringify({ version: 1, ...(preset === undefined ? { layout } : { preset }), own }));
  } catch {
    // It holds until the page is closed.
  }
}

/** The reader's arrangement; kept unless only other panels came to the front. */
export function arrange(layout: Layout): void {
  // What could not be read again, as a split in a split in a split, is not made.
  if (readLayout(layout, isPanel) === undefined) return;
  const before = useLayout.getState();
  if (isArrangedAlike(before.layout, layout)) {
    useLayout.setState({ layout });
    return;
  }
  useLayout.setState({ layout, preset: undefined });
  keepLayouts();
}

/** Restores the layout, fits the page's own ones to the window, and knows which panel has the focus. Called once. */
export function startLayouts(): void {
  applyPreset('default');
  useLayout.setState(restored());
  for (const px of [MEDIUM_PX, LARGE_PX])
    matchMedia(`(min-width: ${px}px)`).addEventListener('change', () => {
      const { preset } = useLayout.getState();
      if (preset !== undefined) applyPreset(preset, true);
    });
  addEventListener('focusin', ({ target }) => {
    const panel = target instanceof Element ? panelOf(target) : undefined;
    if (panel !== undefined) useLayout.setState({ inHand: panel });
  });
}
