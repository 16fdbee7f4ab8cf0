/** A command as an item of a menu: its name, its key, and why it cannot be done now. */
import type { ReactNode } from 'react';
import { Keyboard, MenuItem, Text } from 'react-aria-components';
import type { AnyText } from '../../page/i18n/index.ts';
import { useCommands, useMessage, useText } from '../hooks.ts';
import styles from './menu.module.css';

interface CommandItemProps {
  readonly id: string;
  /** Where the place in the menu says the rest of the name. */
  readonly label?: AnyText;
  readonly argument?: string;
  /** With it the item runs the command by itself, after this call; without it the menu's `onAction` does. */
  readonly onDone?: () => void;
}

export function CommandItem({ id, label, argument, onDone }: CommandItemProps): ReactNode {
  const commands = useCommands();
  const text = useText();
  const message = useMessage();
  const command = commands.get(id);
  if (command === undefined) return null;
  const reason = commands.whyNot(id);
  const name = text(label ?? command.title);
  return (
    <MenuItem
      id={id}
      isDisabled={reason !== undefined}
      textValue={name}
      className={styles['item'] ?? ''}
      {...(onDone === undefined
        ? {}
        : {
            onAction: () => {
              onDone();
              void commands.invoke(id, argument);
            },
          })}
    >
      <span>
        <Text slot="label">{name}</Text>
        {reason === undefined ? null : (
          <Text slot="description" className={styles['reason'] ?? ''}>
            {message(reason)}
          </Text>
        )}
      </span>
      {command.key === undefined ? null : <Keyboard>{command.key}</Keyboard>}
    </MenuItem>
  );
}
