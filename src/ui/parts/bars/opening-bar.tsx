/**
 * What must happen before the lab is ready: images are downloaded (with a stop button), or a click runs it to a moment.
 */
import type { ReactNode } from 'react';
import { useMissing } from '../../../page/document/files/missing-files.ts';
import { useDocument, useLive, useView, type Moment } from '../../../page/store.ts';
import { formatClock } from '../../format.ts';
import { useCommands, useNumbers, useText } from '../../hooks.ts';
import { Button } from '../button.tsx';
import styles from './banner.module.css';

export function OpeningBar(): ReactNode {
  const progress = useLive((state) => state.progress);
  const problems = useLive((state) => state.problems.length);
  const missing = useMissing((state) => state.missing.length);
  const moment = useView((state) => state.moment);
  const hasLab = useDocument((state) => state.scenario !== undefined);
  if (progress?.kind === 'images' && progress.totalBytes > 0) return <Images {...progress} />;
  if (progress === undefined && missing > 0) return <FilesWanted />;
  if (progress === undefined && hasLab && problems === 0) return <Stopped />;
  if (progress?.kind === 'ready' && moment !== undefined) return <MomentBar moment={moment} />;
  return null;
}

function Images({
  doneBytes,
  totalBytes,
  name,
}: {
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly name: string;
}): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const commands = useCommands();
  return (
    <section className={styles['bar']} aria-label={text('opening.images')}>
      <span>{text('opening.images')}</span>
      <progress value={doneBytes} max={totalBytes} aria-label={text('opening.images')} />
      <span>
        {numbers.bytes(doneBytes)} / {numbers.bytes(totalBytes)}
      </span>
      <code>{name}</code>
      <Button label={text('opening.stop')} onPress={() => void commands.run('lab.stop-opening')} />
    </section>
  );
}

function FilesWanted(): ReactNode {
  const text = useText();
  const commands = useCommands();
  return (
    <section className={styles['bar']} data-testid="files-wanted">
      <span>{text('files.waiting')}</span>
      <Button label={text('files.give')} kind="primary" onPress={() => void commands.run('file.ask')} />
    </section>
  );
}

function Stopped(): ReactNode {
  const text = useText();
  const commands = useCommands();
  return (
    <section className={styles['bar']}>
      <span>{text('opening.stopped')}</span>
      <Button label={text('opening.again')} kind="primary" onPress={() => void commands.run('time.restart')} />
    </section>
  );
}

/** The moment that the lab runs to, in words; `waits` when a click is needed to go there. */
function useMomentText({ at, event, frame, needsClick, hasHung }: Moment): string {
  const text = useText();
  if (needsClick && hasHung) return text('moment.hung');
  if ('timeNs' in at) return text(needsClick ? 'moment.waits' : 'moment.onTheWay', { time: formatClock(at.timeNs) });
  return event === undefined
    ? text(needsClick ? 'moment.waitsFrame' : 'moment.onTheWayFrame', { frame: frame ?? 0 })
    : text(needsClick ? 'moment.waitsEvent' : 'moment.onTheWayEvent', { event });
}

function MomentBar({ moment }: { readonly moment: Moment }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const nowNs = useLive((state) => state.update?.timeNs ?? 0);
  const where = useMomentText(moment);
  return (
    <section className={styles['bar']} data-testid="moment">
      <span>{where}</span>
      {moment.needsClick ? (
        <Button label={text('moment.go')} kind="primary" onPress={() => void commands.run('moment.go')} />
      ) : (
        <progress {...('timeNs' in moment.at ? { value: nowNs, max: moment.at.timeNs } : {})} aria-label={where} />
      )}
      <Button label={text('moment.leave')} onPress={() => void commands.run('moment.leave')} />
    </section>
  );
}
