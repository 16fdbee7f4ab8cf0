/** Points on the ruler at the moments up to which PCs can be played back; the bar below says it in words. */
import type { ReactNode } from 'react';
import { useKeptMoments } from '../../../page/time/kept-moments.ts';
import { useRecord } from '../../../page/captures/capture-store.ts';
import type { Axis } from './time-axis.ts';
import styles from './timeline.module.css';

export function KeptMarks({ axis }: { readonly axis: Axis }): ReactNode {
  const timesNs = useKeptMoments((state) => state.timesNs);
  const nowNs = useRecord((state) => state.update?.timeNs ?? 0);
  return timesNs
    .filter((timeNs) => timeNs <= nowNs)
    .map((timeNs) => (
      <span
        key={timeNs}
        className={styles['kept']}
        style={{ left: `${(100 * axis.place(timeNs)) / axis.widthPx}%` }}
        data-testid="kept-moment"
        aria-hidden="true"
      />
    ));
}
