/**
 * Two runs of a lab: the stages of the run before its last change are kept, and compared with those of the present one by
 * stage and by how often a machine had gone through it.
 */
import { create } from 'zustand';
import type { StageId } from '../../base/event-log.ts';
import type { StageEvent, StageLanes } from './stage-lanes.ts';

/** Machines and stages of each that are kept. */
const MAX_MACHINES = 120;
const MAX_STAGES = 200;

/** The stages of a run that is over, and when it ended. */
export interface RunRecord {
  readonly lanes: ReadonlyMap<string, readonly StageEvent[]>;
  readonly endNs: number;
}

export interface RunsState {
  /** The run before the last change of the lab. */
  readonly before: RunRecord | undefined;
}

export const useRuns = create<RunsState>()(() => ({ before: undefined }));

/** Undefined when no machine has done anything. */
export function recordRun(stages: StageLanes, endNs: number): RunRecord | undefined {
  if (stages.count === 0) return undefined;
  const lanes = stages.nodes
    .slice(0, MAX_MACHINES)
    .map((node) => [node, stages.of(node).slice(0, MAX_STAGES)] as const);
  return { lanes: new Map(lanes), endNs };
}

/** A stage of one run or of both. */
export interface StagePair {
  readonly stage: StageId;
  /** When it began; undefined: that run has not come to it. */
  readonly beforeNs: number | undefined;
  readonly nowNs: number | undefined;
}

export interface MachineComparison {
  readonly machine: string;
  /** In the order of the present run, then what only the earlier one had. */
  readonly stages: readonly StagePair[];
  /** The last stage of each, which is how far the boot came. */
  readonly before: StageEvent | undefined;
  readonly now: StageEvent | undefined;
  /** The first stage that is at another time, or in one run only; undefined: they are the same. */
  readonly first: StagePair | undefined;
}

/** How the earlier of a machine's runs differs from the present one. */
export function compareMachine(
  machine: string,
  before: readonly StageEvent[],
  now: readonly StageEvent[],
): MachineComparison {
  const left = new Map<StageId, StageEvent[]>();
  for (const event of before) {
    const same = left.get(event.stage);
    if (same === undefined) left.set(event.stage, [event]);
    else same.push(event);
  }
  const matched = now.map(({ stage, timeNs }): StagePair => ({
    stage,
    beforeNs: left.get(stage)?.shift()?.timeNs,
    nowNs: timeNs,
  }));
  const gone = [...left.values()]
    .flat()
    .map(({ stage, timeNs }): StagePair => ({ stage, beforeNs: timeNs, nowNs: undefined }));
  const stages = [...matched, ...gone];
  const differing = stages.filter(({ beforeNs, nowNs }) => beforeNs !== nowNs);
  const at = ({ beforeNs = Infinity, nowNs = Infinity }: StagePair): number => Math.min(beforeNs, nowNs);
  const [first] = [...differing].sort((a, b) => at(a) - at(b));
  return { machine, stages, before: before.at(-1), now: now.at(-1), first };
}

/** Every machine of either run. */
export function compareRuns(before: RunRecord, stages: StageLanes): readonly MachineComparison[] {
  const machines = new Set([...stages.nodes.slice(0, MAX_MACHINES), ...before.lanes.keys()]);
  return [...machines].map((machine) =>
    compareMachine(machine, before.lanes.get(machine) ?? [], stages.of(machine).slice(0, MAX_STAGES)),
  );
}
