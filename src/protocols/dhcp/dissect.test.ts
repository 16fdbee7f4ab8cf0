import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atLeast } from '../../base/lists/list.ts';
import { checkSession, hexBytes, linesOf, sessionOf, udpFrame, valueOf } from '../../../test/support/frames.ts';
import * as fixtures from './fixtures.ts';

/** Offset of the payload in a frame: Ethernet, IPv4, UDP. */
const PAYLOAD_AT = 42;

describe('DHCP in the tree, as tshark 4.0 shows the same bytes', () => {
  const session = sessionOf([
    udpFrame('>', 68, 67, hexBytes(fixtures.IPXE_DISCOVER)),
    udpFrame('<', 68, 67, hexBytes(fixtures.DNSMASQ_OFFER)),
    udpFrame('<', 68, 67, hexBytes(fixtures.PROXY_OFFER)),
    udpFrame('<', 68, 67, hexBytes(fixtures.OVERLOADED_OFFER)),
    udpFrame('>', 68, 67, hexBytes(fixtures.BOOTP_REQUEST)),
    udpFrame('>', 68, 4011, hexBytes(fixtures.IPXE_REQUEST)),
  ]);

  it('shows the packet list', () => {
    expect([0, 1, 4, 5].map((index) => session.columns(index))).toMatchObject([
      { protocol: 'DHCP', info: 'DHCP Discover - Transaction ID 0x7e9dc40c' },
      { protocol: 'DHCP', info: 'DHCP Offer    - Transaction ID 0x7e9dc40c' },
      { protocol: 'BOOTP', info: 'Boot Request from 52:54:00:aa:00:01' },
      { protocol: 'DHCP', info: 'proxyDHCP Request  - Transaction ID 0x7e9dc40c' },
    ]);
  });

  it('shows fields and options with words', () => {
    expect(linesOf(session, 1, 'dhcp')).toEqual(
      expect.arrayContaining([
        'Dynamic Host Configuration Protocol (Offer)',
        '  Bootp flags: 0x0000 (Unicast)',
        '    0... .... .... .... = Broadcast flag: Unicast',
        '  Your (client) IP address: 192.168.77.58',
        '  Magic cookie: DHCP',
        '  Option: (53) DHCP Message Type (Offer)',
        '    DHCP: Offer (2)',
        '  Option: (54) DHCP Server Identifier (192.168.77.1)',
        '    IP Address Lease Time: (3600s) 1 hour',
        '    Rebinding Time Value: (3150s) 52 minutes, 30 seconds',
        '    FQDN: b.example',
        '    Option End: 255',
      ]),
    );
  });

  it('puts fields where they lie', () => {
    const item = session
      .tree(1)
      .items.find((one) => one.field.name === 'dhcp')
      ?.find('dhcp.option.router');
    expect(item).toMatchObject({ start: PAYLOAD_AT + 294, length: 4 });
    expect(valueOf(session, 1, 'dhcp.option.type')).toBe(53);
  });

  it("shows PXE's boot menu and iPXE's features", () => {
    expect(linesOf(session, 2, 'dhcp')).toEqual(
      expect.arrayContaining([
        '  Option: (43) Vendor-Specific Information (PXEClient)',
        '    Option 43 Suboption: (6) PXE discovery control',
        '      discovery control: 0x03, Disable Broadcast, Disable Multicast',
        '        IP: 192.168.50.1',
        '        Description: Boot from lab',
        '        Prompt: PXE',
        '    PXE Client End: 255',
      ]),
    );
    expect(linesOf(session, 0, 'dhcp')).toContain('    iPXE Suboption: (175.19) feature HTTP');
  });

  it('shows overloaded options below option 52, where they lie', () => {
    expect(linesOf(session, 3, 'dhcp')).toEqual(
      expect.arrayContaining([
        '  Server name option overloaded by DHCP',
        '    Server host name option overload',
        '      Option: (225) Private',
      ]),
    );
  });

  it('finds every sub-option by its code', () => {
    const field = session.registry.field('dhcp.option.vendor.pxeclient.suboption');
    if (field === undefined) throw new Error('no such field');
    const collector = session.collector([field]);
    session.collect(2, collector);
    const [hits] = atLeast(collector.hits, 1);
    expect(Array.from({ length: hits.count }, (_, at) => hits.value(at))).toEqual([6, 10, 8, 9]);
  });
});

describe('properties', () => {
  it('dissects any change of real messages', () => {
    const changed = fc
      .tuple(
        fc.constantFrom(...Object.values(fixtures)),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 420 }), fc.nat(255)), { maxLength: 8 }),
        fc.integer({ min: 0, max: 420 }),
      )
      .map(([hex, changes, cut]) => {
        const data = hexBytes(hex);
        for (const [at, value] of changes) if (at < data.length) data[at] = value;
        return data.subarray(0, data.length - (cut % 200));
      });
    fc.assert(
      fc.property(changed, (data) => checkSession(sessionOf([udpFrame('>', 68, 67, data)]))),
      { numRuns: 150 },
    );
  });
});
