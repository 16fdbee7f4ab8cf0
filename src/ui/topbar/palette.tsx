/** All commands, found by typing. */
import { useState, type KeyboardEvent, type ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useView } from '../../page/store.ts';
import { useController, useText } from '../hooks.ts';
import styles from './dialog.module.css';

export function Palette(): ReactNode {
  const text = useText();
  const { commands } = useController();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const close = (): void => useView.setState({ paletteOpen: false });
  const found = commands
    .list()
    .filter((command) => command.needsArgument !== true && command.isEnabled?.() !== false)
    .map((command) => ({ ...command, label: text(command.title) }))
    .filter(({ label, id }) => `${label} ${id}`.toLowerCase().includes(query.toLowerCase()));
  const run = (index: number): void => {
    const command = found[index];
    close();
    if (command !== undefined) void commands.run(command.id);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') run(at);
    else if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, at + 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1));
    else return;
    event.preventDefault();
  };
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={close} className={styles['overlay'] ?? ''}>
      <Modal className={styles['modal'] ?? ''}>
        <Dialog className={styles['dialog'] ?? ''}>
          <Heading slot="title" className="visually-hidden">
            {text('palette.open')}
          </Heading>
          <input
            autoFocus
            role="combobox"
            aria-expanded="true"
            aria-controls="palette-list"
            aria-activedescendant={`palette-${at}`}
            aria-label={text('palette.placeholder')}
            placeholder={text('palette.placeholder')}
            value={query}
            onChange={({ target }) => {
              setQuery(target.value);
              setAt(0);
            }}
            onKeyDown={press}
          />
          <ul id="palette-list" role="listbox" aria-label={text('palette.open')} className={styles['list']}>
            {found.map((command, i) => (
              <li
                key={command.id}
                id={`palette-${i}`}
                role="option"
                aria-selected={i === at}
                onPointerDown={() => run(i)}
              >
                <span>{command.label}</span>
                {command.key === undefined ? null : <kbd>{command.key}</kbd>}
              </li>
            ))}
          </ul>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
