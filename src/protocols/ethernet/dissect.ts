/** Ethernet II and 802.3 as Wireshark shows them, and the EtherType layer that 802.1Q and SNAP share with them. */
import { formatMac, readMac } from '../../base/address.ts';
import { itemAt } from '../../base/lists/list.ts';
import { GENERATED, HIDDEN, type Dissection } from '../core/dissect.ts';
import { expertField, field, type FieldDef } from '../core/field.ts';
import { defineProtocol, REJECTED } from '../core/registry.ts';
import type { TreeItem } from '../core/tree.ts';
import { ETHERNET, ETHERNET_HEADER_LENGTH, MAX_LENGTH_FIELD } from './fields.ts';

export const ETHERTYPE_NAMES: Readonly<Record<number, string>> = {
  0x0800: 'IPv4',
  0x0806: 'ARP',
  0x0842: 'Wake on LAN',
  0x8035: 'Reverse Address Resolution Protocol',
  0x8100: '802.1Q Virtual LAN',
  0x86dd: 'IPv6',
  0x8808: 'MAC Control',
  0x8809: 'Slow Protocols',
  0x8863: 'PPPoE Discovery',
  0x8864: 'PPPoE Session',
  0x888e: '802.1X Authentication',
  0x88a2: 'ATA over Ethernet',
  0x88a8: '802.1ad Provider Bridge (Q-in-Q)',
  0x88cc: '802.1 Link Layer Discovery Protocol (LLDP)',
  0x8906: 'Fibre Channel over Ethernet',
  0x8914: 'FCoE Initialization Protocol',
};

const LG_WORDS = [
  'Locally administered address (this is NOT the factory default)',
  'Globally unique address (factory default)',
] as const;
const IG_WORDS = ['Group address (multicast/broadcast)', 'Individual address (unicast)'] as const;

function lgField(name: string): FieldDef {
  return field(name, 'LG bit', 'bool', { bits: 24, mask: 0x02_0000, trueFalse: LG_WORDS });
}

function igField(name: string): FieldDef {
  return field(name, 'IG bit', 'bool', { bits: 24, mask: 0x01_0000, trueFalse: IG_WORDS });
}

const ETH = {
  destination: field('eth.dst', 'Destination', 'ether'),
  destinationResolved: field('eth.dst_resolved', 'Destination (resolved)', 'string'),
  destinationOui: field('eth.dst.oui', 'Destination OUI', 'uint24', { base: 'oui' }),
  destinationLg: lgField('eth.dst.lg'),
  destinationIg: igField('eth.dst.ig'),
  source: field('eth.src', 'Source', 'ether'),
  sourceResolved: field('eth.src_resolved', 'Source (resolved)', 'string'),
  sourceOui: field('eth.src.oui', 'Source OUI', 'uint24', { base: 'oui' }),
  sourceLg: lgField('eth.src.lg'),
  sourceIg: igField('eth.src.ig'),
  address: field('eth.addr', 'Address', 'ether'),
  addressResolved: field('eth.addr_resolved', 'Address (resolved)', 'string'),
  addressOui: field('eth.addr.oui', 'Address OUI', 'uint24', { base: 'oui' }),
  lg: lgField('eth.lg'),
  ig: igField('eth.ig'),
  type: field('eth.type', 'Type', 'uint16', { base: 'hex', values: ETHERTYPE_NAMES }),
  length: field('eth.len', 'Length', 'uint16'),
  padding: field('eth.padding', 'Padding', 'bytes'),
  trailer: field('eth.trailer', 'Trailer', 'bytes'),
  sourceIsGroup: expertField(
    'eth.src_not_group',
    'warn',
    'Protocol',
    'Source MAC must not be a group address: IEEE 802.3-2002, Section 3.2.3(b)',
  ),
  lengthPastEnd: expertField(
    'eth.len.past_end',
    'error',
    'Malformed',
    'Length field value goes past the end of the payload',
  ),
};

function addAddress(
  d: Dissection,
  start: number,
  own: FieldDef,
  resolved: FieldDef,
  oui: FieldDef,
  lg: FieldDef,
  ig: FieldDef,
): void {
  d.begin(own, start, 6);
  if (d.wants(resolved)) d.add(resolved, start, 6, formatMac(readMac(d.bytes, start)), HIDDEN | GENERATED);
  d.add(oui, start, 3, undefined, HIDDEN | GENERATED);
  d.add(ETH.address, start, 6);
  if (d.wants(ETH.addressResolved)) {
    d.add(ETH.addressResolved, start, 6, formatMac(readMac(d.bytes, start)), HIDDEN | GENERATED);
  }
  d.add(ETH.addressOui, start, 3, undefined, HIDDEN | GENERATED);
  d.add(lg, start, 3);
  d.add(ETH.lg, start, 3, undefined, HIDDEN);
  d.add(ig, start, 3);
  d.add(ETH.ig, start, 3, undefined, HIDDEN);
  d.end();
}

function dissectEthernet(d: Dissection, start: number, end: number): number {
  d.begin(ethernetProtocol.field, start, Math.min(ETHERNET_HEADER_LENGTH, end - start));
  d.need(start, ETHERNET_HEADER_LENGTH);
  const destination = d.mac(start + ETHERNET.destination);
  const source = d.mac(start + ETHERNET.source);
  const type = d.u16(start + ETHERNET.type);
  d.macSource = source;
  d.macDestination = destination;
  if (d.columns !== undefined) {
    d.columns.source = formatMac(source);
    d.columns.destination = destination === 0xffff_ffff_ffff ? 'Broadcast' : formatMac(destination);
    d.columns.protocol = type > MAX_LENGTH_FIELD ? `0x${type.toString(16).padStart(4, '0')}` : 'LLC';
    d.columns.info = type > MAX_LENGTH_FIELD ? 'Ethernet II' : 'IEEE 802.3 Ethernet';
  }
  const kind = type > MAX_LENGTH_FIELD ? 'Ethernet II, Src' : 'IEEE 802.3 Ethernet, Src';
  if (d.building) d.labelOpen(`${kind}: ${formatMac(source)}, Dst: ${formatMac(destination)}`);
  addAddress(
    d,
    start + ETHERNET.destination,
    ETH.destination,
    ETH.destinationResolved,
    ETH.destinationOui,
    ETH.destinationLg,
    ETH.destinationIg,
  );
  addAddress(d, start + ETHERNET.source, ETH.source, ETH.sourceResolved, ETH.sourceOui, ETH.sourceLg, ETH.sourceIg);
  // IEEE 802.3 §3.2.3: the first bit of a source address says nothing else than individual.
  if ((d.u8(start + ETHERNET.source) & 1) !== 0) d.expert(ETH.sourceIsGroup);
  const heading = d.openItem;
  const payload = start + ETHERNET_HEADER_LENGTH;
  let left: number;
  if (type > MAX_LENGTH_FIELD) {
    d.add(ETH.type, start + ETHERNET.type, 2);
    d.end();
    left = dissectEtherType(d, payload, end, type);
  } else {
    d.add(ETH.length, start + ETHERNET.type, 2);
    const stop = Math.min(payload + type, end);
    if (payload + type > end) d.expert(ETH.lengthPastEnd);
    d.end();
    if (d.dispatch('eth.llc', 0, payload, stop) === REJECTED) d.data(payload, stop);
    left = stop;
  }
  addTrailer(d, heading, left, end);
  return end;
}

/** What follows the payload: filling up to the shortest frame, or something that the sender hung on. */
function addTrailer(d: Dissection, heading: TreeItem | undefined, start: number, end: number): void {
  if (start >= end) return;
  d.reopen(heading);
  const shortest = itemAt(d.sources, 0).bytes.length <= 60 && d.bytes === itemAt(d.sources, 0).bytes;
  let zeros = true;
  for (let at = start; at < end; at++) if (d.bytes[at] !== 0) zeros = false;
  d.add(shortest || zeros ? ETH.padding : ETH.trailer, start, end - start);
  d.end();
}

/** Hands a payload to the protocol of its EtherType; returns where that one's own length ends. */
export function dissectEtherType(d: Dissection, start: number, end: number, type: number): number {
  d.pushLayer('ethertype');
  return dispatchEtherType(d, start, end, type);
}

/** The same for SNAP, which Wireshark does not count as a layer. */
export function dispatchEtherType(d: Dissection, start: number, end: number, type: number): number {
  const left = d.dispatch('ethertype', type, start, end);
  if (left !== REJECTED) return left;
  d.data(start, end);
  return end;
}

export const ethernetProtocol = defineProtocol({
  id: 'eth',
  name: 'Ethernet',
  shortName: 'Ethernet',
  fields: ETH,
  tables: { wtap_encap: [1] },
  calls: ['ethertype', 'eth.llc'],
  dissect: dissectEthernet,
});
