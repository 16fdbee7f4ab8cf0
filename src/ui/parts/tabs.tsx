/** A panel with tabs: one component for every area of the workspace. */
import { useState, type ReactNode } from 'react';
import { Tab as AriaTab, TabList, TabPanel, Tabs as AriaTabs } from 'react-aria-components';
import type { TextId } from '../../app/i18n/index.ts';
import { useText } from '../hooks.ts';
import styles from './tabs.module.css';

export interface Tab {
  readonly id: string;
  readonly title: TextId;
  readonly content: ReactNode;
}

export function Tabs({
  id,
  tabs,
  initial,
}: {
  readonly id: string;
  readonly tabs: readonly Tab[];
  readonly initial?: string;
}): ReactNode {
  const text = useText();
  const [selected, setSelected] = useState(initial ?? tabs[0]?.id ?? '');
  return (
    <AriaTabs
      className={styles['panel']}
      selectedKey={selected}
      onSelectionChange={(key) => setSelected(String(key))}
      data-area={id}
    >
      <TabList className={styles['list']} aria-label={tabs.map(({ title }) => text(title)).join(', ')}>
        {tabs.map(({ id: tabId, title }) => (
          <AriaTab key={tabId} id={tabId} className={styles['tab']}>
            {text(title)}
          </AriaTab>
        ))}
      </TabList>
      {tabs.map(({ id: tabId, content }) => (
        <TabPanel key={tabId} id={tabId} className={styles['content']} data-panel={tabId}>
          {content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
