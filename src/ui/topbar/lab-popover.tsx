/** The list of labs, below the button with the lab's name. */
import type { ReactNode, RefObject } from 'react';
import { Dialog, Popover } from 'react-aria-components';
import { useCommands, useText } from '../hooks.ts';
import { LabList } from './lab-list.tsx';
import styles from './lab-list.module.css';

export function LabPopover({ trigger }: { readonly trigger: RefObject<HTMLButtonElement | null> }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const close = (): void => void commands.run('dialog.close', 'labs');
  return (
    <Popover
      triggerRef={trigger}
      isOpen
      onOpenChange={(isOpen) => (isOpen ? undefined : close())}
      className={styles['popover'] ?? ''}
      placement="bottom start"
    >
      <Dialog className={styles['dialog'] ?? ''} aria-label={text('lab.choose')}>
        <LabList close={close} />
      </Dialog>
    </Popover>
  );
}
