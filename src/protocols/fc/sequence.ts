/** Sequences: what is longer than a frame goes in several, which are counted (FC-FS-3 §9.9). */
import type { FcFrame } from './codec.ts';
import { FC_F_CTL } from './fields.ts';

export interface SequenceOptions {
  /** The longest payload of a frame; a multiple of 4. */
  readonly frameBytes: number;
  /** Bits of `FC_F_CTL` that the last frame has beside those of all. */
  readonly lastBits: number;
  /** Where the payload begins in the data of its exchange; undefined for what is no data. */
  readonly offset?: number;
}

/** The frames of a sequence; `head` is like each of them, but for what the place in the sequence says. */
export function sequenceFrames(
  head: Omit<FcFrame, 'payload' | 'seqCnt' | 'parameter'>,
  payload: Uint8Array,
  { frameBytes, lastBits, offset }: SequenceOptions,
): readonly FcFrame[] {
  const frames: FcFrame[] = [];
  for (let at = 0; at === 0 || at < payload.length; at += frameBytes) {
    const isLast = at + frameBytes >= payload.length;
    const placed = offset === undefined ? 0 : FC_F_CTL.relativeOffset;
    frames.push({
      ...head,
      fCtl: head.fCtl | placed | (isLast ? lastBits | FC_F_CTL.endOfSequence : 0),
      seqCnt: frames.length,
      parameter: offset === undefined ? 0 : offset + at,
      payload: payload.subarray(at, at + frameBytes),
    });
  }
  return frames;
}

/** The answer to a request, in a frame by itself that ends the exchange. */
export function answerTo(request: FcFrame, rCtl: number, rxId: number, payload: Uint8Array): FcFrame {
  return {
    ...request,
    rCtl,
    destination: request.source,
    source: request.destination,
    csCtl: 0,
    fCtl: FC_F_CTL.fromResponder | FC_F_CTL.lastSequence | FC_F_CTL.endOfSequence | FC_F_CTL.transferInitiative,
    seqId: 0,
    dfCtl: 0,
    seqCnt: 0,
    rxId,
    parameter: 0,
    payload,
  };
}

/** A request that begins an exchange, in a frame by itself. */
export function requestFrame(request: {
  readonly rCtl: number;
  readonly type: number;
  readonly source: number;
  readonly destination: number;
  readonly oxId: number;
  readonly payload: Uint8Array;
}): FcFrame {
  return {
    ...request,
    csCtl: 0,
    fCtl: FC_F_CTL.firstSequence | FC_F_CTL.endOfSequence | FC_F_CTL.transferInitiative,
    seqId: 0,
    dfCtl: 0,
    seqCnt: 0,
    rxId: 0xffff,
    parameter: 0,
  };
}
