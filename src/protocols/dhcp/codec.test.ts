import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hexBytes } from '../../../test/support/frames.ts';
import { parseIpv4, parseMac } from '../../base/address.ts';
import { latin1, toHex } from '../../base/bytes.ts';
import * as fixtures from './fixtures.ts';
import { chaddrOf, clientMac, collectOption, decodeDhcp, emptyDhcpMessage, encodeDhcp } from './codec.ts';
import type { DhcpMessage, DhcpOption } from './codec.ts';
import { DHCP_MESSAGE_TYPE, DHCP_OPTION } from './options.ts';
import {
  bootFileName,
  clientArchs,
  messageType,
  readClasslessRoutes,
  readDomainList,
  serverIdentifier,
  userClasses,
  vendorClass,
} from './values.ts';

function option(code: number, data: Uint8Array, area: DhcpOption['area'] = 'options'): DhcpOption {
  return { code, data, area };
}

function decoded(data: Uint8Array): DhcpMessage {
  const result = decodeDhcp(data);
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

describe('real messages', () => {
  it.each(Object.entries(fixtures))('%s comes back byte for byte', (_name, hex) => {
    const data = hexBytes(hex);
    const message = decoded(data);
    expect(message.flaw).toBeUndefined();
    expect(toHex(encodeDhcp(message, { minimumLength: data.length }))).toBe(toHex(data));
  });

  it("reads what iPXE's DISCOVER says of the client", () => {
    const message = decoded(hexBytes(fixtures.IPXE_DISCOVER));
    expect(messageType(message)).toBe(DHCP_MESSAGE_TYPE.discover);
    expect(clientMac(message)).toBe(parseMac('52:54:00:12:34:56'));
    expect(vendorClass(message)).toBe('PXEClient:Arch:00000:UNDI:002001');
    expect(userClasses(message)).toEqual(['iPXE']);
    expect(clientArchs(message)).toEqual([0]);
    expect(collectOption(message, DHCP_OPTION.clientNdi)).toEqual(Uint8Array.of(1, 2, 1));
    const wanted = collectOption(message, DHCP_OPTION.parameterRequestList);
    expect(wanted?.subarray(0, 6)).toEqual(Uint8Array.of(1, 3, 6, 7, 12, 15));
  });

  it("reads what dnsmasq's OFFER gives", () => {
    const message = decoded(hexBytes(fixtures.DNSMASQ_OFFER));
    expect(messageType(message)).toBe(DHCP_MESSAGE_TYPE.offer);
    expect(message.yiaddr).toBe(parseIpv4('192.168.77.58'));
    expect(serverIdentifier(message)).toBe(parseIpv4('192.168.77.1'));
    expect(collectOption(message, DHCP_OPTION.subnetMask)).toEqual(Uint8Array.of(255, 255, 255, 0));
    expect(collectOption(message, DHCP_OPTION.router)).toEqual(Uint8Array.of(192, 168, 77, 1));
    expect(bootFileName(message)).toBe('hello.ipxe');
  });

  it('reads the UUID of a PXE client', () => {
    const uuid = collectOption(decoded(hexBytes(fixtures.PXE_DISCOVER)), DHCP_OPTION.clientUuid);
    expect(uuid).toEqual(hexBytes('00 4c4c4544003510348051b4c04f564e32'));
  });

  it('finds options in an overloaded sname, and no server name there', () => {
    const message = decoded(hexBytes(fixtures.OVERLOADED_OFFER));
    expect(message.options.filter((option) => option.area === 'sname').map((option) => option.code)).toEqual([225]);
    expect(collectOption(message, DHCP_OPTION.tftpServerName)).toBeUndefined();
    expect(bootFileName(message)).toBe('pxelinux.0');
  });
});

describe('option areas', () => {
  const base = emptyDhcpMessage(2);

  it('joins and splits long options (RFC 3396)', () => {
    const data = Uint8Array.from({ length: 600 }, (_, i) => i & 255);
    const message = decoded(encodeDhcp({ ...base, options: [option(119, data)] }));
    expect(message.options.map((option) => option.data.length)).toEqual([255, 255, 90]);
    expect(collectOption(message, 119)).toEqual(data);
  });

  it('joins pieces of one option across the areas, options before file before sname', () => {
    const options: readonly DhcpOption[] = [
      option(DHCP_OPTION.overload, Uint8Array.of(3)),
      option(43, latin1('one'), 'options'),
      option(43, latin1('two'), 'file'),
      option(43, latin1('three'), 'sname'),
    ];
    const message = decoded(encodeDhcp({ ...base, options }));
    expect(message.options).toEqual(options);
    expect(collectOption(message, 43)).toEqual(latin1('onetwothree'));
    expect(bootFileName(message)).toBeUndefined();
  });

  it('takes a message without End', () => {
    const whole = encodeDhcp({ ...base, options: [option(53, Uint8Array.of(2))] });
    const message = decoded(whole.subarray(0, whole.length - 1));
    expect(message.options).toEqual([option(53, Uint8Array.of(2))]);
    expect(message.flaw).toBeUndefined();
  });

  it('keeps what came before an option that goes past the end, and says where', () => {
    const whole = encodeDhcp({
      ...base,
      options: [option(53, Uint8Array.of(2)), option(54, Uint8Array.of(0, 0, 0, 1))],
    });
    const message = decoded(whole.subarray(0, whole.length - 3));
    expect(message.options).toEqual([option(53, Uint8Array.of(2))]);
    expect(message.flaw).toMatchObject({ code: 'truncated', offset: 243 });
  });

  it('keeps a vendor area without cookie as it is (RFC 951)', () => {
    const vend = Uint8Array.from({ length: 64 }, (_, i) => i);
    const message = decoded(encodeDhcp({ ...base, cookie: false, vend }));
    expect(message.cookie).toBe(false);
    expect(message.vend).toEqual(vend);
    expect(message.options).toEqual([]);
  });

  it('names the offset of a short header', () => {
    expect(decodeDhcp(new Uint8Array(235))).toMatchObject({ ok: false, error: { code: 'truncated', offset: 235 } });
  });
});

describe('typed values', () => {
  const withOptions = (...options: readonly DhcpOption[]): DhcpMessage => ({ ...emptyDhcpMessage(2), options });

  it('prefers option 67 to the file field, without its trailing NUL', () => {
    const file = new Uint8Array(128);
    file.set(latin1('field'));
    expect(bootFileName({ ...withOptions(option(67, latin1('option\0'))), file })).toBe('option');
    expect(bootFileName({ ...withOptions(), file })).toBe('field');
  });

  it('takes user classes as a list or as bare text', () => {
    expect(userClasses(withOptions(option(77, latin1('\x03one\x03two'))))).toEqual(['one', 'two']);
    expect(userClasses(withOptions(option(77, latin1('gPXE'))))).toEqual(['gPXE']);
  });

  it('reads the search list of RFC 3397 §2', () => {
    // 3 e n g 5 a p p l e 3 c o m 0 9 m a r k e t i n g, then a pointer to offset 4.
    const data = hexBytes('03656e67056170706c6503636f6d00 096d61726b6574696e67c004');
    expect(readDomainList(data)).toEqual(['eng.apple.com', 'marketing.apple.com']);
    expect(readDomainList(data.subarray(0, data.length - 1))).toBeUndefined();
  });

  it('reads the routes of RFC 3442', () => {
    expect(readClasslessRoutes(hexBytes('000a000001 080a0a000002 120a11800a000003 1b0a1b81c00a000004'))).toEqual([
      { destination: 0, prefixLength: 0, router: 0x0a000001 },
      { destination: 0x0a000000, prefixLength: 8, router: 0x0a000002 },
      { destination: 0x0a118000, prefixLength: 18, router: 0x0a000003 },
      { destination: 0x0a1b81c0, prefixLength: 27, router: 0x0a000004 },
    ]);
  });
});

describe('properties', () => {
  it('decodes anything without throwing, every option inside its message', () => {
    const cookie = fc.uint8Array({ maxLength: 400 }).map((tail) => {
      const out = new Uint8Array(240 + tail.length);
      out.set(hexBytes('63825363'), 236);
      out.set(tail, 240);
      return out;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 600 }), cookie), (data) => {
        const result = decodeDhcp(data);
        if (!result.ok) return;
        const size = result.value.options.reduce((sum, option) => sum + option.data.length + 2, 0);
        expect(size).toBeLessThanOrEqual(data.length + 192);
        encodeDhcp(result.value);
      }),
    );
  });

  it('decodes what it encodes', () => {
    const option = fc.record({
      code: fc.integer({ min: 1, max: 254 }).filter((code) => code !== DHCP_OPTION.overload),
      data: fc.uint8Array({ maxLength: 255 }),
      area: fc.constant('options' as const),
    });
    const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
    const message: fc.Arbitrary<DhcpMessage> = fc.record({
      op: fc.constantFrom(1, 2),
      htype: fc.nat(255),
      hlen: fc.nat(255),
      hops: fc.nat(255),
      xid: u32,
      secs: fc.nat(65535),
      flags: fc.nat(65535),
      ciaddr: u32,
      yiaddr: u32,
      siaddr: u32,
      giaddr: u32,
      chaddr: fc.nat(0xffff_ffff).map((mac) => chaddrOf(mac)),
      sname: fc.uint8Array({ minLength: 64, maxLength: 64 }),
      file: fc.uint8Array({ minLength: 128, maxLength: 128 }),
      cookie: fc.constant(true),
      vend: fc.constant(new Uint8Array(0)),
      options: fc.array(option, { maxLength: 20 }),
    });
    fc.assert(
      fc.property(message, fc.nat(1000), (value, minimumLength) => {
        const data = encodeDhcp(value, { minimumLength });
        expect(data.length).toBeGreaterThanOrEqual(minimumLength);
        expect(decoded(data)).toEqual(value);
      }),
    );
  });
});
