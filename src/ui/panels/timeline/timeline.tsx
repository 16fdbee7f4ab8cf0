/**
 * The run on one axis of virtual time: the ruler with its frames and the playhead, and below it the boot stages, a lane
 * for each machine. A click on a stage shows its cause. It grows to the right and follows the run until the user
 * scrolls back; stages already drawn do not move.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { stageDetail } from '../../../base/event-log.ts';
import { useRuns, type RunRecord } from '../../../page/time/run-comparison.ts';
import { DENSE_FROM, useTimeline } from '../../../page/time/timeline-view.ts';
import { useSelected } from '../../../page/time/selection-details.ts';
import { useRecord } from '../../../page/captures/capture-store.ts';
import { useDocument, useView } from '../../../page/store.ts';
import type { StageLanes } from '../../../page/time/stage-lanes.ts';
import { useCommands, useNarrow, useNumbers, useStageText, useText } from '../../hooks.ts';
import { Empty } from '../../parts/states/empty.tsx';
import { ComparisonTable, GhostLane } from './comparison.tsx';
import { LinearAxis } from './linear-axis.ts';
import { KeptMarks, MomentFlags } from './moment-flags.tsx';
import { Playhead } from './playhead.tsx';
import { isIn, useTimelineScroll, WHOLE, type ShownPart } from './shown-part.ts';
import { laneOf, STAGE_GROUPS, type Lane, type Span } from './stages.ts';
import { TIMELINE_TEXTS as T } from './texts.ts';
import { TimeMarks } from './time-marks.tsx';
import { TimeAxis, type Axis } from './time-axis.ts';
import { TimelineTools } from './timeline-tools.tsx';
import styles from './timeline.module.css';

/** Maximum number of lanes: a boot storm has hundreds of machines. The lane of the shown machine is always included. */
const MAX_LANES = 120;
const LANE_PX = 26;
/** The names of the machines, as in the style sheet, and the shortest axis. */
const NAMES_PX = 148;
const MIN_AXIS_PX = 100;
/** A hundred of them are a band that one sees at a glance. */
const DENSE_PX = 7;
/** Width of a letter of a stage's name, and of the rest of its box. */
const LETTER_PX = 6.2;
const MARGIN_PX = 15;
/** On a small screen lanes are lists, of as many machines as one can scroll through. */
const NARROW_LANES = 24;
/** Lanes of so few stages are drawn whole. */
const FEW_STAGES = 40;

/** The stage of the selected event: itself, the last one that led to it, or the one that its machine was in. */
function useSelectedStage(stages: StageLanes): number | undefined {
  const explanation = useSelected((state) => state.explanation);
  return useMemo(() => {
    if (explanation === undefined) return undefined;
    const { causes, event } = explanation;
    const chain = [...causes.map(({ last }) => last), event];
    const stage = chain.findLast(({ kind }) => kind === 'stage');
    if (stage !== undefined) return stage.id;
    const found = [...new Set(chain.map(({ node }) => node))].flatMap(
      (node) => stages.latest(node, event.timeNs) ?? [],
    );
    return found.sort((a, b) => a.timeNs - b.timeNs || a.id - b.id).at(-1)?.id;
  }, [explanation, stages]);
}

/** The machines that have a lane, in the order of the document: a lane does not move when another machine is looked at. */
function useLaneNodes(stages: StageLanes, stageCount: number): readonly string[] {
  const machine = useView((state) => state.machine);
  const scenario = useDocument((state) => state.scenario);
  const count = stageCount === 0 ? 0 : stages.nodes.length;
  return useMemo(() => {
    const order = new Map((scenario?.nodes ?? []).map(({ name }, i) => [name, i]));
    const rank = (node: string): number => order.get(node) ?? order.get(node.replace(/\d+$/, '')) ?? order.size;
    const sorted = stages.nodes
      .slice(0, count)
      .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b, undefined, { numeric: true }));
    const first = sorted.slice(0, MAX_LANES);
    return machine === undefined || first.includes(machine) || !sorted.includes(machine) ? first : [machine, ...first];
  }, [stages, count, scenario, machine]);
}

export function Timeline(): ReactNode {
  const text = useText();
  const narrow = useNarrow();
  const { stages } = useRecord((state) => state.history);
  const stageCount = useRecord((state) => state.stageCount);
  const machine = useView((state) => state.machine);
  const nowNs = useRecord((state) => state.update?.timeNs ?? 0);
  const selected = useSelectedStage(stages);
  const nodes = useLaneNodes(stages, stageCount);
  const byNode = useMemo(
    () => new Map(stageCount === 0 ? [] : nodes.map((node) => [node, laneOf(stages.of(node), nowNs)] as const)),
    [stages, stageCount, nodes, nowNs],
  );
  const { scale, pxPerS, compares } = useTimeline();
  const earlier = useRuns((state) => state.before);
  const before = compares ? earlier : undefined;
  // A run that is to fit is drawn again when the panel's width changes.
  const [width, setWidth] = useState(0);
  const axis = useMemo(() => {
    const rooms = new Map<string, number>();
    const roomOf = ({ event: { stage } }: Span): number => {
      const known = rooms.get(stage) ?? text(`stage.${stage}`).length * LETTER_PX + MARGIN_PX;
      rooms.set(stage, known);
      return known;
    };
    const spans = [...byNode.values()].flatMap((lane) => lane.spans);
    const endNs = Math.max(nowNs, before?.endNs ?? 0, 1);
    if (scale === 'time' && !narrow)
      return new LinearAxis(endNs, pxPerS ?? (Math.max(MIN_AXIS_PX, width - NAMES_PX) / endNs) * 1e9);
    return new TimeAxis(
      spans.map((span) => ({ fromNs: span.drawFromNs, toNs: span.drawToNs, roomPx: roomOf(span) })),
      endNs,
    );
  }, [byNode, nowNs, text, before, scale, pxPerS, narrow, width]);
  const lanes = { byNode, axis, stages, selected };
  if (byNode.size === 0) return <Empty title={text('timeline.empty')} />;
  if (!narrow) return <Lanes nodes={nodes} before={before} onWidth={setWidth} {...lanes} />;
  const first = machine !== undefined && byNode.has(machine) ? [machine] : [];
  const listed = [...first, ...nodes.filter((node) => node !== machine)].slice(0, NARROW_LANES);
  return <LaneLists nodes={listed} {...lanes} />;
}

interface LanesShown {
  readonly nodes: readonly string[];
  readonly byNode: ReadonlyMap<string, Lane>;
  readonly axis: Axis;
  readonly stages: StageLanes;
  readonly selected: number | undefined;
}

/** A lane of the present run, or of the one before. */
interface LaneRow {
  readonly node: string;
  readonly isGhost: boolean;
}

function Lanes({
  nodes,
  byNode,
  axis,
  stages,
  selected,
  before,
  onWidth,
}: LanesShown & {
  readonly before: RunRecord | undefined;
  readonly onWidth: (px: number) => void;
}): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const commands = useCommands();
  const pastNs = useView((state) => state.pastNs);
  const { shown, onScroll, onZoom } = useTimelineScroll(scroller, axis, pastNs !== undefined, onWidth);
  const machine = useView((state) => state.machine);
  const isDense = useTimeline((state) => state.isDense) ?? nodes.length >= DENSE_FROM;
  const rows = useMemo((): readonly LaneRow[] => {
    if (before === undefined) return nodes.map((node) => ({ node, isGhost: false }));
    const all = [...nodes, ...[...before.lanes.keys()].filter((node) => !nodes.includes(node))];
    return all.flatMap((node) => [
      { node, isGhost: false },
      { node, isGhost: true },
    ]);
  }, [nodes, before]);
  const lanePx = isDense ? DENSE_PX : LANE_PX;
  const shownLane = rows.findIndex(({ node, isGhost }) => node === machine && !isGhost);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lanePx,
    overscan: 4,
  });
  useEffect(() => virtual.measure(), [virtual, lanePx]);
  useEffect(() => {
    if (shownLane >= 0) virtual.scrollToIndex(shownLane, { align: 'auto' });
  }, [shownLane, virtual]);
  useEffect(() => {
    // Scrolls the past time shown, or the selected stage, into view.
    scroller.current
      ?.querySelector(pastNs === undefined ? '[aria-pressed="true"]' : '[data-head]')
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [pastNs, selected]);
  useEffect(() => {
    const { current } = scroller;
    const turn = (event: WheelEvent): void => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      onZoom(event.clientX);
      void commands.run('timeline.zoom', Math.min(10, Math.max(0.1, Math.exp(-event.deltaY / 300))));
    };
    // React's own listener could not keep the page from being enlarged.
    current?.addEventListener('wheel', turn, { passive: false });
    return () => current?.removeEventListener('wheel', turn);
  }, [commands, onZoom]);
  const lanes = virtual.getVirtualItems().flatMap(({ index, start }) => {
    const row = rows[index];
    return row === undefined ? [] : [{ ...row, index, start }];
  });
  return (
    <div
      ref={scroller}
      className={styles['timeline']}
      data-testid="timeline"
      data-dense={isDense}
      data-scale={axis instanceof LinearAxis ? 'time' : 'stages'}
      onScroll={onScroll}
    >
      <div
        className={styles['sheet']}
        style={{ width: `calc(var(--names) + ${axis.widthPx}px)`, height: virtual.getTotalSize() + LANE_PX }}
      >
        <div className={styles['lane']} data-ruler>
          <TimelineTools />
          <Playhead axis={axis} stages={stages} shown={shown} />
          <div className={styles['timeMarks']} style={{ right: 'auto', width: axis.widthPx }}>
            <KeptMarks axis={axis} />
            <TimeMarks axis={axis} />
            <MomentFlags axis={axis} />
          </div>
        </div>
        {lanes.map(({ node, isGhost, index, start }) => (
          <div
            key={`${node} ${isGhost}`}
            className={styles['lane']}
            style={{ top: start + LANE_PX, height: lanePx }}
            data-shown={index === shownLane}
          >
            <LaneName node={node} earlier={byNode.get(node)?.earlier ?? 0} isGhost={isGhost} />
            {isGhost && before !== undefined ? (
              <GhostLane
                node={node}
                before={before.lanes.get(node) ?? []}
                now={stages.of(node)}
                endNs={before.endNs}
                axis={axis}
              />
            ) : (
              <Stages node={node} spans={byNode.get(node)?.spans ?? []} axis={axis} selected={selected} shown={shown} />
            )}
          </div>
        ))}
        <Heads axis={axis} unit="px" />
      </div>
      {before === undefined ? null : <ComparisonTable stages={stages} />}
    </div>
  );
}

/** Stages as lists, below a ruler that fits the screen. */
function LaneLists({ nodes, byNode, axis, stages, selected }: LanesShown): ReactNode {
  return (
    <div className={styles['timeline']} data-testid="timeline">
      <div className={styles['sheet']}>
        <div className={styles['lane']} data-ruler>
          <span className={styles['name']} />
          <Playhead axis={axis} stages={stages} shown={WHOLE} />
          <div className={styles['timeMarks']}>
            <KeptMarks axis={axis} />
            <TimeMarks axis={axis} />
            <MomentFlags axis={axis} />
          </div>
        </div>
        <Heads axis={axis} unit="share" />
      </div>
      {nodes.map((node) => (
        <div key={node} className={styles['lane']}>
          <LaneName node={node} earlier={byNode.get(node)?.earlier ?? 0} />
          <Stages node={node} spans={byNode.get(node)?.spans ?? []} axis={axis} selected={selected} shown={WHOLE} />
        </div>
      ))}
    </div>
  );
}

/** The name of a machine; stages that are too many to be drawn are counted on it. */
function LaneName({
  node,
  earlier,
  isGhost = false,
}: {
  readonly node: string;
  readonly earlier: number;
  readonly isGhost?: boolean;
}): ReactNode {
  const text = useText();
  const title = earlier === 0 ? node : text('timeline.earlier', { count: earlier });
  return (
    <span className={styles['name']} title={title} data-ghost={isGhost}>
      {isGhost ? text(T.before) : node}
    </span>
  );
}

/** The playhead's line through all lanes, and that of the selected event. */
function Heads({ axis, unit }: { readonly axis: Axis; readonly unit: 'px' | 'share' }): ReactNode {
  const pastNs = useView((state) => state.pastNs);
  const selectedNs = useSelected((state) => state.explanation?.event.timeNs);
  const at = (px: number): string => (unit === 'px' ? `${px}px` : `${(100 * px) / axis.widthPx}%`);
  return (
    <div className={styles['over']} aria-hidden="true">
      {selectedNs === undefined ? null : (
        <i className={styles['selected']} style={{ left: at(axis.place(selectedNs)) }} />
      )}
      <i
        className={styles['head']}
        data-head
        data-past={pastNs !== undefined}
        style={{ left: at(pastNs === undefined ? axis.widthPx : axis.place(pastNs)) }}
      />
    </div>
  );
}

function Stages({
  node,
  spans,
  axis,
  selected,
  shown,
}: {
  readonly node: string;
  readonly spans: readonly Span[];
  readonly axis: Axis;
  readonly selected: number | undefined;
  readonly shown: ShownPart;
}): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const commands = useCommands();
  const stageText = useStageText();
  const pastNs = useView((state) => state.pastNs);
  // The stage that has the focus keeps it when the run goes on.
  const [focused, setFocused] = useState<number>();
  const isDrawn = ({ event: { id }, drawFromNs, drawToNs }: Span): boolean =>
    spans.length <= FEW_STAGES ||
    id === selected ||
    id === focused ||
    isIn(shown, axis.place(drawFromNs), axis.place(drawToNs));
  return (
    <ol className={styles['spans']} aria-label={text('timeline.stagesOf', { machine: node })}>
      {spans.filter(isDrawn).map(({ event, fromNs, toNs, drawFromNs, drawToNs }) => (
        <li
          key={event.id}
          style={{
            left: axis.place(drawFromNs),
            width: axis.place(drawToNs) - axis.place(drawFromNs),
          }}
        >
          <button
            type="button"
            data-group={STAGE_GROUPS[event.stage]}
            data-stage={event.stage}
            data-later={pastNs !== undefined && fromNs > pastNs}
            aria-pressed={selected === event.id}
            title={`${stageText(event.stage, stageDetail(event))}\n${numbers.seconds(fromNs)} s, ${numbers.seconds(toNs - fromNs)} s${event.rule === undefined ? '' : `\n${event.rule}`}`}
            onFocus={() => setFocused(event.id)}
            onBlur={() => setFocused(undefined)}
            onClick={() => void commands.run('select', { kind: 'event', id: event.id })}
          >
            <span>{text(`stage.${event.stage}`)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}
