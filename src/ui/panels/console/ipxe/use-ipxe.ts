/** The iPXE of a machine as it is now. */
import { useCallback, useMemo } from 'react';
import type { IpxeView } from '../../../../threads/api/lab-api.ts';
import { useLive } from '../../../../page/store.ts';
import { usePageQueries } from '../../../hooks.ts';
import { useMachineAnswer } from '../use-machine-answer.ts';

export function useIpxe(machine: string): IpxeView | undefined {
  const controller = usePageQueries();
  const ask = useCallback(async (name: string) => await controller.ipxe(name), [controller]);
  return useMachineAnswer(machine, ask);
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
