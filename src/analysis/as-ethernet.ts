/**
 * Frames of other link types as Ethernet would have them, for what reads addresses straight from bytes (stories, marks, files):
 * cooked captures of Linux, loopback and raw IP. Addresses that are not in them are zero.
 */
import { readU16 } from '../base/bytes.ts';
import { ETHERNET, ETHERNET_HEADER_LENGTH, ETHERTYPE } from '../protocols/ethernet/fields.ts';
import { LINKTYPE_LOOP, LINKTYPE_NULL, NULL_HEADER_LENGTH } from '../protocols/null/fields.ts';
import { LINKTYPES_RAW } from '../protocols/raw/fields.ts';
import {
  LINKTYPE_SLL,
  LINKTYPE_SLL2,
  SLL,
  SLL2,
  SLL2_HEADER_LENGTH,
  SLL_HEADER_LENGTH,
} from '../protocols/sll/fields.ts';

const LINKTYPE_IPV4 = 228;
/** Of cooked captures: it went to everybody. */
const TO_ALL = 1;

/** The bytes themselves for Ethernet, and for link types that are not known. */
export function asEthernet(bytes: Uint8Array, linkType: number): Uint8Array {
  if (linkType === LINKTYPE_SLL && bytes.length >= SLL_HEADER_LENGTH) {
    const source = bytes.subarray(SLL.address, SLL.address + 6);
    return framed(bytes.subarray(SLL_HEADER_LENGTH), readU16(bytes, SLL.protocol), source, bytes[SLL.packetType + 1]);
  }
  if (linkType === LINKTYPE_SLL2 && bytes.length >= SLL2_HEADER_LENGTH) {
    const source = bytes.subarray(SLL2.address, SLL2.address + 6);
    return framed(bytes.subarray(SLL2_HEADER_LENGTH), readU16(bytes, SLL2.protocol), source, bytes[SLL2.packetType]);
  }
  if (linkType === LINKTYPE_NULL || linkType === LINKTYPE_LOOP)
    return framed(bytes.subarray(NULL_HEADER_LENGTH), ETHERTYPE.ipv4);
  return LINKTYPES_RAW.includes(linkType) || linkType === LINKTYPE_IPV4 ? framed(bytes, ETHERTYPE.ipv4) : bytes;
}

function framed(payload: Uint8Array, type: number, source?: Uint8Array, packetType?: number): Uint8Array {
  const frame = new Uint8Array(ETHERNET_HEADER_LENGTH + payload.length);
  if (packetType === TO_ALL) frame.fill(0xff, 0, 6);
  if (source !== undefined) frame.set(source, ETHERNET.source);
  frame[ETHERNET.type] = type >>> 8;
  frame[ETHERNET.type + 1] = type & 0xff;
  frame.set(payload, ETHERNET_HEADER_LENGTH);
  return frame;
}
