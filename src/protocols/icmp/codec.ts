/** ICMP for IPv4 (RFC 792). Messages that the lab does not know are kept as bytes. */
import { readIpv4, writeIpv4, type Ipv4Address } from '../../base/address.ts';
import { byteAt, readU16, writeU16 } from '../../base/bytes.ts';
import { decodeError, ok, unreachable, type DecodeError, type Result } from '../../base/result.ts';
import { internetChecksum } from '../core/checksum.ts';
import { ICMP, ICMP_HEADER_LENGTH, ICMP_TYPE } from './fields.ts';

/** `original` is the IPv4 header and the first bytes of the packet that the message is about. */
export type IcmpMessage =
  | {
      readonly kind: 'echo-request' | 'echo-reply';
      readonly identifier: number;
      readonly sequence: number;
      readonly data: Uint8Array;
    }
  | {
      readonly kind: 'destination-unreachable';
      /** See `ICMP_UNREACHABLE`. */
      readonly code: number;
      /** MTU of the next hop for code 4 (RFC 1191 §4), otherwise 0. */
      readonly nextHopMtu: number;
      readonly original: Uint8Array;
    }
  /** Code 0: TTL in transit, 1: fragment reassembly. */
  | { readonly kind: 'time-exceeded'; readonly code: number; readonly original: Uint8Array }
  | {
      readonly kind: 'redirect';
      readonly code: number;
      readonly gateway: Ipv4Address;
      readonly original: Uint8Array;
    }
  /** `body` is all that follows the checksum. */
  | { readonly kind: 'other'; readonly type: number; readonly code: number; readonly body: Uint8Array };

function isZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== 0) return false;
  return true;
}

/**
 * Reads a message (RFC 792). Fails when it is shorter than four bytes (`truncated`) or its checksum is wrong
 * (`malformed`); other types are `other`. Data are views.
 */
export function decodeIcmp(bytes: Uint8Array): Result<IcmpMessage, DecodeError> {
  if (bytes.length < 4) return decodeError('truncated', bytes.length, 'RFC 792');
  if (internetChecksum(bytes) !== 0) {
    return decodeError('malformed', ICMP.checksum, 'RFC 792');
  }
  const type = byteAt(bytes, ICMP.type);
  const code = byteAt(bytes, ICMP.code);
  const other: IcmpMessage = { kind: 'other', type, code, body: bytes.subarray(4) };
  if (bytes.length < ICMP_HEADER_LENGTH) return ok(other);
  const data = bytes.subarray(ICMP.data);
  // A message with bytes where RFC 792 wants zeros stays `other`, so that encoding it again loses nothing.
  if ((type === ICMP_TYPE.echoRequest || type === ICMP_TYPE.echoReply) && code === 0) {
    const kind = type === ICMP_TYPE.echoRequest ? 'echo-request' : 'echo-reply';
    return ok({
      kind,
      identifier: readU16(bytes, ICMP.identifier),
      sequence: readU16(bytes, ICMP.sequence),
      data,
    });
  }
  if (type === ICMP_TYPE.destinationUnreachable && isZero(bytes, 4, 6)) {
    const nextHopMtu = readU16(bytes, ICMP.nextHopMtu);
    return ok({ kind: 'destination-unreachable', code, nextHopMtu, original: data });
  }
  if (type === ICMP_TYPE.timeExceeded && isZero(bytes, 4, 8))
    return ok({ kind: 'time-exceeded', code, original: data });
  if (type === ICMP_TYPE.redirect) {
    return ok({ kind: 'redirect', code, gateway: readIpv4(bytes, ICMP.gateway), original: data });
  }
  return ok(other);
}

/** The message with its checksum (RFC 792). */
export function encodeIcmp(message: IcmpMessage): Uint8Array {
  let out: Uint8Array;
  switch (message.kind) {
    case 'echo-request':
    case 'echo-reply':
      out = header(message.kind === 'echo-request' ? ICMP_TYPE.echoRequest : ICMP_TYPE.echoReply, 0, message.data);
      writeU16(out, ICMP.identifier, message.identifier);
      writeU16(out, ICMP.sequence, message.sequence);
      break;
    case 'destination-unreachable':
      out = header(ICMP_TYPE.destinationUnreachable, message.code, message.original);
      writeU16(out, ICMP.nextHopMtu, message.nextHopMtu);
      break;
    case 'time-exceeded':
      out = header(ICMP_TYPE.timeExceeded, message.code, message.original);
      break;
    case 'redirect':
      out = header(ICMP_TYPE.redirect, message.code, message.original);
      writeIpv4(out, ICMP.gateway, message.gateway);
      break;
    case 'other':
      out = new Uint8Array(4 + message.body.length);
      out[ICMP.type] = message.type;
      out[ICMP.code] = message.code;
      out.set(message.body, 4);
      break;
    default:
      return unreachable(message);
  }
  writeU16(out, ICMP.checksum, internetChecksum(out));
  return out;
}

function header(type: number, code: number, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(ICMP_HEADER_LENGTH + data.length);
  out[ICMP.type] = type;
  out[ICMP.code] = code;
  out.set(data, ICMP.data);
  return out;
}
