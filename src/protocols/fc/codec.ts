/** Fibre Channel frames from their header on, and basic link services (FC-FS-3 §9, §15.3). */
import { byteAt, readU16, readU32, writeU16, writeU32 } from '../../base/bytes.ts';
import { decodeError, ok, type DecodeError, type Result } from '../../base/result.ts';
import { BA_ACC_LENGTH, BA_RJT_LENGTH, FC, FC_F_CTL, FC_HEADER_LENGTH } from './fields.ts';

export interface FcFrame {
  /** `FC_R_CTL`. */
  readonly rCtl: number;
  readonly destination: number;
  readonly source: number;
  readonly csCtl: number;
  /** `FC_TYPE`. */
  readonly type: number;
  /** Bits of `FC_F_CTL`; the number of fill bytes follows from the payload. */
  readonly fCtl: number;
  readonly seqId: number;
  readonly dfCtl: number;
  readonly seqCnt: number;
  readonly oxId: number;
  readonly rxId: number;
  /** With `FC_F_CTL.relativeOffset`, where in the data the payload lies. */
  readonly parameter: number;
  /** Without fill bytes. */
  readonly payload: Uint8Array;
}

export function readU24(bytes: Uint8Array, offset: number): number {
  return (byteAt(bytes, offset) << 16) | readU16(bytes, offset + 1);
}

export function writeU24(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 16;
  writeU16(bytes, offset + 1, value & 0xffff);
}

export function decodeFc(bytes: Uint8Array): Result<FcFrame, DecodeError> {
  if (bytes.length < FC_HEADER_LENGTH) return decodeError('truncated', bytes.length, 'FC-FS-3 §9.1');
  const control = readU24(bytes, FC.fCtl);
  const fill = control & FC_F_CTL.fillBytes;
  if (bytes.length - fill < FC_HEADER_LENGTH) return decodeError('malformed', FC.fCtl, 'FC-FS-3 §9.7');
  return ok({
    rCtl: byteAt(bytes, FC.rCtl),
    destination: readU24(bytes, FC.destination),
    source: readU24(bytes, FC.source),
    csCtl: byteAt(bytes, FC.csCtl),
    type: byteAt(bytes, FC.type),
    fCtl: control - fill,
    seqId: byteAt(bytes, FC.seqId),
    dfCtl: byteAt(bytes, FC.dfCtl),
    seqCnt: readU16(bytes, FC.seqCnt),
    oxId: readU16(bytes, FC.oxId),
    rxId: readU16(bytes, FC.rxId),
    parameter: readU32(bytes, FC.parameter),
    payload: bytes.subarray(FC_HEADER_LENGTH, bytes.length - fill),
  });
}

/** Filled up to whole words. */
export function encodeFc(frame: FcFrame): Uint8Array {
  const fill = (4 - (frame.payload.length % 4)) % 4;
  const out = new Uint8Array(FC_HEADER_LENGTH + frame.payload.length + fill);
  out[FC.rCtl] = frame.rCtl;
  writeU24(out, FC.destination, frame.destination);
  out[FC.csCtl] = frame.csCtl;
  writeU24(out, FC.source, frame.source);
  out[FC.type] = frame.type;
  writeU24(out, FC.fCtl, frame.fCtl | fill);
  out[FC.seqId] = frame.seqId;
  out[FC.dfCtl] = frame.dfCtl;
  writeU16(out, FC.seqCnt, frame.seqCnt);
  writeU16(out, FC.oxId, frame.oxId);
  writeU16(out, FC.rxId, frame.rxId);
  writeU32(out, FC.parameter, frame.parameter);
  out.set(frame.payload, FC_HEADER_LENGTH);
  return out;
}

/** The answer to ABTS that ends a whole exchange: its numbers, and all sequences (FC-FS-3 §15.3.3.2). */
export function encodeBaAcc(oxId: number, rxId: number): Uint8Array {
  const out = new Uint8Array(BA_ACC_LENGTH);
  writeU16(out, 4, oxId);
  writeU16(out, 6, rxId);
  writeU16(out, 10, 0xffff);
  return out;
}

/** An ABTS that nothing is known about (FC-FS-3 §15.3.3.3). */
export function encodeBaRjt(reason: number, explanation: number): Uint8Array {
  const out = new Uint8Array(BA_RJT_LENGTH);
  out[1] = reason;
  out[2] = explanation;
  return out;
}
