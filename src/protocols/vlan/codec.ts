/** 802.1Q tags: as a value, and in place in a frame (a switch puts them in and takes them out). */
import { readU16, writeU16 } from '../../base/bytes.ts';
import { decodeError, ok, type DecodeError, type Result } from '../../base/result.ts';
import { ETHERNET, ETHERTYPE } from '../ethernet/fields.ts';
import { VLAN, VLAN_TAG_LENGTH } from './fields.ts';

export interface VlanTag {
  /** Priority code point, 0 to 7. */
  readonly priority: number;
  readonly dropEligible: boolean;
  /** 12 bits. */
  readonly id: number;
}

/** What follows the EtherType 0x8100: tag, the inner type (or length) and the payload. */
export interface VlanPacket extends VlanTag {
  readonly type: number;
  readonly payload: Uint8Array;
}

/** The 16 bits of the tag (IEEE 802.1Q §9.6): priority, drop eligible, VLAN. */
export function tagControl(tag: VlanTag): number {
  return (tag.priority << 13) | (tag.dropEligible ? 0x1000 : 0) | tag.id;
}

function tagOf(control: number): VlanTag {
  return { priority: control >>> 13, dropEligible: (control & 0x1000) !== 0, id: control & 0xfff };
}

/** Reads what follows the EtherType 0x8100; fails (`truncated`) when there are fewer than four bytes. The payload is a view. */
export function decodeVlan(bytes: Uint8Array): Result<VlanPacket, DecodeError> {
  if (bytes.length < VLAN_TAG_LENGTH) {
    return decodeError('truncated', bytes.length, 'IEEE 802.1Q §9.6');
  }
  const tag = tagOf(readU16(bytes, VLAN.tagControl));
  return ok({ ...tag, type: readU16(bytes, VLAN.type), payload: bytes.subarray(VLAN_TAG_LENGTH) });
}

/** What follows the EtherType 0x8100, with a copy of the payload. */
export function encodeVlan(packet: VlanPacket): Uint8Array {
  const out = new Uint8Array(VLAN_TAG_LENGTH + packet.payload.length);
  writeU16(out, VLAN.tagControl, tagControl(packet));
  writeU16(out, VLAN.type, packet.type);
  out.set(packet.payload, VLAN_TAG_LENGTH);
  return out;
}

/** The outermost 802.1Q tag of a frame; undefined when it has none. */
export function vlanTagOf(frame: Uint8Array): VlanTag | undefined {
  const at = ETHERNET.type;
  if (frame.length < at + 2 + VLAN_TAG_LENGTH || readU16(frame, at) !== ETHERTYPE.vlan) return undefined;
  return tagOf(readU16(frame, at + 2));
}

/** A new frame with the tag put behind the source address. The old one is left alone. */
export function insertVlanTag(frame: Uint8Array, tag: VlanTag): Uint8Array {
  const at = ETHERNET.type;
  const out = new Uint8Array(frame.length + VLAN_TAG_LENGTH);
  out.set(frame.subarray(0, at), 0);
  writeU16(out, at, ETHERTYPE.vlan);
  writeU16(out, at + 2, tagControl(tag));
  out.set(frame.subarray(at), at + VLAN_TAG_LENGTH);
  return out;
}

/** A new frame without its outermost tag. The frame must have one: see `vlanTagOf`. */
export function removeVlanTag(frame: Uint8Array): Uint8Array {
  const at = ETHERNET.type;
  const out = new Uint8Array(frame.length - VLAN_TAG_LENGTH);
  out.set(frame.subarray(0, at), 0);
  out.set(frame.subarray(at + VLAN_TAG_LENGTH), at);
  return out;
}

/** Where the type of a frame stands behind its tags of 802.1Q and 802.1ad. */
function untaggedType(frame: Uint8Array): number {
  let at: number = ETHERNET.type;
  while (at + 2 + VLAN_TAG_LENGTH <= frame.length && isTagType(readU16(frame, at))) at += VLAN_TAG_LENGTH;
  return at;
}

function isTagType(type: number): boolean {
  return type === ETHERTYPE.vlan || type === ETHERTYPE.serviceVlan;
}

/** Whether two frames are the same but for the tags that switches put in and take out. */
export function isSameUntagged(a: Uint8Array, b: Uint8Array): boolean {
  const [atA, atB] = [untaggedType(a), untaggedType(b)];
  if (a.length - atA !== b.length - atB) return false;
  for (let i = 0; i < ETHERNET.type; i++) if (a[i] !== b[i]) return false;
  for (let i = atA; i < a.length; i++) if (a[i] !== b[i - atA + atB]) return false;
  return true;
}
