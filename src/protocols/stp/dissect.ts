/** Spanning tree BPDUs: configuration, topology change, rapid. */
import { formatMac, readMac } from '../../base/address.ts';
import type { Dissection } from '../core/dissect.ts';
import { field } from '../core/field.ts';
import { LLC_SAP } from '../llc/fields.ts';
import { defineProtocol } from '../core/registry.ts';
import { BPDU, BPDU_CONFIG_LENGTH, BPDU_FLAG, BPDU_RST_LENGTH, BPDU_TCN_LENGTH, BPDU_TYPE } from './fields.ts';

const YES_NO = ['Yes', 'No'] as const;

const FIELDS = {
  protocol: field('stp.protocol', 'Protocol Identifier', 'uint16', {
    base: 'hex',
    values: { 0: 'Spanning Tree Protocol' },
  }),
  version: field('stp.version', 'Protocol Version Identifier', 'uint8', {
    values: { 0: 'Spanning Tree', 2: 'Rapid Spanning Tree', 3: 'Multiple Spanning Tree', 4: 'Shortest Path Tree' },
  }),
  type: field('stp.type', 'BPDU Type', 'uint8', {
    base: 'hex',
    values: { 0: 'Configuration', 2: 'Rapid/Multiple Spanning Tree', 0x80: 'Topology Change Notification' },
  }),
  flags: field('stp.flags', 'BPDU flags', 'uint8', { base: 'hex' }),
  topologyChangeAck: field('stp.flags.tcack', 'Topology Change Acknowledgment', 'bool', {
    mask: BPDU_FLAG.topologyChangeAck,
    trueFalse: YES_NO,
  }),
  agreement: field('stp.flags.agreement', 'Agreement', 'bool', { mask: BPDU_FLAG.agreement, trueFalse: YES_NO }),
  forwarding: field('stp.flags.forwarding', 'Forwarding', 'bool', { mask: BPDU_FLAG.forwarding, trueFalse: YES_NO }),
  learning: field('stp.flags.learning', 'Learning', 'bool', { mask: BPDU_FLAG.learning, trueFalse: YES_NO }),
  portRole: field('stp.flags.port_role', 'Port Role', 'uint8', {
    mask: BPDU_FLAG.portRole,
    values: { 0: 'Unknown', 1: 'Alternate or Backup', 2: 'Root', 3: 'Designated' },
  }),
  proposal: field('stp.flags.proposal', 'Proposal', 'bool', { mask: BPDU_FLAG.proposal, trueFalse: YES_NO }),
  topologyChange: field('stp.flags.tc', 'Topology Change', 'bool', {
    mask: BPDU_FLAG.topologyChange,
    trueFalse: YES_NO,
  }),
  rootPriority: field('stp.root.prio', 'Root Bridge Priority', 'uint16'),
  rootExtension: field('stp.root.ext', 'Root Bridge System ID Extension', 'uint16'),
  rootMac: field('stp.root.hw', 'Root Bridge System ID', 'ether'),
  rootPathCost: field('stp.root.cost', 'Root Path Cost', 'uint32'),
  bridgePriority: field('stp.bridge.prio', 'Bridge Priority', 'uint16'),
  bridgeExtension: field('stp.bridge.ext', 'Bridge System ID Extension', 'uint16'),
  bridgeMac: field('stp.bridge.hw', 'Bridge System ID', 'ether'),
  port: field('stp.port', 'Port identifier', 'uint16', { base: 'hex' }),
  messageAge: field('stp.msg_age', 'Message Age', 'double'),
  maxAge: field('stp.max_age', 'Max Age', 'double'),
  hello: field('stp.hello', 'Hello Time', 'double'),
  forwardDelay: field('stp.forward', 'Forward Delay', 'double'),
  version1Length: field('stp.version_1_length', 'Version 1 Length', 'uint8'),
};

function bridgeText(d: Dissection, at: number): string {
  const priority = d.u16(at);
  return `${priority & 0xf000} / ${priority & 0xfff} / ${formatMac(readMac(d.bytes, at + 2))}`;
}

function addFlags(d: Dissection, at: number, isRapid: boolean): void {
  const flags = d.u8(at);
  d.begin(FIELDS.flags, at, 1);
  if (d.building && (flags & BPDU_FLAG.topologyChange) !== 0) d.appendOpen(' (Topology Change)');
  d.add(FIELDS.topologyChangeAck, at, 1);
  if (isRapid) {
    d.add(FIELDS.agreement, at, 1);
    d.add(FIELDS.forwarding, at, 1);
    d.add(FIELDS.learning, at, 1);
    d.add(FIELDS.portRole, at, 1);
    d.add(FIELDS.proposal, at, 1);
  }
  d.add(FIELDS.topologyChange, at, 1);
  d.end();
}

/** A time in 1/256 s (IEEE 802.1D-2004 §9.2.8). */
function addTime(d: Dissection, def: (typeof FIELDS)['messageAge'], at: number): void {
  d.add(def, at, 2, d.u16(at) / 256);
}

function dissectStp(d: Dissection, start: number, end: number): number {
  const type = d.u8(start + BPDU.type);
  const version = d.u8(start + BPDU.version);
  const isTree = type === BPDU_TYPE.config || type === BPDU_TYPE.rst;
  const isRapid = type === BPDU_TYPE.rst;
  const length = isTree ? (isRapid ? BPDU_RST_LENGTH : BPDU_CONFIG_LENGTH) : BPDU_TCN_LENGTH;
  if (d.columns !== undefined) {
    d.columns.protocol = 'STP';
    d.columns.info = isTree ? '' : 'Topology Change Notification';
  }
  d.begin(stpProtocol.field, start, Math.min(length, end - start));
  d.add(FIELDS.protocol, start, 2);
  d.add(FIELDS.version, start + BPDU.version, 1, version);
  d.add(FIELDS.type, start + BPDU.type, 1, type);
  if (!isTree) {
    d.end();
    if (type !== BPDU_TYPE.topologyChange) d.data(start + BPDU_TCN_LENGTH, end);
    return type === BPDU_TYPE.topologyChange ? start + BPDU_TCN_LENGTH : end;
  }
  if (d.columns !== undefined) {
    const cost = d.u32(start + BPDU.rootPathCost);
    const port = d
      .u16(start + BPDU.portId)
      .toString(16)
      .padStart(4, '0');
    const root = bridgeText(d, start + BPDU.rootId).replaceAll(' / ', '/');
    d.columns.info = `${isRapid ? 'RST. ' : 'Conf. '}Root = ${root}  Cost = ${cost}  Port = 0x${port}`;
  }
  addFlags(d, start + BPDU.flags, isRapid);
  const root = start + BPDU.rootId;
  d.beginText(root, 8, d.building ? `Root Identifier: ${bridgeText(d, root)}` : '');
  d.add(FIELDS.rootPriority, root, 1, d.u16(root) & 0xf000);
  d.add(FIELDS.rootExtension, root, 2, d.u16(root) & 0xfff);
  d.add(FIELDS.rootMac, root + 2, 6);
  d.end();
  d.add(FIELDS.rootPathCost, start + BPDU.rootPathCost, 4);
  const bridge = start + BPDU.bridgeId;
  d.beginText(bridge, 8, d.building ? `Bridge Identifier: ${bridgeText(d, bridge)}` : '');
  d.add(FIELDS.bridgePriority, bridge, 1, d.u16(bridge) & 0xf000);
  d.add(FIELDS.bridgeExtension, bridge, 2, d.u16(bridge) & 0xfff);
  d.add(FIELDS.bridgeMac, bridge + 2, 6);
  d.end();
  d.add(FIELDS.port, start + BPDU.portId, 2);
  addTime(d, FIELDS.messageAge, start + BPDU.messageAge);
  addTime(d, FIELDS.maxAge, start + BPDU.maxAge);
  addTime(d, FIELDS.hello, start + BPDU.helloTime);
  addTime(d, FIELDS.forwardDelay, start + BPDU.forwardDelay);
  if (isRapid) d.add(FIELDS.version1Length, start + BPDU.version1Length, 1);
  d.end();
  return start + length;
}

export const stpProtocol = defineProtocol({
  id: 'stp',
  name: 'Spanning Tree Protocol',
  shortName: 'STP',
  fields: FIELDS,
  tables: { 'llc.dsap': [LLC_SAP.stp] },
  dissect: dissectStp,
});
