/**
 * The frames of a list in the order of a column. Values are gathered in steps, so that a million frames do not hold up
 * other questions; each different value is ranked once, and the ranks are sorted as numbers. Equal frames stay in the
 * order of the capture.
 */
import { u32Column } from '../growing.ts';

export type SortValue = string | number | undefined;

/** Numbers by size, then texts, then what has no value. */
function compare(a: SortValue, b: SortValue): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1;
  if (typeof b === 'number') return 1;
  return a < b ? -1 : 1;
}

export class SortedFrames {
  private readonly valueOf: (frame: number) => SortValue;
  private readonly isDescending: boolean;
  private readonly values: SortValue[] = [];
  private readonly numbers = new Map<SortValue, number>();
  /** By place in the unsorted list: the number of its value. */
  private readonly valueNumbers = u32Column();
  /** The unsorted places, in order; complete up to `sorted`. */
  private order = new Uint32Array(0);
  private places = new Uint32Array(0);

  constructor(valueOf: (frame: number) => SortValue, isDescending: boolean) {
    this.valueOf = valueOf;
    this.isDescending = isDescending;
  }

  /** Places that are in order. */
  get sorted(): number {
    return this.order.length;
  }

  /** Takes in `limit` more of the first `length` places; true when all are in order. */
  advance(length: number, frameAt: (place: number) => number, limit: number): boolean {
    const stop = Math.min(length, this.valueNumbers.length + limit);
    for (let place = this.valueNumbers.length; place < stop; place++) {
      const value = this.valueOf(frameAt(place));
      let number = this.numbers.get(value);
      if (number === undefined) {
        number = this.values.push(value) - 1;
        this.numbers.set(value, number);
      }
      this.valueNumbers.push(number);
    }
    if (this.valueNumbers.length < length) return false;
    if (this.sorted < length) this.sort();
    return true;
  }

  /** The unsorted place of what is listed at `row`. What came since the last sorting stays behind. */
  at(row: number): number {
    return this.order[row] ?? row;
  }

  /** The row of an unsorted place. */
  rowOf(place: number): number {
    return this.places[place] ?? place;
  }

  private sort(): void {
    const length = this.valueNumbers.length;
    const byValue = this.values.map((_, number) => number).sort((a, b) => compare(this.values[a], this.values[b]));
    const ranks = new Float64Array(byValue.length);
    for (const [rank, number] of byValue.entries()) ranks[number] = this.isDescending ? byValue.length - rank : rank;
    // What has no value comes last either way.
    const none = this.numbers.get(undefined);
    if (none !== undefined) ranks[none] = byValue.length + 1;
    const keys = new Float64Array(length);
    for (let place = 0; place < length; place++)
      keys[place] = (ranks[this.valueNumbers.get(place)] ?? 0) * length + place;
    keys.sort();
    this.order = Uint32Array.from(keys, (key) => key % length);
    this.places = new Uint32Array(length);
    for (const [row, place] of this.order.entries()) this.places[place] = row;
  }
}
