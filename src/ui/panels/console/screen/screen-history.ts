/** Screens recorded whenever something was printed, for looking back. Thinned out when there are many. */
import type { PastScreen } from '../../../../threads/api/lab-api.ts';
import type { ClientQueries } from '../../../../page/queries.ts';

/** Per machine: at 4 kB per screen, some megabytes. */
const MOST = 800;
/** The latest are not thinned. */
const LATEST = 200;

const histories = new WeakMap<ClientQueries, Map<string, PastScreen[]>>();

/** Starts recording, once per client. */
export function keepScreenHistory(client: ClientQueries): void {
  if (histories.has(client)) return;
  const kept = new Map<string, PastScreen[]>();
  histories.set(client, kept);
  client.pastScreens.on((past) => {
    const { machine } = past.screen;
    const list = kept.get(machine) ?? [];
    list.push(past);
    kept.set(machine, list.length > MOST ? thinned(list) : list);
  });
  client.progress.on((progress) => {
    if (progress.kind === 'ready') kept.clear();
  });
}

function thinned(list: readonly PastScreen[]): PastScreen[] {
  return list.filter((_, i) => i % 2 === 0 || i >= list.length - LATEST);
}

/** The last screen recorded up to a time. */
export function screenAt(client: ClientQueries, machine: string, timeNs: number): PastScreen | undefined {
  return histories
    .get(client)
    ?.get(machine)
    ?.findLast((past) => past.timeNs <= timeNs);
}
