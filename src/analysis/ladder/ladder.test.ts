/** Proves who the participants are, that transfers fold and grow, and that no frame is counted twice or lost. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itemAt } from '../../base/lists/list.ts';
import { Capture } from '../capture.ts';
import { BootTraffic, fileContent, pc, SERVER } from '../fixtures/boot-traffic.ts';
import { LADDER_WORDS } from '../../../test/support/ladder-words.ts';
import { Ladder } from './ladder.ts';
import { ladderSvg } from './svg.ts';

function ladderOf(traffic: BootTraffic): Ladder {
  const { session } = new Capture(traffic.store);
  return new Ladder(traffic.store, (index) => session.columns(index));
}

describe('Ladder', () => {
  it('draws a boot, with the blocks of the file folded', () => {
    const traffic = new BootTraffic();
    traffic.lease(pc(1), 'pxelinux.0');
    traffic.arp(pc(1), SERVER);
    traffic.tftpRead(pc(1), 2070, 'pxelinux.0', fileContent('pxelinux.0', 1408 * 205));
    const ladder = ladderOf(traffic);
    ladder.update();
    expect(ladder.participants.map((one) => [one.name, one.address])).toEqual([
      ['pc1', '10.0.0.101'],
      ['srv', '10.0.0.1'],
    ]);
    const nameOf = (at: number | undefined): string =>
      at === undefined ? 'all' : itemAt(ladder.participants, at).name;
    const rows = ladder.arrows.map(
      (arrow) =>
        `${arrow.index + 1} ${nameOf(arrow.from)}->${nameOf(arrow.to)} ${arrow.protocol} ${arrow.folded ?? arrow.label} ${arrow.count}`,
    );
    expect(rows[0]).toMatch(/^1 pc1->all DHCP .*Discover/);
    expect(rows[4]).toMatch(/^5 pc1->all ARP Who has 10.0.0.1/);
    expect(rows[6]).toMatch(/^7 pc1->srv TFTP Read Request/);
    // ACK of the OACK, then 206 blocks each with its ACK.
    expect(rows.at(-1)).toBe('9 srv->pc1 TFTP tftp 413');
    expect(rows.length).toBe(9);
  });

  it('grows with the capture to what it would be at once', () => {
    const traffic = new BootTraffic();
    traffic.tftpRead(pc(1), 2070, 'a', fileContent('a', 9000));
    traffic.arp(pc(1), SERVER);
    traffic.tftpRead(pc(2), 2071, 'b', fileContent('b', 9000));
    traffic.httpGet(pc(2), 50_000, '/c', fileContent('c', 9000));
    const whole = ladderOf(traffic);
    whole.update();
    fc.assert(
      fc.property(fc.array(fc.nat(traffic.store.length)), (stops) => {
        const live = ladderOf(traffic);
        for (const stop of [...stops].sort((a, b) => a - b)) live.update(stop);
        live.update();
        expect(live.arrows).toEqual(whole.arrows);
      }),
      { numRuns: 20 },
    );
  });

  it('folds two transfers that run at the same time, each for itself', () => {
    const one = new BootTraffic();
    one.tftpRead(pc(1), 2070, 'a', fileContent('a', 20_000));
    const two = new BootTraffic();
    two.tftpRead(pc(2), 2071, 'b', fileContent('b', 20_000));
    const mixed = new BootTraffic();
    for (let i = 0; i < one.store.length; i++) {
      mixed.frame(i % 2 === 1 ? pc(1) : SERVER, one.store.bytes(i));
      mixed.frame(i % 2 === 1 ? pc(2) : SERVER, two.store.bytes(i));
    }
    const ladder = ladderOf(mixed);
    ladder.update();
    expect(ladder.arrows.reduce((sum, arrow) => sum + arrow.count, 0)).toBe(mixed.store.length);
    expect(ladder.arrows.filter((arrow) => arrow.count > 1).map((arrow) => arrow.count)).toEqual([31, 31]);
  });

  it('ends a fold when the two say something else', () => {
    const traffic = new BootTraffic();
    traffic.tftpRead(pc(1), 2070, 'a', fileContent('a', 9000));
    traffic.ping(pc(1), SERVER, 1);
    traffic.tftp(pc(1), 2070, SERVER, 22_070, { opcode: 'ack', block: 7 });
    const ladder = ladderOf(traffic);
    ladder.update();
    expect(ladder.arrows.at(-1)).toMatchObject({ count: 1, index: traffic.store.length - 1 });
  });
});

describe('ladderSvg', () => {
  it('says what is folded in the given words', () => {
    const traffic = new BootTraffic();
    traffic.tftpRead(pc(1), 2070, 'a', fileContent('a', 9000));
    const ladder = ladderOf(traffic);
    ladder.update();
    expect(ladderSvg(ladder, 10, LADDER_WORDS)).toMatch(/<title>Trame \d+: TFTP DATA et ACK × \d+</);
  });

  it('escapes what comes from frames, and says what it leaves out', () => {
    const traffic = new BootTraffic();
    traffic.tftp(pc(1), 2070, SERVER, 69, { opcode: 'rrq', filename: '<script>&"\u0001', mode: 'octet', options: [] });
    traffic.arp(pc(1), SERVER);
    const ladder = ladderOf(traffic);
    ladder.update();
    const svg = ladderSvg(ladder, 1, LADDER_WORDS);
    expect(svg).toContain('&lt;script&gt;&amp;&quot;');
    expect(svg).not.toContain('<script');
    expect(svg).toContain('2 de plus');
    expect(svg.match(/<g>/g)?.length).toBe(1);
  });
});
