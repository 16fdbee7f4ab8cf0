/** The frame of the selected event, or the nearest one that led to it, as a row of the list. */
import { useEffect, useState } from 'react';
import { useView } from '../../app/store.ts';
import { useController } from '../hooks.ts';

export interface SelectedFrame {
  /** The selected event. */
  readonly event: number;
  /** Undefined when no frame led to it, or the filter hides that frame. */
  readonly row: number | undefined;
}

/** Undefined while no event is selected. */
export function useSelectedFrame(): SelectedFrame | undefined {
  const { client } = useController();
  const event = useView(({ selection }) => (selection.kind === 'event' ? selection.id : undefined));
  const filter = useView((state) => state.filter);
  const [found, setFound] = useState<SelectedFrame | undefined>();
  useEffect(() => {
    let live = true;
    void (async () => {
      if (event === undefined) {
        setFound(undefined);
        return;
      }
      const explained = await client.lab.explain(event);
      const chain = explained === undefined ? [] : [...explained.causes, explained.event];
      const frame = chain.findLast(({ kind }) => kind === 'frame');
      const row = frame === undefined ? undefined : await client.analysis.indexOfEvent(frame.id);
      if (live) setFound({ event, row });
    })();
    return () => {
      live = false;
    };
  }, [client, event, filter]);
  return found;
}
