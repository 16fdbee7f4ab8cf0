/** The one workspace: top bar, then panels that can be resized; on a small screen the panels become tabs. */
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import type { TextId } from '../app/i18n/index.ts';
import { keyName } from '../app/commands.ts';
import { useView } from '../app/store.ts';
import { Console } from './console/console.tsx';
import { FaultBanner } from './parts/fault-banner.tsx';
import { Tabs, type Tab } from './parts/tabs.tsx';
import { ServerPanel } from './server/server-panel.tsx';
import { Timeline } from './timeline/timeline.tsx';
import { TopBar } from './topbar/top-bar.tsx';
import { PacketsPanel } from './packets/packets-panel.tsx';
import { useController, useText } from './hooks.ts';
import styles from './app.module.css';

const Topology = lazy(async () => ({ default: (await import('./topology/topology.tsx')).Topology }));
const Ladder = lazy(async () => ({ default: (await import('./story/ladder.tsx')).Ladder }));
const Streams = lazy(async () => ({ default: (await import('./story/streams.tsx')).Streams }));
const Story = lazy(async () => ({ default: (await import('./story/story.tsx')).Story }));
const Explain = lazy(async () => ({ default: (await import('./story/explain.tsx')).Explain }));
const Palette = lazy(async () => ({ default: (await import('./topbar/palette.tsx')).Palette }));
const ShareDialog = lazy(async () => ({ default: (await import('./topbar/share-dialog.tsx')).ShareDialog }));

function tab(id: string, title: TextId, content: ReactNode): Tab {
  return { id, title, content: <Suspense fallback={null}>{content}</Suspense> };
}

const AREAS: Readonly<Record<'left' | 'right' | 'middle' | 'bottom', readonly Tab[]>> = {
  left: [tab('topology', 'panel.topology', <Topology />), tab('server', 'panel.server', <ServerPanel />)],
  right: [tab('console', 'panel.console', <Console />)],
  middle: [tab('timeline', 'panel.timeline', <Timeline />)],
  bottom: [
    tab('packets', 'panel.packets', <PacketsPanel />),
    tab('ladder', 'panel.ladder', <Ladder />),
    tab('streams', 'panel.streams', <Streams />),
    tab('story', 'panel.story', <Story />),
    tab('explain', 'panel.explain', <Explain />),
  ],
};

/** Below this width panels are tabs. */
const NARROW = '(max-width: 760px)';

function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const listen = (): void => setNarrow(query.matches);
    query.addEventListener('change', listen);
    return () => query.removeEventListener('change', listen);
  }, []);
  return narrow;
}

/** Keys of commands, wherever the focus is, unless somebody is typing or the emulated keyboard has it. */
function useCommandKeys(): void {
  const { commands } = useController();
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const target = event.target instanceof Element ? event.target : undefined;
      const inside = (selector: string): boolean => target !== undefined && target.closest(selector) !== null;
      if (inside('[data-takes-keys]')) return;
      const typing = inside('input, textarea, [contenteditable="true"]');
      const command = commands.forKey(keyName(event));
      if (command === undefined || (typing && command.id.startsWith('edit.'))) return;
      event.preventDefault();
      void commands.run(command.id);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [commands]);
}

export function App(): ReactNode {
  const narrow = useNarrow();
  const text = useText();
  const { theme, language, paletteOpen, shareOpen, embed } = useView();
  useCommandKeys();
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    document.documentElement.lang = language;
  }, [theme, language]);
  return (
    <div className={styles['app']}>
      {embed ? null : <TopBar />}
      <FaultBanner />
      <main className={styles['main']}>
        <h1 className="visually-hidden">{text('app.name')}</h1>
        {narrow ? <Tabs id="all" tabs={Object.values(AREAS).flat()} initial="console" /> : <Workspace />}
      </main>
      <Suspense fallback={null}>
        {paletteOpen ? <Palette /> : null}
        {shareOpen ? <ShareDialog /> : null}
      </Suspense>
    </div>
  );
}

function Workspace(): ReactNode {
  return (
    <Group orientation="vertical" className={styles['group']}>
      <Panel defaultSize="50" minSize="20">
        <Group orientation="horizontal" className={styles['group']}>
          <Panel defaultSize="46" minSize="20">
            <Tabs id="left" tabs={AREAS.left} />
          </Panel>
          <Separator className={styles['columnBar']} />
          <Panel defaultSize="54" minSize="20">
            <Tabs id="right" tabs={AREAS.right} />
          </Panel>
        </Group>
      </Panel>
      <Separator className={styles['rowBar']} />
      <Panel defaultSize="13" minSize="8">
        <Tabs id="middle" tabs={AREAS.middle} />
      </Panel>
      <Separator className={styles['rowBar']} />
      <Panel defaultSize="37" minSize="12">
        <Tabs id="bottom" tabs={AREAS.bottom} />
      </Panel>
    </Group>
  );
}
