/**
 * Captures of real stations (iPXE, dnsmasq, Linux) through every codec: what is read is written again byte for byte. The
 * same frames damaged: their dissection ends and stays inside its bytes.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/analysis/pcapng/reader.ts';
import { byteAt, toHex } from '../../src/base/bytes.ts';
import { itemAt } from '../../src/base/lists/list.ts';
import type { DecodeError, Result } from '../../src/base/result.ts';
import { decodeArp, encodeArp } from '../../src/protocols/arp/codec.ts';
import { decodeDhcp, encodeDhcp } from '../../src/protocols/dhcp/codec.ts';
import { decodeEthernet, encodeEthernet } from '../../src/protocols/ethernet/codec.ts';
import { ETHERTYPE } from '../../src/protocols/ethernet/fields.ts';
import { decodeIcmp, encodeIcmp } from '../../src/protocols/icmp/codec.ts';
import { decodeIpv4, encodeIpv4 } from '../../src/protocols/ipv4/codec.ts';
import { IP_PROTOCOL } from '../../src/protocols/ipv4/fields.ts';
import { decodeTcp, encodeTcp } from '../../src/protocols/tcp/codec.ts';
import { decodeTftp, encodeTftp } from '../../src/protocols/tftp/codec.ts';
import { decodeUdp, encodeUdp } from '../../src/protocols/udp/codec.ts';
import { checkSession, sessionOf } from '../support/frames.ts';

const CAPTURES = [
  'fixtures/ipxe-autoboot.pcap',
  'fixtures/tcp-http.pcap',
  '../filter-oracle/fixtures/ipxe-script-over-tftp.pcap',
];

function framesOf(path: string): readonly Uint8Array[] {
  const { store } = readCapture(readFileSync(new URL(path, import.meta.url)));
  return Array.from({ length: store.length }, (_, index) => store.bytes(index));
}

/** How often each codec has read and written, and where the two differ. */
class RoundTrips {
  readonly counts: Record<string, number> = {};
  readonly differences: string[] = [];

  frame(bytes: Uint8Array): void {
    const ethernet = this.check('ethernet', bytes, decodeEthernet(bytes), encodeEthernet);
    if (ethernet?.kind !== 'ethernet-ii') return;
    const { etherType, payload } = ethernet;
    if (etherType === ETHERTYPE.arp) this.check('arp', payload.subarray(0, 28), decodeArp(payload), encodeArp);
    if (etherType !== ETHERTYPE.ipv4) return;
    // Behind the packet is Ethernet's padding.
    const packet = decodeIpv4(payload);
    const length = (byteAt(payload, 2) << 8) | byteAt(payload, 3);
    const ip = this.check('ipv4', payload.subarray(0, length), packet, encodeIpv4);
    if (ip === undefined) return;
    const { source, destination, protocol, payload: data } = ip;
    if (protocol === IP_PROTOCOL.icmp) this.check('icmp', data, decodeIcmp(data), encodeIcmp);
    if (protocol === IP_PROTOCOL.tcp) {
      this.check('tcp', data, decodeTcp(data, source, destination), (one) => encodeTcp(one, source, destination));
    }
    if (protocol !== IP_PROTOCOL.udp) return;
    const udp = this.check('udp', data, decodeUdp(data, source, destination), (one) =>
      encodeUdp(one, source, destination),
    );
    if (udp === undefined) return;
    const ports = [udp.sourcePort, udp.destinationPort];
    if (ports.includes(67)) this.check('dhcp', udp.payload, decodeDhcp(udp.payload), encodeDhcp);
    else if (ports.every((port) => port !== 53)) {
      this.check('tftp', udp.payload, decodeTftp(udp.payload), encodeTftp);
    }
  }

  private check<T>(
    name: string,
    bytes: Uint8Array,
    decoded: Result<T, DecodeError>,
    encode: (value: T) => Uint8Array,
  ): T | undefined {
    this.counts[name] = (this.counts[name] ?? 0) + 1;
    if (!decoded.ok) {
      this.differences.push(`${name}: ${decoded.error.code} at ${decoded.error.offset}`);
      return undefined;
    }
    const [before, after] = [toHex(bytes), toHex(encode(decoded.value))];
    if (before !== after) this.differences.push(`${name}:\n${before}\n${after}`);
    return decoded.value;
  }
}

describe('frames of real stations', () => {
  it('are written by each codec as they were read', () => {
    const trips = new RoundTrips();
    for (const path of CAPTURES) for (const frame of framesOf(path)) trips.frame(frame);
    // Over loopback Linux leaves the checksum unfinished.
    expect(trips.differences).toEqual(['udp: malformed at 6']);
    const counts = { ethernet: 104, arp: 14, ipv4: 70, icmp: 7, udp: 23, tcp: 40, dhcp: 12, tftp: 10 };
    expect(trips.counts).toEqual(counts);
  });

  it('are dissected to an end however they are damaged', () => {
    const all = CAPTURES.map(framesOf);
    const damage = fc.record({
      capture: fc.nat(all.length - 1),
      first: fc.nat(10_000),
      changes: fc.array(fc.record({ frame: fc.nat(7), at: fc.nat(200), value: fc.nat(255) }), { maxLength: 6 }),
      cut: fc.option(fc.record({ frame: fc.nat(7), length: fc.nat(120) })),
    });
    fc.assert(
      fc.property(damage, ({ capture, first, changes, cut }) => {
        const frames = itemAt(all, capture);
        const start = first % frames.length;
        const few = frames.slice(start, start + 8).map((frame) => frame.slice());
        for (const { frame, at, value } of changes) {
          const bytes = few.at(frame);
          if (bytes !== undefined && at < bytes.length) bytes[at] = value;
        }
        if (cut !== null && cut.frame < few.length) few[cut.frame] = itemAt(few, cut.frame).subarray(0, cut.length);
        checkSession(sessionOf(few));
      }),
      { numRuns: 150 },
    );
  });
});
