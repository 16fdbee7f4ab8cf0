/**
 * What happened on one cable, so that it can be shown as it was at any time: frames in flight in both directions, how
 * many had been sent, and whether the link was up. Columns of numbers: about twenty bytes per frame.
 */
import type { Clock } from '../../base/time/clock.ts';
import type { EventId, EventLog } from '../../base/event-log.ts';
import { f64Column, type Column } from '../../analysis/growing.ts';
import type { WireWatch } from '../../net/link.ts';

/** A frame on its way from one end of a cable to the other. */
export interface Flight {
  /** 0: from the first end to the second. */
  readonly side: 0 | 1;
  readonly sentNs: number;
  readonly arrivalNs: number;
  /** The frame, as it was sent by its station; -1 for what no station sent. */
  readonly event: EventId;
}

/** State of a cable at a time. */
export interface CableMoment {
  readonly up: boolean;
  readonly frames: readonly [number, number];
  readonly dropped: number;
}

const NO_EVENT = -1;

/** One direction. Frames never overtake each other, so both columns of times are in order. */
class Lane {
  readonly sentNs = f64Column();
  readonly arrivalNs = f64Column();
  readonly events = f64Column();
}

export class CableHistory implements WireWatch {
  private readonly clock: Clock;
  private readonly log: Pick<EventLog, 'currentCause'>;
  private readonly lanes: readonly [Lane, Lane] = [new Lane(), new Lane()];
  private readonly droppedNs = f64Column();
  private readonly changes: { readonly timeNs: number; readonly up: boolean }[] = [];

  constructor(clock: Clock, log: Pick<EventLog, 'currentCause'>) {
    this.clock = clock;
    this.log = log;
  }

  sent(side: 0 | 1, arrivalNs: number): void {
    const lane = this.lanes[side];
    lane.sentNs.push(this.clock.nowNs);
    lane.arrivalNs.push(arrivalNs);
    lane.events.push(this.log.currentCause ?? NO_EVENT);
  }

  dropped(): void {
    this.droppedNs.push(this.clock.nowNs);
  }

  link(up: boolean): void {
    this.changes.push({ timeNs: this.clock.nowNs, up });
  }

  /** Whether a frame that was sent is still on its way. */
  isUnderWay(timeNs: number): boolean {
    return this.lanes.some(({ arrivalNs }) => arrivalNs.length > 0 && arrivalNs.get(arrivalNs.length - 1) > timeNs);
  }

  at(timeNs: number): CableMoment {
    const frames = (side: 0 | 1): number => countUpTo(this.lanes[side].sentNs, timeNs);
    return {
      up: this.changes.findLast((change) => change.timeNs <= timeNs)?.up ?? true,
      frames: [frames(0), frames(1)],
      dropped: countUpTo(this.droppedNs, timeNs),
    };
  }

  /** Frames that were on the cable at any time after `afterNs` and up to `untilNs`; of each direction the last `limit`. */
  flights(afterNs: number, untilNs: number, limit: number): readonly Flight[] {
    return ([0, 1] as const).flatMap((side) => {
      const lane = this.lanes[side];
      const end = countUpTo(lane.sentNs, untilNs);
      const from = Math.max(countUpTo(lane.arrivalNs, afterNs), end - limit);
      return Array.from({ length: Math.max(0, end - from) }, (_, i) => this.flight(side, from + i));
    });
  }

  /** The flights of one frame: sent at `fromNs` or later, searched among this many of each direction. */
  flightsOf(event: EventId, fromNs: number, lookAt = 4096): readonly Flight[] {
    return ([0, 1] as const).flatMap((side) => {
      const { sentNs, events } = this.lanes[side];
      const from = countUpTo(sentNs, fromNs - 1);
      const found: Flight[] = [];
      for (let i = from; i < Math.min(sentNs.length, from + lookAt); i++)
        if (events.values[i] === event) found.push(this.flight(side, i));
      return found;
    });
  }

  private flight(side: 0 | 1, i: number): Flight {
    const { sentNs, arrivalNs, events } = this.lanes[side];
    return {
      side,
      sentNs: sentNs.get(i),
      arrivalNs: arrivalNs.get(i),
      event: events.get(i),
    };
  }
}

/** Number of values in an ordered column that are not greater. */
function countUpTo(column: Column<Float64Array>, most: number): number {
  let low = 0;
  let high = column.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (column.get(middle) <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}
