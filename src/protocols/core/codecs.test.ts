/** What is read can be written again, byte for byte; frames of a real network decode to what they mean. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hexBytes } from '../../../test/support/frames.ts';
import { formatIpv4, formatMac, parseIpv4, parseMac } from '../../base/address.ts';
import { byteAt, toHex } from '../../base/bytes.ts';
import type { DecodeError, Result } from '../../base/result.ts';
import { decodeArp, encodeArp } from '../arp/codec.ts';
import { checksumAdd, checksumFinish, internetChecksum } from './checksum.ts';
import { decodeEthernet, encodeEthernet } from '../ethernet/codec.ts';
import { decodeIcmp, encodeIcmp } from '../icmp/codec.ts';
import { decodeIpv4, encodeIpv4, writeIpv4Header } from '../ipv4/codec.ts';
import { decodeLlc, encodeLlc } from '../llc/codec.ts';
import { decodeBpdu, encodeBpdu } from '../stp/codec.ts';
import { decodeTcp, encodeTcp, type TcpOption } from '../tcp/codec.ts';
import { decodeUdp, encodeUdp } from '../udp/codec.ts';
import { decodeVlan, encodeVlan, insertVlanTag, removeVlanTag, vlanTagOf } from '../vlan/codec.ts';

function value<T>(result: Result<T, DecodeError>): T {
  if (!result.ok) throw new Error(`${result.error.code} at ${result.error.offset}`);
  return result.value;
}

const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const mac = fc.integer({ min: 0, max: 0xffff_ffff_ffff });
const payload = fc.uint8Array({ maxLength: 200 });

describe('internetChecksum', () => {
  it('gives the example of RFC 1071 §3', () => {
    expect(checksumFinish(checksumAdd(hexBytes('0001f203f4f5f6f7'), 0, 8))).toBe(~0xddf2 & 0xffff);
  });

  it('is the plain sum of words, for any length and start', () => {
    const plain = (bytes: Uint8Array): number => {
      let sum = 0;
      for (let i = 0; i < bytes.length; i++) {
        sum += i % 2 === 0 ? byteAt(bytes, i) * 256 : byteAt(bytes, i);
        if (sum > 0xffff) sum -= 0xffff;
      }
      return ~sum & 0xffff;
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.nat(40), (bytes, start) => {
        const part = bytes.subarray(start);
        const expected = plain(part);
        const got = internetChecksum(bytes, Math.min(start, bytes.length));
        // Ones' complement has two zeros: 0xffff and 0 are the same sum.
        expect(got === expected || (got % 0xffff === 0 && expected % 0xffff === 0)).toBe(true);
      }),
    );
  });
});

describe('real frames', () => {
  it('reads an ARP request of iPXE', () => {
    const frame = hexBytes('ffffffffffff525400123456080600010800060400015254001234560000000000000000000000c0a84d3a');
    const ethernet = value(decodeEthernet(frame));
    expect(ethernet.kind).toBe('ethernet-ii');
    expect(formatMac(ethernet.source)).toBe('52:54:00:12:34:56');
    expect(toHex(encodeEthernet(ethernet))).toBe(toHex(frame));
  });

  it('reads an 802.3 frame with a configuration BPDU, keeps its padding', () => {
    const frame = hexBytes(
      '0180c2000000525400aa00010026424203 0000 00 00 00 8000525400000001 00000000 8000525400000001 8001 0000 1400 0200 0f00 0000000000000000',
    );
    const ethernet = value(decodeEthernet(frame));
    if (ethernet.kind !== '802.3') throw new Error('expected a length field');
    expect(ethernet.padding.length).toBe(frame.length - 14 - 0x26);
    const llc = value(decodeLlc(ethernet.payload));
    expect([llc.dsap, llc.ssap, llc.control]).toEqual([0x42, 0x42, 3]);
    const bpdu = value(decodeBpdu(llc.payload));
    expect(bpdu).toMatchObject({ kind: 'config', maxAge256: 20 * 256, helloTime256: 512, forwardDelay256: 15 * 256 });
    expect(toHex(encodeBpdu(bpdu))).toBe(toHex(llc.payload));
    expect(toHex(encodeLlc(llc))).toBe(toHex(ethernet.payload));
    expect(toHex(encodeEthernet(ethernet))).toBe(toHex(frame));
  });

  it('writes the IPv4 header that Linux wrote round an echo request', () => {
    const packet = hexBytes('45000030 29df4000 4001 f561 c0a84d01 c0a84d3a');
    const header = encodeIpv4({
      source: parseIpv4('192.168.77.1') ?? 0,
      destination: parseIpv4('192.168.77.58') ?? 0,
      protocol: 1,
      identification: 0x29df,
      dontFragment: true,
      payload: new Uint8Array(28),
    });
    expect(toHex(header.subarray(0, 20))).toBe(toHex(packet));
    expect(formatIpv4(value(decodeIpv4(header)).destination)).toBe('192.168.77.58');
  });

  it('refuses a header whose checksum is wrong, and names the rule', () => {
    const packet = encodeIpv4({ source: 1, destination: 2, protocol: 17, payload: new Uint8Array(0) });
    packet[8] = byteAt(packet, 8) ^ 1;
    const decoded = decodeIpv4(packet);
    expect(decoded.ok ? undefined : decoded.error).toMatchObject({ offset: 10, rule: 'RFC 1122 §3.2.1.2' });
  });
});

describe('every byte is written', () => {
  it('writes a header into a buffer full of other bytes', () => {
    const dirty = new Uint8Array(40).fill(0xa5);
    const fields = { source: 0x0a000001, destination: 0x0a000002, protocol: 17 };
    writeIpv4Header(dirty, 10, fields, 0);
    expect(toHex(dirty.subarray(10, 30))).toBe(toHex(encodeIpv4({ ...fields, payload: new Uint8Array(0) })));
    expect(dirty[9]).toBe(0xa5);
    expect(dirty[30]).toBe(0xa5);
  });
});

describe('decode(encode(x)) = x', () => {
  it('ethernet, vlan, arp', () => {
    fc.assert(
      fc.property(mac, mac, fc.integer({ min: 1501, max: 0xffff }), payload, (destination, source, etherType, data) => {
        const frame = { kind: 'ethernet-ii', destination, source, etherType, payload: data } as const;
        expect(value(decodeEthernet(encodeEthernet(frame)))).toEqual(frame);
      }),
    );
    fc.assert(
      fc.property(fc.nat(7), fc.boolean(), fc.nat(4095), u16, payload, (priority, dropEligible, id, type, data) => {
        const packet = { priority, dropEligible, id, type, payload: data };
        expect(value(decodeVlan(encodeVlan(packet)))).toEqual(packet);
      }),
    );
    fc.assert(
      fc.property(u16, mac, u32, mac, u32, (operation, senderMac, senderIp, targetMac, targetIp) => {
        const packet = { operation, senderMac, senderIp, targetMac, targetIp };
        expect(value(decodeArp(encodeArp(packet)))).toEqual(packet);
      }),
    );
  });

  it('a VLAN tag put into a frame comes out again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 14, maxLength: 80 }), fc.nat(7), fc.nat(4094), (frame, priority, id) => {
        const tag = { priority, dropEligible: false, id };
        const tagged = insertVlanTag(frame, tag);
        expect(vlanTagOf(tagged)).toEqual(tag);
        expect(removeVlanTag(tagged)).toEqual(frame);
      }),
    );
  });

  it('ipv4 with options and fragments', () => {
    const fields = fc.record({
      source: u32,
      destination: u32,
      protocol: u8,
      ttl: u8,
      typeOfService: u8,
      identification: u16,
      reservedFlag: fc.boolean(),
      dontFragment: fc.boolean(),
      moreFragments: fc.boolean(),
      fragmentOffset: fc.nat(0x1fff).map((units) => units * 8),
      options: fc.nat(10).chain((words) => fc.uint8Array({ minLength: words * 4, maxLength: words * 4 })),
      payload,
    });
    fc.assert(
      fc.property(fields, (packet) => {
        expect(value(decodeIpv4(encodeIpv4(packet)))).toEqual(packet);
      }),
    );
  });

  it('udp and icmp', () => {
    fc.assert(
      fc.property(u16, u16, payload, u32, u32, (sourcePort, destinationPort, data, source, destination) => {
        const datagram = { sourcePort, destinationPort, payload: data };
        const bytes = encodeUdp(datagram, source, destination);
        expect(value(decodeUdp(bytes, source, destination))).toEqual(datagram);
      }),
    );
    fc.assert(
      fc.property(u8, u8, payload, (type, code, body) => {
        const bytes = encodeIcmp({ kind: 'other', type, code, body });
        expect(toHex(encodeIcmp(value(decodeIcmp(bytes))))).toBe(toHex(bytes));
      }),
    );
  });

  it('tcp with every option', () => {
    const option: fc.Arbitrary<TcpOption> = fc.oneof(
      fc.constant<TcpOption>({ kind: 'nop' }),
      fc.constant<TcpOption>({ kind: 'sack-permitted' }),
      u16.map((size): TcpOption => ({ kind: 'mss', size })),
      fc.nat(14).map((shift): TcpOption => ({ kind: 'window-scale', shift })),
      fc.record({ kind: fc.constant('timestamps' as const), value: u32, echoReply: u32 }),
      fc.array(fc.record({ left: u32, right: u32 }), { maxLength: 2 }).map((blocks): TcpOption => {
        return { kind: 'sack', blocks };
      }),
      fc.uint8Array({ maxLength: 3 }).map((data): TcpOption => ({ kind: 'unknown', code: 254, data })),
    );
    const header = fc.record({
      sourcePort: u16,
      destinationPort: u16,
      sequence: u32,
      acknowledgment: u32,
      flags: u8,
      reserved: fc.nat(15),
      window: u16,
      urgentPointer: u16,
      options: fc.array(option, { maxLength: 2 }),
      payload,
    });
    fc.assert(
      fc.property(header, u32, u32, (segment, source, destination) => {
        const bytes = encodeTcp(segment, source, destination);
        const decoded = value(decodeTcp(bytes, source, destination));
        const { options, ...rest } = decoded;
        expect({ ...rest, options: options.slice(0, segment.options.length) }).toEqual(segment);
        expect(toHex(encodeTcp(decoded, source, destination))).toBe(toHex(bytes));
      }),
    );
  });
});

describe('decoders', () => {
  it('take any bytes without throwing, and read in 802.2 what they write', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const results = [
          decodeEthernet(bytes),
          decodeVlan(bytes),
          decodeArp(bytes),
          decodeIpv4(bytes),
          decodeUdp(bytes, 1, 2),
          decodeTcp(bytes, 1, 2),
          decodeIcmp(bytes),
          decodeBpdu(bytes),
        ];
        for (const result of results) if (!result.ok) expect(result.error.offset).toBeLessThanOrEqual(bytes.length);
        const llc = decodeLlc(bytes);
        if (llc.ok) expect(toHex(encodeLlc(llc.value))).toBe(toHex(bytes));
      }),
    );
    expect(parseMac('01:80:c2:00:00:00')).toBe(0x0180_c200_0000);
  });
});
