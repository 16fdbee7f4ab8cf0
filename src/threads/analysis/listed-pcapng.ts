/** The frames that are listed, or all of the capture, as a file, with what a person has noted. */
import { FrameStore } from '../../analysis/frame-store.ts';
import { writePcapng } from '../../analysis/pcapng/writer.ts';
import type { View } from './view.ts';

export function listedPcapng(view: View, onlyShown: boolean): Uint8Array {
  view.frames.update();
  if (onlyShown) view.filtered?.advance();
  const rows = onlyShown ? view.rows : view.frames.length;
  const store = new FrameStore(view.store.originS);
  for (const info of view.store.interfaces) store.addInterface(info);
  store.secrets.addText(view.store.secrets.text);
  for (let row = 0; row < rows; row++) {
    const frame = onlyShown ? view.frameOf(row) : row;
    if (frame === undefined) continue;
    const { comment: _, ...record } = view.store.record(view.frames.original(frame));
    const comment = view.frames.comment(frame);
    store.append({ ...record, ...(comment === undefined ? {} : { comment }) });
  }
  return writePcapng(store);
}
