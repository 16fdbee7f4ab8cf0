/** The lab's name, and the labs of the site to open instead. */
import { useEffect, useState, type ReactNode } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover, Text } from 'react-aria-components';
import { useLive, useView } from '../../page/store.ts';
import { fetchJson } from '../../threads/api/site-text.ts';
import { useController, useText } from '../hooks.ts';
import styles from './lab-menu.module.css';

interface Texts {
  readonly name: string;
  readonly description: string;
}

interface CatalogueEntry extends Texts {
  readonly file: string;
  /** A list kept from an earlier version of the site has none. */
  readonly fr?: Texts;
}

export function LabMenu({ name }: { readonly name: string }): ReactNode {
  const text = useText();
  const language = useView((state) => state.language);
  const controller = useController();
  const [entries, setEntries] = useState<readonly CatalogueEntry[]>([]);
  useEffect(() => {
    void (async () => {
      const index = await fetchJson('scenarios/index.json', document.baseURI);
      if (index.ok) setEntries(index.value as CatalogueEntry[]);
      else useLive.setState(({ faults }) => ({ faults: [...faults, index.error] }));
    })();
  }, []);
  return (
    <MenuTrigger>
      <Button className={styles['name'] ?? ''} aria-label={`${text('lab.choose')}: ${name}`}>
        {name} <span aria-hidden="true">▾</span>
      </Button>
      <Popover className={styles['popover'] ?? ''}>
        <Menu
          className={styles['menu'] ?? ''}
          aria-label={text('lab.choose')}
          onAction={(key) => void controller.openNamed(`scenarios/${String(key)}`)}
        >
          {entries.map((entry) => {
            const { name: label, description } = (language === 'fr' ? entry.fr : undefined) ?? entry;
            return (
              <MenuItem key={entry.file} id={entry.file} className={styles['item'] ?? ''} textValue={label}>
                <Text slot="label">{label}</Text>
                <Text slot="description" className={styles['description'] ?? ''}>
                  {description}
                </Text>
              </MenuItem>
            );
          })}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
