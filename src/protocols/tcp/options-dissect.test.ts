/** SACK blocks of bytes that came again (RFC 2883), and what is in flight behind them. The expectations are tshark 4.0's. */
import { describe, expect, it } from 'vitest';
import { itemAt } from '../../base/lists/list.ts';
import { hexBytes, linesOf, sessionOf } from '../../../test/support/frames.ts';
import type { TreeItem } from '../core/tree.ts';
import { encodeEthernet } from '../ethernet/codec.ts';
import { encodeIpv4 } from '../ipv4/codec.ts';
import { encodeTcp } from './codec.ts';
import type { DissectionSession } from '../core/session.ts';

/** ACKs of Linux from `test/oracle/fixtures/tcp-dsack.pcap`: the byte shown as 0 there has the number 0xfffff000. */
const WITHIN_SECOND =
  '02000000090102000000090208004500003cf33040004006336f0a0900020a0900090050c35046edefd0fffff12da010fa28144b0000' +
  '01010512fffff191fffff1f5fffff191fffff1f5';
const NO_DUPLICATE =
  '020000000901020000000902080045000034f3364000400633710a0900020a0900090050c35046edefd0fffff2598010fa2814430000' +
  '0101050afffff2bdfffff321';
const BELOW_ACK =
  '02000000090102000000090208004500003cf3374000400633680a0900020a0900090050c35046edefd0fffff259a010fa28144b0000' +
  '01010512fffff0c9fffff12dfffff2bdfffff321';

type Block = readonly [left: number, right: number];

/** Ten segments of 100 bytes, an ACK of the first of them with these blocks, and a segment of 10 bytes. Over the wrap. */
function exchange(blocks: readonly Block[]): DissectionSession {
  const base = 0xffff_fd00;
  const at = (relative: number): number => (base + relative) >>> 0;
  const packet = (from: number, to: number, fields: Partial<Parameters<typeof encodeTcp>[0]>): Uint8Array => {
    const ports = { sourcePort: 50_000 + from, destinationPort: 50_000 + to };
    const numbers = { sequence: 1001, acknowledgment: 1001, flags: 0x10, window: 64_000, payload: new Uint8Array(0) };
    const tcp = encodeTcp({ ...ports, ...numbers, ...fields }, from, to);
    const payload = encodeIpv4({ source: from, destination: to, protocol: 6, payload: tcp });
    return encodeEthernet({ kind: 'ethernet-ii', destination: to, source: from, etherType: 0x0800, payload });
  };
  const sent = (relative: number, length: number): Uint8Array =>
    packet(1, 2, { sequence: at(relative), payload: new Uint8Array(length) });
  const sack = { kind: 'sack', blocks: blocks.map(([left, right]) => ({ left: at(left), right: at(right) })) } as const;
  return sessionOf([
    packet(1, 2, { sequence: base, acknowledgment: 0, flags: 0x02 }),
    packet(2, 1, { sequence: 1000, acknowledgment: at(1), flags: 0x12 }),
    packet(1, 2, { sequence: at(1) }),
    ...Array.from({ length: 10 }, (_, i) => sent(1 + 100 * i, 100)),
    packet(2, 1, { acknowledgment: at(101) }),
    packet(2, 1, { acknowledgment: at(101), options: [sack] }),
    sent(1001, 10),
  ]);
}

function find(session: DissectionSession, index: number, name: string): TreeItem | undefined {
  return session.tree(index).items.flatMap((item) => item.find(name) ?? [])[0];
}

describe('a SACK block of bytes that came again', () => {
  it('is told in the ACKs of Linux', () => {
    const session = sessionOf([WITHIN_SECOND, NO_DUPLICATE, BELOW_ACK].map((hex) => hexBytes(hex)));
    const edges = [0, 1, 2].map((index) =>
      linesOf(session, index, 'tcp')
        .map((line) => line.trim())
        .filter((line) => line.includes('D-SACK')),
    );
    const expert = 'Expert Info (Warning/Sequence): D-SACK Sequence';
    // No byte before these was captured: the first acknowledgment counts as 1.
    expect(edges.map((lines) => [...new Set(lines)])).toEqual([
      ['D-SACK Left Edge = 101 (relative)', 'D-SACK Right Edge = 201 (relative)', 'D-SACK Sequence', expert],
      [],
      ['D-SACK Left Edge = 4294967197 (relative)', 'D-SACK Right Edge = 1 (relative)', 'D-SACK Sequence', expert],
    ]);
  });

  it.each<[name: string, isDuplicate: boolean, blocks: readonly Block[], inFlight: number | undefined]>([
    ['a block behind a gap', false, [[201, 208]], 903],
    ['below the acknowledgment', true, [[50, 57]], 903],
    ['that ends at the acknowledgment', true, [[94, 101]], 903],
    ['that begins at the acknowledgment', false, [[101, 108]], 903],
    ['over the acknowledgment', false, [[95, 106]], 899],
    [
      'within the second',
      true,
      [
        [303, 309],
        [301, 312],
      ],
      893,
    ],
    [
      'as the second',
      true,
      [
        [301, 312],
        [301, 312],
      ],
      888,
    ],
    [
      'over the left edge of the second',
      true,
      [
        [295, 305],
        [301, 312],
      ],
      889,
    ],
    [
      'up to the left edge of the second',
      false,
      [
        [290, 301],
        [301, 312],
      ],
      888,
    ],
    [
      'over the right edge of the second',
      false,
      [
        [305, 315],
        [301, 312],
      ],
      889,
    ],
    [
      'within the third',
      false,
      [
        [403, 405],
        [301, 312],
        [401, 414],
      ],
      884,
    ],
    [
      'below, the fourth not counted',
      true,
      [
        [11, 18],
        [401, 412],
        [201, 214],
        [501, 518],
      ],
      879,
    ],
    ['beyond what was sent', false, [[2000, 2007]], 903],
    [
      'of more than is in flight',
      true,
      [
        [1, 1001],
        [1, 1001],
      ],
      undefined,
    ],
  ])('%s: %s', (_name, isDuplicate, blocks, inFlight) => {
    const session = exchange(blocks);
    const [left, right] = itemAt(blocks, 0);
    expect(find(session, 14, 'tcp.options.sack.dsack_le')?.value).toBe(isDuplicate ? left : undefined);
    expect(find(session, 14, 'tcp.options.sack.dsack_re')?.value).toBe(isDuplicate ? right : undefined);
    expect(find(session, 14, 'tcp.options.sack.dsack') !== undefined).toBe(isDuplicate);
    expect(find(session, 15, 'tcp.analysis.bytes_in_flight')?.value).toBe(inFlight);
    expect(find(session, 15, 'tcp.analysis')).toBeDefined();
  });
});
