/** DNS messages come off a TCP stream whole, wherever its segments are cut. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../base/bytes.ts';
import { DnsStreamReader, frameDns } from './stream.ts';

describe('DNS over TCP', () => {
  it('puts the length of the message before it, in two bytes', () => {
    expect(frameDns(new Uint8Array(0x0102).fill(7)).subarray(0, 3)).toEqual(Uint8Array.of(1, 2, 7));
  });

  it('gives the same messages for every way to cut the stream', () => {
    const message = fc.uint8Array({ maxLength: 600 });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 5 }), fc.array(fc.nat(3000), { maxLength: 8 }), (messages, cuts) => {
        const stream = concatBytes(messages.map(frameDns));
        const borders = [0, ...cuts.filter((cut) => cut < stream.length).toSorted((a, b) => a - b), stream.length];
        const reader = new DnsStreamReader();
        const read = borders.slice(1).flatMap((end, i) => reader.push(stream.subarray(borders[i], end)));
        expect(read).toEqual(messages);
      }),
    );
  });

  it('holds back a message until its last byte has come', () => {
    const reader = new DnsStreamReader();
    const framed = frameDns(Uint8Array.of(1, 2, 3));
    expect(reader.push(framed.subarray(0, 4))).toEqual([]);
    expect(reader.push(framed.subarray(4))).toEqual([Uint8Array.of(1, 2, 3)]);
  });
});
