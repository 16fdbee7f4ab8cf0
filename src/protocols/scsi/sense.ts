/** Sense data: why a command was not carried out (SPC-4 §4.5). */
import { byteAt, readU16, readU32, writeU16, writeU32 } from '../../base/bytes.ts';
import { decodeError, ok, type DecodeError, type Result } from '../../base/result.ts';

export interface Sense {
  /** `SENSE_KEY`. */
  readonly key: number;
  /** `SENSE_CODE`: additional sense code and qualifier. */
  readonly code: number;
  /** The byte of the command (`cdb`) or of the parameter list that is wrong. */
  readonly field?: { readonly of: 'cdb' | 'parameters'; readonly byte: number };
  /** `INFORMATION`: the block concerned. */
  readonly information?: number;
}

const FIXED_BYTES = 18;
const CURRENT_FIXED = 0x70;
const CURRENT_DESCRIPTOR = 0x72;

/** Fixed format (SPC-4 §4.5.3), 18 bytes. */
export function encodeSense({ key, code, field, information }: Sense): Uint8Array {
  const out = new Uint8Array(FIXED_BYTES);
  out[0] = CURRENT_FIXED | (information === undefined ? 0 : 0x80);
  out[2] = key;
  if (information !== undefined) writeU32(out, 3, information >>> 0);
  out[7] = FIXED_BYTES - 8;
  writeU16(out, 12, code);
  if (field !== undefined) {
    out[15] = 0x80 | (field.of === 'cdb' ? 0x40 : 0);
    writeU16(out, 16, field.byte);
  }
  return out;
}

/** Descriptor format (SPC-4 §4.5.2), without descriptors. */
export function encodeDescriptorSense({ key, code }: Sense): Uint8Array {
  return Uint8Array.of(CURRENT_DESCRIPTOR, key, code >>> 8, code, 0, 0, 0, 0);
}

/** Reads key and code, of either format. */
export function decodeSense(bytes: Uint8Array): Result<Sense, DecodeError> {
  if (bytes.length < 8) return decodeError('truncated', bytes.length, 'SPC-4 §4.5');
  const format = byteAt(bytes, 0) & 0x7f;
  if (format === 0x72 || format === 0x73) return ok({ key: byteAt(bytes, 1) & 0xf, code: readU16(bytes, 2) });
  if (format !== 0x70 && format !== 0x71) {
    return decodeError('unsupported', 0, 'SPC-4 §4.5.1');
  }
  const hasInformation = byteAt(bytes, 0) >= 0x80;
  const information = hasInformation ? { information: readU32(bytes, 3) } : {};
  const pointer = bytes[15] ?? 0;
  const of = (pointer & 0x40) === 0 ? 'parameters' : 'cdb';
  const field = pointer < 0x80 ? {} : { field: { of, byte: readU16(bytes, 16) } as const };
  return ok({ key: byteAt(bytes, 2) & 0xf, code: readU16(bytes, 12), ...field, ...information });
}
