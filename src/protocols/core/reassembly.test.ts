/** Messages come whole out of segments and fragments, whatever their order, and each frame says where the whole is. */
import { describe, expect, it } from 'vitest';
import { latin1 } from '../../base/bytes.ts';
import { itemAt } from '../../base/lists/list.ts';
import { makeRegistry } from '../all.ts';
import { encodeEthernet } from '../ethernet/codec.ts';
import { FrameList } from './frame-source.ts';
import { encodeIpv4, type Ipv4HeaderFields } from '../ipv4/codec.ts';
import { DissectionSession } from './session.ts';
import { encodeTcp } from '../tcp/codec.ts';
import type { TreeItem } from './tree.ts';
import { encodeUdp } from '../udp/codec.ts';

const CLIENT = 0x0a00_0032;
const SERVER = 0x0a00_0001;

function packet(fields: Partial<Ipv4HeaderFields>, payload: Uint8Array): Uint8Array {
  const whole = encodeIpv4({ source: SERVER, destination: CLIENT, protocol: 6, ...fields, payload });
  return encodeEthernet({ kind: 'ethernet-ii', destination: 1, source: 2, etherType: 0x0800, payload: whole });
}

function segment(sequence: number, text: string): Uint8Array {
  const header = { sourcePort: 80, destinationPort: 49_999, acknowledgment: 1, flags: 0x10, window: 100 };
  return packet({}, encodeTcp({ ...header, sequence, payload: latin1(text) }, SERVER, CLIENT));
}

function sessionOf(frames: readonly Uint8Array[], apartNs = 0): DissectionSession {
  const list = frames.map((bytes, i) => ({ bytes, timeNs: i * apartNs }));
  const session = new DissectionSession(new FrameList(list), makeRegistry());
  session.advance();
  return session;
}

function find(session: DissectionSession, index: number, name: string): TreeItem | undefined {
  for (const item of session.tree(index).items) {
    const found = item.find(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

describe('TCP', () => {
  const message = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789';
  const cuts: readonly [number, string][] = [
    [1, message.slice(0, 12)],
    [13, message.slice(12, 30)],
    [31, message.slice(30)],
  ];

  it.each([
    ['in order', [0, 1, 2], 2],
    ['the last two swapped', [0, 2, 1], 2],
    ['a segment sent twice', [0, 1, 1, 2], 3],
  ])('a response in three segments, %s', (_, order, last) => {
    const session = sessionOf(order.map((at) => segment(...itemAt(cuts, at))));
    expect(find(session, last, 'http.response.code')?.value).toBe(200);
    expect(find(session, last, 'tcp.reassembled.length')?.value).toBe(message.length);
    expect(find(session, 0, 'tcp.reassembled_in')?.value).toBe(last + 1);
    expect(find(session, 0, 'http')).toBeUndefined();
    expect(session.tree(last).sources.map((source) => source.name)).toEqual(['Frame', 'Reassembled TCP']);
  });

  it('lists a segment that came early twice, as one that repeats', () => {
    const session = sessionOf([0, 2, 2, 1].map((at) => segment(...itemAt(cuts, at))));
    expect(find(session, 3, 'http.response.code')?.value).toBe(200);
    expect([0, 1, 2].map((index) => find(session, index, 'tcp.reassembled_in')?.value)).toEqual([4, 4, 4]);
    expect(find(session, 3, 'tcp.segment.count')?.value).toBe(4);
    expect(
      find(session, 3, 'tcp.segments')
        ?.children.slice(0, 4)
        .map((one) => [one.value, one.children.length]),
    ).toEqual([
      [1, 0],
      [4, 0],
      [2, 0],
      [3, 1],
    ]);
  });

  it('two responses in one segment, the second one cut', () => {
    const session = sessionOf([
      segment(1, message + message.slice(0, 20)),
      segment(1 + message.length + 20, message.slice(20)),
    ]);
    expect(find(session, 0, 'http.response.code')?.value).toBe(200);
    expect(find(session, 0, 'tcp.reassembled_in')?.value).toBe(2);
    expect(find(session, 1, 'http.response.code')?.value).toBe(200);
  });

  it('shows a response that the end of the stream cuts short as far as it came', () => {
    const header = { sourcePort: 80, destinationPort: 49_999, acknowledgment: 1, flags: 0x11, window: 100 };
    const last = encodeTcp({ ...header, sequence: 13, payload: latin1(message.slice(12, -4)) }, SERVER, CLIENT);
    const session = sessionOf([segment(...itemAt(cuts, 0)), packet({}, last)]);
    expect(find(session, 1, 'http.response.code')?.value).toBe(200);
    expect(find(session, 1, 'http.file_data')?.value).toBe('012345');
    expect(find(session, 0, 'tcp.reassembled_in')?.value).toBe(2);
  });

  it('names a resent segment, and one that comes so soon that it was overtaken', () => {
    const frames = [segment(...itemAt(cuts, 0)), segment(...itemAt(cuts, 1)), segment(...itemAt(cuts, 0))];
    // Without a handshake to measure, 3 ms stand for the round-trip time.
    const resent = sessionOf(frames, 5_000_000);
    expect(find(resent, 2, 'tcp.analysis.retransmission')).toBeDefined();
    expect(find(resent, 1, 'tcp.analysis.retransmission')).toBeUndefined();
    expect(resent.columns(2).info).toContain('[TCP Retransmission]');
    expect(sessionOf(frames, 1_000_000).columns(2).info).toContain('[TCP Out-Of-Order]');
  });

  it('lists a segment that came again beside the first, without counting its bytes twice', () => {
    const session = sessionOf([0, 1, 0, 2].map((at) => segment(...itemAt(cuts, at))));
    const list = find(session, 3, 'tcp.segments')?.children.filter(({ field }) => field.name === 'tcp.segment') ?? [];
    expect(list.map(({ value }) => value)).toEqual([1, 3, 2, 4]);
    expect(list.map((item) => item.find('tcp.segment.overlap') !== undefined)).toEqual([false, true, false, false]);
    expect(find(session, 2, 'tcp.reassembled_in')?.value).toBe(4);
    expect(find(session, 3, 'tcp.reassembled.length')?.value).toBe(message.length);
  });
});

describe('IPv4', () => {
  const payload = new Uint8Array(100).fill(0x2e);
  const whole = encodeUdp({ sourcePort: 40_000, destinationPort: 40_001, payload }, SERVER, CLIENT);
  const part = (start: number, end: number): Uint8Array =>
    packet(
      { protocol: 17, identification: 5, fragmentOffset: start, moreFragments: end < whole.length },
      whole.subarray(start, end),
    );

  it.each([
    ['in order', [part(0, 40), part(40, 80), part(80, 108)]],
    ['the last first', [part(80, 108), part(0, 40), part(40, 80)]],
    ['one twice', [part(0, 40), part(0, 40), part(80, 108), part(40, 80)]],
  ])('a datagram in three fragments, %s', (_, frames) => {
    const session = sessionOf(frames);
    const last = frames.length - 1;
    expect(find(session, last, 'udp.length')?.value).toBe(108);
    expect(find(session, last, 'udp.checksum.status')?.value).toBe(1);
    expect(find(session, 0, 'ip.reassembled_in')?.value).toBe(last + 1);
    expect(find(session, 0, 'udp')).toBeUndefined();
  });
});
