/** Which screens are shown: the worker sends only those. The latest image of each is kept for the next view of it. */
import type { ClientQueries } from '../../../../page/queries.ts';
import type { ScreenUpdate } from '../../../../threads/api/lab-api.ts';

interface Watch {
  readonly watchers: Map<string, number>;
  readonly latest: Map<string, ScreenUpdate>;
}

const watches = new WeakMap<ClientQueries, Watch>();

function watchOf(client: ClientQueries): Watch {
  const known = watches.get(client);
  if (known !== undefined) return known;
  const watch: Watch = { watchers: new Map(), latest: new Map() };
  watches.set(client, watch);
  // Registered before other listeners, which then find the latest image here.
  client.screens.on((screen) => watch.latest.set(screen.machine, screen));
  client.progress.on(({ kind }) => {
    if (kind === 'ready') watch.latest.clear();
  });
  client.restarts.on((thread) => {
    if (thread === 'lab') void client.lab.watchScreens([...watch.watchers.keys()]);
  });
  return watch;
}

/** Starts recording screens: once, before anything is drawn. */
export function keepScreens(client: ClientQueries): void {
  watchOf(client);
}

export function latestScreen(client: ClientQueries, machine: string): ScreenUpdate | undefined {
  return watchOf(client).latest.get(machine);
}

/** Returns a function that stops watching. */
export function watchScreen(client: ClientQueries, machine: string): () => void {
  const { watchers } = watchOf(client);
  const change = (by: number): void => {
    const count = (watchers.get(machine) ?? 0) + by;
    if (count > 0) watchers.set(machine, count);
    else watchers.delete(machine);
    void client.lab.watchScreens([...watchers.keys()]);
  };
  change(1);
  return () => change(-1);
}
