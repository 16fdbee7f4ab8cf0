/** Commands of how the panels are arranged: layouts, and a panel that is moved, maximised or closed. */
import * as z from 'zod/mini';
import type { Message } from '../../../base/sentence.ts';
import { closed, moved, neighbour, type Side } from '../../layout/edits.ts';
import {
  applyPreset,
  arrange,
  isOpen,
  isPanel,
  keepLayouts,
  MAX_NAME,
  MAX_OWN,
  useLayout,
} from '../../layout/layout-store.ts';
import { fronts, groupsOf, layoutSchema, readLayout } from '../../layout/layout.ts';
import { PRESETS, type Preset } from '../../layout/presets.ts';
import { panelOf } from '../../panels.ts';
import type { AnyText } from '../../i18n/index.ts';
import { useView } from '../../store.ts';
import { defineCommand, defineCommandWith, type CommandSpec } from '../define.ts';
import { commandMessage } from '../messages.ts';

const SIDES = ['left', 'right', 'above', 'below'] as const;
const PRESET_TITLES: Readonly<Record<Preset, AnyText>> = {
  default: { en: 'Layout: default', fr: 'Disposition : par défaut' },
  packets: { en: 'Layout: packets', fr: 'Disposition : paquets' },
  class: { en: 'Layout: class', fr: 'Disposition : cours' },
  script: { en: 'Layout: script', fr: 'Disposition : script' },
  server: { en: 'Layout: server', fr: 'Disposition : serveur' },
};
const MOVES: Readonly<Record<Side, { readonly title: AnyText; readonly key: string }>> = {
  left: { title: { en: 'Move the panel to the left', fr: 'Déplacer le panneau à gauche' }, key: 'Alt+Shift+ArrowLeft' },
  right: {
    title: { en: 'Move the panel to the right', fr: 'Déplacer le panneau à droite' },
    key: 'Alt+Shift+ArrowRight',
  },
  above: { title: { en: 'Move the panel up', fr: 'Déplacer le panneau vers le haut' }, key: 'Alt+Shift+ArrowUp' },
  below: { title: { en: 'Move the panel down', fr: 'Déplacer le panneau vers le bas' }, key: 'Alt+Shift+ArrowDown' },
};

/** The panel that the focus is in or was in last, if it is open; else the first in front. */
function inHand(): string | undefined {
  const { inHand: last, layout } = useLayout.getState();
  return last !== undefined && isOpen(last) ? last : fronts(layout)[0];
}

/** The commands act where panels are arranged, not where all are tabs of one area. */
function unlessArranged(): Message | undefined {
  if (useView.getState().projector || document.querySelector('[data-workspace]') === null)
    return commandMessage('command.one-area');
  return inHand() === undefined ? commandMessage('command.no-panel-chosen') : undefined;
}

function unlessOthers(): Message | undefined {
  return (
    unlessArranged() ??
    (groupsOf(useLayout.getState().layout.root).length > 1 ? undefined : commandMessage('command.panel-alone'))
  );
}

/** Frames in which the tab is drawn and a menu or dialog, as it closes, has given the focus back. */
const FOCUS_FRAMES = 8;

/** Gives the focus to the tab of a panel, once it is drawn. */
function focusTab(panel: string): void {
  useLayout.setState({ inHand: panel });
  let left = FOCUS_FRAMES;
  const focus = (): void => {
    const tab = document.querySelector<HTMLElement>(`[data-panel-tab="${panel}"]`);
    // What somebody has put the focus on meanwhile keeps it.
    const isFree = document.activeElement === document.body || document.activeElement?.closest('[data-workspace]');
    if (tab !== null && isFree) tab.focus();
    left--;
    if (left > 0) requestAnimationFrame(focus);
  };
  requestAnimationFrame(focus);
}

function workspaceSize(): { readonly width: number; readonly height: number } {
  return document.querySelector('[data-workspace]')?.getBoundingClientRect() ?? { width: 1, height: 1 };
}

/** To the next group on that side; where there is none, into a group of its own there. */
function moveTo(side: Side): void {
  const { layout } = useLayout.getState();
  const panel = inHand();
  if (panel === undefined) return;
  const next = neighbour(layout, panel, side, workspaceSize());
  const target = next === undefined ? { beside: panel, where: side } : { beside: next, where: 'among' as const };
  arrange(moved(layout, panel, target));
  focusTab(panel);
}

function whyNotTo(side: Side): Message | undefined {
  const reason = unlessArranged();
  const panel = inHand();
  if (reason !== undefined || panel === undefined) return reason;
  const { layout } = useLayout.getState();
  if (neighbour(layout, panel, side, workspaceSize()) !== undefined) return undefined;
  const own = groupsOf(layout.root).find(({ tabs }) => tabs.includes(panel));
  return own?.tabs.length === 1 ? commandMessage('command.panel-edge') : undefined;
}

/** Moves the focus to the group after the one that has it, or before. */
function focusNext(by: 1 | -1): void {
  const shown = fronts(useLayout.getState().layout);
  const present = panelOf(document.activeElement) ?? inHand();
  const at = shown.findIndex((id) => id === present);
  const next = shown[(at + by + shown.length) % shown.length];
  if (next !== undefined) focusTab(next);
}

function presetCommand<const Id extends Preset>(preset: Id): CommandSpec<`layout.${Id}`, undefined> {
  return defineCommand({
    id: `layout.${preset}`,
    title: PRESET_TITLES[preset],
    run: () => {
      applyPreset(preset);
      keepLayouts();
    },
  });
}

const name = z.string().check(z.minLength(1), z.maxLength(MAX_NAME));
const panel = z.string();

function unlessOpen(id: string): Message | undefined {
  if (!isPanel(id)) return commandMessage('command.no-panel', { id });
  return undefined;
}

function unlessOwn(wanted: string): Message | undefined {
  const { own } = useLayout.getState();
  return own.some((known) => known.name === wanted) ? undefined : commandMessage('command.no-layout', { name: wanted });
}

export const LAYOUT_COMMANDS = [
  ...PRESETS.map((preset) => presetCommand(preset)),
  defineCommandWith({
    id: 'layout.set',
    title: { en: 'Arrange the panels', fr: 'Disposer les panneaux' },
    argument: layoutSchema,
    run: (_, given) => {
      const layout = readLayout(given, isPanel);
      if (layout !== undefined) arrange(layout);
    },
  }),
  defineCommandWith({
    id: 'layout.use',
    title: { en: 'Use a layout of your own', fr: 'Prendre une de vos dispositions' },
    argument: name,
    refusal: (_, wanted) => unlessOwn(wanted),
    run: (_, wanted) => {
      const found = useLayout.getState().own.find((known) => known.name === wanted);
      if (found === undefined) return;
      useLayout.setState({ layout: found.layout, preset: undefined });
      keepLayouts();
    },
  }),
  defineCommandWith({
    id: 'layout.keep',
    title: { en: 'Keep the layout under a name', fr: 'Garder la disposition sous un nom' },
    argument: name,
    refusal: (_, wanted) => {
      const others = useLayout.getState().own.filter((known) => known.name !== wanted);
      return others.length < MAX_OWN ? undefined : commandMessage('command.layouts-full', { limit: MAX_OWN });
    },
    run: (_, wanted) => {
      useLayout.setState(({ own, layout }) => ({
        own: [...own.filter((known) => known.name !== wanted), { name: wanted, layout }],
        isNaming: false,
      }));
      keepLayouts();
    },
  }),
  defineCommandWith({
    id: 'layout.forget',
    title: { en: 'Remove a layout of your own', fr: 'Supprimer une de vos dispositions' },
    argument: name,
    refusal: (_, wanted) => unlessOwn(wanted),
    run: (_, wanted) => {
      useLayout.setState(({ own }) => ({ own: own.filter((known) => known.name !== wanted) }));
      keepLayouts();
    },
  }),
  defineCommandWith({
    id: 'layout.naming',
    title: { en: 'Keep this layout…', fr: 'Garder cette disposition…' },
    argument: z.optional(z.boolean()),
    run: (_, isNaming = true) => useLayout.setState({ isNaming, menu: undefined }),
  }),
  defineCommandWith({
    id: 'layout.menu',
    title: { en: 'Move the panel to…', fr: 'Déplacer le panneau vers…' },
    key: 'Alt+M',
    argument: z.optional(panel),
    whyNot: unlessArranged,
    // The empty name closes it.
    run: (_, id = inHand() ?? '') => useLayout.setState({ menu: id === '' ? undefined : id }),
  }),
  defineCommandWith({
    id: 'layout.move',
    title: { en: 'Move a panel', fr: 'Déplacer un panneau' },
    argument: z.strictObject({ panel, beside: panel, where: z.enum([...SIDES, 'among']) }),
    refusal: (_, { panel: id, beside }) => unlessOpen(id) ?? unlessOpen(beside),
    run: (_, { panel: id, ...target }) => {
      arrange(moved(useLayout.getState().layout, id, target));
      focusTab(id);
    },
  }),
  ...SIDES.map((side) =>
    defineCommand({
      id: `layout.move-${side}`,
      ...MOVES[side],
      whyNot: () => whyNotTo(side),
      run: () => moveTo(side),
    }),
  ),
  defineCommandWith({
    id: 'layout.maximise',
    title: { en: 'Maximise the panel, or restore it', fr: 'Agrandir le panneau, ou le rétablir' },
    key: 'Alt+X',
    argument: z.optional(panel),
    whyNot: unlessOthers,
    run: (_, id = inHand()) => {
      if (id === undefined) return;
      const { layout } = useLayout.getState();
      useLayout.setState({ layout: { ...layout, maximised: layout.maximised === undefined ? id : undefined } });
      focusTab(id);
    },
  }),
  defineCommandWith({
    id: 'layout.close',
    title: { en: 'Close the panel', fr: 'Fermer le panneau' },
    key: 'Alt+Shift+W',
    argument: z.optional(panel),
    whyNot: unlessArranged,
    run: (_, id = inHand()) => {
      if (id === undefined) return;
      const { layout } = useLayout.getState();
      const next = closed(layout, id);
      if (next === undefined) return;
      const own = groupsOf(layout.root).findIndex(({ tabs }) => tabs.includes(id));
      arrange(next);
      const shown = fronts(next);
      focusTab(shown[Math.min(own, shown.length - 1)] ?? '');
    },
  }),
  defineCommand({
    id: 'layout.next',
    title: { en: 'Next panel', fr: 'Panneau suivant' },
    key: 'Alt+G',
    whyNot: unlessArranged,
    run: () => focusNext(1),
  }),
  defineCommand({
    id: 'layout.previous',
    title: { en: 'Previous panel', fr: 'Panneau précédent' },
    key: 'Alt+Shift+G',
    whyNot: unlessArranged,
    run: () => focusNext(-1),
  }),
] as const;
