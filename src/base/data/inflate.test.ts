/** What is packed comes out whole, and no more of it than is allowed. */
import { deflateSync, Gunzip, gzipSync, Inflate, Unzlib, zlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { inflate, type InflateStream } from './inflate.ts';

const TEXT = new TextEncoder().encode('netboot '.repeat(5000));

describe.each<readonly [string, InflateStream, (data: Uint8Array) => Uint8Array]>([
  ['deflate', Inflate, deflateSync],
  ['zlib', Unzlib, zlibSync],
  ['gzip', Gunzip, gzipSync],
])('%s', (_name, Stream, pack) => {
  const packed = pack(TEXT);

  it('comes out as it went in, up to exactly the limit', () => {
    expect(inflate(Stream, packed, TEXT.length)).toEqual({ ok: true, value: TEXT });
    expect(inflate(Stream, packed, TEXT.length - 1)).toEqual({ ok: false, error: 'too-large' });
    expect(inflate(Stream, pack(new Uint8Array(0)), 10)).toEqual({ ok: true, value: new Uint8Array(0) });
  });

  it('is refused when it is damaged or breaks off', () => {
    expect(inflate(Stream, packed.subarray(0, 40), TEXT.length)).toEqual({ ok: false, error: 'broken' });
    expect(inflate(Stream, Uint8Array.of(7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7), 100).ok).toBe(false);
  });

  it('stops where there is enough of a bomb', () => {
    const bomb = pack(new Uint8Array(20_000_000));
    expect(inflate(Stream, bomb, 1000)).toEqual({ ok: false, error: 'too-large' });
    expect(inflate(Stream, bomb, 1000, true)).toEqual({ ok: true, value: new Uint8Array(1000) });
  });
});
