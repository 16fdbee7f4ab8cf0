/** The frames that a session dissects. The capture store has this shape; a list is enough for tests and for one frame. */

import { itemAt } from '../../base/lists/list.ts';
import { SecretStore } from '../tls/key-log.ts';

/** Where a frame was captured. */
export interface FrameInterface {
  readonly name: string;
  /** LINKTYPE_ value: 1 is Ethernet. */
  readonly linkType: number;
  readonly description?: string;
}

/** Append-only: what was once handed out for an index does not change. */
export interface FrameSource {
  /** Number of frames; indexes run from 0. */
  readonly length: number;
  /** Seconds from 1970-01-01 UTC to time zero. */
  readonly originS: number;
  bytes(index: number): Uint8Array;
  /** Nanoseconds since the origin. */
  timeNs(index: number): number;
  /** Length on the wire. */
  origLen(index: number): number;
  interfaceId(index: number): number;
  interfaceOf(index: number): FrameInterface;
  direction(index: number): 'in' | 'out' | undefined;
  comment(index: number): string | undefined;
  /** Whether a person has marked it. */
  marked?(index: number): boolean;
  /** Keys of encrypted connections, logged before their frames were captured or kept in the file. */
  readonly secrets: SecretStore;
}

const ETHERNET: FrameInterface = { name: '', linkType: 1 };

export interface ListedFrame {
  readonly bytes: Uint8Array;
  /** Defaults to 0. */
  readonly timeNs?: number;
  readonly origLen?: number;
}

/** Frames of one Ethernet interface. */
export class FrameList implements FrameSource {
  readonly originS: number;
  readonly secrets = new SecretStore();
  private readonly list: ListedFrame[] = [];

  constructor(frames: readonly ListedFrame[] = [], originS = 0) {
    this.originS = originS;
    this.list.push(...frames);
  }

  get length(): number {
    return this.list.length;
  }

  push(frame: ListedFrame): void {
    this.list.push(frame);
  }

  bytes(index: number): Uint8Array {
    return itemAt(this.list, index).bytes;
  }

  timeNs(index: number): number {
    return itemAt(this.list, index).timeNs ?? 0;
  }

  origLen(index: number): number {
    const frame = itemAt(this.list, index);
    return frame.origLen ?? frame.bytes.length;
  }

  interfaceId(): number {
    return 0;
  }

  interfaceOf(): FrameInterface {
    return ETHERNET;
  }

  direction(): undefined {
    return undefined;
  }

  comment(): undefined {
    return undefined;
  }
}
