/**
 * Frames that wait for room in a card. FCoE demands Ethernet that loses nothing for want of room: switches stop sending its
 * frames and those of FIP, and no others, while a card is full (priority flow control, IEEE 802.1Q §36). Here they wait
 * beside the card.
 */
import { readU16 } from '../base/bytes.ts';
import { ETHERNET, ETHERTYPE } from '../protocols/ethernet/fields.ts';
import { VLAN_TAG_LENGTH } from '../protocols/vlan/fields.ts';
import type { V86Ne2k } from './v86/internals.ts';

/** What is looked at of a card. */
type Ring = Pick<V86Ne2k, 'cr' | 'isr' | 'pstart' | 'pstop' | 'curpg' | 'boundary' | 'do_interrupt'>;

/** Bytes of a page of the card's ring, and those in front of and behind each frame (DP8390). */
const PAGE_BYTES = 256;
const OVERHEAD_BYTES = 4 + 4;
const MIN_FRAME_BYTES = 60;
const STOPPED = 0x01;
/** Interrupt status: a frame was received. */
const RECEIVED = 0x01;
/** Frames that wait at most; more are lost. */
const MAX_WAITING = 2048;

export function isLossless(frame: Uint8Array): boolean {
  if (frame.length < ETHERNET.type + 2 + VLAN_TAG_LENGTH) return false;
  const outer = readU16(frame, ETHERNET.type);
  const type = outer === ETHERTYPE.vlan ? readU16(frame, ETHERNET.type + VLAN_TAG_LENGTH) : outer;
  return type === ETHERTYPE.fcoe || type === ETHERTYPE.fip;
}

/** The ring would not become full: a full one looks like an empty one. */
function hasRoom({ boundary, curpg, pstart, pstop }: Ring, length: number): boolean {
  if (boundary === 0) return true;
  const free = boundary > curpg ? boundary - curpg : pstop - curpg + boundary - pstart;
  return free > Math.ceil((Math.max(length, MIN_FRAME_BYTES) + OVERHEAD_BYTES) / PAGE_BYTES);
}

/** There are frames that the driver has not read. */
function isUnread({ boundary, curpg, pstart, pstop }: Ring): boolean {
  return (boundary + 1 >= pstop ? pstart : boundary + 1) !== curpg;
}

export class LosslessQueue {
  private readonly card: Ring;
  private readonly put: (frame: Uint8Array) => void;
  private waiting: Uint8Array[] = [];
  /** Frames of this queue may be in the ring. */
  private isActive = false;

  constructor(card: Ring, put: (frame: Uint8Array) => void) {
    this.card = card;
    this.put = put;
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** Nothing waits, and nothing of it is unread. */
  get isIdle(): boolean {
    return this.isEmpty && !this.isActive;
  }

  /**
   * The driver has cleared the card's interrupt. Linux reads nine frames at most before it does, and waits for the next
   * interrupt then, which comes with the next frame; when the ring is full, and no frame can come, it would wait without end.
   */
  get owesInterrupt(): boolean {
    if (!this.isActive || (this.card.isr & RECEIVED) !== 0) return false;
    this.isActive = isUnread(this.card);
    return this.isActive;
  }

  interrupt(): void {
    if (this.owesInterrupt) this.card.do_interrupt(RECEIVED);
  }

  add(frame: Uint8Array): void {
    if (this.waiting.length < MAX_WAITING) this.waiting.push(frame);
    this.pass();
  }

  /** Hands on what the card has room for. A card that is stopped takes nothing, and is sent nothing. */
  pass(): void {
    if ((this.card.cr & STOPPED) !== 0) {
      this.waiting = [];
      this.isActive = false;
    }
    let passed = 0;
    for (const frame of this.waiting) {
      if (!hasRoom(this.card, frame.length)) break;
      this.put(frame);
      this.isActive = true;
      passed++;
    }
    this.waiting.splice(0, passed);
  }
}
