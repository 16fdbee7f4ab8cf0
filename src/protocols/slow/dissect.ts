/** The slow protocols of IEEE 802.3: link aggregation control and its markers. */
import { formatMac } from '../../base/address.ts';
import type { Dissection } from '../core/dissect.ts';
import { field, type FieldDef } from '../core/field.ts';
import { defineProtocol, REJECTED } from '../core/registry.ts';
import { ETHERTYPE } from '../ethernet/fields.ts';
import {
  LACP,
  LACP_LENGTH,
  LACP_PORT,
  LACP_PORT_LENGTH,
  LACP_STATE,
  MARKER,
  MARKER_LENGTH,
  SLOW_SUBTYPE,
} from './fields.ts';

const SLOW = {
  subtype: field('slow.subtype', 'Slow Protocols subtype', 'uint8', {
    base: 'hex',
    values: { 1: 'LACP', 2: 'Marker Protocol', 3: 'OAM', 10: 'Organization Specific Slow Protocol' },
  }),
};

function dissectSlow(d: Dissection, start: number, end: number): number {
  d.begin(slowProtocol.field, start, 1);
  const subtype = d.u8(start);
  if (d.columns !== undefined) {
    d.columns.protocol = 'Slow Protocols';
    d.columns.info = `Subtype = ${subtype}`;
  }
  d.add(SLOW.subtype, start, 1);
  d.end();
  const left = d.dispatch('slow.subtype', subtype, start, end);
  if (left !== REJECTED) return left;
  d.data(start + 1, end);
  return end;
}

export const slowProtocol = defineProtocol({
  id: 'slow',
  name: 'Slow Protocols',
  shortName: '802.3 Slow protocols',
  fields: SLOW,
  tables: { ethertype: [ETHERTYPE.slow] },
  calls: ['slow.subtype'],
  dissect: dissectSlow,
});

interface StateBit {
  readonly name: string;
  readonly label: string;
  readonly mask: number;
  readonly letter: string;
  readonly words: readonly [string, string];
}

const YES_NO = ['Yes', 'No'] as const;
const ENABLED = ['Enabled', 'Disabled'] as const;
const STATE_BITS: readonly StateBit[] = [
  { name: 'activity', label: 'LACP Activity', mask: LACP_STATE.activity, letter: 'A', words: ['Active', 'Passive'] },
  {
    name: 'timeout',
    label: 'LACP Timeout',
    mask: LACP_STATE.timeout,
    letter: 'S',
    words: ['Short Timeout', 'Long Timeout'],
  },
  {
    name: 'aggregation',
    label: 'Aggregation',
    mask: LACP_STATE.aggregation,
    letter: 'G',
    words: ['Aggregatable', 'Individual'],
  },
  {
    name: 'synchronization',
    label: 'Synchronization',
    mask: LACP_STATE.synchronization,
    letter: 'S',
    words: ['In Sync', 'Out of Sync'],
  },
  { name: 'collecting', label: 'Collecting', mask: LACP_STATE.collecting, letter: 'C', words: ENABLED },
  { name: 'distributing', label: 'Distributing', mask: LACP_STATE.distributing, letter: 'D', words: ENABLED },
  { name: 'defaulted', label: 'Defaulted', mask: LACP_STATE.defaulted, letter: 'F', words: YES_NO },
  { name: 'expired', label: 'Expired', mask: LACP_STATE.expired, letter: 'E', words: YES_NO },
];

function portFields(
  id: 'actor' | 'partner',
  Name: string,
  systemLabel: string,
): {
  readonly systemPriority: FieldDef;
  readonly system: FieldDef;
  readonly key: FieldDef;
  readonly portPriority: FieldDef;
  readonly port: FieldDef;
  readonly state: FieldDef;
  readonly bits: readonly FieldDef[];
  readonly text: FieldDef;
  readonly reserved: FieldDef;
} {
  return {
    systemPriority: field(`lacp.${id}.sys_priority`, `${Name} System Priority`, 'uint16'),
    system: field(`lacp.${id}.sysid`, systemLabel, 'ether'),
    key: field(`lacp.${id}.key`, `${Name} Key`, 'uint16'),
    portPriority: field(`lacp.${id}.port_priority`, `${Name} Port Priority`, 'uint16'),
    port: field(`lacp.${id}.port`, `${Name} Port`, 'uint16'),
    state: field(`lacp.${id}.state`, `${Name} State`, 'uint8', { base: 'hex' }),
    bits: STATE_BITS.map(({ name, label, mask, words }) =>
      field(`lacp.${id}.state.${name}`, label, 'bool', { mask, trueFalse: words }),
    ),
    text: field(`lacp.${id}.state_str`, `${Name} State Flags`, 'string'),
    reserved: field(`lacp.${id}.reserved`, 'Reserved', 'bytes'),
  };
}
type PortFields = ReturnType<typeof portFields>;

const ACTOR = portFields('actor', 'Actor', 'Actor System ID');
const PARTNER = portFields('partner', 'Partner', 'Partner System');
const LACP_FIELDS = {
  version: field('lacp.version', 'LACP Version', 'uint8', { base: 'hex' }),
  tlvType: field('lacp.tlv_type', 'TLV Type', 'uint8', {
    base: 'hex',
    values: { 0: 'Terminator', 1: 'Actor Information', 2: 'Partner Information', 3: 'Collector Information' },
  }),
  tlvLength: field('lacp.tlv_length', 'TLV Length', 'uint8', { base: 'hex' }),
  maxDelay: field('lacp.collector.max_delay', 'Collector Max Delay', 'uint16'),
  collectorReserved: field('lacp.coll_reserved', 'Reserved', 'bytes'),
  pad: field('lacp.pad', 'Pad', 'bytes'),
};

function stateText(state: number): string {
  return STATE_BITS.map(({ mask, letter }) => ((state & mask) === 0 ? '*' : letter))
    .reverse()
    .join('');
}

function addPort(d: Dissection, at: number, fields: PortFields): void {
  d.add(LACP_FIELDS.tlvType, at + LACP_PORT.type, 1);
  d.add(LACP_FIELDS.tlvLength, at + LACP_PORT.length, 1);
  d.add(fields.systemPriority, at + LACP_PORT.systemPriority, 2);
  d.add(fields.system, at + LACP_PORT.system, 6);
  d.add(fields.key, at + LACP_PORT.key, 2);
  d.add(fields.portPriority, at + LACP_PORT.portPriority, 2);
  d.add(fields.port, at + LACP_PORT.port, 2);
  const state = d.u8(at + LACP_PORT.state);
  d.begin(fields.state, at + LACP_PORT.state, 1);
  if (d.building) {
    for (const { mask, label } of STATE_BITS) if ((state & mask) !== 0) d.appendOpen(`, ${label}`);
  }
  for (const bit of fields.bits) d.add(bit, at + LACP_PORT.state, 1);
  d.end();
  d.add(fields.text, at + LACP_PORT.state, 1, stateText(state));
  d.add(fields.reserved, at + LACP_PORT.reserved, LACP_PORT_LENGTH - LACP_PORT.reserved);
}

function dissectLacp(d: Dissection, start: number, end: number): number {
  d.begin(lacpProtocol.field, start + LACP.version, Math.min(LACP_LENGTH, end - start) - LACP.version);
  d.add(LACP_FIELDS.version, start + LACP.version, 1);
  addPort(d, start + LACP.actor, ACTOR);
  addPort(d, start + LACP.partner, PARTNER);
  const collector = start + LACP.collector;
  d.add(LACP_FIELDS.tlvType, collector, 1);
  d.add(LACP_FIELDS.tlvLength, collector + 1, 1);
  d.add(LACP_FIELDS.maxDelay, collector + 2, 2);
  d.add(LACP_FIELDS.collectorReserved, collector + 4, 12);
  d.add(LACP_FIELDS.tlvType, start + LACP.terminator, 1);
  d.add(LACP_FIELDS.tlvLength, start + LACP.terminator + 1, 1);
  const describe = (at: number): string => {
    const state = stateText(d.u8(at + LACP_PORT.state));
    return `${formatMac(d.mac(at + LACP_PORT.system))} P: ${d.u16(at + LACP_PORT.port)} K: ${d.u16(at + LACP_PORT.key)} ${state}`;
  };
  if (d.columns !== undefined) {
    d.columns.protocol = 'LACP';
    const version = d.u8(start + LACP.version);
    d.columns.info = `v${version} ACTOR ${describe(start + LACP.actor)} PARTNER ${describe(start + LACP.partner)}`;
  }
  const pad = start + LACP.terminator + 2;
  const stop = Math.min(start + LACP_LENGTH, end);
  if (stop > pad) d.add(LACP_FIELDS.pad, pad, stop - pad);
  d.end();
  return stop;
}

export const lacpProtocol = defineProtocol({
  id: 'lacp',
  name: 'Link Aggregation Control Protocol',
  shortName: 'LACP',
  fields: { ...LACP_FIELDS, ...flat('actor', ACTOR), ...flat('partner', PARTNER) },
  tables: { 'slow.subtype': [SLOW_SUBTYPE.lacp] },
  dissect: dissectLacp,
});

function flat(id: string, { bits, ...fields }: PortFields): Record<string, FieldDef> {
  const out: Record<string, FieldDef> = {};
  for (const [name, def] of Object.entries(fields)) out[`${id}-${name}`] = def;
  bits.forEach((def, index) => {
    out[`${id}-bit${index}`] = def;
  });
  return out;
}

const MARKER_FIELDS = {
  version: field('marker.version', 'Version Number', 'uint8', { base: 'hex' }),
  type: field('marker.tlvType', 'TLV Type', 'uint8', {
    base: 'hex',
    values: { 0: 'Marker Terminator', 1: 'Marker Information', 2: 'Marker Response Information' },
  }),
  length: field('marker.tlvLen', 'TLV Length', 'uint8', { base: 'hex' }),
  port: field('marker.requesterPort', 'Requester Port', 'uint16'),
  system: field('marker.requesterSystem', 'Requester System', 'ether'),
  transaction: field('marker.requesterTransId', 'Requester Transaction ID', 'uint32'),
  pad: field('marker.requesterPad', 'Requester Pad', 'uint32'),
  reserved: field('marker.reserved', 'Reserved', 'bytes'),
};

function dissectMarker(d: Dissection, start: number, end: number): number {
  d.begin(markerProtocol.field, start + MARKER.version, Math.min(MARKER_LENGTH, end - start) - MARKER.version);
  if (d.columns !== undefined) d.columns.protocol = 'Marker';
  d.add(MARKER_FIELDS.version, start + MARKER.version, 1);
  d.add(MARKER_FIELDS.type, start + MARKER.type, 1);
  d.add(MARKER_FIELDS.length, start + MARKER.length, 1);
  d.add(MARKER_FIELDS.port, start + MARKER.port, 2);
  d.add(MARKER_FIELDS.system, start + MARKER.system, 6);
  d.add(MARKER_FIELDS.transaction, start + MARKER.transaction, 4);
  d.add(MARKER_FIELDS.pad, start + MARKER.pad, 2, d.u16(start + MARKER.pad));
  d.add(MARKER_FIELDS.type, start + MARKER.terminator, 1);
  d.add(MARKER_FIELDS.length, start + MARKER.terminatorLength, 1);
  if (d.columns !== undefined) {
    const kind = d.u8(start + MARKER.type) === 1 ? 'Information' : 'Response';
    const system = formatMac(d.mac(start + MARKER.system));
    d.columns.info = `${kind} SysId=${system}, P=${d.u16(start + MARKER.port)}, TId=${d.u32(start + MARKER.transaction)}`;
  }
  const stop = Math.min(start + MARKER_LENGTH, end);
  if (stop > start + MARKER.reserved)
    d.add(MARKER_FIELDS.reserved, start + MARKER.reserved, stop - start - MARKER.reserved);
  d.end();
  return stop;
}

export const markerProtocol = defineProtocol({
  id: 'marker',
  name: 'Marker Protocol',
  shortName: 'Marker',
  fields: MARKER_FIELDS,
  tables: { 'slow.subtype': [SLOW_SUBTYPE.marker] },
  dissect: dissectMarker,
});
