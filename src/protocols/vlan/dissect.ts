/** 802.1Q tags. */
import type { Dissection } from '../core/dissect.ts';
import { dissectEtherType, ETHERTYPE_NAMES } from '../ethernet/dissect.ts';
import { ETHERTYPE, MAX_LENGTH_FIELD } from '../ethernet/fields.ts';
import { expertField, field } from '../core/field.ts';
import { defineProtocol, REJECTED } from '../core/registry.ts';
import { VLAN, VLAN_TAG_LENGTH } from './fields.ts';

const PRIORITY_NAMES = {
  0: 'Best Effort (default)',
  1: 'Background',
  2: 'Excellent Effort',
  3: 'Critical Applications',
  4: 'Video, < 100ms latency and jitter',
  5: 'Voice, < 10ms latency and jitter',
  6: 'Internetwork Control',
  7: 'Network Control',
};

const TAG = {
  priority: field('vlan.priority', 'Priority', 'uint16', { mask: 0xe000, values: PRIORITY_NAMES }),
  dropEligible: field('vlan.dei', 'DEI', 'bool', { bits: 16, mask: 0x1000, trueFalse: ['Eligible', 'Ineligible'] }),
  id: field('vlan.id', 'ID', 'uint16', { mask: 0x0fff }),
  type: field('vlan.etype', 'Type', 'uint16', { base: 'hex', values: ETHERTYPE_NAMES }),
  length: field('vlan.len', 'Length', 'uint16'),
  tooMany: expertField('vlan.too_many_tags', 'warn', 'Undecoded', 'Too many nested VLAN tags'),
};

/** Wireshark's limit; IEEE 802.1Q has a use for two. */
const MAX_TAGS = 20;

function dissectVlan(d: Dissection, start: number, end: number): number {
  d.begin(vlanProtocol.field, start, VLAN_TAG_LENGTH);
  if (d.occurrence > MAX_TAGS) {
    d.expert(TAG.tooMany);
    d.end();
    return end;
  }
  const control = d.u16(start + VLAN.tagControl);
  const type = d.u16(start + VLAN.type);
  const id = control & 0xfff;
  if (d.building) {
    d.labelOpen(`802.1Q Virtual LAN, PRI: ${control >>> 13}, DEI: ${(control >>> 12) & 1}, ID: ${id}`);
  }
  if (d.columns !== undefined) {
    d.columns.protocol = 'VLAN';
    d.columns.info = `PRI: ${control >>> 13}  DEI: ${(control >>> 12) & 1}  ID: ${id}`;
  }
  d.add(TAG.priority, start, 2);
  d.add(TAG.dropEligible, start, 2);
  d.add(TAG.id, start, 2);
  const payload = start + VLAN_TAG_LENGTH;
  if (type > MAX_LENGTH_FIELD) {
    d.add(TAG.type, start + VLAN.type, 2);
    d.end();
    return dissectEtherType(d, payload, end, type);
  }
  d.add(TAG.length, start + VLAN.type, 2);
  d.end();
  const stop = Math.min(payload + type, end);
  if (d.dispatch('eth.llc', 0, payload, stop) === REJECTED) d.data(payload, stop);
  return stop;
}

export const vlanProtocol = defineProtocol({
  id: 'vlan',
  name: '802.1Q Virtual LAN',
  shortName: 'VLAN',
  fields: TAG,
  tables: { ethertype: [ETHERTYPE.vlan] },
  calls: ['ethertype', 'eth.llc'],
  dissect: dissectVlan,
});
