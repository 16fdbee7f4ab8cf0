/** Ethernet frames without FCS: Ethernet II (RFC 894) and 802.3 with a length field (RFC 1042). */
import { readMac, writeMac, type MacAddress } from '../../base/address.ts';
import { readU16, writeU16 } from '../../base/bytes.ts';
import { decodeError, ok, type DecodeError, type Result } from '../../base/result.ts';
import { ETHERNET, ETHERNET_HEADER_LENGTH, MAX_LENGTH_FIELD } from './fields.ts';

export type EthernetFrame =
  /** `payload` goes to the end of the frame, padding included: Ethernet II has no length. */
  | {
      readonly kind: 'ethernet-ii';
      readonly destination: MacAddress;
      readonly source: MacAddress;
      readonly etherType: number;
      readonly payload: Uint8Array;
    }
  /** `payload` is as long as the length field says, `padding` is what follows it. */
  | {
      readonly kind: '802.3';
      readonly destination: MacAddress;
      readonly source: MacAddress;
      readonly payload: Uint8Array;
      readonly padding: Uint8Array;
    };

/**
 * Reads a frame without FCS. Fails (`truncated`) when the header is cut short or an 802.3 length goes beyond the frame.
 * Payload and padding are views.
 */
export function decodeEthernet(bytes: Uint8Array): Result<EthernetFrame, DecodeError> {
  if (bytes.length < ETHERNET_HEADER_LENGTH) {
    return decodeError('truncated', bytes.length, 'IEEE 802.3 §3.2');
  }
  const destination = readMac(bytes, ETHERNET.destination);
  const source = readMac(bytes, ETHERNET.source);
  const etherType = readU16(bytes, ETHERNET.type);
  if (etherType > MAX_LENGTH_FIELD) {
    return ok({
      kind: 'ethernet-ii',
      destination,
      source,
      etherType,
      payload: bytes.subarray(ETHERNET_HEADER_LENGTH),
    });
  }
  const end = ETHERNET_HEADER_LENGTH + etherType;
  if (end > bytes.length) {
    return decodeError('truncated', ETHERNET.type, 'IEEE 802.3 §3.2.6');
  }
  return ok({
    kind: '802.3',
    destination,
    source,
    payload: bytes.subarray(ETHERNET_HEADER_LENGTH, end),
    padding: bytes.subarray(end),
  });
}

/** Writes the 14 bytes of the header; returns the offset behind it. `type` is an EtherType or a length. */
export function writeEthernetHeader(
  frame: Uint8Array,
  offset: number,
  destination: MacAddress,
  source: MacAddress,
  type: number,
): number {
  writeMac(frame, offset + ETHERNET.destination, destination);
  writeMac(frame, offset + ETHERNET.source, source);
  writeU16(frame, offset + ETHERNET.type, type);
  return offset + ETHERNET_HEADER_LENGTH;
}

/** Adds no padding of its own. */
export function encodeEthernet(frame: EthernetFrame): Uint8Array {
  const { destination, source, payload } = frame;
  const paddingLength = frame.kind === '802.3' ? frame.padding.length : 0;
  const out = new Uint8Array(ETHERNET_HEADER_LENGTH + payload.length + paddingLength);
  const type = frame.kind === '802.3' ? payload.length : frame.etherType;
  const at = writeEthernetHeader(out, 0, destination, source, type);
  out.set(payload, at);
  if (frame.kind === '802.3') out.set(frame.padding, at + payload.length);
  return out;
}
