/** UDP (RFC 768): the header in place round a payload, and whole datagrams as values. */
import type { Ipv4Address } from '../../base/address.ts';
import { readU16, writeU16 } from '../../base/bytes.ts';
import { decodeError, ok, type DecodeError, type Result } from '../../base/result.ts';
import { transportChecksum } from '../core/checksum.ts';
import { IP_PROTOCOL } from '../ipv4/fields.ts';
import { UDP, UDP_HEADER_LENGTH } from './fields.ts';

export interface UdpDatagram {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly payload: Uint8Array;
}

/**
 * `bytes` is the payload of the IPv4 packet with these addresses. A checksum of 0 means that the sender made none
 * (RFC 768); any other must be right (RFC 1122 §4.1.3.4).
 */
export function decodeUdp(
  bytes: Uint8Array,
  source: Ipv4Address,
  destination: Ipv4Address,
): Result<UdpDatagram, DecodeError> {
  if (bytes.length < UDP_HEADER_LENGTH) {
    return decodeError('truncated', bytes.length, 'RFC 768');
  }
  const length = readU16(bytes, UDP.length);
  if (length < UDP_HEADER_LENGTH || length > bytes.length) {
    return decodeError(length < UDP_HEADER_LENGTH ? 'malformed' : 'truncated', UDP.length, 'RFC 768');
  }
  if (!udpChecksumAllows(bytes, 0, length, source, destination)) {
    return decodeError('malformed', UDP.checksum, 'RFC 1122 §4.1.3.4');
  }
  return ok({
    sourcePort: readU16(bytes, UDP.sourcePort),
    destinationPort: readU16(bytes, UDP.destinationPort),
    payload: bytes.subarray(UDP_HEADER_LENGTH, length),
  });
}

/**
 * Whether the datagram of `length` bytes at `offset` carries no checksum (RFC 768: 0), or its right one
 * (RFC 1122 §4.1.3.4).
 */
export function udpChecksumAllows(
  bytes: Uint8Array,
  offset: number,
  length: number,
  source: Ipv4Address,
  destination: Ipv4Address,
): boolean {
  if (readU16(bytes, offset + UDP.checksum) === 0) return true;
  return transportChecksum(bytes, offset, length, IP_PROTOCOL.udp, source, destination) === 0;
}

/**
 * Writes the header at `offset` for a payload that already stands behind it (the checksum covers it); returns the
 * offset of the payload.
 */
export function writeUdpHeader(
  frame: Uint8Array,
  offset: number,
  sourcePort: number,
  destinationPort: number,
  payloadLength: number,
  source: Ipv4Address,
  destination: Ipv4Address,
): number {
  const length = UDP_HEADER_LENGTH + payloadLength;
  writeU16(frame, offset + UDP.sourcePort, sourcePort);
  writeU16(frame, offset + UDP.destinationPort, destinationPort);
  writeU16(frame, offset + UDP.length, length);
  writeU16(frame, offset + UDP.checksum, 0);
  const checksum = transportChecksum(frame, offset, length, IP_PROTOCOL.udp, source, destination);
  // "If the computed checksum is zero, it is transmitted as all ones" (RFC 768): 0 means none.
  writeU16(frame, offset + UDP.checksum, checksum === 0 ? 0xffff : checksum);
  return offset + UDP_HEADER_LENGTH;
}

/** The datagram with its checksum over the pseudo header of these addresses (RFC 768). */
export function encodeUdp(datagram: UdpDatagram, source: Ipv4Address, destination: Ipv4Address): Uint8Array {
  const { sourcePort, destinationPort, payload } = datagram;
  const out = new Uint8Array(UDP_HEADER_LENGTH + payload.length);
  out.set(payload, UDP_HEADER_LENGTH);
  writeUdpHeader(out, 0, sourcePort, destinationPort, payload.length, source, destination);
  return out;
}
