/**
 * What one side has sent and the other has not yet acknowledged. A capture may hold tens of thousands of such segments,
 * in any order, so nothing here goes through all of them.
 */
import { Heap } from '../../base/lists/heap.ts';

export interface SentSegment {
  /** Index of the frame. */
  readonly frame: number;
  readonly sequence: number;
  /** Sequence number behind it. */
  readonly next: number;
}

/** The same with numbers that do not wrap. */
interface Entry {
  readonly frame: number;
  readonly sequence: number;
  readonly next: number;
  isAcknowledged: boolean;
}

/** So many acknowledged ones may lie before the oldest. */
const MAX_PASSED = 1024;

export class Unacknowledged {
  private readonly byEnd = new Heap<Entry>((a, b) => a.next < b.next);
  private readonly byStart = new Heap<Entry>((a, b) => a.sequence < b.sequence);
  private inOrder: Entry[] = [];
  private passed = 0;
  private highest = 0;
  /** A sequence number of late, which others are near to. */
  private near = 0;

  add({ frame, sequence, next }: SentSegment): void {
    if (this.byEnd.size === 0) this.highest = Number.NEGATIVE_INFINITY;
    const start = this.unwrapped(sequence);
    this.near = start;
    const entry: Entry = { frame, sequence: start, next: start + ((next - sequence) >>> 0), isAcknowledged: false };
    this.highest = Math.max(this.highest, entry.next);
    this.byEnd.push(entry);
    this.byStart.push(entry);
    this.inOrder.push(entry);
  }

  /** Takes out what an acknowledgment covers. Returns the frame of the first segment that ends right there. */
  acknowledge(acknowledgment: number): number | undefined {
    const upTo = this.unwrapped(acknowledgment);
    let exact: number | undefined;
    for (let entry = this.byEnd.peek(); entry !== undefined && entry.next <= upTo; entry = this.byEnd.peek()) {
      this.byEnd.pop();
      entry.isAcknowledged = true;
      if (entry.next === upTo && (exact === undefined || entry.frame < exact)) exact = entry.frame;
    }
    return exact;
  }

  /** Frame of the one that was sent first. */
  get oldestFrame(): number | undefined {
    while (this.inOrder[this.passed]?.isAcknowledged) this.passed++;
    if (this.passed > MAX_PASSED && 2 * this.passed > this.inOrder.length) {
      this.inOrder = this.inOrder.slice(this.passed);
      this.passed = 0;
    }
    return this.inOrder.at(this.passed)?.frame;
  }

  /** Number behind the highest byte of all; undefined when there are none. */
  get end(): number | undefined {
    return this.byEnd.size === 0 ? undefined : this.highest >>> 0;
  }

  /** Number of the lowest byte of all; undefined when there are none. */
  get start(): number | undefined {
    while (this.byStart.peek()?.isAcknowledged === true) this.byStart.pop();
    const lowest = this.byStart.peek();
    return lowest === undefined ? undefined : lowest.sequence >>> 0;
  }

  private unwrapped(sequence: number): number {
    return this.near + ((sequence - this.near) | 0);
  }
}
