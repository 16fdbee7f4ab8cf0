/** Asks for the files that a lab names and this browser does not have: all of them at once. */
import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useMissing } from '../../../page/document/files/missing-files.ts';
import { useCommands, useText } from '../../hooks.ts';
import dialog from '../../topbar/dialog.module.css';
import { Button } from '../button.tsx';
import { FileUses } from './file-uses.tsx';

export function MissingFilesDialog(): ReactNode {
  const text = useText();
  const commands = useCommands();
  const { missing, notes } = useMissing();
  const close = (): void => void commands.run('file.ask-later');
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={close} className={dialog['overlay'] ?? ''}>
      <Modal className={dialog['modal'] ?? ''}>
        <Dialog className={dialog['dialog'] ?? ''}>
          <Heading slot="title">{text('files.title')}</Heading>
          <p>{text('files.about')}</p>
          <FileUses files={missing} />
          <div role="status">
            {notes.map(({ id, parameters }) => (
              <p key={id}>{text(id, parameters)}</p>
            ))}
          </div>
          <div className={dialog['actions']}>
            <Button label={text('files.choose')} kind="primary" onPress={() => void commands.invoke('file.open')} />
            <span className={dialog['beside']}>{text('files.drop')}</span>
            <Button label={text('files.later')} onPress={close} />
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
