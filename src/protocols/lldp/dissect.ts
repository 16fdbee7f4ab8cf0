/** LLDP as Wireshark shows it. */
import { formatIpv4, formatMac, readIpv4, readMac } from '../../base/address.ts';
import { fromUtf8 } from '../../base/bytes.ts';
import type { Dissection } from '../core/dissect.ts';
import { field, type FieldDef } from '../core/field.ts';
import { defineProtocol } from '../core/registry.ts';
import { ETHERTYPE } from '../ethernet/fields.ts';
import { LLDP_TLV, LLDP_TLV_HEADER_LENGTH } from './fields.ts';

const TLV_NAMES: Readonly<Record<number, string>> = {
  0: 'End of LLDPDU',
  1: 'Chassis Id',
  2: 'Port Id',
  3: 'Time to Live',
  4: 'Port Description',
  5: 'System Name',
  6: 'System Description',
  7: 'System Capabilities',
  8: 'Management Address',
  127: 'Organization Specific',
};
const CHASSIS_NAMES: Readonly<Record<number, string>> = {
  1: 'Chassis component',
  2: 'Interface alias',
  3: 'Port component',
  4: 'MAC address',
  5: 'Network address',
  6: 'Interface name',
  7: 'Locally assigned',
};
const PORT_NAMES: Readonly<Record<number, string>> = {
  1: 'Interface alias',
  2: 'Port component',
  3: 'MAC address',
  4: 'Network address',
  5: 'Interface name',
  6: 'Agent circuit Id',
  7: 'Locally assigned',
};
const MAC_CHASSIS = 4;
const MAC_PORT = 3;
const IPV4_FAMILY = 1;
const IEEE_802_1 = 0x0080c2;

const CAPABILITIES = [
  ['other', 'Other', 0x01],
  ['repeater', 'Repeater', 0x02],
  ['bridge', 'Bridge', 0x04],
  ['wlan_access_pt', 'WLAN access point', 0x08],
  ['router', 'Router', 0x10],
  ['telephone', 'Telephone', 0x20],
  ['docsis_cable_device', 'DOCSIS cable device', 0x40],
  ['station_only', 'Station only', 0x80],
] as const;

function capabilityBits(prefix: string): readonly FieldDef[] {
  return CAPABILITIES.map(([name, label, mask]) =>
    field(`${prefix}.${name}`, label, 'bool', { bits: 16, mask, trueFalse: ['Capable', 'Not capable'] }),
  );
}
const ABLE = capabilityBits('lldp.tlv.system_cap');
const ENABLED = capabilityBits('lldp.tlv.enable_system_cap');

const FIELDS = {
  type: field('lldp.tlv.type', 'TLV Type', 'uint16', { mask: 0xfe00, values: TLV_NAMES }),
  length: field('lldp.tlv.len', 'TLV Length', 'uint16', { mask: 0x01ff }),
  chassisSubtype: field('lldp.chassis.subtype', 'Chassis Id Subtype', 'uint8', { values: CHASSIS_NAMES }),
  chassisMac: field('lldp.chassis.id.mac', 'Chassis Id', 'ether'),
  chassis: field('lldp.chassis.id', 'Chassis Id', 'bytes'),
  portSubtype: field('lldp.port.subtype', 'Port Id Subtype', 'uint8', { values: PORT_NAMES }),
  portMac: field('lldp.port.id.mac', 'Port Id', 'ether'),
  port: field('lldp.port.id', 'Port Id', 'string'),
  timeToLive: field('lldp.time_to_live', 'Seconds', 'uint16'),
  portDescription: field('lldp.port.desc', 'Port Description', 'string'),
  systemName: field('lldp.tlv.system.name', 'System Name', 'string'),
  systemDescription: field('lldp.tlv.system.desc', 'System Description', 'string'),
  capabilities: field('lldp.tlv.system_cap', 'Capabilities', 'uint16', { base: 'hex' }),
  enabled: field('lldp.tlv.enable_system_cap', 'Enabled Capabilities', 'uint16', { base: 'hex' }),
  addressLength: field('lldp.mgn.address.len', 'Address String Length', 'uint8'),
  addressSubtype: field('lldp.mgn.address.subtype', 'Address Subtype', 'uint8', { values: { 1: 'IPv4', 2: 'IPv6' } }),
  address4: field('lldp.mgn.addr.ip4', 'Management Address', 'ipv4'),
  addressBytes: field('lldp.mgn.addr.hex', 'Management Address', 'bytes'),
  interfaceSubtype: field('lldp.mgn.interface.subtype', 'Interface Subtype', 'uint8', {
    values: { 1: 'Unknown', 2: 'ifIndex', 3: 'System port number' },
  }),
  interfaceNumber: field('lldp.mgn.interface.number', 'Interface Number', 'uint32'),
  objectLength: field('lldp.mgn.obj.len', 'OID String Length', 'uint8'),
  organization: field('lldp.orgtlv.oui', 'Organization Unique Code', 'uint24', { base: 'oui' }),
  ieeeSubtype: field('lldp.ieee.802_1.subtype', 'IEEE 802.1 Subtype', 'uint8', {
    base: 'hex',
    values: { 1: 'Port VLAN ID' },
  }),
  portVlan: field('lldp.ieee.802_1.port_vlan.id', 'Port VLAN Identifier', 'uint16', { base: 'dec-hex' }),
  unknownSubtype: field('lldp.unknown_subtype', 'Unknown Subtype', 'uint8'),
  unknownContent: field('lldp.unknown_subtype.content', 'Unknown Subtype Content', 'bytes'),
};

/** One TLV's place: its header at `at`, its value from `from` up to `to`. */
interface Span {
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

function open(d: Dissection, { at, to }: Span, text: string): void {
  d.beginText(at, to - at, text);
  d.add(FIELDS.type, at, 2);
  d.add(FIELDS.length, at, 2);
}

const textAt = (d: Dissection, from: number, to: number): string => fromUtf8(d.bytes.subarray(from, to));

/** Chassis or port: a subtype, and what it says the identifier is. Returns the identifier for the packet list. */
function addId(d: Dissection, span: Span, what: 'Chassis' | 'Port'): string {
  const { from, to } = span;
  d.need(from, 1);
  const isChassis = what === 'Chassis';
  const subtype = d.u8(from);
  const isMac = subtype === (isChassis ? MAC_CHASSIS : MAC_PORT) && to - from === 7;
  const id = isMac ? formatMac(readMac(d.bytes, from + 1)) : textAt(d, from + 1, to);
  const names = isChassis ? CHASSIS_NAMES : PORT_NAMES;
  open(d, span, `${what} Subtype = ${names[subtype] ?? 'Reserved'}, Id: ${id}`);
  d.add(isChassis ? FIELDS.chassisSubtype : FIELDS.portSubtype, from, 1);
  if (isMac) d.add(isChassis ? FIELDS.chassisMac : FIELDS.portMac, from + 1, 6);
  else if (to > from + 1) d.add(isChassis ? FIELDS.chassis : FIELDS.port, from + 1, to - from - 1);
  d.end();
  const kind = isMac ? 'MA' : subtype === 7 ? 'LA' : 'IN';
  return `${kind}/${id}`;
}

function addText(d: Dissection, span: Span, name: string, def: FieldDef): string {
  const text = textAt(d, span.from, span.to);
  open(d, span, `${name} = ${text}`);
  d.add(def, span.from, span.to - span.from);
  d.end();
  return text;
}

function addCapabilities(d: Dissection, span: Span): void {
  d.need(span.from, 4);
  open(d, span, 'Capabilities');
  const words = [
    [FIELDS.capabilities, ABLE],
    [FIELDS.enabled, ENABLED],
  ] as const;
  words.forEach(([word, bits], index) => {
    const at = span.from + 2 * index;
    d.begin(word, at, 2);
    for (const bit of bits) d.add(bit, at, 2);
    d.end();
  });
  d.end();
}

function addManagementAddress(d: Dissection, span: Span): void {
  const { from } = span;
  d.need(from, 2);
  const length = d.u8(from);
  const family = d.u8(from + 1);
  d.need(from, 1 + length + 6);
  open(d, span, 'Management Address');
  d.add(FIELDS.addressLength, from, 1);
  d.add(FIELDS.addressSubtype, from + 1, 1);
  const isIpv4 = family === IPV4_FAMILY && length === 5;
  d.add(isIpv4 ? FIELDS.address4 : FIELDS.addressBytes, from + 2, length - 1);
  if (isIpv4 && d.building) d.label(`Management Address: ${formatIpv4(readIpv4(d.bytes, from + 2))}`);
  const interfaceAt = from + 1 + length;
  d.add(FIELDS.interfaceSubtype, interfaceAt, 1);
  d.add(FIELDS.interfaceNumber, interfaceAt + 1, 4);
  d.add(FIELDS.objectLength, interfaceAt + 5, 1);
  d.end();
}

function addOrganization(d: Dissection, span: Span): void {
  const { from, to } = span;
  d.need(from, 4);
  const oui = (d.u8(from) << 16) | d.u16(from + 1);
  const subtype = d.u8(from + 3);
  const isPortVlan = oui === IEEE_802_1 && subtype === 1 && to - from === 6;
  open(d, span, isPortVlan ? 'IEEE - Port VLAN ID' : 'Organization Specific');
  d.add(FIELDS.organization, from, 3);
  if (isPortVlan) {
    d.add(FIELDS.ieeeSubtype, from + 3, 1);
    d.add(FIELDS.portVlan, from + 4, 2);
  } else {
    d.add(FIELDS.unknownSubtype, from + 3, 1);
    if (to > from + 4) d.add(FIELDS.unknownContent, from + 4, to - from - 4);
  }
  d.end();
}

function dissectLldp(d: Dissection, start: number, end: number): number {
  d.begin(lldpProtocol.field, start, end - start);
  const shown: string[] = [];
  let at = start;
  for (let isOver = false; !isOver;) {
    d.need(at, LLDP_TLV_HEADER_LENGTH);
    const head = d.u16(at);
    const type = head >>> 9;
    const from = at + LLDP_TLV_HEADER_LENGTH;
    const to = from + (head & 0x1ff);
    d.need(at, to - at);
    const span = { at, from, to };
    switch (type) {
      case LLDP_TLV.end:
        open(d, span, 'End of LLDPDU');
        d.end();
        isOver = true;
        break;
      case LLDP_TLV.chassisId:
        shown.push(addId(d, span, 'Chassis'));
        break;
      case LLDP_TLV.portId:
        shown.push(addId(d, span, 'Port'));
        break;
      case LLDP_TLV.timeToLive: {
        d.need(from, 2);
        const seconds = d.u16(from);
        shown.push(`${seconds}`);
        open(d, span, `Time To Live = ${seconds} sec`);
        d.add(FIELDS.timeToLive, from, 2);
        d.end();
        break;
      }
      case LLDP_TLV.portDescription:
        addText(d, span, 'Port Description', FIELDS.portDescription);
        break;
      case LLDP_TLV.systemName:
        shown.push(`SysN=${addText(d, span, 'System Name', FIELDS.systemName)}`);
        break;
      case LLDP_TLV.systemDescription:
        shown.push(`SysD=${addText(d, span, 'System Description', FIELDS.systemDescription)}`);
        break;
      case LLDP_TLV.capabilities:
        addCapabilities(d, span);
        break;
      case LLDP_TLV.managementAddress:
        addManagementAddress(d, span);
        break;
      case LLDP_TLV.organization:
        addOrganization(d, span);
        break;
      default:
        open(d, span, TLV_NAMES[type] ?? 'Unknown TLV');
        d.end();
    }
    at = to;
  }
  if (d.columns !== undefined) {
    d.columns.protocol = 'LLDP';
    d.columns.info = `${shown.join(' ')} `;
  }
  d.endAt(at);
  d.end();
  return at;
}

export const lldpProtocol = defineProtocol({
  id: 'lldp',
  name: 'Link Layer Discovery Protocol',
  shortName: 'LLDP',
  fields: {
    ...FIELDS,
    ...Object.fromEntries(ABLE.map((def, i) => [`able${i}`, def])),
    ...Object.fromEntries(ENABLED.map((def, i) => [`enabled${i}`, def])),
  },
  tables: { ethertype: [ETHERTYPE.lldp] },
  dissect: dissectLldp,
});
