/**
 * IEEE 802.1Q tags on the switch's path: looking at one without making an object of it, and putting on the tag of a
 * VLAN. The frame that came in is never changed; the other form is a copy.
 */
import { readU16, writeU16 } from '../base/bytes.ts';
import { ETHERNET, ETHERTYPE } from '../protocols/ethernet/fields.ts';
import { insertVlanTag } from '../protocols/vlan/codec.ts';
import { VLAN_TAG_LENGTH } from '../protocols/vlan/fields.ts';

const TAG_CONTROL = ETHERNET.type + 2;

/** Whether the frame has an 802.1Q tag as its outermost type. */
export function isTagged(frame: Uint8Array): boolean {
  return frame.length >= TAG_CONTROL + VLAN_TAG_LENGTH && readU16(frame, ETHERNET.type) === ETHERTYPE.vlan;
}

/** The tag's VLAN identifier; the frame must be tagged. */
export function tagVid(frame: Uint8Array): number {
  return readU16(frame, TAG_CONTROL) & 0xfff;
}

/** A copy with a tag of this VLAN. A priority tag in the frame gives its priority to the new one. */
export function tagFrame(frame: Uint8Array, id: number, priority = 0): Uint8Array {
  if (!isTagged(frame)) return insertVlanTag(frame, { priority, dropEligible: false, id });
  const out = frame.slice();
  writeU16(out, TAG_CONTROL, (readU16(frame, TAG_CONTROL) & 0xf000) | id);
  return out;
}
