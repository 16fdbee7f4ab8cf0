/** The one workspace: top bar, then panels that can be resized; on a small screen, or embedded, the panels are tabs. */
import { useEffect, useMemo, type ReactNode } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { keyName } from '../page/commands/registry.ts';
import { panelOf } from '../page/panels.ts';
import { useCaptures } from '../page/captures/capture-store.ts';
import { useMissing } from '../page/document/files/missing-files.ts';
import { useNewVersion } from '../page/shell/offline.ts';
import { useView } from '../page/store.ts';
import { ErrorBoundary } from './parts/error-boundary.tsx';
import { DropZone } from './parts/files/drop-zone.tsx';
import { ProblemBanner } from './parts/bars/problem-banner.tsx';
import { lazyPart } from './parts/lazy-part.tsx';
import { OpeningBar } from './parts/bars/opening-bar.tsx';
import { StorageBar } from './parts/bars/storage-bar.tsx';
import type { PanelSpec } from './parts/panel.ts';
import { Tabs } from './parts/tabs.tsx';
import { ThreadBar } from './parts/bars/thread-bar.tsx';
import { PastBar } from './panels/timeline/past-bar.tsx';
import { PANELS } from './panels/all.ts';
import { useLabName } from './topbar/lab-name.ts';
import { TopBar } from './topbar/top-bar.tsx';
import { useCommands, useNarrow, useText } from './hooks.ts';
import styles from './app.module.css';

const [Palette, preloadPalette] = lazyPart(async () => (await import('./topbar/palette.tsx')).Palette, null);
const [ShareDialog, preloadShare] = lazyPart(async () => (await import('./topbar/share-dialog.tsx')).ShareDialog, null);
const [TaskStrip] = lazyPart(async () => (await import('./panels/lesson/task-strip.tsx')).TaskStrip, null);
const [AboutDialog] = lazyPart(async () => (await import('./topbar/about/about-dialog.tsx')).AboutDialog, null);
const [CaptureTabs] = lazyPart<object>(async () => (await import('./captures/capture-tabs.tsx')).CaptureTabs, null);
const [NewVersionBar] = lazyPart(async () => (await import('./parts/bars/new-version-bar.tsx')).NewVersionBar, null);

const [MissingFilesDialog, preloadMissingFiles] = lazyPart(
  async () => (await import('./parts/files/missing-files-dialog.tsx')).MissingFilesDialog,
  null,
);

const PRELOADS = [...PANELS.flatMap(({ preload }) => preload ?? []), preloadPalette, preloadShare, preloadMissingFiles];

/** Hidden panels are fetched when the page is idle, so that they are not blank when first shown. */
function usePreloading(): void {
  useEffect(() => {
    const load = async (): Promise<void> => {
      // One after the other; a part that fails here is fetched again when it is shown.
      for (const preload of PRELOADS) await preload().catch(() => undefined);
    };
    const timer = setTimeout(() => void load(), PRELOAD_MS);
    return () => clearTimeout(timer);
  }, []);
}

/** After the first paint and the start of the workers. */
const PRELOAD_MS = 1500;

type TabArea = 'left' | 'right' | 'middle' | 'bottom' | 'side';

/** Keys of commands, wherever the focus is, unless somebody is typing or the emulated keyboard has it. */
function useCommandKeys(): void {
  const commands = useCommands();
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const target = event.target instanceof Element ? event.target : undefined;
      const inside = (selector: string): boolean => target !== undefined && target.closest(selector) !== null;
      if (inside('[data-takes-keys]')) return;
      const typing = inside('input, textarea, [contenteditable="true"]');
      const key = keyName(event);
      const command = commands.forKey(key, panelOf(target));
      if (command === undefined) return;
      if (typing && (command.id.startsWith('edit.') || key.endsWith('Space') || key === 'Ctrl+C')) return;
      // A selected text is what is to be copied.
      if (key === 'Ctrl+C' && getSelection()?.isCollapsed === false) return;
      event.preventDefault();
      void commands.invoke(command.id);
    };
    // A press that a button or a tab would act on does not get up to here: the space bar is taken on its way down.
    const pressSpace = (event: KeyboardEvent): void => {
      if (event.key !== ' ') return;
      press(event);
      if (event.defaultPrevented) event.stopPropagation();
    };
    addEventListener('keydown', press);
    addEventListener('keydown', pressSpace, true);
    return () => {
      removeEventListener('keydown', press);
      removeEventListener('keydown', pressSpace, true);
    };
  }, [commands]);
}

/** The panels of each area that are shown: all, or those that an embedding page chose. */
function useTabs(): Readonly<Record<TabArea | 'all', readonly PanelSpec[]>> {
  const panels = useView((state) => state.panels);
  const sideOpen = useView((state) => state.sideOpen);
  return useMemo(() => {
    const chosen = PANELS.filter(({ id, area }) =>
      panels === undefined ? sideOpen || area !== 'side' : panels.includes(id),
    );
    const shown = chosen.length > 0 ? chosen : PANELS;
    const of = (area: TabArea): readonly PanelSpec[] => shown.filter((panel) => panel.area === area);
    const areas = {
      left: of('left'),
      right: of('right'),
      middle: of('middle'),
      bottom: of('bottom'),
      side: of('side'),
    };
    return { ...areas, all: [...areas.side, ...areas.right, ...areas.left, ...areas.middle, ...areas.bottom] };
  }, [panels, sideOpen]);
}

/** Not needed for the first paint. */
const [FindingsKeeper] = lazyPart<object>(
  async () => (await import('./panels/story/findings-keeper.tsx')).FindingsKeeper,
  null,
);

export function App(): ReactNode {
  const narrow = useNarrow();
  const projector = useView((state) => state.projector);
  const text = useText();
  const theme = useView((state) => state.theme);
  const language = useView((state) => state.language);
  const paletteOpen = useView((state) => state.paletteOpen);
  const shareOpen = useView((state) => state.shareOpen);
  const aboutOpen = useView((state) => state.aboutOpen);
  const hasNewVersion = useNewVersion();
  const hasCaptures = useCaptures((state) => state.list.length > 0);
  const asksForFiles = useMissing((state) => state.isOpen);
  const name = useLabName();
  const commands = useCommands();
  useCommandKeys();
  usePreloading();
  useEffect(() => {
    document.title = name === '' ? text('app.name') : `${name} – ${text('app.name')}`;
  }, [name, text]);
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    document.documentElement.lang = language;
  }, [theme, language]);
  return (
    <div className={styles['app']} data-projector={projector}>
      <ErrorBoundary>
        <TopBar />
        {hasCaptures ? <CaptureTabs /> : null}
      </ErrorBoundary>
      <main className={styles['main']}>
        <h1 className="visually-hidden">{text('app.name')}</h1>
        {narrow || projector ? <OneArea /> : <Workspace />}
      </main>
      <ErrorBoundary>
        <FindingsKeeper />
      </ErrorBoundary>
      <ErrorBoundary>
        <PastBar />
      </ErrorBoundary>
      <aside className={styles['messages']} aria-label={text('app.messages')}>
        <ErrorBoundary>
          {hasNewVersion ? <NewVersionBar /> : null}
          <OpeningBar />
          <StorageBar />
          <ProblemBanner />
          <ThreadBar />
          <DropZone />
        </ErrorBoundary>
        {paletteOpen ? (
          <ErrorBoundary onClose={() => void commands.run('dialog.close', 'palette')}>
            <Palette />
          </ErrorBoundary>
        ) : null}
        {shareOpen ? (
          <ErrorBoundary onClose={() => void commands.run('dialog.close', 'share')}>
            <ShareDialog />
          </ErrorBoundary>
        ) : null}
        {aboutOpen ? (
          <ErrorBoundary onClose={() => void commands.run('dialog.close', 'about')}>
            <AboutDialog />
          </ErrorBoundary>
        ) : null}
        {asksForFiles ? (
          <ErrorBoundary onClose={() => void commands.run('file.ask-later')}>
            <MissingFilesDialog />
          </ErrorBoundary>
        ) : null}
      </aside>
    </div>
  );
}

function OneArea(): ReactNode {
  const { all } = useTabs();
  return (
    <div className={styles['narrow']}>
      <TaskStrip />
      <div className={styles['rest']}>
        <Tabs area="all" tabs={all} />
      </div>
    </div>
  );
}

function Workspace(): ReactNode {
  const { side } = useTabs();
  return (
    <Group orientation="horizontal" className={styles['group']}>
      <Panel id="work" minSize="40">
        <Lab />
      </Panel>
      {side.length > 0 ? <Separator className={styles['columnBar']} /> : null}
      {side.length > 0 ? (
        <Panel id="side" defaultSize="360px" minSize="260px">
          <Tabs area="side" tabs={side} />
        </Panel>
      ) : null}
    </Group>
  );
}

function Lab(): ReactNode {
  const { left, right, middle, bottom } = useTabs();
  const hasTop = left.length + right.length > 0;
  return (
    <Group orientation="vertical" className={styles['group']}>
      {hasTop ? (
        <Panel id="top" defaultSize="48" minSize="20">
          <Group orientation="horizontal" className={styles['group']}>
            {left.length > 0 ? (
              <Panel id="left" defaultSize="44" minSize="20">
                <Tabs area="left" tabs={left} />
              </Panel>
            ) : null}
            {left.length > 0 && right.length > 0 ? <Separator className={styles['columnBar']} /> : null}
            {right.length > 0 ? (
              <Panel id="right" defaultSize="56" minSize="20">
                <Tabs area="right" tabs={right} />
              </Panel>
            ) : null}
          </Group>
        </Panel>
      ) : null}
      {hasTop && middle.length > 0 ? <Separator className={styles['rowBar']} /> : null}
      {middle.length > 0 ? (
        <Panel id="middle" defaultSize="122px" minSize="84px">
          <Tabs area="middle" tabs={middle} />
        </Panel>
      ) : null}
      {hasTop || middle.length > 0 ? <Separator className={styles['rowBar']} /> : null}
      {bottom.length > 0 ? (
        <Panel id="bottom" defaultSize="38" minSize="12">
          <Tabs area="bottom" tabs={bottom} />
        </Panel>
      ) : null}
    </Group>
  );
}
