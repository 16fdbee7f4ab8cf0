/**
 * Some records of a capture, in order, as a capture of their own: each frame once as its sender sent it, or all
 * that one port saw. The lab records a frame where it leaves and where it arrives; dissected together these would
 * look like retransmissions.
 */
import type { FrameInterface, FrameSource } from '../protocols/core/frame-source.ts';
import type { SecretStore } from '../protocols/tls/key-log.ts';
import { LINKTYPE_ETHERNET, type FrameStore } from './frame-store.ts';
import { u32Column } from './growing.ts';

/** What readers of headers need. */
export type SentFrames = Pick<FrameSource, 'length' | 'bytes' | 'timeNs'>;

export class FrameView implements FrameSource {
  readonly store: FrameStore;
  private readonly accepts: (index: number) => boolean;
  private readonly indexes = u32Column();
  private next = 0;
  private markedFrames: ReadonlySet<number> = new Set();
  private comments: ReadonlyMap<number, string> = new Map();

  /** `accepts` is asked once for each record of the store, by its index. */
  constructor(store: FrameStore, accepts: (index: number) => boolean) {
    this.store = store;
    this.accepts = accepts;
    this.update();
  }

  /** Takes in what the store has got since; returns the number of records shown. */
  update(): number {
    for (; this.next < this.store.length; this.next++) if (this.accepts(this.next)) this.indexes.push(this.next);
    return this.indexes.length;
  }

  get length(): number {
    return this.indexes.length;
  }

  get originS(): number {
    return this.store.originS;
  }

  get secrets(): SecretStore {
    return this.store.secrets;
  }

  /** The index in the store. */
  original(index: number): number {
    return this.indexes.get(index);
  }

  /** The index here of a record of the store, when it is shown. */
  placeOf(record: number): number | undefined {
    let low = 0;
    let high = this.indexes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.indexes.values[middle] ?? 0) < record) low = middle + 1;
      else high = middle;
    }
    return low < this.indexes.length && this.indexes.values[low] === record ? low : undefined;
  }

  bytes(index: number): Uint8Array {
    return this.store.bytes(this.indexes.get(index));
  }

  /** The frames as Ethernet would have them, for what reads headers from bytes. */
  get ethernet(): SentFrames {
    const { store, indexes } = this;
    if (store.interfaces.every(({ linkType }) => linkType === LINKTYPE_ETHERNET)) return this;
    return {
      get length(): number {
        return indexes.length;
      },
      bytes: (index) => store.ethernet(indexes.get(index)),
      timeNs: (index) => this.timeNs(index),
    };
  }

  timeNs(index: number): number {
    return this.store.timeNs(this.indexes.get(index));
  }

  origLen(index: number): number {
    return this.store.origLen(this.indexes.get(index));
  }

  interfaceId(index: number): number {
    return this.store.interfaceId(this.indexes.get(index));
  }

  interfaceOf(index: number): FrameInterface {
    return this.store.interfaceOf(this.indexes.get(index));
  }

  direction(index: number): 'in' | 'out' | undefined {
    return this.store.direction(this.indexes.get(index));
  }

  comment(index: number): string | undefined {
    const own = this.comments.get(index + 1);
    return own === undefined ? this.store.comment(this.indexes.get(index)) : own === '' ? undefined : own;
  }

  marked(index: number): boolean {
    return this.markedFrames.has(index + 1);
  }

  /** What a person has marked and said, by numbers from 1; an empty comment takes away that of the file. */
  note(marked: readonly number[], comments: readonly (readonly [number, string])[]): void {
    this.markedFrames = new Set(marked);
    this.comments = new Map(comments);
  }
}

/** Each frame once, as it was sent. Records that do not say their direction are shown too. */
export function sentView(store: FrameStore): FrameView {
  return new FrameView(store, (index) => store.direction(index) !== 'in');
}

/**
 * The frames of a file, each once: one that was captured where it left and where it arrived is shown as it was sent. A
 * file of a single host has frames that have only arrived.
 */
export function fileView(store: FrameStore): FrameView {
  const sent = new Set<number>();
  return new FrameView(store, (index) => {
    const direction = store.direction(index);
    if (direction === 'out') sent.add(store.body(index));
    return direction !== 'in' || !sent.has(store.body(index));
  });
}
