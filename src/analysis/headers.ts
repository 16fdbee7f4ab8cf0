/**
 * The addresses of a frame, read straight from its bytes: who to whom, over what, and where the payload lies. For
 * streams, ladders and the story, which look at every frame and need no tree. Checksums are not looked at.
 */
import { readIpv4, readMac } from '../base/address.ts';
import type { Ipv4Address, MacAddress } from '../base/address.ts';
import { byteAt, readU16, readU32 } from '../base/bytes.ts';
import { ARP } from '../protocols/arp/fields.ts';
import { ETHERNET, ETHERNET_HEADER_LENGTH, ETHERTYPE } from '../protocols/ethernet/fields.ts';
import { IP_PROTOCOL, IPV4, IPV4_HEADER_LENGTH } from '../protocols/ipv4/fields.ts';
import { TCP, TCP_HEADER_LENGTH } from '../protocols/tcp/fields.ts';
import { UDP, UDP_HEADER_LENGTH } from '../protocols/udp/fields.ts';

export interface IpEndpoints {
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  /** See `IP_PROTOCOL`. */
  readonly protocol: number;
  readonly identification: number;
  readonly ttl: number;
  readonly isFragment: boolean;
}

export interface TransportHeader {
  readonly kind: 'udp' | 'tcp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Of TCP; 0 for UDP. */
  readonly sequence: number;
  readonly flags: number;
}

export interface FrameHeaders {
  readonly source: MacAddress;
  readonly destination: MacAddress;
  /** Outermost first. */
  readonly vlans: readonly number[];
  /** Of what follows the tags; below 1536 it is a length. */
  readonly etherType: number;
  readonly ip?: IpEndpoints;
  readonly transport?: TransportHeader;
  /** Offsets in the frame of what the innermost header read here carries. */
  readonly payloadStart: number;
  readonly payloadEnd: number;
}

/** Reads an Ethernet frame's headers; undefined when it is too short to have any. */
export function readHeaders(frame: Uint8Array): FrameHeaders | undefined {
  if (frame.length < ETHERNET_HEADER_LENGTH) return undefined;
  let at: number = ETHERNET.type;
  const vlans: number[] = [];
  let etherType = readU16(frame, at);
  while ((etherType === ETHERTYPE.vlan || etherType === ETHERTYPE.serviceVlan) && at + 6 <= frame.length) {
    vlans.push(readU16(frame, at + 2) & 0xfff);
    at += 4;
    etherType = readU16(frame, at);
  }
  const start = at + 2;
  const base = {
    destination: readMac(frame, ETHERNET.destination),
    source: readMac(frame, ETHERNET.source),
    vlans,
    etherType,
  };
  const plain = { ...base, payloadStart: start, payloadEnd: frame.length };
  if (etherType !== ETHERTYPE.ipv4 || start + IPV4_HEADER_LENGTH > frame.length) return plain;

  const first = byteAt(frame, start);
  const headerLength = (first & 15) * 4;
  const totalLength = readU16(frame, start + IPV4.totalLength);
  const ipPayload = start + headerLength;
  const ipEnd = Math.min(frame.length, start + totalLength);
  if (first >>> 4 !== 4 || headerLength < IPV4_HEADER_LENGTH || ipPayload > ipEnd) return plain;
  const fragment = readU16(frame, start + IPV4.flagsAndOffset);
  const ip: IpEndpoints = {
    source: readIpv4(frame, start + IPV4.source),
    destination: readIpv4(frame, start + IPV4.destination),
    protocol: byteAt(frame, start + IPV4.protocol),
    identification: readU16(frame, start + IPV4.identification),
    ttl: byteAt(frame, start + IPV4.ttl),
    // More fragments, or not the first one.
    isFragment: (fragment & 0x3fff) !== 0,
  };
  const inIp = { ...base, ip, payloadStart: ipPayload, payloadEnd: ipEnd };
  if (ip.isFragment) return inIp;
  if (ip.protocol === IP_PROTOCOL.udp && ipPayload + UDP_HEADER_LENGTH <= ipEnd) {
    const length = readU16(frame, ipPayload + UDP.length);
    return {
      ...inIp,
      transport: {
        kind: 'udp',
        sourcePort: readU16(frame, ipPayload + UDP.sourcePort),
        destinationPort: readU16(frame, ipPayload + UDP.destinationPort),
        sequence: 0,
        flags: 0,
      },
      payloadStart: ipPayload + UDP_HEADER_LENGTH,
      payloadEnd: Math.max(ipPayload + UDP_HEADER_LENGTH, Math.min(ipEnd, ipPayload + length)),
    };
  }
  if (ip.protocol === IP_PROTOCOL.tcp && ipPayload + TCP_HEADER_LENGTH <= ipEnd) {
    const dataOffset = (byteAt(frame, ipPayload + TCP.offsetAndFlags) >>> 4) * 4;
    return {
      ...inIp,
      transport: {
        kind: 'tcp',
        sourcePort: readU16(frame, ipPayload + TCP.sourcePort),
        destinationPort: readU16(frame, ipPayload + TCP.destinationPort),
        sequence: readU32(frame, ipPayload + TCP.sequence),
        flags: byteAt(frame, ipPayload + TCP.offsetAndFlags + 1),
      },
      payloadStart: Math.min(ipEnd, ipPayload + dataOffset),
      payloadEnd: ipEnd,
    };
  }
  return inIp;
}

/** Who asks for whom in an ARP packet for IPv4 over Ethernet; undefined when it is none. */
export function readArp(
  frame: Uint8Array,
  headers: FrameHeaders,
): { operation: number; sender: Ipv4Address; target: Ipv4Address } | undefined {
  const at = headers.payloadStart;
  if (headers.etherType !== ETHERTYPE.arp || at + 28 > frame.length) return undefined;
  return {
    operation: readU16(frame, at + ARP.operation),
    sender: readIpv4(frame, at + ARP.senderIp),
    target: readIpv4(frame, at + ARP.targetIp),
  };
}

/** A conversation's name, the same in both directions: `udp 10.0.0.1:68 10.0.0.2:67` with numbers for addresses. */
export function conversationKey(headers: FrameHeaders): string | undefined {
  const { ip, transport } = headers;
  if (ip === undefined || transport === undefined) return undefined;
  const a = `${ip.source}:${transport.sourcePort}`;
  const b = `${ip.destination}:${transport.destinationPort}`;
  const isOrdered =
    ip.source < ip.destination || (ip.source === ip.destination && transport.sourcePort <= transport.destinationPort);
  return isOrdered ? `${transport.kind} ${a} ${b}` : `${transport.kind} ${b} ${a}`;
}
