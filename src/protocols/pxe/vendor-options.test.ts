import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIpv4 } from '../../base/address.ts';
import { fromHex, toHex } from '../../base/bytes.ts';
import { encodeSubOptions } from '../dhcp/suboptions.ts';
import { decodePxeVendorOptions, encodePxeVendorOptions } from './vendor-options.ts';
import type { PxeVendorValues } from './vendor-options.ts';

// Option 43 of an offer of real dnsmasq 2.90 in proxy mode with one pxe-service.
const DNSMASQ_43 = fromHex('060103 0a0400505845 0807 8000 01 c0a83201 0910 8000 0d 426f6f742066726f6d206c6162 ff');

describe('PXE vendor options', () => {
  it('reads the menu that dnsmasq offers', () => {
    const result = decodePxeVendorOptions(DNSMASQ_43 ?? new Uint8Array());
    expect(result).toMatchObject({
      ok: true,
      value: {
        discoveryControl: 3,
        menuPrompt: { timeoutS: 0, text: 'PXE' },
        bootServers: [{ type: 0x8000, addresses: [parseIpv4('192.168.50.1')] }],
        bootMenu: [{ type: 0x8000, text: 'Boot from lab' }],
      },
    });
    if (result.ok) expect(encodeSubOptions(result.value.subOptions, true)).toEqual(DNSMASQ_43);
  });

  it('writes a boot item as its request carries it', () => {
    expect(toHex(encodePxeVendorOptions({ bootItem: { type: 0x8000, layer: 0 } }))).toBe('470480000000ff');
  });

  it('names a tag of a wrong size', () => {
    expect(decodePxeVendorOptions(Uint8Array.of(5, 1, 9, 6, 2, 0, 0))).toMatchObject({
      ok: false,
      error: { code: 'malformed', offset: 3 },
    });
  });

  it('decodes what it encodes', () => {
    const u8 = fc.nat(255);
    const u16 = fc.nat(65535);
    const ip = fc.integer({ min: 0, max: 0xffff_ffff });
    const text = fc.string({ maxLength: 40 });
    const values: fc.Arbitrary<PxeVendorValues> = fc.record(
      {
        mtftpAddress: ip,
        mtftpClientPort: u16,
        mtftpServerPort: u16,
        mtftpTimeoutS: u8,
        mtftpDelayS: u8,
        discoveryControl: u8,
        multicastAddress: ip,
        bootServers: fc.array(fc.record({ type: u16, addresses: fc.array(ip, { maxLength: 5 }) }), { maxLength: 5 }),
        bootMenu: fc.array(fc.record({ type: u16, text }), { maxLength: 5 }),
        menuPrompt: fc.record({ timeoutS: u8, text }),
        bootItem: fc.record({ type: u16, layer: u16 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(values, (value) => {
        const result = decodePxeVendorOptions(encodePxeVendorOptions(value));
        expect(result).toMatchObject({ ok: true, value });
      }),
    );
  });

  it('decodes anything without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        const result = decodePxeVendorOptions(data);
        if (!result.ok) expect(result.error.offset).toBeLessThanOrEqual(data.length);
      }),
    );
  });
});
