/** What stands between the reader and the lab: images on their way (with a stop), or a moment that a click starts. */
import type { ReactNode } from 'react';
import { useDocument, useLive, useView } from '../../app/store.ts';
import { formatBytes, formatClock } from '../format.ts';
import { useController, useText } from '../hooks.ts';
import { Button } from './button.tsx';
import styles from './banner.module.css';

export function OpeningBar(): ReactNode {
  const progress = useLive((state) => state.progress);
  const faults = useLive((state) => state.faults.length);
  const moment = useView((state) => state.moment);
  const hasLab = useDocument((state) => state.scenario !== undefined);
  if (progress?.kind === 'images' && progress.totalBytes > 0) return <Images {...progress} />;
  if (progress === undefined && hasLab && faults === 0) return <Stopped />;
  if (progress?.kind === 'ready' && moment !== undefined) return <MomentBar />;
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
  const controller = useController();
  return (
    <section className={styles['bar']} aria-label={text('opening.images')}>
      <span>{text('opening.images')}</span>
      <progress value={doneBytes} max={totalBytes} aria-label={text('opening.images')} />
      <span>
        {formatBytes(doneBytes)} / {formatBytes(totalBytes)}
      </span>
      <code>{name}</code>
      <Button label={text('opening.stop')} onPress={() => void controller.stopOpening()} />
    </section>
  );
}

function Stopped(): ReactNode {
  const text = useText();
  const controller = useController();
  return (
    <section className={styles['bar']}>
      <span>{text('opening.stopped')}</span>
      <Button label={text('opening.again')} kind="primary" onPress={() => void controller.rebuild()} />
    </section>
  );
}

function MomentBar(): ReactNode {
  const text = useText();
  const controller = useController();
  const moment = useView((state) => state.moment);
  const nowNs = useLive((state) => state.update?.timeNs ?? 0);
  if (moment === undefined) return null;
  const time = formatClock(moment.atNs);
  return (
    <section className={styles['bar']} data-testid="moment">
      <span>{text(moment.needsClick ? 'moment.waits' : 'moment.onTheWay', { time })}</span>
      {moment.needsClick ? (
        <Button label={text('moment.go')} kind="primary" onPress={() => void controller.goToMoment()} />
      ) : (
        <progress value={nowNs} max={moment.atNs} aria-label={text('moment.onTheWay', { time })} />
      )}
      <Button label={text('moment.leave')} onPress={() => useView.setState({ moment: undefined })} />
    </section>
  );
}
