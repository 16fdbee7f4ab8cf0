/**
 * The line below the panels: whether the views are live or show the past, and how to get back to the lab as it is, or
 * the lab back to what is shown. It is always shown, so that nothing moves while the playhead is dragged.
 */
import type { ReactNode } from 'react';
import { useRecord } from '../../../page/captures/capture-store.ts';
import { useView } from '../../../page/store.ts';
import { useKeptMoments } from '../../../page/time/kept-moments.ts';
import { formatClock } from '../../format.ts';
import { useCommands, useNarrow, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import { useRunStatus } from '../../topbar/run-status.tsx';
import { TIMELINE_TEXTS as T } from './texts.ts';
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
      <KeptUpTo pastNs={pastNs} />
    </section>
  );
}

/** Whether going back runs PCs from power-on, or from where. */
function KeptUpTo({ pastNs }: { readonly pastNs: number }): ReactNode {
  const text = useText();
  const narrow = useNarrow();
  const timesNs = useKeptMoments((state) => state.timesNs);
  const keptNs = timesNs
    .filter((timeNs) => timeNs <= pastNs)
    .sort((a, b) => a - b)
    .at(-1);
  if (narrow || timesNs.length === 0) return null;
  return (
    <span className={styles['pastKept']} data-testid="kept-up-to">
      {keptNs === undefined ? text(T.notKept) : text(T.kept, { time: formatClock(keptNs) })}
    </span>
  );
}

/** Shown in views of state that is not recorded: only going back in the lab itself can show its past. */
export function PastNote(): ReactNode {
  const text = useText();
  const isPast = useView((state) => state.pastNs !== undefined);
  return isPast ? <p className={styles['pastNote']}>{text('past.now')}</p> : null;
}
