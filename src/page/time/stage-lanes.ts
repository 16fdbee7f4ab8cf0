/**
 * The boot stages of a run, a lane for each machine, in the order of their times. A stage is inserted in order when it
 * arrives; nothing is sorted again, and no list is copied.
 */
import type { LabEvent } from '../../base/event-log.ts';
import { firstIndex } from './first-index.ts';

export type StageEvent = LabEvent & { readonly kind: 'stage' };

export class StageLanes {
  private readonly lanes = new Map<string, StageEvent[]>();
  private total = 0;

  /** Number of stages in all lanes. */
  get count(): number {
    return this.total;
  }

  /** Machines that have gone through a stage, in the order of their first one. */
  get nodes(): readonly string[] {
    return [...this.lanes.keys()];
  }

  add(stage: StageEvent): void {
    this.total++;
    const lane = this.lanes.get(stage.node);
    if (lane === undefined) {
      this.lanes.set(stage.node, [stage]);
      return;
    }
    // CPU events within a slice are reported after the slice: the log is not always in the order of time.
    const before = lane.findLastIndex((known) => !isAfter(known, stage));
    lane.splice(before + 1, 0, stage);
  }

  of(node: string): readonly StageEvent[] {
    return this.lanes.get(node) ?? [];
  }

  /** The last stage that a machine had entered at a time. */
  latest(node: string, timeNs: number): StageEvent | undefined {
    const lane = this.of(node);
    return lane[countUpTo(lane, timeNs) - 1];
  }

  /** The last stage of any machine before a time. */
  before(timeNs: number): StageEvent | undefined {
    let found: StageEvent | undefined;
    for (const lane of this.lanes.values()) {
      const stage: StageEvent | undefined = lane[countUpTo(lane, timeNs - 1) - 1];
      if (stage !== undefined && (found === undefined || stage.timeNs > found.timeNs)) found = stage;
    }
    return found;
  }

  /** The first stage of any machine after a time. */
  after(timeNs: number): StageEvent | undefined {
    let found: StageEvent | undefined;
    for (const lane of this.lanes.values()) {
      const stage: StageEvent | undefined = lane[countUpTo(lane, timeNs)];
      if (stage !== undefined && (found === undefined || stage.timeNs < found.timeNs)) found = stage;
    }
    return found;
  }
}

function isAfter(a: StageEvent, b: StageEvent): boolean {
  return a.timeNs > b.timeNs || (a.timeNs === b.timeNs && a.id > b.id);
}

/** How many stages of a lane are not later than a time. */
function countUpTo(lane: readonly StageEvent[], timeNs: number): number {
  return firstIndex(lane, (stage) => stage.timeNs > timeNs);
}
