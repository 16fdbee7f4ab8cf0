/** All commands, found by typing. One that cannot be done now comes last and says why. */
import { useState, type KeyboardEvent, type ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { needsArgument } from '../../page/commands/registry.ts';
import { useCommands, useMessage, useText } from '../hooks.ts';
import styles from './dialog.module.css';

export function Palette(): ReactNode {
  const text = useText();
  const message = useMessage();
  const commands = useCommands();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const close = (): void => void commands.run('dialog.close', 'palette');
  const found = commands
    .list()
    .filter((command) => !needsArgument(command))
    .map((command) => ({ ...command, label: text(command.title), reason: commands.whyNot(command.id) }))
    .filter(({ label, id }) => `${label} ${id}`.toLowerCase().includes(query.toLowerCase()))
    .sort((a, b) => Number(a.reason !== undefined) - Number(b.reason !== undefined));
  const run = (index: number): void => {
    const command = found[index];
    if (command === undefined || command.reason !== undefined) return;
    close();
    void commands.invoke(command.id);
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
                aria-disabled={command.reason !== undefined}
                onPointerDown={() => run(i)}
              >
                <span>
                  {command.label}
                  {command.reason === undefined ? null : <small>{message(command.reason)}</small>}
                </span>
                {command.key === undefined ? null : <kbd>{command.key}</kbd>}
              </li>
            ))}
          </ul>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
