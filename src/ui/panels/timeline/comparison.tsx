/** The run before the last change of the lab: its stages as a lane below each machine's, and the differences in a table. */
import { useMemo, type ReactNode } from 'react';
import { compareMachine, compareRuns, useRuns, type StagePair } from '../../../page/time/run-comparison.ts';
import type { StageEvent, StageLanes } from '../../../page/time/stage-lanes.ts';
import { useLive } from '../../../page/store.ts';
import type { Numbers } from '../../format.ts';
import { useNumbers, useStageText, useText } from '../../hooks.ts';
import { STAGE_GROUPS } from './stages.ts';
import { TIMELINE_TEXTS as T } from './texts.ts';
import type { Axis } from './time-axis.ts';
import styles from './timeline.module.css';

type Translate = ReturnType<typeof useText>;

function signed(numbers: Numbers, ns: number): string {
  return `${ns < 0 ? '−' : '+'}${numbers.seconds(Math.abs(ns))} s`;
}

function differenceText(text: Translate, numbers: Numbers, { beforeNs, nowNs }: StagePair): string {
  if (beforeNs === undefined) return text(T.onlyNow);
  if (nowNs === undefined) return text(T.onlyBefore);
  return nowNs === beforeNs ? text(T.same) : signed(numbers, nowNs - beforeNs);
}

/** The earlier stages of a machine on the axis of the present run. */
export function GhostLane({
  node,
  before,
  now,
  endNs,
  axis,
}: {
  readonly node: string;
  readonly before: readonly StageEvent[];
  readonly now: readonly StageEvent[];
  /** When the earlier run ended. */
  readonly endNs: number;
  readonly axis: Axis;
}): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const pairs = useMemo(() => {
    const { stages } = compareMachine(node, before, now);
    return new Map(stages.map((pair) => [`${pair.stage} ${pair.beforeNs}`, pair]));
  }, [node, before, now]);
  return (
    <ol className={styles['spans']} aria-label={text(T.beforeOf, { machine: node })} data-ghost>
      {before.map(({ id, stage, timeNs }, i) => {
        const toNs = before[i + 1]?.timeNs ?? Math.max(endNs, timeNs);
        const left = axis.place(timeNs);
        const name = text(`stage.${stage}`);
        const pair = pairs.get(`${stage} ${timeNs}`);
        const difference = pair === undefined ? '' : differenceText(text, numbers, pair);
        return (
          <li key={id} style={{ left, width: axis.place(toNs) - left }}>
            <span
              className={styles['ghost']}
              data-group={STAGE_GROUPS[stage]}
              data-only={pair?.nowNs === undefined}
              title={`${text('page.pair', { name: `${name}, ${text(T.before)}`, what: `${numbers.seconds(timeNs)} s` })}\n${difference}`}
            >
              {name}
              <span className="visually-hidden">, {difference}</span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}

/** How far each machine came in both runs, and where they part. */
export function ComparisonTable({ stages }: { readonly stages: StageLanes }): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const stageText = useStageText();
  const before = useRuns((state) => state.before);
  const stageCount = useLive((state) => state.stageCount);
  const rows = useMemo(
    () => (before === undefined || stageCount < 0 ? [] : compareRuns(before, stages)),
    [before, stages, stageCount],
  );
  const outcome = (event: StageEvent | undefined): string =>
    event === undefined ? text(T.none) : `${stageText(event.stage, undefined)}, ${numbers.seconds(event.timeNs)} s`;
  return (
    <table className={styles['comparison']} data-testid="run-comparison">
      <caption>{text(T.table)}</caption>
      <thead>
        <tr>
          {[T.machine, T.endedBefore, T.ended, T.difference, T.first].map((title) => (
            <th key={title.en} scope="col">
              {text(title)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ machine, before: last, now, first }) => (
          <tr key={machine} data-same={first === undefined}>
            <th scope="row">{machine}</th>
            <td>{outcome(last)}</td>
            <td>{outcome(now)}</td>
            <td>{last === undefined || now === undefined ? '' : signed(numbers, now.timeNs - last.timeNs)}</td>
            <td>
              {first === undefined
                ? text(T.none)
                : `${text(`stage.${first.stage}`)}: ${differenceText(text, numbers, first)}`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
