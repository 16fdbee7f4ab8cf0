/**
 * Maps times to positions on the timeline, in pixels from its start. Boot stages are short at first and then long, so
 * the axis is not linear: every stage is at least as wide as its name, a second has a fixed width otherwise, and a
 * pause longer than the limit is folded. A position depends only on earlier stages, so nothing moves as time goes on.
 */
import { firstIndex } from '../../../page/time/first-index.ts';

/** A stage that needs room: from its start to its end, as they are drawn. */
export interface Stretch {
  readonly fromNs: number;
  readonly toNs: number;
  readonly roomPx: number;
}

/** A length of time that is drawn shorter than it is. */
export interface Fold {
  readonly fromNs: number;
  readonly toNs: number;
  readonly fromPx: number;
  readonly toPx: number;
}

/** Where times are, in pixels from the start of the timeline. */
export interface Axis {
  readonly widthPx: number;
  readonly folds: readonly Fold[];
  place(timeNs: number): number;
  time(px: number): number;
  /** Times with a label, at least `roomPx` apart; a long axis may give those from `fromPx` to `toPx` only. */
  labels(
    roomPx: number,
    write: (timeNs: number, digits?: number) => string,
    fromPx: number,
    toPx: number,
  ): readonly { readonly px: number; readonly text: string }[];
}

const PX_PER_S = 24;
/** Longer than this in one piece is a fold. */
const FOLD_PX = 144;

export class TimeAxis implements Axis {
  /** Where the last stretch ends. */
  readonly widthPx: number;
  readonly folds: readonly Fold[];
  private readonly timesNs: readonly number[];
  private readonly places: readonly number[];

  /** The axis runs from 0 to `nowNs`, or to the end of the last stretch. */
  constructor(stretches: readonly Stretch[], nowNs: number) {
    const ends = new Map<number, Stretch[]>();
    for (const stretch of stretches) {
      const same = ends.get(stretch.toNs);
      if (same === undefined) ends.set(stretch.toNs, [stretch]);
      else same.push(stretch);
    }
    const times = stretches.flatMap(({ fromNs, toNs }) => [fromNs, toNs]);
    this.timesNs = [...new Set([0, Math.max(nowNs, 1), ...times])].sort((a, b) => a - b);
    const placeOf = new Map<number, number>();
    const folds: Fold[] = [];
    let beforeNs = 0;
    let beforePx = 0;
    for (const timeNs of this.timesNs) {
      const needed = (ends.get(timeNs) ?? []).map(({ fromNs, roomPx }) => (placeOf.get(fromNs) ?? 0) + roomPx);
      const drawn = ((timeNs - beforeNs) / 1e9) * PX_PER_S;
      const at = Math.max(beforePx + Math.min(drawn, FOLD_PX), ...needed);
      if (drawn > FOLD_PX && drawn > at - beforePx)
        folds.push({ fromNs: beforeNs, toNs: timeNs, fromPx: beforePx, toPx: at });
      placeOf.set(timeNs, at);
      beforeNs = timeNs;
      beforePx = at;
    }
    this.folds = folds;
    this.places = this.timesNs.map((timeNs) => placeOf.get(timeNs) ?? 0);
    this.widthPx = Math.max(beforePx, 1);
  }

  place(timeNs: number): number {
    return between(this.timesNs, this.places, timeNs);
  }

  time(px: number): number {
    return between(this.places, this.timesNs, px);
  }

  /** Times of the axis that are at least this far apart, and no two with the same label. */
  labels(roomPx: number, write: (timeNs: number) => string): readonly { readonly px: number; readonly text: string }[] {
    const labels: { px: number; text: string }[] = [];
    this.timesNs.forEach((timeNs, i) => {
      const last = labels.at(-1);
      const text = write(timeNs);
      const px = this.places[i] ?? 0;
      if (last === undefined || (px - last.px >= roomPx && text !== last.text)) labels.push({ px, text });
    });
    return labels;
  }
}

/** The value at `x` on the line through points with `xs` that do not fall; held at its ends. */
function between(xs: readonly number[], ys: readonly number[], x: number): number {
  const after = firstIndex(xs, (value) => value >= x);
  const [x1, y1] = [xs[after], ys[after]];
  if (x1 === undefined || y1 === undefined) return ys.at(-1) ?? 0;
  const [x0, y0] = [xs[after - 1], ys[after - 1]];
  if (x0 === undefined || y0 === undefined) return y1;
  return y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
}
