/**
 * Problems of the lab that was to be opened, problems of the running one, and notices, as sentences with place and
 * remedy. They lie over the panels and can be closed; nothing below them moves.
 */
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import type { PlaceProblem } from '../../../threads/api/lab-api.ts';
import { useLive, type Notice } from '../../../page/store.ts';
import type { StopReason } from '../../../threads/api/lab-api.ts';
import { useCommands, useMessage, useText } from '../../hooks.ts';
import { Button } from '../button.tsx';
import styles from './banner.module.css';

const SHOWN = 8;
/** A notice disappears by itself, unless the pointer or the focus is in it. */
const NOTICE_MS = 12_000;

export function ProblemBanner(): ReactNode {
  const problems = useLive((state) => state.problems);
  const warnings = useLive((state) => state.warnings);
  const notice = useLive((state) => state.notice);
  const stopped = useLive((state) => state.update?.stopped);
  const text = useText();
  const commands = useCommands();
  return (
    <>
      {problems.length > 0 ? (
        <Places
          kind="problem"
          title={text('problems.title')}
          places={problems}
          onClose={() => void commands.run('banner.close', 'problems')}
        />
      ) : null}
      {warnings.length > 0 ? (
        <Places
          kind="warning"
          title={text('problems.warnings')}
          places={warnings}
          onClose={() => void commands.run('banner.close', 'warnings')}
        />
      ) : null}
      {stopped?.kind === 'failure' ? <Stopped reason={stopped} /> : null}
      <div role="status" className={styles['notice']}>
        {notice === undefined ? null : <NoticeBar notice={notice} />}
      </div>
    </>
  );
}

function Stopped({ reason }: { readonly reason: StopReason & { readonly kind: 'failure' } }): ReactNode {
  const text = useText();
  const say = useMessage();
  const commands = useCommands();
  const { machine } = reason;
  const [closed, setClosed] = useState<string | undefined>();
  const said = say(reason.message);
  if (closed === said) return null;
  return (
    <section className={styles['banner']} data-kind="problem" role="alert">
      <div>
        <strong>
          {machine === undefined ? text('problems.stopped') : text('problems.stoppedMachine', { machine })}
        </strong>{' '}
        {said}
      </div>
      <Button label={text('thread.restart')} kind="primary" onPress={() => void commands.run('time.restart')} />
      <Button label={text('problems.close')} onPress={() => setClosed(said)} />
    </section>
  );
}

function NoticeBar({ notice }: { readonly notice: Notice }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const [held, setHeld] = useState(false);
  const close = useCallback((): void => void commands.run('banner.close', 'notice'), [commands]);
  useEffect(() => {
    if (held) return undefined;
    const timer = setTimeout(close, NOTICE_MS);
    return () => clearTimeout(timer);
  }, [notice, held, close]);
  const { action } = notice;
  return (
    <div
      className={styles['banner']}
      data-testid="notice"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span>{text(notice.id, notice.parameters)}</span>
      <span className={styles['actions']}>
        {action === undefined ? null : (
          <Button
            label={text(action.label)}
            onPress={() => {
              action.run();
              close();
            }}
          />
        )}
        <Button label={text('problems.close')} onPress={close} />
      </span>
    </div>
  );
}

function Places({
  kind,
  title,
  places,
  onClose,
}: {
  readonly kind: 'problem' | 'warning';
  readonly title: string;
  readonly places: readonly PlaceProblem[];
  readonly onClose: () => void;
}): ReactNode {
  const text = useText();
  const message = useMessage();
  return (
    <section className={styles['banner']} data-kind={kind} role="alert" data-testid={`${kind}s`}>
      <div>
        <strong>{title}</strong>
        <ul>
          {places.slice(0, SHOWN).map((place) => (
            <li key={`${place.path} ${place.message}`}>
              <code>{place.path}</code> {message({ text: place.message, says: place.says })}
            </li>
          ))}
        </ul>
      </div>
      <Button label={text('problems.close')} onPress={onClose} />
    </section>
  );
}
