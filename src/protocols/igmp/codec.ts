/** IGMP version 2 (RFC 2236), and what hosts of versions 1 and 3 send, for switches that listen to them. */
import { readIpv4, writeIpv4, type Ipv4Address } from '../../base/address.ts';
import { byteAt, readU16, writeU16 } from '../../base/bytes.ts';
import { decodeError, ok, type DecodeError, type Result } from '../../base/result.ts';
import { internetChecksum } from '../core/checksum.ts';
import { IGMP, IGMP_LENGTH, IGMP_RECORD, IGMP_TYPE } from './fields.ts';

export interface IgmpRecord {
  /** See `IGMP_RECORD_TYPE`. */
  readonly type: number;
  readonly group: Ipv4Address;
  readonly sourceCount: number;
}

export type IgmpMessage =
  | {
      readonly kind: 'query';
      /** 0: a general query, about every group. */
      readonly group: Ipv4Address;
      /** Tenths of a second; 0 in version 1, whose hosts have ten seconds (RFC 2236 §4). */
      readonly maxResponseDs: number;
    }
  | { readonly kind: 'report'; readonly version: 1 | 2; readonly group: Ipv4Address }
  | { readonly kind: 'leave'; readonly group: Ipv4Address }
  | { readonly kind: 'report-v3'; readonly records: readonly IgmpRecord[] }
  | { readonly kind: 'other'; readonly type: number };

/** What a host or querier of version 2 sends. */
export type IgmpSent = Extract<IgmpMessage, { kind: 'query' | 'report' | 'leave' }>;

/** Longer codes are a mantissa and an exponent (RFC 3376 §4.1.1). */
export function maxResponseDs(code: number): number {
  return code < 128 ? code : ((code & 15) | 16) << (((code >> 4) & 7) + 3);
}

/** Reads a message. Fails when it is cut short (`truncated`) or its checksum is wrong (`malformed`). */
export function decodeIgmp(bytes: Uint8Array): Result<IgmpMessage, DecodeError> {
  if (bytes.length < IGMP_LENGTH) {
    return decodeError('truncated', bytes.length, 'RFC 2236 §2');
  }
  if (internetChecksum(bytes) !== 0) {
    return decodeError('malformed', IGMP.checksum, 'RFC 2236 §2.3');
  }
  const type = byteAt(bytes, IGMP.type);
  const group = readIpv4(bytes, IGMP.group);
  switch (type) {
    case IGMP_TYPE.query: {
      const code = byteAt(bytes, IGMP.maxResponse);
      return ok({ kind: 'query', group, maxResponseDs: bytes.length > IGMP_LENGTH ? maxResponseDs(code) : code });
    }
    case IGMP_TYPE.reportV1:
    case IGMP_TYPE.reportV2:
      return ok({ kind: 'report', version: type === IGMP_TYPE.reportV1 ? 1 : 2, group });
    case IGMP_TYPE.leave:
      return ok({ kind: 'leave', group });
    case IGMP_TYPE.reportV3:
      return decodeRecords(bytes);
    default:
      return ok({ kind: 'other', type });
  }
}

function decodeRecords(bytes: Uint8Array): Result<IgmpMessage, DecodeError> {
  const records: IgmpRecord[] = [];
  let at: number = IGMP.records;
  for (let left = readU16(bytes, IGMP.recordCount); left > 0; left--) {
    if (at + IGMP_RECORD.sources > bytes.length) {
      return decodeError('truncated', at, 'RFC 3376 §4.2');
    }
    const sourceCount = readU16(bytes, at + IGMP_RECORD.sourceCount);
    const auxLength = byteAt(bytes, at + IGMP_RECORD.auxLength);
    records.push({
      type: byteAt(bytes, at + IGMP_RECORD.type),
      group: readIpv4(bytes, at + IGMP_RECORD.group),
      sourceCount,
    });
    at += IGMP_RECORD.sources + 4 * (sourceCount + auxLength);
  }
  return ok({ kind: 'report-v3', records });
}

/** RFC 2236 §2. */
export function encodeIgmp(message: IgmpSent): Uint8Array {
  const out = new Uint8Array(IGMP_LENGTH);
  out[IGMP.type] = typeOf(message);
  if (message.kind === 'query') out[IGMP.maxResponse] = message.maxResponseDs;
  writeIpv4(out, IGMP.group, message.group);
  writeU16(out, IGMP.checksum, internetChecksum(out));
  return out;
}

function typeOf(message: IgmpSent): number {
  if (message.kind === 'query') return IGMP_TYPE.query;
  if (message.kind === 'leave') return IGMP_TYPE.leave;
  return message.version === 1 ? IGMP_TYPE.reportV1 : IGMP_TYPE.reportV2;
}
