/**
 * The ordered queue under the lab's time: events by (time, sequence), so that ties are settled by the order of the
 * requests and two runs of one scenario cannot differ. It is also the `Clock` that everything is given.
 */
import type { Clock, Timer } from './clock.ts';
import { assert } from '../result.ts';

class Entry implements Timer {
  /** Position in the heap, -1 when fired or cancelled. */
  index = -1;
  readonly timeNs: number;
  readonly seq: number;
  callback: (() => void) | undefined;
  private readonly queue: EventQueue;

  constructor(queue: EventQueue, timeNs: number, seq: number, callback: () => void) {
    this.queue = queue;
    this.timeNs = timeNs;
    this.seq = seq;
    this.callback = callback;
  }

  cancel(): void {
    this.queue.remove(this);
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.timeNs < b.timeNs || (a.timeNs === b.timeNs && a.seq < b.seq);
}

export class EventQueue implements Clock {
  private readonly heap: Entry[] = [];
  private seq = 0;
  private now = 0;

  get nowNs(): number {
    return this.now;
  }

  /** Number of pending events. */
  get size(): number {
    return this.heap.length;
  }

  /** Time of the next event, or undefined when nothing is pending. */
  get nextNs(): number | undefined {
    return this.heap[0]?.timeNs;
  }

  schedule(delayNs: number, callback: () => void): Timer {
    assert(delayNs >= 0, `delay must not be negative (${delayNs})`);
    return this.scheduleAt(this.now + Math.round(delayNs), callback);
  }

  /** As `schedule`, at an absolute time, which must not lie in the past. */
  scheduleAt(timeNs: number, callback: () => void): Timer {
    assert(timeNs >= this.now, `event at ${timeNs} ns lies before now (${this.now} ns)`);
    const entry = new Entry(this, timeNs, this.seq++, callback);
    entry.index = this.heap.length;
    this.heap.push(entry);
    this.up(entry);
    return entry;
  }

  /** Runs the next event, moving time to it. Returns false when nothing is pending. */
  step(): boolean {
    const first: Entry | undefined = this.heap[0];
    if (first === undefined) return false;
    this.remove(first);
    this.now = first.timeNs;
    const callback = first.callback;
    first.callback = undefined;
    callback?.();
    return true;
  }

  /** Runs every event up to and including `timeNs`, then stands at `timeNs`. */
  runUntil(timeNs: number): void {
    for (let next = this.nextNs; next !== undefined && next <= timeNs; next = this.nextNs) this.step();
    if (timeNs > this.now) this.now = timeNs;
  }

  /** Runs every event before `timeNs`, then stops: the events at `timeNs` itself are still pending. */
  runBefore(timeNs: number): void {
    for (let next = this.nextNs; next !== undefined && next < timeNs; next = this.nextNs) this.step();
    if (timeNs > this.now) this.now = timeNs;
  }

  /** Runs until nothing is pending, or `maxEvents` have run. Returns the number of events run. */
  runAll(maxEvents = Number.POSITIVE_INFINITY): number {
    let count = 0;
    while (count < maxEvents && this.step()) count++;
    return count;
  }

  remove(entry: Entry): void {
    const { index } = entry;
    if (index < 0) return;
    entry.index = -1;
    const last = this.heap.pop();
    if (last === undefined || last === entry) return;
    last.index = index;
    this.heap[index] = last;
    this.up(last);
    this.down(last);
  }

  private up(entry: Entry): void {
    const { heap } = this;
    let { index } = entry;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || !before(entry, parent)) break;
      heap[index] = parent;
      parent.index = index;
      index = parentIndex;
    }
    heap[index] = entry;
    entry.index = index;
  }

  private down(entry: Entry): void {
    const { heap } = this;
    let { index } = entry;
    for (;;) {
      let childIndex = 2 * index + 1;
      let child: Entry | undefined = heap[childIndex];
      if (child === undefined) break;
      const right: Entry | undefined = heap[childIndex + 1];
      if (right !== undefined && before(right, child)) {
        child = right;
        childIndex++;
      }
      if (!before(child, entry)) break;
      heap[index] = child;
      child.index = index;
      index = childIndex;
    }
    heap[index] = entry;
    entry.index = index;
  }
}
