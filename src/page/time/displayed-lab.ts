/**
 * What the views show: the lab as it is, or, while looking back, as it was at that time. The past comes from
 * what was recorded (events, frames, cables); the lab itself is not touched and may run on meanwhile.
 */
import { create } from 'zustand';
import type { MachineView } from '../../threads/api/lab-api.ts';
import type { LabClient } from '../lab-client.ts';
import { useRecord } from '../captures/capture-store.ts';
import { useView, type LiveState } from '../store.ts';
import { EventHistory, type ShownEvents } from './event-history.ts';
import type { StageEvent } from './stage-lanes.ts';
import { stageDetail } from '../../base/event-log.ts';

export interface ShownState extends Pick<LiveState, 'update'>, ShownEvents {}

export const useShown = create<ShownState>()(() => ({
  pastNs: undefined,
  update: undefined,
  history: new EventHistory(),
  count: 0,
}));

/** The recorded part of a past moment. Switches, leases and speed have no record and stay as they are now. */
export function momentAt({ update, history, count }: LiveStateOfMoment, pastNs: number): ShownState {
  return {
    pastNs,
    history,
    count,
    update:
      update === undefined
        ? undefined
        : {
            ...update,
            timeNs: pastNs,
            flights: [],
            machines: update.machines.map((machine) => machineAt(machine, history.stages.latest(machine.name, pastNs))),
          },
  };
}

type LiveStateOfMoment = Pick<LiveState, 'update' | 'history' | 'count'>;

function machineAt(machine: MachineView, stage: StageEvent | undefined): MachineView {
  const power = stage === undefined || stage.stage === 'power-off' ? 'off' : stage.stage === 'halted' ? 'halted' : 'on';
  const detail = stage === undefined ? undefined : stageDetail(stage);
  return { ...machine, power, stage: stage?.stage, stageDetail: detail };
}

/** Keeps `useShown` as the page's state has it; once, for the life of the page. */
export function followShown(client: LabClient): void {
  const show = (): void => {
    const { pastNs } = useView.getState();
    const live = useRecord.getState();
    if (pastNs === undefined) {
      const { update, history, count } = live;
      useShown.setState({ pastNs, update, history, count });
      return;
    }
    const before = useShown.getState().update?.links;
    const moment = momentAt(live, pastNs);
    // The cables of the previous moment stay until those of this one are known, to avoid flicker while the playhead
    // moves.
    const update = moment.update === undefined ? undefined : { ...moment.update, links: before ?? moment.update.links };
    useShown.setState({ ...moment, update });
    if (useView.getState().capture === undefined) void showCables(client, pastNs);
  };
  useRecord.subscribe((live, before) => {
    // The past does not change while the lab runs on.
    const isOther = live.history !== before.history;
    if (isOther || (live.update !== before.update && useView.getState().pastNs === undefined)) show();
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
