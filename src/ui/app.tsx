/** The one workspace: top bar, then panels that can be arranged; on a small screen, or embedded, the panels are tabs. */
import { useEffect, useMemo, type ReactNode } from 'react';
import { useKeys } from '../page/commands/keys.ts';
import { keyName } from '../page/commands/registry.ts';
import { panelOf } from '../page/panels.ts';
import { useCaptures } from '../page/captures/capture-store.ts';
import { useLayout } from '../page/layout/layout-store.ts';
import { panelsIn } from '../page/layout/layout.ts';
import { useMissing } from '../page/document/files/missing-files.ts';
import { useNewVersion } from '../page/shell/offline.ts';
import { useView } from '../page/store.ts';
import { ErrorBoundary } from './parts/states/error-boundary.tsx';
import { DropZone } from './parts/files/drop-zone.tsx';
import { ProblemBanner } from './parts/bars/problem-banner.tsx';
import { lazyPart } from './parts/states/lazy-part.tsx';
import { OpeningBar } from './parts/bars/opening-bar.tsx';
import { StorageBar } from './parts/bars/storage-bar.tsx';
import type { PanelSpec } from './parts/panel.ts';
import { Tabs } from './parts/tabs.tsx';
import { ThreadBar } from './parts/bars/thread-bar.tsx';
import { PastBar } from './panels/timeline/past-bar.tsx';
import { PANELS } from './panels/all.ts';
import { useLabName } from './topbar/lab-name.ts';
import { TopBar } from './topbar/top-bar.tsx';
import { NARROW, useCommands, useNarrow, useText } from './hooks.ts';
import styles from './app.module.css';

/** Larger than all else, and needed soon: it is fetched while the workers start. */
const [Workspace, preloadWorkspace] = lazyPart(async () => (await import('./workspace/workspace.tsx')).Workspace, null);
if (!matchMedia(NARROW).matches) void preloadWorkspace().catch(() => undefined);

const [KeysDialog] = lazyPart(async () => (await import('./topbar/keys-dialog.tsx')).KeysDialog, null);
const [KeepLayout] = lazyPart(async () => (await import('./workspace/keep-layout.tsx')).KeepLayout, null);
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
      const isText = key.length === 1 || key.endsWith('Space') || key === 'Ctrl+C';
      if (typing && (isText || /^(?:edit|layout)\./.test(command.id))) return;
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

/** All panels, or those that an embedding page chose; the lesson's while it is open. */
function useTabs(): readonly PanelSpec[] {
  const panels = useView((state) => state.panels);
  const isLessonOpen = useLayout(({ layout }) => panelsIn(layout).includes('lesson'));
  return useMemo(() => {
    const chosen = PANELS.filter(({ id, area }) =>
      panels === undefined ? isLessonOpen || area !== 'side' : panels.includes(id),
    );
    const shown = chosen.length > 0 ? chosen : PANELS;
    return (['side', 'right', 'left', 'middle', 'bottom'] as const).flatMap((area) =>
      shown.filter((panel) => panel.area === area),
    );
  }, [panels, isLessonOpen]);
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
  const keysOpen = useKeys((state) => state.isOpen);
  const isNaming = useLayout((state) => state.isNaming);
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
        <ErrorBoundary>{narrow || projector ? <OneArea /> : <Workspace />}</ErrorBoundary>
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
        {keysOpen ? (
          <ErrorBoundary onClose={() => void commands.run('help.close')}>
            <KeysDialog />
          </ErrorBoundary>
        ) : null}
        {isNaming ? (
          <ErrorBoundary onClose={() => void commands.run('layout.naming', false)}>
            <KeepLayout />
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
  const tabs = useTabs();
  return (
    <div className={styles['narrow']}>
      <TaskStrip />
      <div className={styles['rest']}>
        <Tabs tabs={tabs} />
      </div>
    </div>
  );
}
