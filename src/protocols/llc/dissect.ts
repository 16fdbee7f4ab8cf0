/** 802.2 LLC and SNAP. */
import type { Dissection } from '../core/dissect.ts';
import { dispatchEtherType, ETHERTYPE_NAMES } from '../ethernet/dissect.ts';
import { field } from '../core/field.ts';
import { defineProtocol, REJECTED } from '../core/registry.ts';
import { llcControlLength } from './codec.ts';
import { LLC, LLC_CONTROL_UI, LLC_SAP, SNAP, SNAP_HEADER_LENGTH } from './fields.ts';

const SAP_NAMES = {
  0x00: 'NULL LSAP',
  0x42: 'Spanning Tree BPDU',
  0xaa: 'SNAP',
  0xe0: 'NetWare',
  0xf0: 'NetBIOS',
  0xfe: 'ISO Network Layer',
  0xff: 'Global LSAP',
};
/** Names of SAPs without the bit that says group or response. */
function sapName(value: number): string | undefined {
  return (SAP_NAMES as Readonly<Record<number, string>>)[value << 1];
}

const COMMAND_NAMES = {
  0x00: 'Unnumbered Information',
  0x1b: 'Set Asynchronous Balanced Mode Extended',
  0x3b: 'TEST',
  0x2b: 'XID',
};
const OUI_NAMES = { 0: 'Officially Xerox, but', 0x00000c: 'Cisco Systems, Inc', 0x0080c2: 'IEEE 802.1 Working Group' };

const FIELDS = {
  dsap: field('llc.dsap', 'DSAP', 'uint8', { base: 'hex', values: SAP_NAMES }),
  dsapSap: field('llc.dsap.sap', 'SAP', 'uint8', { base: 'none', mask: 0xfe, values: sapName }),
  dsapGroup: field('llc.dsap.ig', 'IG Bit', 'bool', { mask: 0x01, trueFalse: ['Group', 'Individual'] }),
  ssap: field('llc.ssap', 'SSAP', 'uint8', { base: 'hex', values: SAP_NAMES }),
  ssapSap: field('llc.ssap.sap', 'SAP', 'uint8', { base: 'none', mask: 0xfe, values: sapName }),
  ssapResponse: field('llc.ssap.cr', 'CR Bit', 'bool', { mask: 0x01, trueFalse: ['Response', 'Command'] }),
  control: field('llc.control', 'Control', 'uint16', { base: 'hex' }),
  command: field('llc.control.u_modifier_cmd', 'Command', 'uint8', { base: 'hex', mask: 0xec, values: COMMAND_NAMES }),
  frameType: field('llc.control.ftype', 'Frame type', 'uint16', {
    base: 'hex',
    mask: 0x0003,
    values: { 0: 'Information frame', 1: 'Supervisory frame', 2: 'Information frame', 3: 'Unnumbered frame' },
  }),
  oui: field('llc.oui', 'Organization Code', 'uint24', { values: OUI_NAMES }),
  type: field('llc.type', 'Type', 'uint16', { base: 'hex', values: ETHERTYPE_NAMES }),
  pid: field('llc.pid', 'Protocol ID', 'uint16', { base: 'hex' }),
};

function dissectLlc(d: Dissection, start: number, end: number): number {
  if (end === start) return REJECTED;
  const controlLength = llcControlLength(d.u8(start + LLC.control));
  const control = controlLength === 1 ? d.u8(start + LLC.control) : d.u16(start + LLC.control);
  const dsap = d.u8(start + LLC.dsap);
  const isSnap = dsap === LLC_SAP.snap && d.u8(start + LLC.ssap) === LLC_SAP.snap && control === LLC_CONTROL_UI;
  const payload = start + (isSnap ? SNAP_HEADER_LENGTH : 2 + controlLength);
  d.begin(llcProtocol.field, start, payload - start);
  d.begin(FIELDS.dsap, start, 1);
  d.add(FIELDS.dsapSap, start, 1);
  d.add(FIELDS.dsapGroup, start, 1);
  d.end();
  d.begin(FIELDS.ssap, start + LLC.ssap, 1);
  d.add(FIELDS.ssapSap, start + LLC.ssap, 1);
  d.add(FIELDS.ssapResponse, start + LLC.ssap, 1);
  d.end();
  addControl(d, start + LLC.control, controlLength, control);
  if (d.columns !== undefined) {
    d.columns.protocol = 'LLC';
    d.columns.info = `${control === LLC_CONTROL_UI ? 'U, func=UI' : 'LLC'}; DSAP ${sapName(dsap >>> 1) ?? dsap}`;
  }
  if (!isSnap) {
    d.end();
    if (d.dispatch('llc.dsap', dsap, payload, end) === REJECTED) d.data(payload, end);
    return end;
  }
  const oui = (d.u8(start + SNAP.oui) << 16) | d.u16(start + SNAP.oui + 1);
  const pid = d.u16(start + SNAP.pid);
  d.add(FIELDS.oui, start + SNAP.oui, 3);
  // RFC 1042: with a code of zero the protocol id is an EtherType.
  d.add(oui === 0 ? FIELDS.type : FIELDS.pid, start + SNAP.pid, 2);
  d.end();
  if (oui === 0) return dispatchEtherType(d, payload, end, pid);
  d.data(payload, end);
  return end;
}

function addControl(d: Dissection, start: number, length: 1 | 2, control: number): void {
  d.begin(FIELDS.control, start, length, control);
  if (length === 1) {
    if (d.building)
      d.labelOpen(
        `Control field: U, func=${control === LLC_CONTROL_UI ? 'UI' : `0x${control.toString(16)}`} (0x${control.toString(16).padStart(2, '0')})`,
      );
    d.add(FIELDS.command, start, 1);
    d.add(FIELDS.frameType, start, 1);
  }
  d.end();
}

export const llcProtocol = defineProtocol({
  id: 'llc',
  name: 'Logical-Link Control',
  shortName: 'LLC',
  fields: FIELDS,
  tables: { 'eth.llc': [0] },
  calls: ['llc.dsap', 'ethertype'],
  dissect: dissectLlc,
});
