/** All panels as tabs of one area: on small screens, and for a projector. */
import type { ReactNode } from 'react';
import { Tab as AriaTab, TabList, TabPanel, Tabs as AriaTabs } from 'react-aria-components';
import { useView } from '../../page/store.ts';
import { useCommands, useText } from '../hooks.ts';
import { PanelBody } from './panel-body.tsx';
import type { PanelSpec } from './panel.ts';
import styles from './tabs.module.css';

export function Tabs({ tabs }: { readonly tabs: readonly PanelSpec[] }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const wanted = useView((state) => state.shownPanel);
  const shown = tabs.some(({ id }) => id === wanted) ? wanted : (tabs[0]?.id ?? '');
  return (
    <AriaTabs
      className={styles['panel'] ?? ''}
      selectedKey={shown}
      onSelectionChange={(key) => void commands.run('view.panel', String(key))}
    >
      <TabList className={styles['list'] ?? ''} aria-label={tabs.map(({ title }) => text(title)).join(', ')}>
        {tabs.map(({ id, title, Badge }) => (
          <AriaTab
            key={id}
            id={id}
            className={styles['tab'] ?? ''}
            data-panel-tab={id}
            {...(Badge === undefined ? {} : { 'aria-describedby': `badge-${id}` })}
          >
            {text(title)}
            {Badge === undefined ? null : <Badge id={`badge-${id}`} />}
          </AriaTab>
        ))}
      </TabList>
      {tabs.map((panel) => (
        <TabPanel key={panel.id} id={panel.id} className={styles['content'] ?? ''} data-panel={panel.id}>
          <PanelBody panel={panel} />
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
