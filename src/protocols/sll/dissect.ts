/** Linux cooked captures, versions 1 and 2: what `tcpdump -i any` has in place of link-layer headers. */
import { formatMac } from '../../base/address.ts';
import type { Dissection } from '../core/dissect.ts';
import { field } from '../core/field.ts';
import { defineProtocol, REJECTED } from '../core/registry.ts';
import { dissectEtherType, ETHERTYPE_NAMES } from '../ethernet/dissect.ts';
import { MAX_LENGTH_FIELD } from '../ethernet/fields.ts';
import { LINKTYPE_SLL, LINKTYPE_SLL2, SLL, SLL2, SLL2_HEADER_LENGTH, SLL_HEADER_LENGTH, SLL_LLC } from './fields.ts';

const COOKED = {
  packetType: field('sll.pkttype', 'Packet type', 'uint16', {
    values: { 0: 'Unicast to us', 1: 'Broadcast', 2: 'Multicast', 3: 'Unicast to another host', 4: 'Sent by us' },
  }),
  hardwareType: field('sll.hatype', 'Link-layer address type', 'uint16', {
    values: { 1: 'Ethernet', 512: 'PPP', 768: 'IPIP tunnel', 772: 'Loopback', 778: 'IP over GRE tunnel' },
  }),
  addressLength: field('sll.halen', 'Link-layer address length', 'uint16'),
  source: field('sll.src.eth', 'Source', 'ether'),
  sourceOther: field('sll.src.other', 'Source', 'bytes'),
  unused: field('sll.unused', 'Unused', 'bytes'),
  linuxType: field('sll.ltype', 'Protocol', 'uint16', { base: 'hex', values: { [SLL_LLC]: '802.2 LLC' } }),
  etherType: field('sll.etype', 'Protocol', 'uint16', { base: 'hex', values: ETHERTYPE_NAMES }),
  interfaceIndex: field('sll.ifindex', 'Interface index', 'uint32'),
};

const ADDRESS_BYTES = 8;

function addAddress(d: Dissection, start: number, length: number): void {
  const used = Math.min(length, ADDRESS_BYTES);
  if (used === 6) {
    const source = d.mac(start);
    d.macSource = source;
    if (d.columns !== undefined) d.columns.source = formatMac(source);
    d.add(COOKED.source, start, 6);
  } else if (used > 0) d.add(COOKED.sourceOther, start, used);
  if (used < ADDRESS_BYTES) d.add(COOKED.unused, start + used, ADDRESS_BYTES - used);
}

function addType(d: Dissection, at: number, type: number): void {
  d.add(type > MAX_LENGTH_FIELD ? COOKED.etherType : COOKED.linuxType, at, 2);
}

/** What the header says that follows. */
function dissectPayload(d: Dissection, start: number, end: number, type: number): number {
  if (type > MAX_LENGTH_FIELD) return dissectEtherType(d, start, end, type);
  if (type !== SLL_LLC || d.dispatch('eth.llc', 0, start, end) === REJECTED) d.data(start, end);
  return end;
}

function begin(d: Dissection, start: number, end: number, length: number, title: string): void {
  d.begin(sllProtocol.field, start, Math.min(length, end - start));
  if (d.building) d.labelOpen(title);
  if (d.columns !== undefined) d.columns.protocol = 'SLL';
  d.need(start, length);
}

function dissectSll(d: Dissection, start: number, end: number): number {
  begin(d, start, end, SLL_HEADER_LENGTH, 'Linux cooked capture v1');
  d.add(COOKED.packetType, start + SLL.packetType, 2);
  d.add(COOKED.hardwareType, start + SLL.hardwareType, 2);
  d.add(COOKED.addressLength, start + SLL.addressLength, 2);
  addAddress(d, start + SLL.address, d.u16(start + SLL.addressLength));
  const type = d.u16(start + SLL.protocol);
  addType(d, start + SLL.protocol, type);
  d.end();
  return dissectPayload(d, start + SLL_HEADER_LENGTH, end, type);
}

function dissectSll2(d: Dissection, start: number, end: number): number {
  begin(d, start, end, SLL2_HEADER_LENGTH, 'Linux cooked capture v2');
  const type = d.u16(start + SLL2.protocol);
  addType(d, start + SLL2.protocol, type);
  d.add(COOKED.interfaceIndex, start + SLL2.interfaceIndex, 4);
  d.add(COOKED.hardwareType, start + SLL2.hardwareType, 2);
  const packetType = d.u8(start + SLL2.packetType);
  const length = d.u8(start + SLL2.addressLength);
  d.add(COOKED.packetType, start + SLL2.packetType, 1, packetType);
  d.add(COOKED.addressLength, start + SLL2.addressLength, 1, length);
  addAddress(d, start + SLL2.address, length);
  d.end();
  return dissectPayload(d, start + SLL2_HEADER_LENGTH, end, type);
}

export const sllProtocol = defineProtocol({
  id: 'sll',
  name: 'Linux cooked-mode capture',
  shortName: 'SLL',
  fields: COOKED,
  tables: { wtap_encap: [LINKTYPE_SLL, LINKTYPE_SLL2] },
  calls: ['ethertype', 'eth.llc'],
  dissect: (d, start, end) =>
    d.context.frames.interfaceOf(d.index).linkType === LINKTYPE_SLL2
      ? dissectSll2(d, start, end)
      : dissectSll(d, start, end),
});
