/**
 * The ruler of the timeline: frames as ticks in the colours of the list, and the playhead. Dragged, or moved by keys, it
 * makes all views show that moment; at its right end they are live. Arrows go from frame to frame, Page keys from stage to stage.
 */
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import type { DensityView } from '../../../threads/api/analysis-api.ts';
import { useRecord } from '../../../page/captures/capture-store.ts';
import { useView } from '../../../page/store.ts';
import type { StageLanes } from '../../../page/time/stage-lanes.ts';
import { formatClock } from '../../format.ts';
import { useCommands, useNarrow, useNumbers, usePageQueries, useText } from '../../hooks.ts';
import { isIn, type ShownPart } from './shown-part.ts';
import type { Axis } from './time-axis.ts';
import styles from './timeline.module.css';

/** Width of a tick; fewest ticks (on a small screen) and most (on a very long axis). */
const TICK_PX = 6;
const MIN_TICKS = 200;
const MAX_TICKS = 1500;
/** How often ticks are recounted while the lab runs. */
const TICKS_MS = 400;
/** Width of a label of the ruler, on a wide and on a small screen. */
const LABEL_PX = 64;
const NARROW_LABELS = 5;
/** Within this distance of the right end, the views are live. */
const LIVE_FROM = 0.995;

function useTicks(axis: Axis): readonly DensityView[] {
  const { client } = usePageQueries();
  const [ticks, setTicks] = useState<readonly DensityView[]>([]);
  const latest = useRef(axis);
  const frames = useRecord((state) => state.update?.frames ?? 0);
  const generation = useRecord((state) => state.update?.generation);
  const waiting = useRef(false);
  useEffect(() => {
    latest.current = axis;
    if (waiting.current) return;
    waiting.current = true;
    setTimeout(() => {
      waiting.current = false;
      const { widthPx } = latest.current;
      const count = Math.round(Math.min(MAX_TICKS, Math.max(MIN_TICKS, widthPx / TICK_PX)));
      const edges = Array.from({ length: count + 1 }, (_, i) => latest.current.time((i / count) * widthPx));
      edges[count] = Number.MAX_SAFE_INTEGER;
      void client.analysis.density(edges).then(setTicks);
    }, TICKS_MS);
  }, [client, axis, frames, generation]);
  return ticks;
}

export function Playhead({
  axis,
  stages,
  shown,
}: {
  readonly axis: Axis;
  readonly stages: StageLanes;
  readonly shown: ShownPart;
}): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const commands = useCommands();
  const pastNs = useView((state) => state.pastNs);
  const nowNs = useRecord((state) => state.update?.timeNs ?? 0);
  const runs = useRecord((state) => state.update !== undefined && state.update.mode.kind !== 'paused');
  const ruler = useRef<HTMLDivElement>(null);
  const narrow = useNarrow();
  const share = (px: number): string => `${(100 * px) / axis.widthPx}%`;
  const labelPx = narrow ? axis.widthPx / NARROW_LABELS : LABEL_PX;
  const labels = axis
    .labels(labelPx, (timeNs, digits = 3) => `${numbers.decimal(timeNs / 1e9, digits)} s`, shown.fromPx, shown.toPx)
    .filter(({ px }) => (px === 0 || px + labelPx <= axis.widthPx) && isIn(shown, px, px + labelPx));
  const folds = axis.folds.filter(({ fromPx, toPx }) => isIn(shown, fromPx, toPx));
  const ticks = useTicks(axis);
  const atNs = pastNs ?? nowNs;
  const lookBack = (timeNs: number | undefined): void =>
    void (timeNs === undefined ? commands.run('time.look-live') : commands.run('time.look', timeNs));
  const drag = (event: PointerEvent): void => {
    const box = ruler.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return;
    const place = (event.clientX - box.left) / box.width;
    lookBack(place >= LIVE_FROM ? undefined : axis.time(Math.max(0, place) * axis.widthPx));
  };
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    switch (event.key) {
      case 'ArrowLeft':
      case 'ArrowDown':
        void commands.run('time.look-before');
        break;
      case 'ArrowRight':
      case 'ArrowUp':
        void commands.run('time.look-after');
        break;
      case 'PageUp':
        lookBack(stages.before(atNs)?.timeNs ?? 0);
        break;
      case 'PageDown':
        lookBack(stages.after(atNs)?.timeNs);
        break;
      case 'Home':
        lookBack(0);
        break;
      case 'End':
        lookBack(undefined);
        break;
      default:
        return;
    }
    event.preventDefault();
  };
  return (
    <div
      ref={ruler}
      className={styles['ruler']}
      style={narrow ? undefined : { width: axis.widthPx }}
      role="slider"
      tabIndex={0}
      aria-label={text('timeline.playhead')}
      aria-valuemin={0}
      aria-valuemax={nowNs / 1e6}
      aria-valuenow={atNs / 1e6}
      aria-valuetext={
        pastNs === undefined
          ? text(runs ? 'timeline.live' : 'timeline.stands', { time: formatClock(nowNs) })
          : formatClock(pastNs)
      }
      data-past={pastNs !== undefined}
      data-testid="playhead"
      onKeyDown={press}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        drag(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) drag(event);
      }}
    >
      <svg
        className={styles['ticks']}
        viewBox={`0 0 ${Math.max(1, ticks.length)} 10`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {[...tickPaths(ticks)].map(([colour, path]) => (
          <path key={colour} d={path} data-colour={colour} />
        ))}
      </svg>
      {labels.map(({ px, text: time }) => (
        <span key={px} className={styles['tickTime']} style={{ left: share(px) }} aria-hidden="true">
          {time}
        </span>
      ))}
      {folds.map(({ fromNs, toNs, fromPx, toPx }) => (
        <span
          key={fromPx}
          className={styles['fold']}
          style={{ left: share(fromPx), width: share(toPx - fromPx) }}
          title={text('timeline.fold', { seconds: numbers.decimal((toNs - fromNs) / 1e9, 1) })}
        >
          <i>{numbers.decimal((toNs - fromNs) / 1e9, 1)} s</i>
        </span>
      ))}
    </div>
  );
}

/** All ticks of a colour as one path: a thousand elements would be drawn again at each change. */
function tickPaths(ticks: readonly DensityView[]): ReadonlyMap<string, string> {
  const most = Math.max(1, ...ticks.map(({ count }) => count));
  const paths = new Map<string, string>();
  ticks.forEach(({ count, colour = '' }, i) => {
    if (count === 0) return;
    const height = 3 + (7 * Math.log1p(count)) / Math.log1p(most);
    paths.set(colour, `${paths.get(colour) ?? ''}M${i} ${(10 - height).toFixed(2)}h.8V10h-.8z`);
  });
  return paths;
}
