/**
 * Frames that wait for room in a card. FCoE demands Ethernet that loses nothing for want of room: switches stop sending its
 * frames, and no others, while a card is full (priority flow control, IEEE 802.1Q §36). Here they wait beside the card.
 */
import { readU16 } from '../base/bytes.ts';
import { ETHERNET, ETHERTYPE } from '../protocols/ethernet/fields.ts';
import { VLAN_TAG_LENGTH } from '../protocols/vlan/fields.ts';
import type { V86Ne2k } from './v86/internals.ts';

/** What is looked at of a card. */
type Ring = Pick<V86Ne2k, 'cr' | 'pstart' | 'pstop' | 'curpg' | 'boundary'>;

/** Bytes of a page of the card's ring, and those in front of and behind each frame (DP8390). */
const PAGE_BYTES = 256;
const OVERHEAD_BYTES = 4 + 4;
const MIN_FRAME_BYTES = 60;
const STOPPED = 0x01;
/** Frames that wait at most; more are lost. */
const MAX_WAITING = 2048;

export function isLossless(frame: Uint8Array): boolean {
  if (frame.length < ETHERNET.type + 2 + VLAN_TAG_LENGTH) return false;
  const type = readU16(frame, ETHERNET.type);
  return (type === ETHERTYPE.vlan ? readU16(frame, ETHERNET.type + VLAN_TAG_LENGTH) : type) === ETHERTYPE.fcoe;
}

/** The ring would not become full: a full one looks like an empty one. */
function hasRoom({ boundary, curpg, pstart, pstop }: Ring, length: number): boolean {
  if (boundary === 0) return true;
  const free = boundary > curpg ? boundary - curpg : pstop - curpg + boundary - pstart;
  return free > Math.ceil((Math.max(length, MIN_FRAME_BYTES) + OVERHEAD_BYTES) / PAGE_BYTES);
}

export class LosslessQueue {
  private readonly card: Ring;
  private readonly put: (frame: Uint8Array) => void;
  private waiting: Uint8Array[] = [];

  constructor(card: Ring, put: (frame: Uint8Array) => void) {
    this.card = card;
    this.put = put;
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  add(frame: Uint8Array): void {
    if (this.waiting.length < MAX_WAITING) this.waiting.push(frame);
    this.pass();
  }

  /** Hands on what the card has room for. A card that is stopped takes nothing, and is sent nothing. */
  pass(): void {
    if ((this.card.cr & STOPPED) !== 0) this.waiting = [];
    let passed = 0;
    for (const frame of this.waiting) {
      if (!hasRoom(this.card, frame.length)) break;
      this.put(frame);
      passed++;
    }
    this.waiting.splice(0, passed);
  }
}
