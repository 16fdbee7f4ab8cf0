/** FCoE: a Fibre Channel frame with its delimiters and CRC in an Ethernet frame (FC-BB-6 §7.7). */
import { byteAt } from '../../base/bytes.ts';
import { crc32 } from '../../base/data/crc32.ts';
import { decodeError, ok, type DecodeError, type Result } from '../../base/result.ts';
import { FC_HEADER_LENGTH } from '../fc/fields.ts';
import { FCOE, FCOE_HEADER_LENGTH, FCOE_TRAILER, FCOE_TRAILER_LENGTH } from './fields.ts';

export interface FcoeFrame {
  /** `FCOE_SOF`. */
  readonly sof: number;
  /** `FCOE_EOF`. */
  readonly eof: number;
  /** From its header on. */
  readonly frame: Uint8Array;
}

/** Fails when the version is not 0, when a frame is cut short, and when its CRC is wrong. */
export function decodeFcoe(bytes: Uint8Array): Result<FcoeFrame, DecodeError> {
  const end = bytes.length - FCOE_TRAILER_LENGTH;
  if (end < FCOE_HEADER_LENGTH + FC_HEADER_LENGTH) return decodeError('truncated', bytes.length, 'FC-BB-6 §7.7');
  if (byteAt(bytes, FCOE.version) >> 4 !== 0) return decodeError('unsupported', FCOE.version, 'FC-BB-6 §7.7');
  const frame = bytes.subarray(FCOE_HEADER_LENGTH, end);
  const crc = new DataView(bytes.buffer, bytes.byteOffset + end).getUint32(FCOE_TRAILER.crc, true);
  if (crc !== crc32(frame)) return decodeError('malformed', end, 'FC-FS-3 §9.11');
  return ok({ sof: byteAt(bytes, FCOE.sof), eof: byteAt(bytes, end + FCOE_TRAILER.eof), frame });
}

export function encodeFcoe({ sof, eof, frame }: FcoeFrame): Uint8Array {
  const end = FCOE_HEADER_LENGTH + frame.length;
  const out = new Uint8Array(end + FCOE_TRAILER_LENGTH);
  out[FCOE.sof] = sof;
  out.set(frame, FCOE_HEADER_LENGTH);
  new DataView(out.buffer, end).setUint32(FCOE_TRAILER.crc, crc32(frame), true);
  out[end + FCOE_TRAILER.eof] = eof;
  return out;
}
