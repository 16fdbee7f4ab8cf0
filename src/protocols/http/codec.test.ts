import { describe, expect, it } from 'vitest';
import { parseHttpDate } from './codec.ts';

describe('a date of HTTP', () => {
  it.each([
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    // Without a zone, and all the same UTC (RFC 9110 §5.6.7).
    'Sun Nov  6 08:49:37 1994',
  ])('reads %s', (text) => {
    const before = process.env['TZ'];
    process.env['TZ'] = 'Asia/Kolkata';
    try {
      expect(parseHttpDate(text)).toBe(Date.UTC(1994, 10, 6, 8, 49, 37));
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });

  it.each(['', '1/2/2026', '2026-01-01', 'Sun, 06 Nov 1994 08:49:37', 'Sun, 06 Foo 1994 08:49:37 GMT'])(
    'refuses "%s"',
    (text) => {
      expect(parseHttpDate(text)).toBeUndefined();
    },
  );
});
