/**
 * Details of the selected event, requested once and shown by every view: what led to it, what it led to, the
 * frame that it belongs to, and where on the cables that frame went.
 */
import { create } from 'zustand';
import type { LabEvent } from '../../base/event-log.ts';
import type { EventExplanation } from '../../analysis/story/explain/explain.ts';
import type { FlightView } from '../../threads/api/lab-api.ts';
import { storyteller } from '../captures/capture-store.ts';
import type { LabClient } from '../lab-client.ts';
import { useLive, useView, type Selection } from '../store.ts';
import { nodeOf } from '../../scenario/endpoint.ts';

export interface SelectedState {
  readonly explanation: EventExplanation | undefined;
  /**
   * The frame event: the selected event itself, or the nearest frame that led to it, else the frame sent at the same
   * moment.
   */
  readonly frame: number | undefined;
  readonly way: readonly FlightView[];
  /** The event, what led to it and what it led to. */
  readonly related: ReadonlySet<number>;
}

const NOTHING: SelectedState = { explanation: undefined, frame: undefined, way: [], related: new Set() };

export const useSelected = create<SelectedState>()(() => NOTHING);

/** Keeps `useSelected`; once, for the life of the page. */
export function followSelected(client: LabClient): void {
  let asked = 0;
  const ask = async (selection: Selection): Promise<void> => {
    const asking = ++asked;
    const found = selection.kind === 'event' ? await find(client, selection.id) : NOTHING;
    if (asking !== asked) return;
    useSelected.setState(found);
    // The selection stays visible: when looking back, the shown time moves to it.
    const { pastNs } = useView.getState();
    const timeNs = found.explanation?.event.timeNs;
    if (pastNs !== undefined && timeNs !== undefined && timeNs > pastNs) useView.setState({ pastNs: timeNs });
  };
  useView.subscribe(({ selection }, before) => {
    if (selection !== before.selection) void ask(selection);
  });
  // Consequences come later: they are requested again when the lab is paused.
  useLive.subscribe(({ update }, before) => {
    const { selection } = useView.getState();
    if (selection.kind !== 'event' || update === undefined) return;
    const stops = update.mode.kind === 'paused' && update.timeNs !== before.update?.timeNs;
    if (stops || update.generation !== before.update?.generation) void ask(selection);
  });
}

async function find(client: LabClient, event: number): Promise<SelectedState> {
  const isOfLab = useView.getState().capture === undefined;
  const wayOf = async (id: number): Promise<readonly FlightView[]> => (isOfLab ? await client.lab.wayOf(id) : []);
  const [explanation, way] = await Promise.all([storyteller(client).explain(event), wayOf(event)]);
  if (explanation === undefined) return NOTHING;
  const { causes, event: selected, effects } = explanation;
  const before = [...causes.map(({ last }) => last), selected];
  const frame = before.findLast(({ kind }) => kind === 'frame')?.id ?? (await sentThen(client, selected));
  const known = [...causes, ...effects].flatMap(({ event: first, last }) => [first.id, last.id]);
  const related = new Set([...known, selected.id]);
  const isFrame = frame === undefined || frame === event;
  return { explanation, frame, way: isFrame ? way : await wayOf(frame), related };
}

/**
 * The frame that a node sent at the time of an event that no frame caused, such as a stage that it entered by itself.
 */
async function sentThen(client: LabClient, { node, timeNs }: LabEvent): Promise<number | undefined> {
  const next = await client.analysis.neighbour(timeNs - 1, 'after');
  return next?.timeNs === timeNs && nodeOf(next.port) === node ? next.event : undefined;
}
