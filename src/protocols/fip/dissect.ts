/** FIP as Wireshark shows it: header, flags, descriptors; a login is a Fibre Channel frame in a descriptor. */
import { formatMac, readMac } from '../../base/address.ts';
import type { Dissection } from '../core/dissect.ts';
import { field, type FieldDef } from '../core/field.ts';
import { defineProtocol } from '../core/registry.ts';
import { ETHERTYPE } from '../ethernet/fields.ts';
import { fcProtocol } from '../fc/dissect.ts';
import { formatFcId, formatWwn, readWwn } from '../fc/wwn.ts';
import { FIP, FIP_DESCRIPTOR, FIP_FLAG, FIP_HEADER_LENGTH } from './fields.ts';

const OPCODE_NAMES: Readonly<Record<number, string>> = {
  1: 'Discovery',
  2: 'Link Service',
  3: 'Control',
  4: 'VLAN',
  5: 'VN2VN',
};
const hex = { base: 'hex' } as const;
const subcode = (name: string, label: string, values: Readonly<Record<number, string>>): FieldDef =>
  field(`fip.${name}`, label, 'uint8', { ...hex, values });

/** What each opcode's subcodes are. */
const DISCOVERY = { 1: 'Solicitation', 2: 'Advertisement' };
const LINK_SERVICE = { 1: 'ELS Request', 2: 'ELS Response' };
const CONTROL = { 1: 'Keep-Alive', 2: 'Clear Virtual Link' };
const VLAN = { 1: 'VLAN Request', 2: 'VLAN Response' };
const VN2VN = { 1: 'Probe Request', 2: 'Probe Reply', 3: 'Claim Notification', 4: 'Claim Response', 5: 'Beacon' };

const FIELDS = {
  version: field('fip.ver', 'Version', 'uint8', { mask: 0xf0 }),
  reserved: field('fip.reserved', 'Reserved', 'uint16', hex),
  opcode: field('fip.opcode', 'Opcode', 'uint16', { ...hex, values: OPCODE_NAMES }),
  discovery: subcode('disc_subcode', 'Discovery Subcode', DISCOVERY),
  linkService: subcode('ls.subcode', 'Link Service Subcode', LINK_SERVICE),
  control: subcode('ctrl_subcode', 'Control Subcode', CONTROL),
  vlanSubcode: subcode('vlan_subcode', 'VLAN Subcode', VLAN),
  vn2vn: subcode('vn2vn_subcode', 'VN2VN Subcode', VN2VN),
  subcode: field('fip.subcode', 'Unknown Subcode', 'uint8', hex),
  length: field('fip.dl_len', 'Length of Descriptors (words)', 'uint16'),
  flags: field('fip.flags', 'Flags', 'uint16', hex),
  descriptors: field('fip.descriptors', 'Descriptors', 'bytes'),
  type: field('fip.desc_type', 'Descriptor Type', 'uint8', {
    ...hex,
    values: {
      1: 'Priority',
      2: 'MAC Address',
      3: 'FC-MAP OUI',
      4: 'Switch or Node Name',
      5: 'Fabric Descriptor',
      6: 'Max FCoE frame size',
      7: 'FLOGI Encapsulation',
      8: 'FDISC Encapsulation',
      9: 'LOGO Encapsulation',
      10: 'ELP Encapsulation',
      11: 'VN_Port Info',
      12: 'FKA_ADV_Period',
      13: 'Vendor_ID',
      14: 'VLAN',
      15: 'FC-4 features',
    },
  }),
  descriptorLength: field('fip.desc_len', 'Descriptor Length (words)', 'uint8'),
  priority: field('fip.pri', 'Priority', 'uint8'),
  mac: field('fip.mac', 'MAC Address', 'ether'),
  map: field('fip.map', 'FC-MAP-OUI', 'string'),
  name: field('fip.name', 'Switch or Node Name', 'string'),
  virtualFabric: field('fip.fab.vfid', 'VFID', 'uint16'),
  fabricMap: field('fip.fab.map', 'FC-MAP', 'string'),
  fabricName: field('fip.fab.name', 'Fabric Name', 'string'),
  size: field('fip.fcoe_size', 'Max FCoE frame size', 'uint16'),
  portMac: field('fip.vn.mac', 'VN_Port MAC Address', 'ether'),
  portId: field('fip.vn.fc_id', 'VN_Port FC_ID', 'uint32', hex),
  portName: field('fip.vn.pwwn', 'Port Name', 'string'),
  period: field('fip.fka', 'FKA_ADV_Period', 'uint32', { unit: ' ms' }),
  vendor: field('fip.vendor', 'Vendor-ID', 'bytes'),
  vendorData: field('fip.vendor.data', 'Vendor-specific data', 'bytes'),
  vlan: field('fip.vlan', 'VLAN', 'uint16'),
  unknown: field('fip.desc_unk', 'Unknown Descriptor', 'bytes'),
};

const flag = (name: string, label: string, mask: number): FieldDef =>
  field(`fip.flags.${name}`, label, 'bool', { bits: 16, mask });
const FLAGS = {
  fpma: flag('fpma', 'Fabric Provided MAC addr', FIP_FLAG.fpma),
  spma: flag('spma', 'Server Provided MAC addr', FIP_FLAG.spma),
  p2p: flag('rec_p2p', 'REC/P2P', 0x0008),
  available: flag('available', 'Available', FIP_FLAG.available),
  solicited: flag('sol', 'Solicited', FIP_FLAG.solicited),
  fPort: flag('fport', 'F_Port', FIP_FLAG.fPort),
};

const SUBCODES: Readonly<Record<number, { readonly def: FieldDef; readonly names: Readonly<Record<number, string>> }>> =
  {
    1: { def: FIELDS.discovery, names: DISCOVERY },
    2: { def: FIELDS.linkService, names: LINK_SERVICE },
    3: { def: FIELDS.control, names: CONTROL },
    4: { def: FIELDS.vlanSubcode, names: VLAN },
    5: { def: FIELDS.vn2vn, names: VN2VN },
  };

function dissectFip(d: Dissection, start: number, end: number): number {
  const length = 4 * d.u16(start + FIP.length);
  const stop = Math.min(end, start + FIP_HEADER_LENGTH + length);
  const opcode = d.u16(start + FIP.opcode);
  const known = SUBCODES[opcode];
  const name = known?.names[d.u8(start + FIP.subcode)] ?? `Unknown ${opcode}`;
  d.begin(fipProtocol.field, start, stop - start);
  if (d.building) d.labelOpen(`FIP ${name}`);
  if (d.columns !== undefined) {
    d.columns.protocol = 'FIP';
    d.columns.info = name;
  }
  d.add(FIELDS.version, start, 1);
  d.add(FIELDS.reserved, start, 2, d.u16(start) & 0xfff);
  d.add(FIELDS.opcode, start + FIP.opcode, 2);
  d.add(FIELDS.reserved, start + 4, 1);
  d.add(known?.def ?? FIELDS.subcode, start + FIP.subcode, 1);
  d.add(FIELDS.length, start + FIP.length, 2);
  d.begin(FIELDS.flags, start + FIP.flags, 2);
  for (const one of Object.values(FLAGS)) d.add(one, start + FIP.flags, 2);
  d.end();
  d.add(FIELDS.descriptors, start + FIP_HEADER_LENGTH, stop - start - FIP_HEADER_LENGTH);
  for (let at = start + FIP_HEADER_LENGTH; at < stop;) {
    const bytes = 4 * d.u8(at + 1);
    if (bytes === 0 || at + bytes > stop) break;
    descriptor(d, at, bytes);
    at += bytes;
  }
  d.end();
  return end;
}

function descriptor(d: Dissection, at: number, bytes: number): void {
  d.need(at, bytes);
  d.beginText(at, bytes, `Descriptor: ${d.building ? textOf(d, at) : ''}`);
  d.add(FIELDS.type, at, 1);
  d.add(FIELDS.descriptorLength, at + 1, 1);
  switch (d.u8(at)) {
    case FIP_DESCRIPTOR.priority:
      d.add(FIELDS.priority, at + 3, 1);
      break;
    case FIP_DESCRIPTOR.mac:
      d.add(FIELDS.mac, at + 2, 6);
      break;
    case FIP_DESCRIPTOR.fcMap:
      d.add(FIELDS.map, at + 5, 3, idAt(d, at + 5));
      break;
    case FIP_DESCRIPTOR.name:
      d.add(FIELDS.name, at + 4, 8, wwnAt(d, at + 4));
      break;
    case FIP_DESCRIPTOR.fabric:
      d.add(FIELDS.virtualFabric, at + 2, 2);
      d.add(FIELDS.fabricMap, at + 5, 3, idAt(d, at + 5));
      d.add(FIELDS.fabricName, at + 8, 8, wwnAt(d, at + 8));
      break;
    case FIP_DESCRIPTOR.maxSize:
      d.add(FIELDS.size, at + 2, 2);
      break;
    case FIP_DESCRIPTOR.flogi:
    case FIP_DESCRIPTOR.fdisc:
    case FIP_DESCRIPTOR.logo:
      d.call(fcProtocol, at + 4, at + bytes);
      break;
    case FIP_DESCRIPTOR.port:
      d.add(FIELDS.portMac, at + 2, 6);
      d.add(FIELDS.portId, at + 9, 3);
      d.add(FIELDS.portName, at + 12, 8, wwnAt(d, at + 12));
      break;
    case FIP_DESCRIPTOR.keepAlive:
      d.add(FIELDS.period, at + 4, 4);
      break;
    case FIP_DESCRIPTOR.vendor:
      d.add(FIELDS.vendor, at + 4, 8);
      if (bytes > 9) d.add(FIELDS.vendorData, at + 9, bytes - 9);
      break;
    case FIP_DESCRIPTOR.vlan:
      d.add(FIELDS.vlan, at + 2, 2);
      break;
    default:
      d.add(FIELDS.unknown, at + 2, bytes - 2);
  }
  d.end();
}

function wwnAt(d: Dissection, at: number): string {
  d.need(at, 8);
  return formatWwn(readWwn(d.bytes, at));
}

function idAt(d: Dissection, at: number): string {
  return formatFcId(d.u32(at - 1) & 0xff_ffff);
}

/** What a descriptor says, in a line. */
function textOf(d: Dissection, at: number): string {
  const mac = (): string => formatMac(readMac(d.bytes, at + 2));
  switch (d.u8(at)) {
    case FIP_DESCRIPTOR.priority:
      return `Priority ${d.u8(at + 3)}`;
    case FIP_DESCRIPTOR.mac:
      return `MAC Address ${mac()}`;
    case FIP_DESCRIPTOR.fcMap:
      return `FC-MAP ${idAt(d, at + 5)}`;
    case FIP_DESCRIPTOR.name:
      return `Switch or Node Name ${wwnAt(d, at + 4)}`;
    case FIP_DESCRIPTOR.fabric:
      return `Fabric Descriptor ${wwnAt(d, at + 8)}`;
    case FIP_DESCRIPTOR.maxSize:
      return `Max FCoE frame size ${d.u16(at + 2)} bytes`;
    case FIP_DESCRIPTOR.flogi:
    case FIP_DESCRIPTOR.fdisc:
    case FIP_DESCRIPTOR.logo:
    case FIP_DESCRIPTOR.elp:
      return `${['FLOGI', 'FDISC', 'LOGO', 'ELP'][d.u8(at) - FIP_DESCRIPTOR.flogi] ?? ''} Encapsulation ${4 * d.u8(at + 1) - 4} bytes`;
    case FIP_DESCRIPTOR.port:
      return `VN_Port Info MAC ${mac()} FC_ID ${idAt(d, at + 9)}`;
    case FIP_DESCRIPTOR.keepAlive:
      return `FKA_ADV_Period ${d.u32(at + 4)} ms`;
    case FIP_DESCRIPTOR.vlan:
      return `VLAN ${d.u16(at + 2)}`;
    default:
      return `Unknown ${d.u8(at)}`;
  }
}

export const fipProtocol = defineProtocol({
  id: 'fip',
  name: 'FCoE Initialization Protocol',
  shortName: 'FIP',
  fields: [FIELDS, FLAGS],
  tables: { ethertype: [ETHERTYPE.fip] },
  calls: ['fc'],
  dissect: dissectFip,
});
