/** ARP and RARP. */
import { formatIpv4, formatMac } from '../../base/address.ts';
import type { Dissection } from '../core/dissect.ts';
import { GENERATED } from '../core/dissect.ts';
import { ETHERTYPE_NAMES } from '../ethernet/dissect.ts';
import { ETHERTYPE } from '../ethernet/fields.ts';
import { field } from '../core/field.ts';
import { defineProtocol } from '../core/registry.ts';
import { ARP, ARP_HARDWARE_ETHERNET, ARP_OPERATION } from './fields.ts';

const FIELDS = {
  hardwareType: field('arp.hw.type', 'Hardware type', 'uint16', {
    values: { 1: 'Ethernet', 6: 'IEEE 802', 7: 'ARCNET', 32: 'InfiniBand' },
  }),
  protocolType: field('arp.proto.type', 'Protocol type', 'uint16', { base: 'hex', values: ETHERTYPE_NAMES }),
  hardwareSize: field('arp.hw.size', 'Hardware size', 'uint8'),
  protocolSize: field('arp.proto.size', 'Protocol size', 'uint8'),
  opcode: field('arp.opcode', 'Opcode', 'uint16', {
    values: {
      1: 'request',
      2: 'reply',
      3: 'reverse request',
      4: 'reverse reply',
      8: 'inverse request',
      9: 'inverse reply',
      10: 'arp nak',
    },
  }),
  isGratuitous: field('arp.isgratuitous', 'Is gratuitous', 'bool'),
  isProbe: field('arp.isprobe', 'Is probe', 'bool'),
  isAnnouncement: field('arp.isannouncement', 'Is announcement', 'bool'),
  senderHardware: field('arp.src.hw', 'Sender hardware address', 'bytes'),
  senderMac: field('arp.src.hw_mac', 'Sender MAC address', 'ether'),
  senderProtocol: field('arp.src.proto', 'Sender protocol address', 'bytes'),
  senderIp: field('arp.src.proto_ipv4', 'Sender IP address', 'ipv4'),
  targetHardware: field('arp.dst.hw', 'Target hardware address', 'bytes'),
  targetMac: field('arp.dst.hw_mac', 'Target MAC address', 'ether'),
  targetProtocol: field('arp.dst.proto', 'Target protocol address', 'bytes'),
  targetIp: field('arp.dst.proto_ipv4', 'Target IP address', 'ipv4'),
};

const OPERATION_WORDS: Readonly<Record<number, string>> = {
  1: 'request',
  2: 'reply',
  3: 'reverse request',
  4: 'reverse reply',
};

function dissectArp(d: Dissection, start: number, end: number): number {
  if (d.columns !== undefined) {
    d.columns.protocol = 'ARP';
    d.columns.info = '';
  }
  d.need(start, 1);
  d.begin(arpProtocol.field, start, end - start);
  d.add(FIELDS.hardwareType, start, 2);
  d.add(FIELDS.protocolType, start + ARP.protocolType, 2);
  d.add(FIELDS.hardwareSize, start + ARP.hardwareLength, 1);
  d.add(FIELDS.protocolSize, start + ARP.protocolLength, 1);
  d.add(FIELDS.opcode, start + ARP.operation, 2);
  const hardwareSize = d.u8(start + ARP.hardwareLength);
  const protocolSize = d.u8(start + ARP.protocolLength);
  const operation = d.u16(start + ARP.operation);
  const isMac = d.u16(start + ARP.hardwareType) === ARP_HARDWARE_ETHERNET && hardwareSize === 6;
  const isIp = d.u16(start + ARP.protocolType) === ETHERTYPE.ipv4 && protocolSize === 4;
  const length = 8 + 2 * (hardwareSize + protocolSize);
  const reverse = operation === ARP_OPERATION.reverseRequest || operation === ARP_OPERATION.reverseReply;
  d.endAt(start + Math.min(length, end - start));
  const senderHardwareAt = start + 8;
  const senderProtocolAt = senderHardwareAt + hardwareSize;
  const targetHardwareAt = senderProtocolAt + protocolSize;
  const targetProtocolAt = targetHardwareAt + hardwareSize;
  let kind = OPERATION_WORDS[operation] ?? `opcode ${operation}`;
  if (isMac && isIp && !reverse) {
    const senderIp = d.ipv4(senderProtocolAt);
    const targetIp = d.ipv4(targetProtocolAt);
    // RFC 5227 §1.1: a probe has an all-zero sender, an announcement asks for its own address.
    const isProbe = operation === ARP_OPERATION.request && senderIp === 0;
    const isGratuitous = senderIp === targetIp;
    const isAnnouncement = isGratuitous && operation === ARP_OPERATION.request;
    if (isGratuitous) d.add(FIELDS.isGratuitous, start, 0, true, GENERATED);
    if (isProbe) d.add(FIELDS.isProbe, start, 0, true, GENERATED);
    if (isAnnouncement) d.add(FIELDS.isAnnouncement, start, 0, true, GENERATED);
    if (isProbe) kind = 'ARP Probe';
    else if (isAnnouncement) kind = 'ARP Announcement';
    else if (isGratuitous) kind = `${kind}/gratuitous ARP`;
    if (d.columns !== undefined) setInfo(d, operation, isProbe, isAnnouncement, senderHardwareAt, senderIp, targetIp);
  } else if (d.columns !== undefined) {
    d.columns.protocol = reverse ? 'RARP' : 'ARP';
    d.columns.info = reverse && isMac ? reverseInfo(d, operation, targetHardwareAt, targetProtocolAt) : kind;
  }
  if (d.building) d.labelOpen(`Address Resolution Protocol (${kind})`);
  d.add(isMac ? FIELDS.senderMac : FIELDS.senderHardware, senderHardwareAt, hardwareSize);
  d.add(isIp ? FIELDS.senderIp : FIELDS.senderProtocol, senderProtocolAt, protocolSize);
  d.add(isMac ? FIELDS.targetMac : FIELDS.targetHardware, targetHardwareAt, hardwareSize);
  d.add(isIp ? FIELDS.targetIp : FIELDS.targetProtocol, targetProtocolAt, protocolSize);
  d.end();
  return start + length;
}

function setInfo(
  d: Dissection,
  operation: number,
  isProbe: boolean,
  isAnnouncement: boolean,
  senderHardwareAt: number,
  senderIp: number,
  targetIp: number,
): void {
  if (d.columns === undefined) return;
  d.columns.protocol = 'ARP';
  if (isProbe) d.columns.info = `Who has ${formatIpv4(targetIp)}? (ARP Probe)`;
  else if (isAnnouncement) d.columns.info = `ARP Announcement for ${formatIpv4(targetIp)}`;
  else if (operation === ARP_OPERATION.request) {
    d.columns.info = `Who has ${formatIpv4(targetIp)}? Tell ${formatIpv4(senderIp)}`;
  } else if (operation === ARP_OPERATION.reply) {
    const gratuitous = senderIp === targetIp ? 'Gratuitous ARP for ' : '';
    const mac = formatMac(d.mac(senderHardwareAt));
    d.columns.info =
      gratuitous === '' ? `${formatIpv4(senderIp)} is at ${mac}` : `${gratuitous}${formatIpv4(senderIp)} (Reply)`;
  } else
    d.columns.info = OPERATION_WORDS[operation] ?? `Unknown ARP opcode 0x${operation.toString(16).padStart(4, '0')}`;
}

function reverseInfo(d: Dissection, operation: number, targetHardwareAt: number, targetProtocolAt: number): string {
  const mac = formatMac(d.mac(targetHardwareAt));
  if (operation === ARP_OPERATION.reverseRequest) return `Who is ${mac}? Tell ${formatMac(d.macSource)}`;
  return `${mac} is at ${formatIpv4(d.ipv4(targetProtocolAt))}`;
}

export const arpProtocol = defineProtocol({
  id: 'arp',
  name: 'Address Resolution Protocol',
  shortName: 'ARP',
  fields: FIELDS,
  tables: { ethertype: [ETHERTYPE.arp, ETHERTYPE.rarp] },
  dissect: dissectArp,
});
