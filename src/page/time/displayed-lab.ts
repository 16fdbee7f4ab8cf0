/**
 * What the views show: the lab as it is, or, while somebody looks back, as it was at that time. The past comes from
 * what was recorded (events, frames, cables); the lab itself is not touched and may run on meanwhile.
 */
import { create } from 'zustand';
import type { LabEvent } from '../../base/event-log.ts';
import type { MachineView } from '../../threads/api/lab-api.ts';
import type { LabClient } from '../lab-client.ts';
import { useLive, useView, type LiveState, type StageEvent } from '../store.ts';

export interface ShownState extends Pick<LiveState, 'update' | 'events' | 'stages'> {
  /** The time that is looked back at; undefined while the views are live. */
  readonly pastNs: number | undefined;
}

export const useShown = create<ShownState>()(() => ({
  pastNs: undefined,
  update: undefined,
  events: [],
  stages: [],
}));

/** The recorded part of a past moment. Switches, leases and speed have no record and stay as they are now. */
export function momentAt(live: Pick<LiveState, 'update' | 'events' | 'stages'>, pastNs: number): ShownState {
  const isPast = (event: LabEvent): boolean => event.timeNs <= pastNs;
  const stages = live.stages.filter(isPast);
  const { update } = live;
  return {
    pastNs,
    events: live.events.filter(isPast),
    stages,
    update:
      update === undefined
        ? undefined
        : {
            ...update,
            timeNs: pastNs,
            flights: [],
            machines: update.machines.map((machine) => machineAt(machine, latestStage(stages, machine.name))),
          },
  };
}

/** What the CPU did within a slice is told after it: the log's order is not always that of time. */
export function latestStage(stages: readonly StageEvent[], node: string): StageEvent | undefined {
  let latest: StageEvent | undefined;
  for (const stage of stages)
    if (stage.node === node && (latest === undefined || stage.timeNs >= latest.timeNs)) latest = stage;
  return latest;
}

function machineAt(machine: MachineView, stage: StageEvent | undefined): MachineView {
  const power = stage === undefined || stage.stage === 'power-off' ? 'off' : stage.stage === 'halted' ? 'halted' : 'on';
  return { ...machine, power, stage: stage?.stage, stageText: stage?.text ?? '' };
}

/** Keeps `useShown` as the page's state has it; once, for the life of the page. */
export function followShown(client: LabClient): void {
  const show = (): void => {
    const { pastNs } = useView.getState();
    const live = useLive.getState();
    if (pastNs === undefined) {
      const { update, events, stages } = live;
      useShown.setState({ pastNs, update, events, stages });
      return;
    }
    const before = useShown.getState().update?.links;
    const moment = momentAt(live, pastNs);
    // The cables of the moment before stay until those of this one are known: no blinking while the playhead moves.
    const update = moment.update === undefined ? undefined : { ...moment.update, links: before ?? moment.update.links };
    useShown.setState({ ...moment, update });
    void showCables(client, pastNs);
  };
  useLive.subscribe((live, before) => {
    // The past does not change while the lab runs on.
    if (live.update !== before.update && useView.getState().pastNs === undefined) show();
  });
  useView.subscribe(({ pastNs }, before) => {
    if (pastNs === before.pastNs) return;
    void client.analysis.setUntil(pastNs);
    show();
  });
}

async function showCables(client: LabClient, pastNs: number): Promise<void> {
  const cables = await client.lab.cablesAt(pastNs);
  const { update } = useShown.getState();
  if (update === undefined || useShown.getState().pastNs !== pastNs) return;
  useShown.setState({ update: { ...update, ...cables } });
}
