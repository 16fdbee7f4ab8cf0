/**
 * The line below the panels: whether the views are live or show the past, and how to get back to the lab as it is, or
 * the lab back to what is shown. It is always shown, so that nothing moves while the playhead is dragged.
 */
import type { ReactNode } from 'react';
import { useRecord } from '../../../page/captures/capture-store.ts';
import { useView } from '../../../page/store.ts';
import { formatClock } from '../../format.ts';
import { useCommands, useNarrow, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import { useRunStatus } from '../../topbar/run-status.tsx';
import styles from './timeline.module.css';

export function PastBar(): ReactNode {
  const text = useText();
  const commands = useCommands();
  const pastNs = useView((state) => state.pastNs);
  const nowNs = useRecord((state) => state.update?.timeNs ?? 0);
  const runs = useRecord((state) => state.update !== undefined && state.update.mode.kind !== 'paused');
  const status = useRunStatus();
  const embed = useView((state) => state.embed);
  const narrow = useNarrow();
  // A small page has room for why the lab stands, not for how to look back.
  if (pastNs === undefined)
    return embed || narrow ? (
      <p className={styles['nowShort']} title={status} aria-hidden="true">
        {status}
      </p>
    ) : (
      <p className={styles['now']}>{`${status} ${text(runs ? 'past.live' : 'past.stands')}`.trim()}</p>
    );
  return (
    <section className={styles['past']} data-testid="past">
      <strong role="status">{text('past.at', { time: formatClock(pastNs) })}</strong>
      <span>{text(runs ? 'past.runs' : 'past.paused', { time: formatClock(nowNs) })}</span>
      <Button
        label={text('time.lookLive')}
        title={`${text('time.lookLive')} (Escape)`}
        kind="primary"
        onPress={() => void commands.run('time.look-live')}
      />
      <Button
        label={text('past.goBack')}
        title={`${text('past.goBackHint')} (F6)`}
        onPress={() => void commands.run('time.go-to-selected')}
      />
    </section>
  );
}

/** Shown in views of state that is not recorded: only going back in the lab itself can show its past. */
export function PastNote(): ReactNode {
  const text = useText();
  const isPast = useView((state) => state.pastNs !== undefined);
  return isPast ? <p className={styles['pastNote']}>{text('past.now')}</p> : null;
}
