/**
 * The run on one axis of virtual time: the ruler with its frames and the playhead, and below it the boot stages, a lane
 * for each machine. A click on a stage shows its cause.
 */
import { useMemo, type ReactNode } from 'react';
import { stageDetail } from '../../base/event-log.ts';
import { useSelected } from '../../page/time/selection-details.ts';
import { useDocument, useLive, useView } from '../../page/store.ts';
import type { StageLanes } from '../../page/time/stage-lanes.ts';
import { formatSeconds } from '../format.ts';
import { useStageText, useText } from '../hooks.ts';
import { Empty } from '../parts/empty.tsx';
import { Playhead } from './playhead.tsx';
import { laneOf, STAGE_GROUPS, type Span } from './stages.ts';
import { TimeAxis } from './time-axis.ts';
import styles from './timeline.module.css';

/** A boot storm has hundreds; the lane of the machine that is looked at is always among them. */
const MAX_LANES = 24;

/** The stage of the selected event: itself, the last one that led to it, or the one that its machine was in. */
function useSelectedStage(stages: StageLanes): number | undefined {
  const explanation = useSelected((state) => state.explanation);
  return useMemo(() => {
    if (explanation === undefined) return undefined;
    const { causes, event } = explanation;
    const chain = [...causes, event];
    const told = chain.findLast(({ kind }) => kind === 'stage');
    if (told !== undefined) return told.id;
    const found = [...new Set(chain.map(({ node }) => node))].flatMap(
      (node) => stages.latest(node, event.timeNs) ?? [],
    );
    return found.sort((a, b) => a.timeNs - b.timeNs || a.id - b.id).at(-1)?.id;
  }, [explanation, stages]);
}

/** The machines that have a lane: that of the machine that is looked at first, the others as in the scenario. */
function useLaneNodes(stages: StageLanes, stageCount: number): readonly string[] {
  const machine = useView((state) => state.machine);
  const scenario = useDocument((state) => state.scenario);
  const count = stageCount === 0 ? 0 : stages.nodes.length;
  return useMemo(() => {
    const order = new Map((scenario?.nodes ?? []).map(({ name }, i) => [name, i]));
    const rank = (node: string): number => (node === machine ? -1 : (order.get(node) ?? -1));
    const sorted = stages.nodes.slice(0, count).sort((a, b) => rank(a) - rank(b));
    return sorted.slice(0, MAX_LANES);
  }, [stages, count, scenario, machine]);
}

export function Timeline(): ReactNode {
  const text = useText();
  const { stages } = useLive((state) => state.history);
  const stageCount = useLive((state) => state.stageCount);
  const pastNs = useView((state) => state.pastNs);
  const nowNs = useLive((state) => state.update?.timeNs ?? 0);
  const selectedNs = useSelected((state) => state.explanation?.event.timeNs);
  const selectedStage = useSelectedStage(stages);
  const shown = useLaneNodes(stages, stageCount);
  const { lanes, axis } = useMemo(() => {
    const drawn = stageCount === 0 ? [] : shown.map((node) => ({ node, ...laneOf(stages.of(node), nowNs) }));
    const spans = drawn.flatMap((lane) => lane.spans);
    const endNs = Math.max(nowNs, ...spans.map(({ drawToNs }) => drawToNs));
    return {
      lanes: drawn,
      axis: new TimeAxis(
        spans.map(({ drawFromNs }) => drawFromNs),
        endNs,
      ),
    };
  }, [stages, stageCount, shown, nowNs]);
  if (lanes.length === 0) return <Empty title={text('timeline.empty')} />;
  return (
    <div className={styles['timeline']} data-testid="timeline">
      <div className={styles['lane']}>
        <span className={styles['name']} />
        <Playhead axis={axis} stages={stages} />
      </div>
      {lanes.map(({ node, spans, earlier }) => (
        <div key={node} className={styles['lane']}>
          <span
            className={styles['name']}
            title={earlier === 0 ? undefined : text('timeline.earlier', { count: earlier })}
          >
            {node}
          </span>
          <Stages node={node} spans={spans} axis={axis} selected={selectedStage} />
        </div>
      ))}
      <div className={styles['over']} aria-hidden="true">
        {selectedNs === undefined ? null : (
          <i className={styles['selected']} style={{ left: `${100 * axis.place(selectedNs)}%` }} />
        )}
        <i
          className={styles['head']}
          data-past={pastNs !== undefined}
          style={{ left: `${pastNs === undefined ? 100 : 100 * axis.place(pastNs)}%` }}
        />
      </div>
    </div>
  );
}

function Stages({
  node,
  spans,
  axis,
  selected,
}: {
  readonly node: string;
  readonly spans: readonly Span[];
  readonly axis: TimeAxis;
  readonly selected: number | undefined;
}): ReactNode {
  const text = useText();
  const stageText = useStageText();
  const pastNs = useView((state) => state.pastNs);
  return (
    <ol className={styles['spans']} aria-label={text('timeline.stagesOf', { machine: node })}>
      {spans.map(({ event, fromNs, toNs, drawFromNs, drawToNs }) => (
        <li
          key={event.id}
          style={{
            left: `${100 * axis.place(drawFromNs)}%`,
            width: `${100 * (axis.place(drawToNs) - axis.place(drawFromNs))}%`,
          }}
        >
          <button
            type="button"
            data-group={STAGE_GROUPS[event.stage]}
            data-stage={event.stage}
            data-later={pastNs !== undefined && fromNs > pastNs}
            aria-pressed={selected === event.id}
            title={`${stageText(event.stage, stageDetail(event))}\n${formatSeconds(fromNs)} s, ${formatSeconds(toNs - fromNs)} s${event.rule === undefined ? '' : `\n${event.rule}`}`}
            onClick={() => useView.setState({ selection: { kind: 'event', id: event.id } })}
          >
            {text(`stage.${event.stage}`)}
          </button>
        </li>
      ))}
    </ol>
  );
}
