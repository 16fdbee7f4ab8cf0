/**
 * Where a time stands on the timeline. Boots are quick at first and then long: what lies between two stages gets room
 * by the square root of its time, so that DHCP stays in sight beside a minute of kernel. All lanes share one axis.
 */

/** What every span between two stages gets, so that its name can be read; less when there are very many. */
const SHORTEST = 8;
const MANY = 40;

export class TimeAxis {
  private readonly timesNs: readonly number[];
  /** Share of the width up to each of the times. */
  private readonly places: readonly number[];

  /** The axis runs from 0 to `endNs`; `marksNs` are the times that need room between them. */
  constructor(marksNs: readonly number[], endNs: number) {
    const inside = [...new Set(marksNs)].filter((timeNs) => timeNs > 0 && timeNs < endNs).sort((a, b) => a - b);
    this.timesNs = [0, ...inside, Math.max(endNs, 1)];
    const shortest = SHORTEST * Math.min(1, MANY / this.timesNs.length);
    let sum = 0;
    const sums = this.timesNs.map((timeNs, i) => {
      if (i > 0) sum += Math.sqrt((timeNs - this.timesNs[i - 1]) / 1e6) + shortest;
      return sum;
    });
    this.places = sums.map((at) => at / sum);
  }

  /** From 0 to 1. */
  place(timeNs: number): number {
    return between(this.timesNs, this.places, timeNs);
  }

  time(place: number): number {
    return between(this.places, this.timesNs, place);
  }
}

/** The value at `x` on the line through points with rising `xs`; held at its ends. */
function between(xs: readonly number[], ys: readonly number[], x: number): number {
  let at = 0;
  for (let end = xs.length; at < end;) {
    const middle = (at + end) >> 1;
    if (xs[middle] >= x) end = middle;
    else at = middle + 1;
  }
  if (at === 0) return ys[0];
  if (at === xs.length) return ys[ys.length - 1];
  const share = (x - xs[at - 1]) / (xs[at] - xs[at - 1]);
  return ys[at - 1] + share * (ys[at] - ys[at - 1]);
}
