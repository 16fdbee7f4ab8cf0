/**
 * Putting an IEEE 802.1Q tag into a frame and taking it out: shared by the switch and by hosts on a trunk. The
 * frame that came in is never changed; the other form is a copy.
 */
import { readU16, writeU16 } from '../base/bytes.ts';

/** IEEE 802.1Q Table 9-1: customer VLAN tag. */
export const TPID_CVLAN = 0x8100;
const TAG_OFFSET = 12;
const TAG_BYTES = 4;

export function isTagged(frame: Uint8Array): boolean {
  return frame.length >= 18 && readU16(frame, TAG_OFFSET) === TPID_CVLAN;
}

/** The tag's VLAN identifier; the frame must be tagged. */
export function tagVid(frame: Uint8Array): number {
  return readU16(frame, TAG_OFFSET + 2) & 0xfff;
}

/** A copy with a tag of this VLAN. A priority tag in the frame gives its priority to the new one. */
export function tagFrame(frame: Uint8Array, vid: number, pcp = 0): Uint8Array {
  if (isTagged(frame)) {
    const out = frame.slice();
    writeU16(out, TAG_OFFSET + 2, (readU16(frame, TAG_OFFSET + 2) & 0xf000) | vid);
    return out;
  }
  const out = new Uint8Array(frame.length + TAG_BYTES);
  out.set(frame.subarray(0, TAG_OFFSET), 0);
  writeU16(out, TAG_OFFSET, TPID_CVLAN);
  writeU16(out, TAG_OFFSET + 2, (pcp << 13) | vid);
  out.set(frame.subarray(TAG_OFFSET), TAG_OFFSET + TAG_BYTES);
  return out;
}

/** A copy without the tag; the frame must be tagged. */
export function untagFrame(frame: Uint8Array): Uint8Array {
  const out = new Uint8Array(frame.length - TAG_BYTES);
  out.set(frame.subarray(0, TAG_OFFSET), 0);
  out.set(frame.subarray(TAG_OFFSET + TAG_BYTES), TAG_OFFSET);
  return out;
}
