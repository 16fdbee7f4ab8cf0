/** Shown when a thread does not answer or has failed, with the possible actions. */
import type { ReactNode } from 'react';
import { useThreads, type ThreadTrouble } from '../../../page/threads/thread-care.ts';
import { useCommands, useMessage, useText } from '../../hooks.ts';
import { Button } from '../button.tsx';
import styles from './banner.module.css';

function useTroubleText({ thread, machine, failure }: ThreadTrouble): string {
  const text = useText();
  const say = useMessage();
  if (thread === 'machine') return `${text('thread.machine', { machine: machine ?? '' })} ${text('thread.labHint')}`;
  if (failure !== undefined) return text(`thread.failed.${thread}`, { message: say(failure) });
  return `${text(`thread.${thread}`)} ${text(`thread.${thread}Hint`)}`;
}

export function ThreadBar(): ReactNode {
  const trouble = useThreads((state) => state.trouble);
  return trouble === undefined ? null : <Trouble trouble={trouble} />;
}

function Trouble({ trouble }: { readonly trouble: ThreadTrouble }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const says = useTroubleText(trouble);
  const hangs = trouble.failure === undefined;
  return (
    <section className={styles['banner']} data-kind="problem" role="alert" data-testid="thread-trouble">
      <span>{says}</span>
      <Button
        label={text(hangs ? 'thread.stop' : 'thread.restart')}
        kind="primary"
        onPress={() => void commands.run('thread.stop')}
      />
      <Button label={text(hangs ? 'thread.wait' : 'thread.ignore')} onPress={() => void commands.run('thread.wait')} />
    </section>
  );
}
