/** Proves the text of IPv6 addresses against RFC 4291 §2.2 and RFC 5952, and base64 against RFC 4648 §10. */
import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64 } from './base64.ts';
import { utf8 } from '../bytes.ts';
import { formatIpv6, parseIpv6 } from './ipv6.ts';

describe('IPv6 addresses', () => {
  it.each([
    ['2001:DB8:0:0:8:800:200C:417A', '2001:db8::8:800:200c:417a'],
    ['FF01:0:0:0:0:0:0:101', 'ff01::101'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::13.1.68.3', '::d01:4403'],
    ['0:0:0:0:0:FFFF:129.144.52.38', '::ffff:8190:3426'],
  ])('%s is written %s', (text, written) => {
    const bytes = parseIpv6(text);
    expect(bytes === undefined ? undefined : formatIpv6(bytes)).toBe(written);
  });

  it.each([
    '',
    '1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '12345::',
    '::g',
    '1:',
    '1.2.3.4',
    '1.2.3.4::',
    '::1.2.3.256',
    '1:2:3:4:5:6:7::8',
  ])('%j is none', (text) => {
    expect(parseIpv6(text)).toBeUndefined();
  });
});

describe('base64', () => {
  it.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('of %j is %j, and back', (text, encoded) => {
    expect(toBase64(utf8(text))).toBe(encoded);
    expect(fromBase64(encoded)).toEqual(utf8(text));
  });

  it.each(['Zg', 'Zg=', '====', 'Zm9-', 'Z'])('%j is none', (text) => {
    expect(fromBase64(text)).toBeUndefined();
  });
});
