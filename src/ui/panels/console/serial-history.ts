/** What came out of serial ports before somebody looked: kept for each machine, the last part of it. */
import type { LabClient } from '../../../page/lab-client.ts';

const KEPT_CHARS = 256 * 1024;

const histories = new WeakMap<LabClient, Map<string, string>>();

/** Starts recording, once per client. */
export function keepSerialHistory(client: LabClient): void {
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

export function serialHistory(client: LabClient, machine: string): string {
  return histories.get(client)?.get(machine) ?? '';
}
