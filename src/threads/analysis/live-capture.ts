/** The frames of the lab as its worker sends them: records of a capture, and the events that they are. */
import { FrameStore } from '../../analysis/frame-store.ts';
import { FrameMarks } from '../../analysis/story/marks.ts';
import { FrameColumn } from '../../protocols/core/frame-column.ts';
import { META_FIELDS, type MessageToAnalysis } from '../api/analysis-api.ts';

export class LiveCapture {
  store = new FrameStore();
  marks = new FrameMarks(this.store);
  /** For each record, the event that stands for it, or -1. */
  private events: number[] = [];
  /** By event: the first record that it stands for. */
  private records = new FrameColumn();
  private generation = -1;

  /** `new`: another lab, or the same one from its beginning. */
  receive(message: MessageToAnalysis): 'new' | 'more' {
    if (message.kind === 'reset') {
      this.generation = message.generation;
      this.store = new FrameStore();
      this.marks = new FrameMarks(this.store);
      for (const name of message.interfaces) this.store.addInterface({ name });
      this.events = [];
      this.records = new FrameColumn();
      return 'new';
    }
    // What was sent before the last reset.
    if (message.generation !== this.generation) return 'more';
    switch (message.kind) {
      case 'interfaces':
        for (const name of message.names) this.store.addInterface({ name });
        break;
      case 'secrets':
        this.store.secrets.addText(message.keyLog);
        break;
      case 'struck':
        this.marks.update();
        for (const { frameEvent, kind } of message.frames) {
          const record = this.records.get(frameEvent);
          if (record >= 0) this.marks.struck(record, kind);
        }
        break;
      case 'frames':
        this.append(message);
        break;
    }
    return 'more';
  }

  /** Undefined, or -1, for a record that is no event. */
  eventOf(record: number): number | undefined {
    return this.events[record];
  }

  /** -1 for an event that is no frame. */
  recordOf(event: number): number {
    return this.records.get(event);
  }

  private append({ meta, bytes }: Extract<MessageToAnalysis, { readonly kind: 'frames' }>): void {
    let offset = 0;
    for (let i = 0; i < meta.length; i += META_FIELDS) {
      const [timeNs = 0, interfaceId = 0, isOut = 0, length = 0, event = -1] = meta.subarray(i, i + META_FIELDS);
      const sameAs = this.store.length + length;
      const isKnown = length < 0 && sameAs >= 0;
      const end = offset + Math.max(0, length);
      this.store.append({
        timeNs,
        interfaceId,
        direction: isOut === 1 ? 'out' : 'in',
        bytes: isKnown ? this.store.bytes(sameAs) : bytes.subarray(offset, end),
        ...(isKnown ? { sameAs } : {}),
      });
      offset = end;
      const record = this.events.push(event) - 1;
      if (event >= 0 && this.records.get(event) < 0) this.records.set(event, record);
    }
  }
}
