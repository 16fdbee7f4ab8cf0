/** What is packed comes out whole, and no more of it than is allowed. */
import { deflateSync, gzipSync, zlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { inflate, type DeflateFormat } from './inflate.ts';

const PACK = { deflate: deflateSync, zlib: zlibSync, gzip: gzipSync };
const TEXT = new TextEncoder().encode('netboot '.repeat(5000));

describe.each<DeflateFormat>(['deflate', 'zlib', 'gzip'])('%s', (format) => {
  const packed = PACK[format](TEXT);

  it('comes out as it went in, up to exactly the limit', () => {
    expect(inflate(format, packed, TEXT.length)).toEqual({ ok: true, value: TEXT });
    expect(inflate(format, packed, TEXT.length - 1)).toEqual({ ok: false, error: 'too-large' });
    expect(inflate(format, PACK[format](new Uint8Array(0)), 10)).toEqual({ ok: true, value: new Uint8Array(0) });
  });

  it('is refused when it is damaged or breaks off', () => {
    expect(inflate(format, packed.subarray(0, 40), TEXT.length)).toEqual({ ok: false, error: 'broken' });
    expect(inflate(format, Uint8Array.of(7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7), 100).ok).toBe(false);
  });

  it('stops where there is enough of a bomb', () => {
    const bomb = PACK[format](new Uint8Array(200_000_000));
    expect(inflate(format, bomb, 1000)).toEqual({ ok: false, error: 'too-large' });
    expect(inflate(format, bomb, 1000, true)).toEqual({ ok: true, value: new Uint8Array(1000) });
  });
});
