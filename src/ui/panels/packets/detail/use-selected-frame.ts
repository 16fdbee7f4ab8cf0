/** The selected frame as a row of the list: that of the selected event, the nearest one that led to it, or a capture file's. */
import { useEffect, useState } from 'react';
import { useSelected } from '../../../../page/time/selection-details.ts';
import { useView } from '../../../../page/store.ts';
import { useCommands, usePageQueries } from '../../../hooks.ts';

export interface SelectedFrame {
  /** Undefined when no frame led to the selected event, or the filter hides that frame. */
  readonly row: number | undefined;
  /** The frame's number in the capture, from 1, whatever the filter. */
  readonly number: number | undefined;
}

/** Undefined while neither an event nor a frame is selected. */
export function useSelectedFrame(): SelectedFrame | undefined {
  const { client } = usePageQueries();
  const explanation = useSelected((state) => state.explanation);
  const frame = useSelected((state) => state.frame);
  const filter = useView((state) => state.filter);
  const pastNs = useView((state) => state.pastNs);
  const chosen = useView(({ selection }) => (selection.kind === 'frame' ? selection.number : undefined));
  const event = explanation?.event.id;
  const [found, setFound] = useState<SelectedFrame | undefined>();
  useEffect(() => {
    let live = true;
    const find = async (): Promise<SelectedFrame | undefined> => {
      if (chosen !== undefined) return { row: await client.analysis.indexOfFrame(chosen), number: chosen };
      if (event === undefined) return undefined;
      if (frame === undefined) return { row: undefined, number: undefined };
      const row = await client.analysis.indexOfEvent(frame);
      const [listed] = await client.analysis.rowsOfEvents([frame]);
      return { row, number: listed?.number };
    };
    void find().then((next) => {
      if (live) setFound(next);
    });
    return () => {
      live = false;
    };
  }, [client, event, frame, filter, pastNs, chosen]);
  return found;
}

/** Selects a frame of what is listed: its event, or its number when it is a capture file's. */
export function useSelectFrame(): (frame: { readonly event: number; readonly number: number }) => void {
  const commands = useCommands();
  return ({ event, number }) =>
    void commands.run('select', event >= 0 ? { kind: 'event', id: event } : { kind: 'frame', number });
}
