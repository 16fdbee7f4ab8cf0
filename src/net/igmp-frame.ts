/** The Ethernet frame of an IGMP message, as hosts and queriers send it. */
import type { Ipv4Address, MacAddress } from '../base/address.ts';
import { writeEthernetHeader } from '../protocols/ethernet/codec.ts';
import { ETHERNET_HEADER_LENGTH, ETHERTYPE } from '../protocols/ethernet/fields.ts';
import { encodeIgmp, type IgmpSent } from '../protocols/igmp/codec.ts';
import { writeIpv4Header } from '../protocols/ipv4/codec.ts';
import { IP_PROTOCOL, IPV4_HEADER_LENGTH } from '../protocols/ipv4/fields.ts';

/** IGMP messages carry it, so that routers look at them (RFC 2236 §2, RFC 2113). */
const ROUTER_ALERT = Uint8Array.of(0x94, 4, 0, 0);
/** IP precedence 6, internetwork control (RFC 3376 §4). */
const INTERNETWORK_CONTROL = 0xc0;
const HEADERS_LENGTH = ETHERNET_HEADER_LENGTH + IPV4_HEADER_LENGTH + ROUTER_ALERT.length;

/** Whether it is an address of class D (RFC 1112 §4). */
export function isMulticastIp(address: Ipv4Address): boolean {
  return address >>> 28 === 14;
}

/** The group address of an IPv4 multicast group: its low 23 bits behind 01:00:5E (RFC 1112 §6.4). */
export function multicastMac(group: Ipv4Address): MacAddress {
  return 0x0100_5e00_0000 + (group & 0x7f_ffff);
}

/** Goes to a group of the link and no further: its TTL is 1 (RFC 2236 §2). It may not be cut, so it needs no identification. */
export function igmpFrame(
  sourceMac: MacAddress,
  source: Ipv4Address,
  destination: Ipv4Address,
  message: IgmpSent,
): Uint8Array {
  const bytes = encodeIgmp(message);
  const frame = new Uint8Array(HEADERS_LENGTH + bytes.length);
  writeEthernetHeader(frame, 0, multicastMac(destination), sourceMac, ETHERTYPE.ipv4);
  const fields = { source, destination, protocol: IP_PROTOCOL.igmp, ttl: 1, dontFragment: true };
  const header = { ...fields, typeOfService: INTERNETWORK_CONTROL, options: ROUTER_ALERT };
  frame.set(bytes, writeIpv4Header(frame, ETHERNET_HEADER_LENGTH, header, bytes.length));
  return frame;
}
