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

/** A ring of 52 pages, as Linux sets it up. */
function makeCard(): { cr: number; pstart: number; pstop: number; curpg: number; boundary: number; got: number[] } {
  return { cr: 0x22, pstart: 0x4c, pstop: 0x80, curpg: 0x4d, boundary: 0x4c, got: [] };
}

describe('a card that is full', () => {
  it('is sent frames of FCoE when it has room again', () => {
    const card = makeCard();
    const put = (one: Uint8Array): void => {
      card.got.push(one[14] ?? 0);
      const pages = Math.floor((one.length + 4) / 256) + 1;
      card.curpg += pages;
      if (card.curpg >= card.pstop) card.curpg -= card.pstop - card.pstart;
    };
    const queue = new LosslessQueue(card, put);
    for (let number = 0; number < 40; number++) queue.add(frame(ETHERTYPE.fcoe, 1512, number));
    expect(card.got).toHaveLength(8);
    for (let reads = 0; reads < 100 && !queue.isEmpty; reads++) {
      card.boundary = card.curpg === card.pstart ? card.pstop - 1 : card.curpg - 1;
      queue.pass();
    }
    expect(card.got).toEqual(Array.from({ length: 40 }, (_, number) => number));
  });

  it('is meant for FCoE alone, tagged or not', () => {
    expect(isLossless(frame(ETHERTYPE.fcoe, 100))).toBe(true);
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
