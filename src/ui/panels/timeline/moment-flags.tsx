/** The named moments of the lab as numbered flags on the ruler: a click shows the moment. And which moments are kept. */
import type { ReactNode } from 'react';
import type { ScenarioMoment } from '../../../scenario/schema.ts';
import { useRecord } from '../../../page/captures/capture-store.ts';
import { useDocument, useView } from '../../../page/store.ts';
import { useKeptMoments } from '../../../page/time/kept-moments.ts';
import { useCommands } from '../../hooks.ts';
import type { Axis } from './time-axis.ts';
import styles from './timeline.module.css';

const NONE: readonly ScenarioMoment[] = [];

export function MomentFlags({ axis }: { readonly axis: Axis }): ReactNode {
  const commands = useCommands();
  const moments = useDocument((state) => state.scenario?.moments ?? NONE);
  const nowNs = useRecord((state) => state.update?.timeNs ?? 0);
  const pastNs = useView((state) => state.pastNs);
  return moments.map(({ name, atNs }, index) =>
    atNs > nowNs ? null : (
      <button
        key={`${atNs} ${name}`}
        type="button"
        className={styles['momentFlag']}
        style={{ left: `${(100 * axis.place(atNs)) / axis.widthPx}%` }}
        data-shown={pastNs === atNs}
        title={name}
        aria-label={`${index + 1}: ${name}`}
        onClick={() => void commands.run('moment.show', index)}
      >
        {index + 1}
      </button>
    ),
  );
}

/** Points at the moments up to which PCs can be played back; the bar below the panels says it in words. */
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
