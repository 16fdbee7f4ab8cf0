/** New records of the capture, packed into few large arrays for the analysis worker: a message costs more than its bytes. */
import { FRAMES_UNDER_WAY } from '../../analysis/frame-store.ts';
import { RecentMap } from '../../base/lists/recent-map.ts';
import type { LabCapture } from '../../lab/observe/lab-capture.ts';
import { META_FIELDS, type MessageToAnalysis } from '../api/analysis-api.ts';

/** Records in one message. */
const BATCH = 4096;

export class FramePacker {
  private readonly capture: LabCapture;
  private next = 0;
  private interfaces = 0;
  private secrets = 0;
  /** By body: its last record, so that a frame that arrives is not sent again. */
  private readonly seen = new RecentMap<number, number>(FRAMES_UNDER_WAY);

  constructor(capture: LabCapture) {
    this.capture = capture;
  }

  /** What came since the last call. */
  *pack(
    generation: number,
  ): Generator<MessageToAnalysis & { readonly kind: 'frames' | 'interfaces' | 'secrets' }, void, void> {
    const { store, events } = this.capture;
    if (store.interfaces.length > this.interfaces) {
      const names = store.interfaces.slice(this.interfaces).map(({ name }) => name);
      this.interfaces = store.interfaces.length;
      yield { kind: 'interfaces', generation, names };
    }
    if (store.secrets.size > this.secrets) {
      yield { kind: 'secrets', generation, keyLog: store.secrets.textFrom(this.secrets) };
      this.secrets = store.secrets.size;
    }
    while (this.next < store.length) {
      const end = Math.min(store.length, this.next + BATCH);
      const meta = new Float64Array((end - this.next) * META_FIELDS);
      const distances = Array.from({ length: end - this.next }, (_, i) => this.distance(this.next + i));
      let size = 0;
      for (let i = this.next; i < end; i++) if (distances[i - this.next] === 0) size += store.capLen(i);
      const bytes = new Uint8Array(size);
      let offset = 0;
      for (let i = this.next, at = 0; i < end; i++, at += META_FIELDS) {
        const distance = distances[i - this.next] ?? 0;
        meta[at] = store.timeNs(i);
        meta[at + 1] = store.interfaceId(i);
        meta[at + 2] = store.direction(i) === 'out' ? 1 : 0;
        meta[at + 3] = distance > 0 ? -distance : store.capLen(i);
        meta[at + 4] = events[i] ?? -1;
        if (distance > 0) continue;
        bytes.set(store.bytes(i), offset);
        offset += store.capLen(i);
      }
      this.next = end;
      yield { kind: 'frames', generation, meta, bytes };
    }
  }

  /** How many records back the same frame was seen at another port; 0 for a new one. */
  private distance(index: number): number {
    const body = this.capture.store.body(index);
    const before = this.seen.get(body);
    this.seen.set(body, index);
    return before === undefined ? 0 : index - before;
  }
}
