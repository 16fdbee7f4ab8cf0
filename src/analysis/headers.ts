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
  readonly ip: IpEndpoints | undefined;
  readonly transport: TransportHeader | undefined;
  /** Offsets in the frame of what the innermost header read here carries. */
  readonly payloadStart: number;
  readonly payloadEnd: number;
}

const UNTAGGED: readonly number[] = [];

/** Reads an Ethernet frame's headers; undefined when it is too short to have any. */
export function readHeaders(frame: Uint8Array): FrameHeaders | undefined {
  if (frame.length < ETHERNET_HEADER_LENGTH) return undefined;
  let at: number = ETHERNET.type;
  let vlans = UNTAGGED;
  let etherType = readU16(frame, at);
  while ((etherType === ETHERTYPE.vlan || etherType === ETHERTYPE.serviceVlan) && at + 6 <= frame.length) {
    vlans = [...vlans, readU16(frame, at + 2) & 0xfff];
    at += 4;
    etherType = readU16(frame, at);
  }
  const start = at + 2;
  const ip = etherType === ETHERTYPE.ipv4 ? readIp(frame, start) : undefined;
  const ipPayload = ip === undefined ? start : start + (byteAt(frame, start) & 15) * 4;
  const ipEnd =
    ip === undefined ? frame.length : Math.min(frame.length, start + readU16(frame, start + IPV4.totalLength));
  const transport = ip === undefined || ip.isFragment ? undefined : readTransport(frame, ip.protocol, ipPayload, ipEnd);
  let payloadStart = ipPayload;
  let payloadEnd = ipEnd;
  if (transport?.kind === 'udp') {
    payloadStart = ipPayload + UDP_HEADER_LENGTH;
    payloadEnd = Math.max(payloadStart, Math.min(ipEnd, ipPayload + readU16(frame, ipPayload + UDP.length)));
  } else if (transport?.kind === 'tcp') {
    payloadStart = Math.min(ipEnd, ipPayload + (byteAt(frame, ipPayload + TCP.offsetAndFlags) >>> 4) * 4);
  }
  // One object of one shape: this is done for every frame of a capture.
  return {
    source: readMac(frame, ETHERNET.source),
    destination: readMac(frame, ETHERNET.destination),
    vlans,
    etherType,
    ip,
    transport,
    payloadStart,
    payloadEnd,
  };
}

function readIp(frame: Uint8Array, start: number): IpEndpoints | undefined {
  if (start + IPV4_HEADER_LENGTH > frame.length) return undefined;
  const first = byteAt(frame, start);
  const headerLength = (first & 15) * 4;
  const end = Math.min(frame.length, start + readU16(frame, start + IPV4.totalLength));
  if (first >>> 4 !== 4 || headerLength < IPV4_HEADER_LENGTH || start + headerLength > end) return undefined;
  return {
    source: readIpv4(frame, start + IPV4.source),
    destination: readIpv4(frame, start + IPV4.destination),
    protocol: byteAt(frame, start + IPV4.protocol),
    identification: readU16(frame, start + IPV4.identification),
    ttl: byteAt(frame, start + IPV4.ttl),
    // More fragments, or not the first one.
    isFragment: (readU16(frame, start + IPV4.flagsAndOffset) & 0x3fff) !== 0,
  };
}

function readTransport(frame: Uint8Array, protocol: number, start: number, end: number): TransportHeader | undefined {
  if (protocol === IP_PROTOCOL.udp && start + UDP_HEADER_LENGTH <= end) {
    return {
      kind: 'udp',
      sourcePort: readU16(frame, start + UDP.sourcePort),
      destinationPort: readU16(frame, start + UDP.destinationPort),
      sequence: 0,
      flags: 0,
    };
  }
  if (protocol === IP_PROTOCOL.tcp && start + TCP_HEADER_LENGTH <= end) {
    return {
      kind: 'tcp',
      sourcePort: readU16(frame, start + TCP.sourcePort),
      destinationPort: readU16(frame, start + TCP.destinationPort),
      sequence: readU32(frame, start + TCP.sequence),
      flags: byteAt(frame, start + TCP.offsetAndFlags + 1),
    };
  }
  return undefined;
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
