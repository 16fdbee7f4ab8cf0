/** Commands of what the page shows: the selection, panels, dialogs, notices, language and theme. */
import * as z from 'zod/mini';
import { useLabs } from '../../document/kept/lab-library.ts';
import { LANGUAGES } from '../../i18n/index.ts';
import { useLayout } from '../../layout/layout-store.ts';
import { fronts } from '../../layout/layout.ts';
import { showPanel } from '../../layout/show-panel.ts';
import { panelOf, panelPlaces } from '../../panels.ts';
import { changeLanguage } from '../../shell/settings.ts';
import { CONSOLE_VIEWS, useLive, useView, type ConsoleView, type Theme } from '../../store.ts';
import { defineCommand, defineCommandWith, unlessLab, type CommandSpec } from '../define.ts';
import { commandMessage } from '../messages.ts';

export function isDark(theme: Theme): boolean {
  return theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
}

const selection = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('node'), name: z.string() }),
  z.strictObject({ kind: z.literal('link'), index: z.int() }),
  z.strictObject({ kind: z.literal('note'), index: z.int() }),
  z.strictObject({ kind: z.literal('event'), id: z.int() }),
  z.strictObject({ kind: z.literal('frame'), number: z.int() }),
]);

function consoleCommand<View extends ConsoleView>(view: View): CommandSpec<`console.${View}`, undefined> {
  return defineCommand({
    id: `console.${view}`,
    title: `console.${view}`,
    run: () => {
      showPanel('console');
      useView.setState({ consoleView: view });
    },
  });
}

/** A panel of the workspace by its id: keys, links and embedding pages show it. */
export function panelCommands(): readonly CommandSpec<`panel.${string}`, undefined>[] {
  return panelPlaces().map(({ id, title }, i) =>
    defineCommand({
      id: `panel.${id}`,
      title,
      ...(i < 10 ? { key: `Alt+${(i + 1) % 10}` } : {}),
      run: () => showPanel(id),
    }),
  );
}

/** The panel that has the focus is the one that is shown, else the first in front. */
function project(): void {
  const [first] = fronts(useLayout.getState().layout);
  const { activeElement } = document;
  const focused = panelOf(activeElement);
  // A field of the top bar would get the keys that show moments.
  if (focused === undefined && activeElement instanceof HTMLElement) activeElement.blur();
  const panel = focused ?? first;
  useView.setState({ projector: true, ...(panel === undefined ? {} : { shownPanel: panel }) });
}

export const VIEW_COMMANDS = [
  defineCommandWith({
    id: 'select',
    title: 'select',
    argument: selection,
    run: (page, chosen) => page.select(chosen),
  }),
  defineCommandWith({
    id: 'view.machine',
    title: 'console.machine',
    argument: z.optional(z.string()),
    run: (_, machine) => useView.setState({ machine }),
  }),
  defineCommandWith({
    id: 'view.server',
    title: 'kind.server',
    argument: z.string(),
    run: (_, server) => useView.setState({ server }),
  }),
  ...CONSOLE_VIEWS.map((view) => consoleCommand(view)),
  defineCommandWith({
    id: 'packets.filter',
    title: 'packets.filter',
    argument: z.optional(z.string()),
    refusal: async ({ client }, filter = '') => {
      const state = await client.analysis.checkFilter(filter);
      if (state.ok) return undefined;
      return commandMessage('command.at', { place: state.offset + 1, problem: state.message });
    },
    run: async ({ client }, filter = '') => {
      // The thread has it before the list asks how many frames it shows.
      await client.analysis.setFilter(filter);
      showPanel('packets');
      useView.setState({ filter });
    },
  }),
  /** As it is typed: the analysis thread has it already. */
  defineCommandWith({
    id: 'view.filter',
    title: 'packets.filter',
    argument: z.string(),
    run: (_, filter) => useView.setState({ filter }),
  }),
  defineCommandWith({
    id: 'view.panel',
    title: 'view.panel',
    argument: z.string(),
    run: (_, id) => showPanel(id),
  }),
  defineCommand({
    id: 'palette.open',
    title: 'palette.open',
    key: 'Ctrl+K',
    run: () => useView.setState({ paletteOpen: true }),
  }),
  defineCommand({ id: 'share.open', title: 'share.open', run: () => useView.setState({ shareOpen: true }) }),
  defineCommand({ id: 'about.open', title: 'about.open', run: () => useView.setState({ aboutOpen: true }) }),
  defineCommand({ id: 'lab.choose', title: 'lab.choose', run: () => useView.setState({ labsOpen: true }) }),
  defineCommand({
    id: 'view.projector',
    title: { en: 'Projector mode', fr: 'Mode vidéoprojecteur' },
    key: 'Alt+J',
    run: () => (useView.getState().projector ? useView.setState({ projector: false }) : project()),
  }),
  defineCommand({
    id: 'view.projector-leave',
    title: { en: 'Leave projector mode', fr: 'Quitter le mode vidéoprojecteur' },
    key: 'Escape',
    whyNot: () => {
      const { projector, pastNs } = useView.getState();
      if (!projector) return commandMessage('command.no-projector');
      return pastNs === undefined ? undefined : commandMessage('command.past');
    },
    run: () => useView.setState({ projector: false }),
  }),
  defineCommand({
    id: 'lab.describe',
    title: { en: 'About this lab', fr: 'À propos de ce labo' },
    whyNot: unlessLab,
    run: () => useView.setState({ describedOpen: true }),
  }),
  defineCommandWith({
    id: 'dialog.close',
    title: 'dialog.close',
    argument: z.enum(['palette', 'share', 'about', 'labs', 'described']),
    run: (_, dialog) => useView.setState({ [`${dialog}Open`]: false }),
  }),
  defineCommand({
    id: 'notice.close',
    title: 'notice.close',
    key: 'Escape',
    whyNot: () => {
      const { pastNs, paletteOpen, shareOpen } = useView.getState();
      if (useLive.getState().notice === undefined) return commandMessage('command.no-notice');
      if (pastNs !== undefined) return commandMessage('command.past');
      return paletteOpen || shareOpen ? commandMessage('command.dialog') : undefined;
    },
    run: () => useLive.setState({ notice: undefined }),
  }),
  defineCommandWith({
    id: 'banner.close',
    title: 'problems.close',
    argument: z.enum(['problems', 'warnings', 'notice', 'storage']),
    run: (_, banner) => {
      if (banner === 'problems') useLive.setState({ problems: [] });
      else if (banner === 'warnings') useLive.setState({ warnings: [] });
      else if (banner === 'notice') useLive.setState({ notice: undefined });
      else useLabs.setState({ trouble: undefined });
    },
  }),
  defineCommand({
    id: 'language.switch',
    title: 'language.switch',
    run: async () => {
      const { language } = useView.getState();
      const next = LANGUAGES.find(({ id }) => id !== language);
      if (next !== undefined) await changeLanguage(next.id);
    },
  }),
  defineCommand({
    id: 'theme.switch',
    title: 'theme.switch',
    run: () => useView.setState(({ theme }) => ({ theme: isDark(theme) ? 'light' : 'dark' })),
  }),
] as const;
