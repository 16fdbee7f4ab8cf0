/** A capture file that the packet panels show instead of the lab's own frames. */
import { faultReport, saying } from '../../scenario/fault-texts.ts';
import type { Controller } from '../controller.ts';
import { useLive, useView } from '../store.ts';

/** Shows a capture file instead of the lab's own frames. */
export async function importCapture(controller: Controller, file: File): Promise<void> {
  const { fault, frames } = await controller.client.analysis.importFile(new Uint8Array(await file.arrayBuffer()));
  if (fault === undefined) useView.setState({ capture: { name: file.name, frames } });
  else useLive.setState({ faults: [faultReport(file.name, saying('scenario.capture-unreadable', { ...fault }))] });
}

export async function backToLiveCapture(controller: Controller): Promise<void> {
  await controller.client.analysis.importFile(undefined);
  useView.setState({ capture: undefined });
}
