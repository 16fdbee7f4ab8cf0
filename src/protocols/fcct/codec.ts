/** Common transport of the fabric's services, and the name server's requests (FC-GS-6 §4.3, §5.2). */
import { byteAt, readU16, writeU16 } from '../../base/bytes.ts';
import { decodeError, ok, type DecodeError, type Result } from '../../base/result.ts';

const CT = {
  revision: 0,
  inId: 1,
  type: 4,
  subtype: 5,
  options: 6,
  command: 8,
  size: 10,
  reason: 13,
  explanation: 14,
} as const;
export const CT_HEADER_LENGTH = 16;
const REVISION = 1;
/** The directory service, and in it the name server. */
export const CT_DIRECTORY = 0xfc;
export const CT_NAME_SERVER = 0x02;

/** Commands of the name server. */
export const NS = {
  reject: 0x8001,
  accept: 0x8002,
  gaNxt: 0x0100,
  gpnId: 0x0112,
  gnnId: 0x0113,
  gidPn: 0x0121,
  gidFt: 0x0171,
  gpnFt: 0x0172,
  rpnId: 0x0212,
  rnnId: 0x0213,
  rftId: 0x0217,
  rspnId: 0x0218,
  rffId: 0x021f,
  rsnnNn: 0x0239,
} as const;

export const CT_REASON = { unsupported: 0x0b, unable: 0x09 } as const;
export const NS_EXPLANATION = {
  none: 0x00,
  portNotRegistered: 0x01,
  nameNotRegistered: 0x02,
  typeNotRegistered: 0x07,
} as const;

export interface CtMessage {
  readonly type: number;
  readonly subtype: number;
  /** `NS`: a request, `accept` or `reject`. */
  readonly command: number;
  readonly reason: number;
  readonly explanation: number;
  readonly data: Uint8Array;
}

export function decodeCt(bytes: Uint8Array): Result<CtMessage, DecodeError> {
  if (bytes.length < CT_HEADER_LENGTH) return decodeError('truncated', bytes.length, 'FC-GS-6 §4.3');
  return ok({
    type: byteAt(bytes, CT.type),
    subtype: byteAt(bytes, CT.subtype),
    command: readU16(bytes, CT.command),
    reason: byteAt(bytes, CT.reason),
    explanation: byteAt(bytes, CT.explanation),
    data: bytes.subarray(CT_HEADER_LENGTH),
  });
}

export function encodeCt({ type, subtype, command, reason, explanation, data }: CtMessage): Uint8Array {
  const out = new Uint8Array(CT_HEADER_LENGTH + data.length);
  out[CT.revision] = REVISION;
  out[CT.type] = type;
  out[CT.subtype] = subtype;
  writeU16(out, CT.command, command);
  out[CT.reason] = reason;
  out[CT.explanation] = explanation;
  out.set(data, CT_HEADER_LENGTH);
  return out;
}
