/** How the timeline is drawn: its scale, its zoom, how high its lanes are, and whether the run before is shown too. */
import { create } from 'zustand';

export interface TimelineView {
  /** `stages`: every stage has room for its name; `time`: a second is as long everywhere. */
  readonly scale: 'stages' | 'time';
  /** Pixels for a second on the scale of time; undefined: the run fits the panel. */
  readonly pxPerS: number | undefined;
  /** Lanes as thin lines; undefined: when there are many machines. */
  readonly isDense: boolean | undefined;
  /** The lanes of the run before are shown below the present ones. */
  readonly compares: boolean;
}

export const useTimeline = create<TimelineView>()(() => ({
  scale: 'stages',
  pxPerS: undefined,
  isDense: undefined,
  compares: false,
}));

/** From so many machines on, lanes are thin unless the reader wants them otherwise. */
export const DENSE_FROM = 24;

/** An axis longer than browsers draw, and one shorter than can be read. */
const MAX_AXIS_PX = 4_000_000;
const MIN_PX_PER_S = 1e-3;

/** The width of the lanes in pixels, without the names. */
export function laneWidth(): number {
  const timeline = document.querySelector('[data-testid="timeline"]');
  const name = timeline?.querySelector('[data-lane-name]')?.clientWidth ?? 0;
  return Math.max(100, (timeline?.clientWidth ?? 800) - name);
}

/** The zoom that is `factor` times the present one, at which the axis can still be drawn. */
export function zoomed({ pxPerS }: TimelineView, factor: number, nowNs: number): number | undefined {
  const seconds = Math.max(nowNs, 1) / 1e9;
  const fit = laneWidth() / seconds;
  const next = Math.min(MAX_AXIS_PX / seconds, Math.max(MIN_PX_PER_S, (pxPerS ?? fit) * factor));
  return next <= fit ? undefined : next;
}
