/** Recent output of the serial ports, kept per machine even while it is not shown. */
import type { ClientQueries } from '../../../../page/queries.ts';

const KEPT_CHARS = 256 * 1024;

const histories = new WeakMap<ClientQueries, Map<string, string>>();

/** Starts recording, once per client. */
export function keepSerialHistory(client: ClientQueries): void {
  if (histories.has(client)) return;
  const kept = new Map<string, string>();
  histories.set(client, kept);
  client.serial.on(({ machine, text }) => {
    kept.set(machine, ((kept.get(machine) ?? '') + text).slice(-KEPT_CHARS));
  });
  client.progress.on((progress) => {
    if (progress.kind === 'ready') kept.clear();
  });
}

export function serialHistory(client: ClientQueries, machine: string): string {
  return histories.get(client)?.get(machine) ?? '';
}
