/** The reader's labs and those of the site, with a field to search both. */
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { GridList, GridListItem, Text } from 'react-aria-components';
import { longestText } from '../../scenario/field-limits.ts';
import { useLabs } from '../../page/document/lab-library.ts';
import type { LabSummary } from '../../page/document/stored-labs.ts';
import { readSiteLabs, type LabTexts, type SiteLab } from '../../page/document/site-labs.ts';
import { useView } from '../../page/store.ts';
import { useCommands, useText } from '../hooks.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/icon.tsx';
import styles from './lab-list.module.css';
import { LabThumbnail } from './lab-thumbnail.tsx';

/** The labs of the site, in the reader's language. */
function useSiteLabs(): readonly (LabTexts & { readonly id: string })[] {
  const language = useView((state) => state.language);
  const [entries, setEntries] = useState<readonly SiteLab[]>([]);
  useEffect(() => {
    void readSiteLabs(document.baseURI).then(setEntries);
  }, []);
  return entries.map((entry) => ({ id: entry.file, ...((language === 'fr' ? entry.fr : undefined) ?? entry) }));
}

/** Whether a text contains all words of a query. */
function matches(query: string, text: string): boolean {
  const plain = (some: string): string => some.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const words = plain(query).split(/\s+/);
  return words.every((word) => plain(text).includes(word));
}

export function LabList({ close }: { readonly close: () => void }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const [query, setQuery] = useState('');
  const [renamed, setRenamed] = useState<LabSummary | undefined>();
  const list = useRef<HTMLDivElement>(null);
  const own = useLabs((state) => state.labs).filter(({ name }) => matches(query, name));
  const site = useSiteLabs().filter(({ name, description }) => matches(query, `${name} ${description}`));
  const open = (opening: Promise<unknown>): void => {
    close();
    void opening;
  };
  const toList = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    list.current?.querySelector<HTMLElement>('[role="row"]')?.focus();
  };
  if (renamed !== undefined)
    return (
      <Rename
        lab={renamed}
        close={() => {
          setRenamed(undefined);
          // Its new name need not match the search.
          setQuery('');
        }}
      />
    );
  return (
    <>
      <div className={styles['head']}>
        <div className={styles['actions']}>
          <Button label={text('app.newLab')} onPress={() => open(commands.run('lab.new'))} />
          <Button label={text('labs.openFile')} onPress={() => open(commands.invoke('file.open'))} />
          {commands.whyNot('lab.previous') === undefined ? (
            <Button label={text('labs.previous')} onPress={() => open(commands.run('lab.previous'))} />
          ) : null}
        </div>
        <input
          autoFocus
          type="search"
          aria-label={text('labs.search')}
          placeholder={text('labs.search')}
          value={query}
          onChange={({ target }) => setQuery(target.value)}
          onKeyDown={toList}
        />
      </div>
      <div ref={list} className={styles['lists']}>
        <h2>{text('labs.yours')}</h2>
        <Removed />
        {own.length === 0 ? (
          <p className={styles['quiet']}>{query === '' ? text('labs.none') : text('labs.noMatch', { query })}</p>
        ) : (
          <OwnLabs labs={own} onOpen={(id) => open(commands.run('lab.open-own', id))} onRename={setRenamed} />
        )}
        <h2>{text('labs.site')}</h2>
        {site.length === 0 && query !== '' ? (
          <p className={styles['quiet']}>{text('labs.noMatch', { query })}</p>
        ) : (
          <GridList
            aria-label={text('labs.site')}
            className={styles['list'] ?? ''}
            items={site}
            onAction={(key) => open(commands.run('lab.open', String(key)))}
          >
            {({ id, name, description }) => (
              <GridListItem id={id} textValue={name} className={styles['item'] ?? ''}>
                <span className={styles['words']}>
                  <Text className={styles['title'] ?? ''}>{name}</Text>
                  <Text slot="description" className={styles['description'] ?? ''}>
                    {description}
                  </Text>
                </span>
              </GridListItem>
            )}
          </GridList>
        )}
      </div>
    </>
  );
}

/** The lab just deleted, with a button to restore it. */
function Removed(): ReactNode {
  const text = useText();
  const commands = useCommands();
  const name = useLabs((state) => state.removed);
  return (
    <div role="status">
      {name === undefined ? null : (
        <p className={styles['removed']}>
          <span>{text('labs.deleted', { name })}</span>
          <Button label={text('edit.undo')} onPress={() => void commands.run('lab.restore')} />
        </p>
      )}
    </div>
  );
}

function OwnLabs({
  labs: shown,
  onOpen,
  onRename,
}: {
  readonly labs: readonly LabSummary[];
  readonly onOpen: (id: string) => void;
  readonly onRename: (lab: LabSummary) => void;
}): ReactNode {
  const text = useText();
  const commands = useCommands();
  const language = useView((state) => state.language);
  const current = useLabs((state) => state.current);
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const press = (event: KeyboardEvent<HTMLElement>): void => {
    const row = event.target instanceof Element ? event.target.closest('[role="row"]') : null;
    const lab = shown.find(({ id }) => id === row?.getAttribute('data-key'));
    if (lab === undefined || row !== event.target) return;
    if (event.key === 'Delete') void commands.run('lab.remove', lab.id);
    else if (event.key === 'F2') onRename(lab);
  };
  return (
    <div onKeyDown={press}>
      <GridList
        aria-label={text('labs.yours')}
        className={styles['list'] ?? ''}
        items={shown}
        dependencies={[current, language]}
        onAction={(key) => onOpen(String(key))}
      >
        {(lab) => (
          <GridListItem
            id={lab.id}
            textValue={lab.name}
            className={`${styles['item']} ${lab.id === current ? styles['current'] : ''}`}
          >
            <span className={styles['own']}>
              <LabThumbnail sketch={lab.sketch} />
              <span className={styles['words']}>
                <Text className={styles['title'] ?? ''}>{lab.name}</Text>
                <Text slot="description" className={styles['description'] ?? ''}>
                  {time.format(lab.changedMs)}
                </Text>
              </span>
              <Button label={text('labs.renameOf', { name: lab.name })} kind="icon" onPress={() => onRename(lab)}>
                <Icon name="rename" />
              </Button>
              <Button
                label={text('labs.duplicateOf', { name: lab.name })}
                kind="icon"
                onPress={() => void commands.run('lab.duplicate', lab.id)}
              >
                <Icon name="copy" />
              </Button>
              <Button
                label={text('labs.deleteOf', { name: lab.name })}
                kind="icon"
                onPress={() => void commands.run('lab.remove', lab.id)}
              >
                <Icon name="delete" />
              </Button>
            </span>
          </GridListItem>
        )}
      </GridList>
    </div>
  );
}

function Rename({ lab, close }: { readonly lab: LabSummary; readonly close: () => void }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const [name, setName] = useState(lab.name);
  const isName = name.trim() !== '';
  const rename = (): void => {
    if (!isName) return;
    void commands.run('lab.rename', { id: lab.id, name: name.trim() });
    close();
  };
  return (
    <form
      className={styles['rename']}
      onSubmit={(event) => {
        event.preventDefault();
        rename();
      }}
    >
      <label>
        {text('labs.newName')}
        <input
          autoFocus
          value={name}
          maxLength={longestText('name')}
          onFocus={({ target }) => target.select()}
          onChange={({ target }) => setName(target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            close();
          }}
        />
      </label>
      <div className={styles['actions']}>
        <Button label={text('labs.rename')} kind="primary" isDisabled={!isName} onPress={rename} />
        <Button label={text('labs.cancel')} onPress={close} />
      </div>
    </form>
  );
}
