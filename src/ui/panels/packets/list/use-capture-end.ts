/**
 * Follows the end of the capture: how many rows there are, and the last of them. Both come in one answer, so that a
 * list that follows a fast transfer always has the rows that it shows; only one request is pending at a time.
 */
import { useEffect, useState } from 'react';
import type { PacketRow } from '../../../../threads/api/analysis-api.ts';
import { useRecord } from '../../../../page/captures/capture-store.ts';
import { useView } from '../../../../page/store.ts';
import type { ClientQueries } from '../../../../page/queries.ts';
import { usePageQueries } from '../../../hooks.ts';

/** More than a screen of rows. */
const TAIL_ROWS = 80;
const AGAIN_MS = 60;

export interface CaptureEnd {
  readonly shown: number;
  readonly total: number;
  readonly filtering: boolean;
  readonly working: boolean;
  /** Number of frames with marks. */
  readonly marked: number;
  /** The last rows, and the previous last rows: the list may not have scrolled yet. */
  readonly tails: readonly Tail[];
}

export interface Tail {
  readonly from: number;
  readonly rows: readonly PacketRow[];
}

const NOTHING: CaptureEnd = { shown: 0, total: 0, filtering: false, working: false, marked: 0, tails: [] };
const KEPT_TAILS = 3;

async function endOf({ analysis }: ClientQueries): Promise<{
  readonly counts: Omit<CaptureEnd, 'tails'>;
  readonly tail: Tail;
}> {
  const counts = await analysis.counts();
  // The end of a large file is not known yet, and nobody follows it.
  if (counts.working && useView.getState().capture !== undefined) return { counts, tail: { from: 0, rows: [] } };
  const from = Math.max(0, counts.shown - TAIL_ROWS);
  return { counts, tail: { from, rows: await analysis.rows(from, counts.shown) } };
}

type Counts = Omit<CaptureEnd, 'tails'>;

/** While a large file is gone through, its counts come many times a second: the list is drawn again when they differ. */
function isAsBefore(before: CaptureEnd, counts: Counts, tail: Tail): boolean {
  return (
    tail.rows.length === 0 &&
    before.working &&
    counts.working &&
    before.shown === counts.shown &&
    before.total === counts.total &&
    before.filtering === counts.filtering
  );
}

function next(before: CaptureEnd, counts: Counts, tail: Tail, keep: number): CaptureEnd {
  return {
    ...counts,
    tails: tail.rows.length === 0 ? before.tails.slice(0, keep) : [tail, ...before.tails.slice(0, keep)],
  };
}

/** `version` changes when other rows are shown: another lab, capture or filter. */
export function useCaptureEnd(version: string): CaptureEnd {
  const { client } = usePageQueries();
  const [end, setEnd] = useState(NOTHING);
  useEffect(() => {
    let live = true;
    let asking = false;
    let isFirst = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let again = false;
    const ask = async (): Promise<void> => {
      again = asking;
      if (asking) return;
      asking = true;
      const found = await endOf(client).finally(() => {
        asking = false;
      });
      if (!live) return;
      const { counts, tail } = found;
      // These rows belong to another view.
      const keep = isFirst ? 0 : KEPT_TAILS - 1;
      isFirst = false;
      setEnd((before) => (keep > 0 && isAsBefore(before, counts, tail) ? before : next(before, counts, tail, keep)));
      const isLive = useView.getState().capture === undefined;
      const behind = isLive && counts.total < (useRecord.getState().update?.frames ?? 0);
      if (again) await ask();
      else if (counts.filtering || counts.working) timer = setTimeout(() => void ask(), 0);
      else if (behind) timer = setTimeout(() => void ask(), AGAIN_MS);
    };
    void ask();
    const stop = useRecord.subscribe(({ update }, before) => {
      if (update?.frames !== before.update?.frames || update?.generation !== before.update?.generation) void ask();
    });
    // Looking back shows fewer of the same rows.
    const stopLooking = useView.subscribe(({ pastNs }, before) => {
      if (pastNs !== before.pastNs) void ask();
    });
    return () => {
      live = false;
      clearTimeout(timer);
      stop();
      stopLooking();
    };
  }, [client, version]);
  return end;
}
