/** All commands with their keys, which can be changed: a key is pressed, and who had it before is named. */
import { useState, type KeyboardEvent, type ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { COMMAND_GROUPS, GROUP_TITLES, groupOf } from '../../page/commands/groups.ts';
import { isModifier, useKeys } from '../../page/commands/keys.ts';
import { keyName, needsArgument, type Command } from '../../page/commands/registry.ts';
import { useCommands, useMessage, useText } from '../hooks.ts';
import { Button } from '../parts/button.tsx';
import styles from './dialog.module.css';

const T = {
  about: {
    en: 'Press “Change” beside a command, then the key. The browser keeps the keys that you change.',
    fr: 'Appuyez sur « Changer » à côté d’une commande, puis sur la touche. Le navigateur garde les touches changées.',
  },
  search: { en: 'Search commands and keys', fr: 'Chercher une commande ou une touche' },
  change: { en: 'Change', fr: 'Changer' },
  changeOf: { en: 'Change the key of “{command}”', fr: 'Changer la touche de « {command} »' },
  press: { en: 'Press a key…', fr: 'Appuyez sur une touche…' },
  none: { en: 'none', fr: 'aucune' },
  without: { en: 'No key', fr: 'Sans touche' },
  taken: { en: '{key} belongs to “{command}”.', fr: '{key} appartient à « {command} ».' },
  take: { en: 'Take it', fr: 'La prendre' },
  cancel: { en: 'Cancel', fr: 'Annuler' },
  reset: { en: 'Reset', fr: 'Rétablir' },
  resetOf: { en: 'Reset the key of “{command}”', fr: 'Rétablir la touche de « {command} »' },
  resetAll: { en: 'Reset all keys', fr: 'Rétablir toutes les touches' },
  close: { en: 'Close', fr: 'Fermer' },
} as const;

/** The command that is to get a key, and the one that has the key already. */
interface Asked {
  readonly id: string;
  readonly key?: string;
  readonly taken?: Command;
  readonly problem?: string;
}

export function KeysDialog(): ReactNode {
  const text = useText();
  const message = useMessage();
  const commands = useCommands();
  const changed = useKeys((state) => state.changed);
  const [query, setQuery] = useState('');
  const [asked, setAsked] = useState<Asked | undefined>();
  const close = (): void => void commands.run('help.close');
  const give = async (id: string, key: string | null, taken?: string): Promise<void> => {
    const reason = await commands.run('keys.set', { id, key, ...(taken === undefined ? {} : { taken }) });
    setAsked(reason === undefined ? undefined : { id, problem: message(reason) });
  };
  const press = (event: KeyboardEvent, command: Command): void => {
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') {
      setAsked(undefined);
      return;
    }
    if (isModifier(event.key)) return;
    const key = keyName(event);
    const taken = commands
      .list()
      .find((known) => known.id !== command.id && known.key === key && known.panel === command.panel);
    if (taken === undefined) void give(command.id, key);
    else setAsked({ id: command.id, key, taken });
  };
  const words = query.toLowerCase().split(/\s+/);
  const all = commands
    .list()
    .filter((command) => !needsArgument(command) || command.key !== undefined)
    .filter(({ title, id, key = '' }) =>
      words.every((word) => `${text(title)} ${id} ${key}`.toLowerCase().includes(word)),
    );
  return (
    <ModalOverlay
      isOpen
      isDismissable
      isKeyboardDismissDisabled={asked !== undefined}
      onOpenChange={close}
      className={styles['overlay'] ?? ''}
    >
      <Modal className={styles['modal'] ?? ''}>
        <Dialog className={styles['dialog'] ?? ''}>
          <Heading slot="title">{text('help.open')}</Heading>
          <p>{text(T.about)}</p>
          <input
            autoFocus
            aria-label={text(T.search)}
            placeholder={text(T.search)}
            value={query}
            onChange={({ target }) => setQuery(target.value)}
          />
          <div className={styles['list']} tabIndex={0} role="region" aria-label={text('help.open')}>
            {COMMAND_GROUPS.map((group) => {
              const rows = all.filter(({ id }) => groupOf(id) === group);
              return rows.length === 0 ? null : (
                <section key={group} aria-label={text(GROUP_TITLES[group])}>
                  <div className={styles['groupTitle']} aria-hidden="true">
                    {text(GROUP_TITLES[group])}
                  </div>
                  {rows.map((command) => {
                    const title = text(command.title);
                    const own = asked?.id === command.id ? asked : undefined;
                    return (
                      <div key={command.id} className={styles['keyRow']} data-command={command.id}>
                        <span>{title}</span>
                        {own === undefined || own.problem !== undefined ? (
                          <>
                            <kbd>{command.key ?? text(T.none)}</kbd>
                            <Button
                              label={text(T.changeOf, { command: title })}
                              onPress={() => setAsked({ id: command.id })}
                            >
                              {text(T.change)}
                            </Button>
                            {command.id in changed ? (
                              <Button
                                label={text(T.resetOf, { command: title })}
                                onPress={() => void commands.run('keys.reset', command.id)}
                              >
                                {text(T.reset)}
                              </Button>
                            ) : null}
                          </>
                        ) : (
                          <Asking
                            asked={own}
                            onPress={(event) => press(event, command)}
                            onTake={(key, taken) => void give(command.id, key, taken)}
                            onNone={() => void give(command.id, null)}
                            onCancel={() => setAsked(undefined)}
                          />
                        )}
                        {own?.problem === undefined ? null : <small role="alert">{own.problem}</small>}
                      </div>
                    );
                  })}
                </section>
              );
            })}
          </div>
          <div className={styles['actions']}>
            <Button
              label={text(T.resetAll)}
              isDisabled={Object.keys(changed).length === 0}
              onPress={() => void commands.run('keys.reset')}
            />
            <Button label={text(T.close)} onPress={close} />
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Waits for a key, or asks whether another command is to lose it. */
function Asking({
  asked,
  onPress,
  onTake,
  onNone,
  onCancel,
}: {
  readonly asked: Asked;
  readonly onPress: (event: KeyboardEvent) => void;
  readonly onTake: (key: string, taken: string) => void;
  readonly onNone: () => void;
  readonly onCancel: () => void;
}): ReactNode {
  const text = useText();
  const { key, taken } = asked;
  if (key === undefined || taken === undefined)
    return (
      <>
        <input
          autoFocus
          readOnly
          data-takes-keys
          className={styles['keyField']}
          value={text(T.press)}
          aria-label={text(T.press)}
          onKeyDown={onPress}
        />
        <Button label={text(T.without)} onPress={onNone} />
        <Button label={text(T.cancel)} onPress={onCancel} />
      </>
    );
  return (
    <>
      <span role="alert">{text(T.taken, { key, command: text(taken.title) })}</span>
      <Button label={text(T.take)} kind="primary" onPress={() => onTake(key, taken.id)} />
      <Button label={text(T.cancel)} onPress={onCancel} />
    </>
  );
}
