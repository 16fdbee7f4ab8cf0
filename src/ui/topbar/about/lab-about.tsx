/** What the lab that is open is about, in a popover beside its name. */
import type { ReactNode, RefObject } from 'react';
import { Dialog, Heading, Popover } from 'react-aria-components';
import { useCommands } from '../../hooks.ts';
import { useLabTexts } from '../lab-name.ts';
import styles from '../lab-menu.module.css';

export function LabAbout({ trigger }: { readonly trigger: RefObject<HTMLElement | null> }): ReactNode {
  const commands = useCommands();
  const { name, description } = useLabTexts();
  return (
    <Popover
      triggerRef={trigger}
      isOpen
      onOpenChange={(isOpen) => (isOpen ? undefined : void commands.run('dialog.close', 'described'))}
      className={styles['popover'] ?? ''}
      placement="bottom start"
    >
      <Dialog className={styles['dialog'] ?? ''} aria-label={name}>
        <Heading slot="title">{name}</Heading>
        {description.split(/\n\n+/).map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
      </Dialog>
    </Popover>
  );
}
