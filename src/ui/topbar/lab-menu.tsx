/** The lab's name, and the labs of the site to open instead. */
import { useEffect, useState, type ReactNode } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover, Text } from 'react-aria-components';
import { useController, useText } from '../hooks.ts';
import styles from './lab-menu.module.css';

interface CatalogueEntry {
  readonly file: string;
  readonly name: string;
  readonly description: string;
}

export function LabMenu({ name }: { readonly name: string }): ReactNode {
  const text = useText();
  const controller = useController();
  const [entries, setEntries] = useState<readonly CatalogueEntry[]>([]);
  useEffect(() => {
    void (async () => {
      const response = await fetch(new URL('scenarios/index.json', document.baseURI));
      if (response.ok) setEntries((await response.json()) as CatalogueEntry[]);
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
          {entries.map((entry) => (
            <MenuItem key={entry.file} id={entry.file} className={styles['item'] ?? ''} textValue={entry.name}>
              <Text slot="label">{entry.name}</Text>
              <Text slot="description" className={styles['description'] ?? ''}>
                {entry.description}
              </Text>
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
