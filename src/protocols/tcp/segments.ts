/**
 * From segments to messages. A dissector over TCP says how much of a message is missing; its segments are then kept
 * until it is whole. Segments that come early wait for the gap to close, resent bytes are left out. The first pass
 * decides for each frame what is dissected where (its plan); later passes only follow the plan.
 */
import { concatBytes } from '../../base/bytes.ts';
import { itemAt } from '../../base/lists/list.ts';
import { StateBag, StateKey } from '../core/conversation.ts';
import { UNTIL_END } from '../core/dissect.ts';
import type { FrameSource } from '../core/frame-source.ts';

/** Bytes of a stream, where they were captured. */
export interface SegmentPart {
  /** Index of the frame. */
  readonly frame: number;
  /** Offset in the frame; -1 when the bytes are not those of the frame itself. */
  readonly offset: number;
  readonly length: number;
  /** The bytes when they came out of a reassembled datagram. */
  readonly bytes: Uint8Array | undefined;
}

/** Bytes of a message that were there already. */
export interface RepeatedSegment {
  readonly frame: number;
  /** In the message. */
  readonly offset: number;
  readonly length: number;
}

/** A message that is still to be completed, shared by the plans of all its frames. */
export class PendingMessage {
  readonly parts: SegmentPart[] = [];
  /** Segments that came again while the message was incomplete. */
  readonly repeats: RepeatedSegment[] = [];
  length = 0;
  /** Length of the whole; 0 when any further byte will do, `UNTIL_END` when the end of the stream completes it. */
  wanted: number;
  /** Frame that completed it; -1 until then. */
  completedIn = -1;
  /** What the dissector keeps of it from one segment to the next; undefined when it is complete. */
  progress: StateBag | undefined = new StateBag();
  private gathered: Uint8Array | undefined;
  private gatheredParts = 0;
  private gatheredBytes = 0;
  private lastFrame = -1;
  private lastFrameBytes = 0;

  constructor(wanted: number, parts: readonly SegmentPart[] = []) {
    this.wanted = wanted;
    for (const part of parts) this.push(part);
  }

  push(part: SegmentPart): void {
    this.parts.push(part);
    this.length += part.length;
    // What came early stands behind the frame that closed the gap.
    if (part.frame < this.lastFrame) return;
    if (part.frame > this.lastFrame) this.lastFrameBytes = 0;
    this.lastFrame = part.frame;
    this.lastFrameBytes += part.length;
  }

  /** How many of its bytes came with that frame. */
  bytesOf(frame: number): number {
    return frame === this.lastFrame ? this.lastFrameBytes : 0;
  }

  /** All bytes so far. While the message grows, each byte is copied once or twice, however often this is asked for. */
  bytes(frames: FrameSource): Uint8Array {
    if (this.completedIn >= 0 && this.progress === undefined) return joinParts(frames, this.parts);
    if (this.gathered === undefined || this.gathered.length < this.length) {
      const grown = new Uint8Array(this.gathered === undefined ? this.length : 2 * this.length);
      if (this.gathered !== undefined) grown.set(this.gathered.subarray(0, this.gatheredBytes));
      this.gathered = grown;
    }
    for (; this.gatheredParts < this.parts.length; this.gatheredParts++) {
      const part = itemAt(this.parts, this.gatheredParts);
      this.gathered.set(partBytes(frames, part), this.gatheredBytes);
      this.gatheredBytes += part.length;
    }
    return this.gathered.subarray(0, this.length);
  }

  /** No more will come. Later passes put it together from its frames, each time they need it. */
  close(): void {
    this.progress = undefined;
    this.gathered = undefined;
  }
}

/** `tail`: what the dissector left over, as the beginning of a message that later frames complete. */
export type PlanStep =
  /** Offsets in the payload of this frame. */
  | { readonly kind: 'direct'; readonly start: number; readonly end: number; tail: PendingMessage | undefined }
  | {
      readonly kind: 'assembled';
      readonly message: PendingMessage;
      readonly end: number;
      tail: PendingMessage | undefined;
    }
  /** Bytes that belong to a message of a later frame; its message is known once the bytes before it have come. */
  | { readonly kind: 'data'; readonly start: number; readonly end: number; message: PendingMessage | undefined }
  /** Bytes that were seen before. */
  | { readonly kind: 'seen' };

export type DataStep = Extract<PlanStep, { kind: 'data' }>;

export type Plan = readonly PlanStep[];

interface EarlySegment {
  readonly sequence: number;
  readonly part: SegmentPart;
  readonly step: DataStep;
}

/** Give up waiting for a gap to close: the capture may never have had the bytes. */
const MAX_EARLY_SEGMENTS = 128;

/** One direction of a stream. */
export class TcpAssembler {
  /** Sequence number of the next byte for the dissector. */
  next: number | undefined;
  pending: PendingMessage | undefined;
  readonly early: EarlySegment[] = [];

  /** Takes the waiting segments that fit at `next`. They become part of `message`, `added` bytes behind its end so far. */
  releaseEarly(message: PendingMessage, added: number): SegmentPart[] {
    const taken: SegmentPart[] = [];
    const messageStart = (this.next ?? 0) - added - message.length;
    for (let found = true; found;) {
      found = false;
      for (const [at, { sequence, part, step }] of this.early.entries()) {
        const ahead = this.next === undefined ? 0 : (sequence - this.next) | 0;
        if (ahead > 0) continue;
        this.early.splice(at, 1);
        found = true;
        if (ahead + part.length <= 0) {
          const offset = (sequence - messageStart) | 0;
          if (offset < 0) break;
          step.message = message;
          message.repeats.push({ frame: part.frame, offset, length: part.length });
          break;
        }
        step.message = message;
        const skip = -ahead;
        const bytes = part.bytes?.subarray(skip);
        taken.push({ ...part, offset: part.offset + skip, length: part.length - skip, bytes });
        this.next = (sequence + part.length) >>> 0;
        break;
      }
    }
    return taken;
  }

  /** Goes on at the first of the waiting segments; what was pending stays unfinished. */
  restart(): void {
    this.pending?.close();
    this.pending = undefined;
    this.next = undefined;
    for (const { sequence } of this.early) {
      if (this.next === undefined || ((sequence - this.next) | 0) < 0) this.next = sequence;
    }
  }

  get mustGiveUp(): boolean {
    return this.early.length > MAX_EARLY_SEGMENTS;
  }
}

/** How many bytes of `available` complete the message; undefined when they do not. */
export function bytesToComplete(message: PendingMessage, available: number, isEnd: boolean): number | undefined {
  if (message.wanted === UNTIL_END) return isEnd ? available : undefined;
  if (message.wanted === 0) return available > 0 || isEnd ? available : undefined;
  const missing = message.wanted - message.length;
  if (available >= missing) return missing;
  return isEnd ? available : undefined;
}

function partBytes(frames: FrameSource, { bytes, frame, offset, length }: SegmentPart): Uint8Array {
  return bytes ?? frames.bytes(frame).subarray(offset, offset + length);
}

function joinParts(frames: FrameSource, parts: readonly SegmentPart[]): Uint8Array {
  return concatBytes(parts.map((part) => partBytes(frames, part)));
}

/** The parts of a message from `skip` bytes on: what a dissector left over. */
export function partsFrom(parts: readonly SegmentPart[], skip: number): SegmentPart[] {
  const left: SegmentPart[] = [];
  let before = skip;
  for (const part of parts) {
    if (before >= part.length) {
      before -= part.length;
      continue;
    }
    const bytes = part.bytes?.subarray(before);
    left.push({ ...part, offset: part.offset + before, length: part.length - before, bytes });
    before = 0;
  }
  return left;
}

export const TCP_ASSEMBLERS = new StateKey((): readonly [TcpAssembler, TcpAssembler] => [
  new TcpAssembler(),
  new TcpAssembler(),
]);
/** By frame. A frame without a plan has its whole payload dissected in place. */
export const TCP_PLANS = new StateKey(() => new Map<number, Plan>());
