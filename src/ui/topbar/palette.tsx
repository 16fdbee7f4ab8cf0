/**
 * All commands, found by typing: the last used ones first, then by what they are about. Those that cannot be done now come
 * last in their group and say why.
 */
import { useEffect, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { COMMAND_GROUPS, GROUP_TITLES, groupOf } from '../../page/commands/groups.ts';
import { useKeys } from '../../page/commands/keys.ts';
import { needsArgument, type Command } from '../../page/commands/registry.ts';
import type { Message } from '../../base/sentence.ts';
import type { AnyText } from '../../page/i18n/index.ts';
import { useCommands, useMessage, useText } from '../hooks.ts';
import styles from './dialog.module.css';

const RECENT: AnyText = { en: 'Last used', fr: 'Dernières utilisées' };

interface Found extends Command {
  readonly label: string;
  readonly reason: Message | undefined;
}

interface Group {
  readonly title: AnyText;
  readonly commands: readonly Found[];
}

function grouped(all: readonly Found[], recent: readonly string[], isSearch: boolean): readonly Group[] {
  const last = isSearch ? [] : recent.flatMap((id) => all.find((command) => command.id === id) ?? []);
  const groups = COMMAND_GROUPS.map((group) => ({
    title: GROUP_TITLES[group],
    commands: all
      .filter(({ id }) => groupOf(id) === group && !last.some((command) => command.id === id))
      .sort((a, b) => Number(a.reason !== undefined) - Number(b.reason !== undefined)),
  }));
  return [{ title: RECENT, commands: last }, ...groups].filter(({ commands }) => commands.length > 0);
}

export function Palette(): ReactNode {
  const text = useText();
  const message = useMessage();
  const commands = useCommands();
  const recent = useKeys((state) => state.recent);
  const [query, setQuery] = useState('');
  const [chosen, setAt] = useState<number | undefined>();
  const close = (): void => void commands.run('dialog.close', 'palette');
  const words = query.toLowerCase().split(/\s+/);
  const all = commands
    .list()
    .filter((command) => !needsArgument(command))
    .map((command) => ({ ...command, label: text(command.title), reason: commands.whyNot(command.id) }))
    .filter(({ label, id }) => words.every((word) => `${label} ${id}`.toLowerCase().includes(word)));
  const groups = grouped(all, recent, query !== '');
  const found = groups.flatMap((group) => group.commands);
  // The first that can be done, whatever its group.
  const possible = found.findIndex(({ reason }) => reason === undefined);
  const at = chosen ?? Math.max(0, possible);
  const run = (command: Found | undefined): void => {
    if (command === undefined || command.reason !== undefined) return;
    close();
    void commands.run('command.used', command.id);
    void commands.invoke(command.id);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') run(found[at]);
    else if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, at + 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1));
    else return;
    event.preventDefault();
  };
  useEffect(() => {
    document.getElementById(`palette-${at}`)?.scrollIntoView({ block: 'nearest' });
  }, [at]);
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
            aria-activedescendant={found.length === 0 ? undefined : `palette-${at}`}
            aria-label={text('palette.placeholder')}
            placeholder={text('palette.placeholder')}
            value={query}
            onChange={({ target }) => {
              setQuery(target.value);
              setAt(undefined);
            }}
            onKeyDown={press}
          />
          <div id="palette-list" role="listbox" aria-label={text('palette.open')} className={styles['list']}>
            {groups.map((group) => (
              <div key={text(group.title)} role="group" aria-label={text(group.title)}>
                <div className={styles['groupTitle']} aria-hidden="true">
                  {text(group.title)}
                </div>
                {group.commands.map((command) => {
                  const index = found.indexOf(command);
                  return (
                    <div
                      key={command.id}
                      id={`palette-${index}`}
                      role="option"
                      aria-selected={index === at}
                      aria-disabled={command.reason !== undefined}
                      onPointerDown={() => run(command)}
                    >
                      <span>
                        {command.label}
                        {command.reason === undefined ? null : <small>{message(command.reason)}</small>}
                      </span>
                      {command.key === undefined ? null : <kbd>{command.key}</kbd>}
                    </div>
                  );
                })}
              </div>
            ))}
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
