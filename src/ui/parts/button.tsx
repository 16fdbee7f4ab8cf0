/** Buttons of the page: an icon or a word, always with a name, with the key of their command as a tooltip. */
import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { useKeys } from '../../page/commands/keys.ts';
import { useCommands, useMessage, useText } from '../hooks.ts';
import styles from './button.module.css';

export type ButtonKind = 'plain' | 'primary' | 'icon' | 'view';

export function Button({
  label,
  children,
  onPress,
  kind = 'plain',
  isDisabled = false,
  isPressed,
  title,
}: {
  readonly label: string;
  readonly children?: ReactNode;
  readonly onPress: () => void;
  readonly kind?: ButtonKind;
  readonly isDisabled?: boolean;
  readonly isPressed?: boolean;
  readonly title?: string;
}): ReactNode {
  return (
    <span title={title ?? label} className={styles['holder']}>
      <AriaButton
        aria-label={label}
        {...(isPressed === undefined ? {} : { 'aria-pressed': isPressed })}
        className={`${styles['button']} ${styles[kind]} ${isPressed === true ? styles['pressed'] : ''}`}
        onPress={onPress}
        isDisabled={isDisabled}
      >
        {children ?? label}
      </AriaButton>
    </span>
  );
}

/**
 * A button of a command: its name, key and state are read from the registry when its parent renders. A disabled one says
 * why.
 */
export function CommandButton({
  id,
  children,
  kind = 'plain',
  argument,
}: {
  readonly id: string;
  readonly children?: ReactNode;
  readonly kind?: ButtonKind;
  readonly argument?: unknown;
}): ReactNode {
  const commands = useCommands();
  const text = useText();
  const message = useMessage();
  useKeys((state) => state.changed);
  const command = commands.get(id);
  if (command === undefined) return null;
  const label = text(command.title);
  const withKey = command.key === undefined ? label : `${label} (${command.key})`;
  const reason = commands.whyNot(id);
  return (
    <Button
      label={label}
      title={reason === undefined ? withKey : text('command.disabled', { command: withKey, reason: message(reason) })}
      kind={kind}
      isDisabled={reason !== undefined}
      onPress={() => void commands.invoke(id, argument)}
    >
      {children}
    </Button>
  );
}
