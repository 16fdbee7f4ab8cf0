/** Frames of FCoE wait for room in the ring of a card; no frame of theirs is lost, and their order is kept. */
import { describe, expect, it } from 'vitest';
import { encodeEthernet } from '../protocols/ethernet/codec.ts';
import { ETHERTYPE } from '../protocols/ethernet/fields.ts';
import { insertVlanTag } from '../protocols/vlan/codec.ts';
import { isLossless, LosslessQueue } from './lossless.ts';

const frame = (etherType: number, bytes: number, first = 0): Uint8Array =>
  encodeEthernet({
    kind: 'ethernet-ii',
    destination: 1,
    source: 2,
    etherType,
    payload: new Uint8Array(bytes - 14).fill(first, 0, 1),
  });

/** A card whose ring has 52 pages, as Linux sets it up. */
class Card {
  cr = 0x22;
  isr = 0;
  readonly pstart = 0x4c;
  readonly pstop = 0x80;
  curpg = 0x4d;
  boundary = 0x4c;
  /** The first bytes of the frames in the ring, with the pages that they take, and of those that were read. */
  private readonly ring: { readonly first: number; readonly pages: number }[] = [];
  readonly read: number[] = [];

  get unread(): number {
    return this.ring.length;
  }

  do_interrupt(bits: number): void {
    this.isr |= bits;
  }

  put(one: Uint8Array): void {
    const pages = Math.floor((one.length + 4) / 256) + 1;
    this.ring.push({ first: one[14] ?? 0, pages });
    this.curpg = this.after(this.curpg, pages);
    this.do_interrupt(1);
  }

  /** The driver has read one frame. */
  take(): void {
    const frame = this.ring.shift();
    if (frame === undefined) return;
    this.read.push(frame.first);
    this.boundary = this.after(this.boundary, frame.pages);
  }

  private after(page: number, pages: number): number {
    return page + pages >= this.pstop ? page + pages - this.pstop + this.pstart : page + pages;
  }
}

const FRAMES = 40;
const ALL = Array.from({ length: FRAMES }, (_, number) => number);

function fill(): { readonly card: Card; readonly queue: LosslessQueue } {
  const card = new Card();
  const queue = new LosslessQueue(card, (one) => card.put(one));
  for (const number of ALL) queue.add(frame(ETHERTYPE.fcoe, 1512, number));
  return { card, queue };
}

describe('a card that is full', () => {
  it('is sent frames of FCoE when it has room again', () => {
    const { card, queue } = fill();
    expect(card.unread).toBe(8);
    for (let reads = 0; reads < 100 && card.unread > 0; reads++) {
      card.take();
      queue.pass();
    }
    expect(card.read).toEqual(ALL);
    expect(queue.isEmpty).toBe(true);
  });

  it('interrupts a driver that clears the interrupt with frames unread', () => {
    const { card, queue } = fill();
    // As Linux does: nine frames at most for an interrupt, which is then cleared.
    for (let interrupts = 0; interrupts < 100 && card.isr !== 0; interrupts++) {
      for (let reads = 0; reads < 9 && card.unread > 0; reads++) {
        card.take();
        queue.pass();
      }
      card.isr = 0;
      if (queue.owesInterrupt) queue.interrupt();
    }
    expect(card.read).toEqual(ALL);
    expect(queue.owesInterrupt).toBe(false);
  });

  it('is not interrupted for frames of others', () => {
    const card = new Card();
    const queue = new LosslessQueue(card, (one) => card.put(one));
    card.put(frame(ETHERTYPE.ipv4, 100));
    card.isr = 0;
    expect(queue.owesInterrupt).toBe(false);
  });

  it('is meant for FCoE and FIP alone, tagged or not', () => {
    expect(isLossless(frame(ETHERTYPE.fcoe, 100))).toBe(true);
    expect(isLossless(frame(ETHERTYPE.fip, 100))).toBe(true);
    expect(isLossless(insertVlanTag(frame(ETHERTYPE.fcoe, 100), { priority: 3, dropEligible: false, id: 100 }))).toBe(
      true,
    );
    expect(isLossless(frame(ETHERTYPE.ipv4, 100))).toBe(false);
    expect(isLossless(insertVlanTag(frame(ETHERTYPE.ipv4, 100), { priority: 0, dropEligible: false, id: 1 }))).toBe(
      false,
    );
    expect(isLossless(new Uint8Array(10))).toBe(false);
  });
});
