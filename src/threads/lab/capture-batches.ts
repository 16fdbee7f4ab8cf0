/** New records of the capture, packed into few large arrays for the analysis worker: a message costs more than its bytes. */
import type { LabCapture } from '../../lab/observe/lab-capture.ts';
import { META_FIELDS, type MessageToAnalysis } from '../api/lab-api.ts';

/** Records in one message. */
const BATCH = 4096;

export class FramePacker {
  private readonly capture: LabCapture;
  private next = 0;
  private interfaces = 0;

  constructor(capture: LabCapture) {
    this.capture = capture;
  }

  /** What came since the last call. */
  *pack(generation: number): Generator<MessageToAnalysis & { readonly kind: 'frames' | 'interfaces' }, void, void> {
    const { store, events } = this.capture;
    if (store.interfaces.length > this.interfaces) {
      const names = store.interfaces.slice(this.interfaces).map(({ name }) => name);
      this.interfaces = store.interfaces.length;
      yield { kind: 'interfaces', generation, names };
    }
    while (this.next < store.length) {
      const end = Math.min(store.length, this.next + BATCH);
      const meta = new Float64Array((end - this.next) * META_FIELDS);
      let size = 0;
      for (let i = this.next; i < end; i++) if (!this.repeats(i)) size += store.capLen(i);
      const bytes = new Uint8Array(size);
      let offset = 0;
      for (let i = this.next, at = 0; i < end; i++, at += META_FIELDS) {
        const repeats = this.repeats(i);
        meta[at] = store.timeNs(i);
        meta[at + 1] = store.interfaceId(i);
        meta[at + 2] = store.direction(i) === 'out' ? 1 : 0;
        meta[at + 3] = repeats ? -1 : store.capLen(i);
        meta[at + 4] = events[i] ?? -1;
        if (repeats) continue;
        bytes.set(store.bytes(i), offset);
        offset += store.capLen(i);
      }
      this.next = end;
      yield { kind: 'frames', generation, meta, bytes };
    }
  }

  /** The same frame as in the record before, within the batch. */
  private repeats(index: number): boolean {
    const { store } = this.capture;
    return index > this.next && store.body(index) === store.body(index - 1);
  }
}
