/** The frame of the selected event, or the nearest one that led to it, as a row of the list. */
import { useEffect, useState } from 'react';
import { useSelected } from '../../page/time/selection-details.ts';
import { useView } from '../../page/store.ts';
import { useController } from '../hooks.ts';

export interface SelectedFrame {
  /** The selected event. */
  readonly event: number;
  /** Undefined when no frame led to it, or the filter hides that frame. */
  readonly row: number | undefined;
  /** The frame's number in the capture, from 1, whatever the filter. */
  readonly number: number | undefined;
}

/** Undefined while no event is selected. */
export function useSelectedFrame(): SelectedFrame | undefined {
  const { client } = useController();
  const explanation = useSelected((state) => state.explanation);
  const frame = useSelected((state) => state.frame);
  const filter = useView((state) => state.filter);
  const pastNs = useView((state) => state.pastNs);
  const event = explanation?.event.id;
  const [found, setFound] = useState<SelectedFrame | undefined>();
  useEffect(() => {
    let live = true;
    void (async () => {
      const row = frame === undefined ? undefined : await client.analysis.indexOfEvent(frame);
      const [listed] = frame === undefined ? [] : await client.analysis.rowsOfEvents([frame]);
      if (live) setFound(event === undefined ? undefined : { event, row, number: listed?.number });
    })();
    return () => {
      live = false;
    };
  }, [client, event, frame, filter, pastNs]);
  return found;
}
