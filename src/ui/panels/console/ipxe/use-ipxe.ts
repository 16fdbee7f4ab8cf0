/** The iPXE of a machine as it is now. */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { IpxeView } from '../../../../threads/api/lab-api.ts';
import { useLive } from '../../../../page/store.ts';
import { usePageQueries } from '../../../hooks.ts';

/** Queried again as the lab runs, one query at a time. */
export function useIpxe(machine: string): IpxeView | undefined {
  const controller = usePageQueries();
  const update = useLive((state) => state.update);
  const [view, setView] = useState<{ readonly machine: string; readonly ipxe: IpxeView | undefined }>();
  const state = useRef({ machine, wanted: 0, asking: false });
  useEffect(() => {
    const { current } = state;
    current.machine = machine;
    current.wanted++;
    if (current.asking) return;
    current.asking = true;
    const ask = async (): Promise<void> => {
      let asked = 0;
      try {
        // If something changed while the answer was pending, it is queried again: the last state is always shown.
        while (asked !== current.wanted) {
          asked = current.wanted;
          const about = current.machine;
          const ipxe = await controller.ipxe(about);
          setView({ machine: about, ipxe });
        }
      } finally {
        current.asking = false;
      }
    };
    void ask();
  }, [controller, machine, update]);
  return view?.machine === machine ? view.ipxe : undefined;
}

/** The last script of each machine of a run, with the state in which it was seen last. */
const ended = { generation: -1, views: new Map<string, IpxeView>() };

/** The iPXE of a machine with a script: the one that runs, else the last one of this run as it was seen last. */
export function useLastScript(machine: string, ipxe: IpxeView | undefined): IpxeView | undefined {
  const generation = useLive((state) => state.update?.generation ?? -1);
  return useMemo(() => {
    if (generation !== ended.generation) {
      ended.generation = generation;
      ended.views.clear();
    }
    if (ipxe?.script === undefined) return ended.views.get(machine);
    ended.views.set(machine, ipxe);
    return ipxe;
  }, [machine, ipxe, generation]);
}
