/** A panel with tabs: one component for every area of the workspace. Which tab is shown is in the page's state. */
import type { ReactNode } from 'react';
import { Tab as AriaTab, TabList, TabPanel, Tabs as AriaTabs } from 'react-aria-components';
import { useView, type Area } from '../../page/store.ts';
import { useCommands, useText } from '../hooks.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { lazyPart } from './lazy-part.tsx';
import type { PanelSpec } from './panel.ts';
import styles from './tabs.module.css';

const [LabOnly] = lazyPart(async () => (await import('../captures/lab-only.tsx')).LabOnly, null);

export function Tabs({ area, tabs }: { readonly area: Area; readonly tabs: readonly PanelSpec[] }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const isCapture = useView((state) => state.capture !== undefined);
  const wanted = useView((state) => state.shown[area]);
  const shown = tabs.some(({ id }) => id === wanted) ? wanted : (tabs[0]?.id ?? '');
  return (
    <AriaTabs
      className={styles['panel'] ?? ''}
      selectedKey={shown}
      onSelectionChange={(key) => void commands.run('view.panel', String(key))}
      data-area={area}
    >
      <TabList className={styles['list'] ?? ''} aria-label={tabs.map(({ title }) => text(title)).join(', ')}>
        {tabs.map(({ id, title, Badge }) => (
          <AriaTab
            key={id}
            id={id}
            className={styles['tab'] ?? ''}
            {...(Badge === undefined ? {} : { 'aria-describedby': `badge-${id}` })}
          >
            {text(title)}
            {Badge === undefined ? null : <Badge id={`badge-${id}`} />}
          </AriaTab>
        ))}
      </TabList>
      {tabs.map(({ id, Content, isOfLab }) => (
        <TabPanel key={id} id={id} className={styles['content'] ?? ''} data-panel={id}>
          <ErrorBoundary>{isOfLab && isCapture ? <LabOnly panel={id} /> : <Content />}</ErrorBoundary>
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
