/** Tags of 802.1ad: the provider's VLAN, and the customer's where it has the same EtherType. */
import type { Dissection } from '../core/dissect.ts';
import { field } from '../core/field.ts';
import { defineProtocol } from '../core/registry.ts';
import { dissectEtherType, ETHERTYPE_NAMES } from '../ethernet/dissect.ts';
import { ETHERTYPE } from '../ethernet/fields.ts';
import { VLAN, VLAN_TAG_LENGTH } from '../vlan/fields.ts';

const TAG = {
  priority: field('ieee8021ad.priority', 'Priority', 'uint8', { mask: 0xe0 }),
  dropEligible: field('ieee8021ad.dei', 'DEI', 'uint8', { mask: 0x10 }),
  id: field('ieee8021ad.id', 'ID', 'uint16', { mask: 0x0fff }),
  service: field('ieee8021ad.svid', 'ID', 'uint16', { mask: 0x0fff }),
  /** Wireshark names it after 802.1ah. */
  type: field('ieee8021ah.etype', 'Type', 'uint16', { base: 'hex', values: ETHERTYPE_NAMES }),
  customer: field('ieee8021ad.cvid', 'ID', 'uint16', { mask: 0x0fff }),
};

function addTag(d: Dissection, start: number, id: (typeof TAG)['id']): void {
  d.add(TAG.priority, start, 1);
  d.add(TAG.dropEligible, start, 1);
  d.add(id, start, 2);
}

function dissectServiceTag(d: Dissection, start: number, end: number): number {
  d.begin(serviceVlanProtocol.field, start, Math.min(VLAN_TAG_LENGTH, end - start));
  d.need(start, VLAN_TAG_LENGTH);
  const outer = d.u16(start + VLAN.tagControl) & 0xfff;
  const type = d.u16(start + VLAN.type);
  if (d.columns !== undefined) d.columns.protocol = '802.1ad';
  const isDouble = type === ETHERTYPE.serviceVlan;
  if (!isDouble) {
    if (d.building) d.labelOpen(`IEEE 802.1ad, ID: ${outer}`);
    addTag(d, start, TAG.id);
    d.add(TAG.type, start + VLAN.type, 2);
    d.end();
    return dissectEtherType(d, start + VLAN_TAG_LENGTH, end, type);
  }
  addTag(d, start, TAG.service);
  const inner = start + VLAN_TAG_LENGTH;
  d.need(inner, VLAN_TAG_LENGTH);
  if (d.building) d.labelOpen(`IEEE 802.1ad, S-VID: ${outer}, C-VID: ${d.u16(inner) & 0xfff}`);
  addTag(d, inner, TAG.customer);
  d.add(TAG.type, inner + VLAN.type, 2);
  d.end();
  return dissectEtherType(d, inner + VLAN_TAG_LENGTH, end, d.u16(inner + VLAN.type));
}

export const serviceVlanProtocol = defineProtocol({
  id: 'ieee8021ad',
  name: 'IEEE 802.1ad',
  shortName: 'IEEE 802.1AD',
  fields: TAG,
  tables: { ethertype: [ETHERTYPE.serviceVlan] },
  calls: ['ethertype'],
  dissect: dissectServiceTag,
});
