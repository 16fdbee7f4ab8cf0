/** The reader's own labs in the catalogue: opened, renamed, duplicated, deleted, brought back. */
import { useState, type KeyboardEvent, type ReactNode } from 'react';
import { GridList, GridListItem, Text } from 'react-aria-components';
import { longestText } from '../../../scenario/field-limits.ts';
import { useLabs } from '../../../page/document/kept/lab-library.ts';
import type { LabSummary } from '../../../page/document/kept/stored-labs.ts';
import { useView } from '../../../page/store.ts';
import { useCommands, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import { Icon } from '../../parts/icon.tsx';
import { LabThumbnail } from './lab-thumbnail.tsx';
import styles from './catalogue.module.css';

/** The lab just deleted, with a button to restore it. */
export function Removed(): ReactNode {
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

export function OwnLabs({
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

export function Rename({ lab, close }: { readonly lab: LabSummary; readonly close: () => void }): ReactNode {
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
