/** Ranges of sequence numbers, sorted and apart: what the other side holds out of order, as SACK tells (RFC 2018). */

export interface Range {
  /** First number in the range. */
  start: number;
  /** First number behind it. */
  end: number;
}

export class RangeSet {
  private ranges: Range[] = [];
  private bytes = 0;

  get list(): readonly Range[] {
    return this.ranges;
  }

  /** Numbers in all ranges. */
  get total(): number {
    return this.bytes;
  }

  get isEmpty(): boolean {
    return this.ranges.length === 0;
  }

  /** End of the highest range, or 0. */
  get highest(): number {
    return this.ranges.at(-1)?.end ?? 0;
  }

  /** True when this brought anything new. */
  add(start: number, end: number): boolean {
    if (end <= start) return false;
    const before = this.bytes;
    const { ranges } = this;
    let from = 0;
    let range = ranges[from];
    while (range !== undefined && range.end < start) range = ranges[++from];
    let to = from;
    const merged = { start, end };
    while (range !== undefined && range.start <= end) {
      merged.start = Math.min(merged.start, range.start);
      merged.end = Math.max(merged.end, range.end);
      this.bytes -= range.end - range.start;
      range = ranges[++to];
    }
    ranges.splice(from, to - from, merged);
    this.bytes += merged.end - merged.start;
    return this.bytes !== before;
  }

  /** Forgets all numbers below `start`. */
  removeBelow(start: number): void {
    const { ranges } = this;
    for (let first = ranges[0]; first !== undefined && first.start < start; first = ranges[0]) {
      if (first.end > start) {
        this.bytes -= start - first.start;
        first.start = start;
        return;
      }
      this.bytes -= first.end - first.start;
      ranges.shift();
    }
  }

  clear(): void {
    this.ranges = [];
    this.bytes = 0;
  }

  /** The first number from `from` on that is in no range, and where the next range begins (infinite without one). */
  gapFrom(from: number): Range {
    let start = from;
    for (const range of this.ranges) {
      if (range.start > start) return { start, end: range.start };
      if (range.end > start) start = range.end;
    }
    return { start, end: Number.POSITIVE_INFINITY };
  }

  /** Numbers in [start, end) that are in a range. */
  countWithin(start: number, end: number): number {
    let count = 0;
    for (const range of this.ranges) count += Math.max(0, Math.min(end, range.end) - Math.max(start, range.start));
    return count;
  }
}
