/**
 * The lab's time: the queue of events outside the cells, and the cells, which have queues of their own. At equal times
 * the queue's events come first, then the cells in the order of the scenario, so that the order of things does not
 * depend on the thread that a cell lives in.
 *
 * Cells in other threads are driven conservatively. When the next event is a cell's, every other remote cell that
 * nothing can reach before its own next event is started too: a frame from a cell is on a cable for at least the
 * lookahead.
 */
import type { Clock, Timer } from '../base/time/clock.ts';
import { EventQueue } from '../base/time/event-queue.ts';
import { assert } from '../base/result.ts';

export interface TimedCell {
  readonly isRemote: boolean;
  /** When it has something to do; undefined when it waits for inputs. */
  readonly dueNs: number | undefined;
  /** Everything up to here has happened in it. */
  readonly reachedNs: number;
  /** Whether the order for `dueNs` has still to be given. */
  readonly needsOrder: boolean;
  /** Whether the order has been given and the report is not there yet. */
  readonly isUnderWay: boolean;
  /** Orders the run up to `dueNs`. `horizonNs`: no input arrives up to then, as long as there is no output. */
  order(horizonNs: number): void;
  /** Applies the output of `dueNs`, which is now. Returns the time up to which the cell ran on without output. */
  turn(): number;
}

export class Timeline implements Clock {
  /** A run does not go beyond this time, nor do cells by themselves. */
  limitNs = Number.MAX_SAFE_INTEGER;
  private readonly queue = new EventQueue();
  private readonly cells: TimedCell[] = [];
  private readonly lookaheadNs: () => number;

  /** `lookaheadNs`: the shortest time for output of a cell to reach another; may be 0. */
  constructor(lookaheadNs: () => number) {
    this.lookaheadNs = lookaheadNs;
  }

  addCell(cell: TimedCell): void {
    this.cells.push(cell);
  }

  get nowNs(): number {
    return this.queue.nowNs;
  }

  /** Time of the next event; undefined when none is left. */
  get nextNs(): number | undefined {
    const { nextNs } = this.queue;
    const cellNs = this.nextCell()?.dueNs;
    if (cellNs === undefined || nextNs === undefined) return cellNs ?? nextNs;
    return Math.min(nextNs, cellNs);
  }

  /** Number of events pending outside the cells. */
  get size(): number {
    return this.queue.size;
  }

  /** The first time that no machine has passed yet: a user action takes effect then. */
  get openNs(): number {
    return this.cells.reduce((latest, cell) => Math.max(latest, cell.reachedNs), this.nowNs) + 1;
  }

  /** Whether a cell's report is still pending, needed now or not. */
  get isUnderWay(): boolean {
    return this.cells.some((cell) => cell.isUnderWay);
  }

  schedule(delayNs: number, callback: () => void): Timer {
    return this.queue.schedule(delayNs, callback);
  }

  scheduleAt(timeNs: number, callback: () => void): Timer {
    return this.queue.scheduleAt(timeNs, callback);
  }

  /**
   * Runs the next event. `waiting` when it belongs to a cell in another thread whose report is pending: nothing was
   * done; call again later.
   */
  step(): 'done' | 'waiting' | 'idle' {
    const cell = this.nextCell();
    const dueNs = cell?.dueNs;
    const { nextNs } = this.queue;
    if (cell === undefined || dueNs === undefined || (nextNs !== undefined && nextNs <= dueNs))
      return this.queue.step() ? 'done' : 'idle';
    this.orderRemote(cell, dueNs);
    if (!cell.isRemote && cell.needsOrder) cell.order(dueNs);
    if (cell.isUnderWay) return 'waiting';
    this.moveTo(dueNs);
    this.moveTo(cell.turn());
    return 'done';
  }

  /** Runs everything up to and including `timeNs`, then stops. For labs whose cells are all in this thread. */
  runUntil(timeNs: number): void {
    for (let next = this.nextNs; next !== undefined && next <= timeNs; next = this.nextNs)
      assert(this.step() === 'done', 'all machines are in this thread');
    this.moveTo(timeNs);
  }

  /** Moves the clock to `timeNs`, before which nothing is pending. */
  moveTo(timeNs: number): void {
    this.queue.runBefore(timeNs);
  }

  private nextCell(): TimedCell | undefined {
    let first: TimedCell | undefined;
    let firstNs = Number.POSITIVE_INFINITY;
    for (const cell of this.cells) {
      const { dueNs } = cell;
      if (dueNs === undefined || dueNs >= firstNs) continue;
      first = cell;
      firstNs = dueNs;
    }
    return first;
  }

  /** Starts `first`, if it is remote, and all remote cells that nothing can reach before their next event. */
  private orderRemote(first: TimedCell, firstNs: number): void {
    if (!this.cells.some((cell) => cell.isRemote && cell.needsOrder)) return;
    const queueNs = this.queue.nextNs ?? Number.MAX_SAFE_INTEGER;
    const safeNs = Math.min(firstNs + this.lookaheadNs(), queueNs);
    for (const cell of this.cells) {
      const { dueNs } = cell;
      if (!cell.isRemote || !cell.needsOrder || dueNs === undefined) continue;
      if (cell === first || dueNs < safeNs)
        cell.order(Math.max(dueNs, Math.min(queueNs - 1, this.othersNs(cell), this.limitNs)));
    }
  }

  private othersNs(cell: TimedCell): number {
    return this.cells.reduce(
      (first, other) => (other === cell ? first : Math.min(first, other.dueNs ?? first)),
      Number.MAX_SAFE_INTEGER,
    );
  }
}
