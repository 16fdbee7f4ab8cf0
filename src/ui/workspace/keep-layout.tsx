/** Asks for the name under which the present layout is kept. */
import { useState, type ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { MAX_NAME } from '../../page/layout/layout-store.ts';
import { useCommands, useMessage, useText } from '../hooks.ts';
import { Button } from '../parts/button.tsx';
import styles from '../topbar/dialog.module.css';
import { WORKSPACE_TEXTS as T } from './texts.ts';

export function KeepLayout(): ReactNode {
  const commands = useCommands();
  const text = useText();
  const message = useMessage();
  const [name, setName] = useState('');
  const [problem, setProblem] = useState('');
  const close = (): void => void commands.run('layout.naming', false);
  const keep = async (): Promise<void> => {
    const reason = await commands.run('layout.keep', name.trim());
    if (reason !== undefined) setProblem(message(reason));
  };
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={close} className={styles['overlay'] ?? ''}>
      <Modal className={styles['modal'] ?? ''}>
        <Dialog className={styles['dialog'] ?? ''}>
          <Heading slot="title">{text(T.keepTitle)}</Heading>
          <p>{text(T.keepAbout)}</p>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void keep();
            }}
          >
            <label>
              {text(T.name)}
              <input autoFocus maxLength={MAX_NAME} value={name} onChange={({ target }) => setName(target.value)} />
            </label>
          </form>
          {problem === '' ? null : <p role="alert">{problem}</p>}
          <div className={styles['actions']}>
            <Button label={text(T.keep)} kind="primary" isDisabled={name.trim() === ''} onPress={() => void keep()} />
            <Button label={text(T.cancel)} onPress={close} />
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
