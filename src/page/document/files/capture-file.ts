/** A capture file that the packet panels show instead of the lab's own frames. */
import { problemAt, scenarioMessage } from '../../../scenario/problems.ts';
import { MAX_IMPORTED_BYTES, MAX_IMPORTED_FRAMES } from '../../../threads/api/lab-api.ts';
import type { LabClient } from '../../lab-client.ts';
import { useLive, useView } from '../../store.ts';
import type { Message } from '../../../base/sentence.ts';

const MIB = 1024 ** 2;

/** Shows a capture file instead of the lab's own frames. */
export async function importCapture({ analysis }: Pick<LabClient, 'analysis'>, file: File): Promise<void> {
  const { name } = file;
  const refuse = (why: Message): void => useLive.setState({ problems: [problemAt(name, why)] });
  if (file.size > MAX_IMPORTED_BYTES) {
    const [size, limit] = [Math.ceil(file.size / MIB), MAX_IMPORTED_BYTES / MIB];
    refuse(scenarioMessage('scenario.capture-too-large', { name, size, limit }));
    return;
  }
  const { problem, frames } = await analysis.importFile(new Uint8Array(await file.arrayBuffer()));
  // The selection is an event of the lab, not a frame of the file.
  if (problem === undefined)
    useView.setState({ capture: { name, frames }, selection: { kind: 'none' }, pastNs: undefined });
  else if (problem.isTooLarge)
    refuse(scenarioMessage('scenario.capture-too-many-frames', { name, limit: String(MAX_IMPORTED_FRAMES) }));
  else refuse(scenarioMessage('scenario.capture-unreadable', { reason: problem.reason, offset: problem.offset }));
}

export async function backToLiveCapture({ analysis }: Pick<LabClient, 'analysis'>): Promise<void> {
  await analysis.importFile(undefined);
  useView.setState(({ selection }) => ({
    capture: undefined,
    selection: selection.kind === 'frame' ? { kind: 'none' } : selection,
  }));
}
