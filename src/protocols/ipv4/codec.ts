/** IPv4 (RFC 791): headers in place in a frame, whole packets as values, and cutting into fragments. */
import { readIpv4, writeIpv4, type Ipv4Address } from '../../base/address.ts';
import { byteAt, readU16, writeU16 } from '../../base/bytes.ts';
import { assert, decodeError, ok, type DecodeError, type Result } from '../../base/result.ts';
import { internetChecksum } from '../core/checksum.ts';
import {
  IPV4,
  IPV4_DONT_FRAGMENT,
  IPV4_HEADER_LENGTH,
  IPV4_MAX_LENGTH,
  IPV4_MORE_FRAGMENTS,
  IPV4_OFFSET_MASK,
  IPV4_RESERVED,
} from './fields.ts';

const NO_OPTIONS = new Uint8Array(0);

/** What the writer of a header must know; the rest has defaults. */
export interface Ipv4HeaderFields {
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  /** See `IP_PROTOCOL`. */
  readonly protocol: number;
  /** Defaults to 64. */
  readonly ttl?: number;
  /** DSCP and ECN, the whole byte. Defaults to 0. */
  readonly typeOfService?: number;
  readonly identification?: number;
  readonly reservedFlag?: boolean;
  readonly dontFragment?: boolean;
  readonly moreFragments?: boolean;
  /** In bytes, a multiple of 8. */
  readonly fragmentOffset?: number;
  /** Raw options, padded to a multiple of 4, at most 40 bytes. */
  readonly options?: Uint8Array;
}

export interface Ipv4Header extends Required<Ipv4HeaderFields> {
  readonly headerLength: number;
  /** Header and payload. */
  readonly totalLength: number;
}

export interface Ipv4Packet extends Required<Ipv4HeaderFields> {
  readonly payload: Uint8Array;
}

/**
 * Reads and checks the header at `offset` of a buffer whose packet may go up to `end`: version, lengths and
 * checksum (RFC 1122 §3.2.1.1, §3.2.1.2). The total length may be less than what is there: frames are padded.
 */
export function decodeIpv4Header(bytes: Uint8Array, offset = 0, end = bytes.length): Result<Ipv4Header, DecodeError> {
  if (end - offset < IPV4_HEADER_LENGTH) {
    return decodeError('truncated', end - offset, 'RFC 791 §3.1');
  }
  const first = byteAt(bytes, offset + IPV4.versionAndLength);
  if (first >>> 4 !== 4) {
    return decodeError('malformed', IPV4.versionAndLength, 'RFC 1122 §3.2.1.1');
  }
  const headerLength = (first & 15) * 4;
  if (headerLength < IPV4_HEADER_LENGTH || headerLength > end - offset) {
    return decodeError(
      headerLength < IPV4_HEADER_LENGTH ? 'malformed' : 'truncated',
      IPV4.versionAndLength,
      'RFC 791 §3.1',
    );
  }
  const totalLength = readU16(bytes, offset + IPV4.totalLength);
  if (totalLength < headerLength || totalLength > end - offset) {
    return decodeError(totalLength < headerLength ? 'malformed' : 'truncated', IPV4.totalLength, 'RFC 791 §3.1');
  }
  if (internetChecksum(bytes, offset, offset + headerLength) !== 0) {
    return decodeError('malformed', IPV4.checksum, 'RFC 1122 §3.2.1.2');
  }
  const flags = readU16(bytes, offset + IPV4.flagsAndOffset);
  return ok({
    headerLength,
    totalLength,
    typeOfService: byteAt(bytes, offset + IPV4.typeOfService),
    identification: readU16(bytes, offset + IPV4.identification),
    reservedFlag: (flags & IPV4_RESERVED) !== 0,
    dontFragment: (flags & IPV4_DONT_FRAGMENT) !== 0,
    moreFragments: (flags & IPV4_MORE_FRAGMENTS) !== 0,
    fragmentOffset: (flags & IPV4_OFFSET_MASK) * 8,
    ttl: byteAt(bytes, offset + IPV4.ttl),
    protocol: byteAt(bytes, offset + IPV4.protocol),
    source: readIpv4(bytes, offset + IPV4.source),
    destination: readIpv4(bytes, offset + IPV4.destination),
    options:
      headerLength === IPV4_HEADER_LENGTH
        ? NO_OPTIONS
        : bytes.subarray(offset + IPV4_HEADER_LENGTH, offset + headerLength),
  });
}

/** `bytes` starts at the header; what follows the total length (Ethernet padding) is ignored. */
export function decodeIpv4(bytes: Uint8Array): Result<Ipv4Packet, DecodeError> {
  const decoded = decodeIpv4Header(bytes);
  if (!decoded.ok) return decoded;
  const { headerLength, totalLength, ...fields } = decoded.value;
  return ok({ ...fields, payload: bytes.subarray(headerLength, totalLength) });
}

/** Writes the header with its checksum in front of a payload of `payloadLength`; returns the offset of the payload. */
export function writeIpv4Header(
  frame: Uint8Array,
  offset: number,
  fields: Ipv4HeaderFields,
  payloadLength: number,
): number {
  const options = fields.options;
  const headerLength = IPV4_HEADER_LENGTH + (options === undefined ? 0 : options.length);
  const fragmentOffset = fields.fragmentOffset ?? 0;
  assert(headerLength <= 60 && headerLength % 4 === 0, 'IPv4 options are at most 40 bytes, padded to 4');
  assert(headerLength + payloadLength <= IPV4_MAX_LENGTH, 'an IPv4 packet has at most 65535 bytes');
  assert(fragmentOffset % 8 === 0, 'IPv4 fragments start at multiples of 8');
  frame[offset + IPV4.versionAndLength] = 0x40 | (headerLength >>> 2);
  frame[offset + IPV4.typeOfService] = fields.typeOfService ?? 0;
  writeU16(frame, offset + IPV4.totalLength, headerLength + payloadLength);
  writeU16(frame, offset + IPV4.identification, fields.identification ?? 0);
  const flags =
    (fields.reservedFlag === true ? IPV4_RESERVED : 0) |
    (fields.dontFragment === true ? IPV4_DONT_FRAGMENT : 0) |
    (fields.moreFragments === true ? IPV4_MORE_FRAGMENTS : 0);
  writeU16(frame, offset + IPV4.flagsAndOffset, flags | (fragmentOffset >>> 3));
  frame[offset + IPV4.ttl] = fields.ttl ?? 64;
  frame[offset + IPV4.protocol] = fields.protocol;
  writeU16(frame, offset + IPV4.checksum, 0);
  writeIpv4(frame, offset + IPV4.source, fields.source);
  writeIpv4(frame, offset + IPV4.destination, fields.destination);
  if (options !== undefined) frame.set(options, offset + IPV4.options);
  writeU16(frame, offset + IPV4.checksum, internetChecksum(frame, offset, offset + headerLength));
  return offset + headerLength;
}

/** The packet with its header's checksum (RFC 791 §3.1); the payload is copied. */
export function encodeIpv4(packet: Ipv4HeaderFields & { readonly payload: Uint8Array }): Uint8Array {
  const { payload } = packet;
  const out = new Uint8Array(IPV4_HEADER_LENGTH + (packet.options?.length ?? 0) + payload.length);
  out.set(payload, writeIpv4Header(out, 0, packet, payload.length));
  return out;
}
