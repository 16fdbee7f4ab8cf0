/** The dialogs of the packet panel: columns, colouring rules, the comment of a packet, go to a packet. */
import { useState, type FormEvent, type ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { unreachable } from '../../../../base/result.ts';
import { shownNotes } from '../../../../page/packets/presenter.ts';
import { usePackets, type PacketDialog } from '../../../../page/packets/packet-store.ts';
import { useCommands, usePageQueries, useText } from '../../../hooks.ts';
import styles from '../../../topbar/dialog.module.css';
import { ColoursForm } from './colours-form.tsx';
import { ColumnsForm } from './columns-form.tsx';
import { Actions } from './form-actions.tsx';
import { PACKET_TEXTS as T } from '../texts.ts';

export function PacketDialogs({ dialog }: { readonly dialog: PacketDialog }): ReactNode {
  const commands = useCommands();
  const close = (): void => void commands.run('packets.close', 'dialog');
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={close} className={styles['overlay'] ?? ''}>
      <Modal className={styles['modal'] ?? ''}>
        <Dialog className={styles['dialog'] ?? ''}>
          <Form dialog={dialog} onDone={close} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Form({ dialog, onDone }: { readonly dialog: PacketDialog; readonly onDone: () => void }): ReactNode {
  switch (dialog) {
    case 'columns':
      return <ColumnsForm onDone={onDone} />;
    case 'colours':
      return <ColoursForm onDone={onDone} />;
    case 'comment':
      return <CommentForm onDone={onDone} />;
    case 'go-to':
      return <GoToForm onDone={onDone} />;
    default:
      return unreachable(dialog);
  }
}

function CommentForm({ onDone }: { readonly onDone: () => void }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const { client } = usePageQueries();
  const number = usePackets((state) => state.chosen?.number ?? 0);
  const own = shownNotes().comments.find(([frame]) => frame === number)?.[1];
  const [comment, setComment] = useState<string | undefined>(own);
  // The file's own comment is the analysis thread's.
  if (comment === undefined)
    void client.analysis
      .indexOfFrame(number)
      .then(async (row) => (row === undefined ? undefined : await client.analysis.detail(row)))
      .then((detail) => setComment((before) => before ?? detail?.row.notes.comment ?? ''));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void commands.run('packets.set-comment', { number, text: comment ?? '' });
    onDone();
  };
  return (
    <form onSubmit={submit}>
      <Heading slot="title">{text(T.comment, { number })}</Heading>
      <textarea
        autoFocus
        rows={4}
        maxLength={2000}
        aria-label={text(T.comment, { number })}
        value={comment ?? ''}
        data-testid="packet-comment"
        onChange={({ target }) => setComment(target.value)}
      />
      <p className={styles['quiet']}>{text(T.commentHint)}</p>
      <Actions onCancel={onDone} />
    </form>
  );
}

function GoToForm({ onDone }: { readonly onDone: () => void }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const [number, setNumber] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onDone();
    if (/^\d{1,9}$/.test(number) && Number(number) > 0) void commands.run('packets.go-to-frame', Number(number));
  };
  return (
    <form onSubmit={submit}>
      <Heading slot="title">{text(T.goTo)}</Heading>
      <input
        autoFocus
        inputMode="numeric"
        pattern="\d{1,9}"
        required
        aria-label={text(T.number)}
        value={number}
        data-testid="go-to"
        onChange={({ target }) => setNumber(target.value)}
      />
      <Actions onCancel={onDone} />
    </form>
  );
}
