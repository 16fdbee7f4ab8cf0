/**
 * The events of the running lab, without frames. The list only grows and is never copied: views process new events
 * (`EventFold`), or read backwards from the end until they have enough (`latest`). So the cost of an update depends on
 * its size, not on the length of the run.
 */
import type { LabEvent } from '../../base/event-log.ts';
import { firstIndex } from './first-index.ts';
import { StageLanes } from './stage-lanes.ts';

/** A part of a history: the first `count` events, and of these only what had happened at `pastNs`. */
export interface ShownEvents {
  readonly history: EventHistory;
  readonly count: number;
  /** The past time shown; undefined: all `count` events. */
  readonly pastNs: number | undefined;
}

export class EventHistory {
  readonly stages = new StageLanes();
  private readonly events: LabEvent[] = [];
  /** For each event, the latest time of this and all earlier ones. */
  private readonly latestNs: number[] = [];
  /** How far an event's time may lie before that of an event that was reported earlier. */
  private lateNs = 0;

  get count(): number {
    return this.events.length;
  }

  append(events: readonly LabEvent[]): void {
    for (const event of events) {
      const before = this.latestNs.at(-1) ?? 0;
      this.lateNs = Math.max(this.lateNs, before - event.timeNs);
      this.latestNs.push(Math.max(before, event.timeNs));
      this.events.push(event);
      if (event.kind === 'stage') this.stages.add(event);
    }
  }

  /** The events from one place to another, without a copy. */
  *range(from: number, to: number): Generator<LabEvent, void, void> {
    for (let i = from; i < to; i++) {
      const event = this.events[i];
      if (event !== undefined) yield event;
    }
  }

  /** The shown events, the last one first. */
  *backwards({ count, pastNs }: ShownEvents): Generator<LabEvent, void, void> {
    for (let i = this.endAt(count, pastNs) - 1; i >= 0; i--) {
      const event = this.events[i];
      if (event !== undefined && (pastNs === undefined || event.timeNs <= pastNs)) yield event;
    }
  }

  /** The shown events in the order of the log. */
  *forwards({ count, pastNs }: ShownEvents): Generator<LabEvent, void, void> {
    for (const event of this.range(0, this.endAt(count, pastNs)))
      if (pastNs === undefined || event.timeNs <= pastNs) yield event;
  }

  /** From this index on, no event had happened at `pastNs`. */
  private endAt(count: number, pastNs: number | undefined): number {
    if (pastNs === undefined) return count;
    const untilNs = pastNs + this.lateNs;
    return Math.min(
      count,
      firstIndex(this.latestNs, (latestNs) => latestNs > untilNs),
    );
  }
}

/** The last shown events that `picks` takes, `most` at most, in the order of the log. */
export function latest<E extends LabEvent>(
  shown: ShownEvents,
  most: number,
  picks: (event: LabEvent) => event is E,
): readonly E[] {
  const found: E[] = [];
  for (const event of shown.history.backwards(shown)) {
    if (found.length >= most) break;
    if (picks(event)) found.push(event);
  }
  return found.reverse();
}

/** Something made of events one by one. */
export interface Fold<S> {
  add(event: LabEvent): void;
  /** Another value whenever something has changed, the same one otherwise. */
  readonly result: S;
}

/** Keeps a fold up to date: each event is processed once, as long as the lab and the shown time stay the same. */
export class EventFold<S> {
  private readonly fold: Fold<S>;
  private readonly history: EventHistory;
  private readonly pastNs: number | undefined;
  private processed = 0;

  constructor(fold: Fold<S>, history: EventHistory, pastNs: number | undefined) {
    this.fold = fold;
    this.history = history;
    this.pastNs = pastNs;
  }

  upTo(count: number): S {
    const { fold, history, pastNs } = this;
    if (pastNs === undefined) {
      for (const event of history.range(this.processed, count)) fold.add(event);
      this.processed = Math.max(this.processed, count);
    } else if (this.processed === 0) {
      // The past does not change while the lab runs on.
      for (const event of history.forwards({ history, count, pastNs })) fold.add(event);
      this.processed = Math.max(1, count);
    }
    return fold.result;
  }
}

/** The last `most` events that are picked. */
export class LatestFold<E extends LabEvent> implements Fold<readonly E[]> {
  private readonly most: number;
  private readonly picks: (event: LabEvent) => event is E;
  private readonly kept: E[] = [];
  private shown: readonly E[] | undefined = [];

  constructor(most: number, picks: (event: LabEvent) => event is E) {
    this.most = most;
    this.picks = picks;
  }

  add(event: LabEvent): void {
    if (!this.picks(event)) return;
    this.kept.push(event);
    if (this.kept.length >= 2 * this.most) this.kept.splice(0, this.kept.length - this.most);
    this.shown = undefined;
  }

  get result(): readonly E[] {
    this.shown ??= this.kept.slice(-this.most);
    return this.shown;
  }
}
