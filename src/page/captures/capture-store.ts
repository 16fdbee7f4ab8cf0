/**
 * The capture files that are open beside the lab, and the record that the panels show: the lab's, as it grows, or that of a
 * capture. What opens, keeps and closes captures is loaded with the first of them (`captures.ts`).
 */
import { create } from 'zustand';
import type { Difference } from '../../analysis/inferred/compare.ts';
import { useLive, useView, type LiveState } from '../store.ts';
import { EventHistory } from '../time/event-history.ts';
import type { StoryApi } from '../../threads/api/captures-api.ts';

/** Where this browser remembers that it keeps any. */
export const HAS_CAPTURES = 'netboot-lab.captures.1';

/** Whether this browser keeps it: `large` is too large for that, `refused` says the browser. */
export type Keeping = 'kept' | 'large' | 'refused';

export interface CaptureEntry {
  readonly id: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly frames: number;
  /** It breaks off. */
  readonly isDamaged: boolean;
  readonly file: Blob;
  readonly keeping: Keeping | undefined;
}

/** What happened, as the views read it. */
export type OpenRecord = Pick<LiveState, 'update' | 'history' | 'count' | 'stageCount'>;

export interface CaptureRecord extends OpenRecord {
  readonly machines: readonly string[];
  readonly cards: readonly (readonly [mac: string, name: string])[];
  readonly endNs: number;
  /** Frames that were looked through for boots, when there are more. */
  readonly cutAt: number | undefined;
}

export interface Comparison {
  readonly a: string;
  readonly b: string;
  /** Undefined while they are compared. */
  readonly differences: readonly Difference[] | undefined;
}

export interface CapturesState {
  readonly list: readonly CaptureEntry[];
  /** The last one that was closed, for undoing that. */
  readonly closed: CaptureEntry | undefined;
  /** By capture, once its frames are gone through. */
  readonly records: ReadonlyMap<string, CaptureRecord>;
  /** Two documents side by side, by their ids (the empty one is the lab); undefined: none. */
  readonly comparison: Comparison | undefined;
}

export const useCaptures = create<CapturesState>()(() => ({
  list: [],
  closed: undefined,
  records: new Map(),
  comparison: undefined,
}));

const EMPTY: OpenRecord = { update: undefined, history: new EventHistory(), count: 0, stageCount: 0 };

/** The record of what is shown: the lab's own, or the capture's. */
export const useRecord = create<OpenRecord>()(() => EMPTY);

/** Keeps `useRecord`; once, for the life of the page. */
export function followRecord(): void {
  const show = (): void => {
    const { capture } = useView.getState();
    const { update, history, count, stageCount } =
      capture === undefined ? useLive.getState() : (useCaptures.getState().records.get(capture.id) ?? EMPTY);
    useRecord.setState({ update, history, count, stageCount });
  };
  useLive.subscribe(({ update, history }, before) => {
    const isNew = update !== before.update || history !== before.history;
    if (isNew && useView.getState().capture === undefined) show();
  });
  useView.subscribe(({ capture }, before) => {
    if (capture !== before.capture) show();
  });
  useCaptures.subscribe(({ records }, before) => {
    if (records !== before.records) show();
  });
}

/** Who explains what is shown: the lab's thread, or that of captures. */
export function storyteller(client: { readonly lab: StoryApi; readonly analysis: StoryApi }): StoryApi {
  return useView.getState().capture === undefined ? client.lab : client.analysis;
}
