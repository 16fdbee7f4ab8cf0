/** Values over spans of time as curves, with the times below them: what is counted, each panel says. */
import type { ReactNode } from 'react';
import type { IoGraphView } from '../../../threads/api/statistics-api.ts';
import { useNumbers } from '../../hooks.ts';
import styles from './curves.module.css';

/** A colour with a name in both themes, and how the curve is dashed. */
export interface CurveStyle {
  readonly colour: string;
  readonly dash: string;
}

const WIDTH = 1000;
const HEIGHT = 140;
/** Above the highest curve. */
const MARGIN = 6;
/** Rows of a table of spans. */
const MAX_TABLE_ROWS = 200;

/** The values of each series; none for a filter that is wrong. */
export function curvesOf({ series }: IoGraphView, unit: 'frames' | 'bytes'): readonly (readonly number[])[] {
  return series.map((one) => ('problem' in one ? [] : one[unit]));
}

function spansOf(curves: readonly (readonly number[])[]): number {
  return Math.max(1, ...curves.map((values) => values.length));
}

/** The first spans in which something happened, for the same as a table. */
export function busySpans(curves: readonly (readonly number[])[]): readonly number[] {
  return Array.from({ length: spansOf(curves) }, (_, span) => span)
    .filter((span) => curves.some((values) => (values[span] ?? 0) > 0))
    .slice(0, MAX_TABLE_ROWS);
}

/** Beside the name of a curve. */
export function CurveMark({ style }: { readonly style: CurveStyle | undefined }): ReactNode {
  return (
    <svg width="28" height="10" aria-hidden="true">
      <line x1="0" x2="28" y1="5" y2="5" stroke={style?.colour} strokeWidth="2" strokeDasharray={style?.dash} />
    </svg>
  );
}

export function Curves({
  label,
  curves,
  curveStyles,
  counted: { startNs, spanNs },
  sayMost,
}: {
  readonly label: string;
  readonly curves: readonly (readonly number[])[];
  readonly curveStyles: readonly CurveStyle[];
  readonly counted: IoGraphView;
  /** The highest value, in words. */
  readonly sayMost: (most: number) => string;
}): ReactNode {
  const numbers = useNumbers();
  const spans = spansOf(curves);
  const most = curves.reduce((max, values) => values.reduce((a, b) => Math.max(a, b), max), 1);
  const x = (span: number): number => ((span + 0.5) / spans) * WIDTH;
  const y = (value: number): number => HEIGHT - (value / most) * (HEIGHT - MARGIN);
  return (
    <>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
        className={styles['drawing']}
      >
        {curves.map((values, place) => (
          <polyline
            // oxlint-disable-next-line react/no-array-index-key -- a curve is its place
            key={place}
            points={values.map((value, span) => `${x(span).toFixed(1)},${y(value).toFixed(1)}`).join(' ')}
            fill="none"
            stroke={curveStyles[place]?.colour}
            strokeDasharray={curveStyles[place]?.dash}
            strokeWidth="1.5"
            vectorEffect="non-scaling-stroke"
          />
        ))}
      </svg>
      <div className={styles['axis']}>
        <span>{numbers.seconds(startNs)} s</span>
        <span>{sayMost(most)}</span>
        <span>{numbers.seconds(startNs + spans * spanNs)} s</span>
      </div>
    </>
  );
}
