/** An axis on which a second is as long everywhere. */
import type { Axis } from './time-axis.ts';

const NS_PER_S = 1e9;
/** Steps between labels: 1, 2 or 5 times a power of ten. */
const STEPS = [1, 2, 5, 10];

export class LinearAxis implements Axis {
  readonly widthPx: number;
  readonly folds = [];
  private readonly pxPerNs: number;

  /** From 0 to `endNs`. */
  constructor(endNs: number, pxPerS: number) {
    this.pxPerNs = pxPerS / NS_PER_S;
    this.widthPx = Math.max(1, endNs * this.pxPerNs);
  }

  place(timeNs: number): number {
    return Math.min(this.widthPx, Math.max(0, timeNs * this.pxPerNs));
  }

  time(px: number): number {
    return Math.min(this.widthPx, Math.max(0, px)) / this.pxPerNs;
  }

  /** At round times, from `fromPx` to `toPx`; the digits that tell them apart. */
  labels(
    roomPx: number,
    write: (timeNs: number, digits: number) => string,
    fromPx = 0,
    toPx = this.widthPx,
  ): readonly AxisLabel[] {
    const neededNs = Math.max(1, roomPx / this.pxPerNs);
    const power = 10 ** Math.floor(Math.log10(neededNs));
    const stepNs = (STEPS.find((step) => step * power >= neededNs) ?? 10) * power;
    const digits = Math.min(9, Math.max(0, Math.ceil(-Math.log10(stepNs / NS_PER_S) - 1e-9)));
    const labels: AxisLabel[] = [];
    const end = Math.min(toPx, this.widthPx) / this.pxPerNs;
    for (let at = Math.ceil(Math.max(0, fromPx) / this.pxPerNs / stepNs); at * stepNs <= end; at++)
      labels.push({ px: at * stepNs * this.pxPerNs, text: write(at * stepNs, digits) });
    return labels;
  }
}

interface AxisLabel {
  readonly px: number;
  readonly text: string;
}
