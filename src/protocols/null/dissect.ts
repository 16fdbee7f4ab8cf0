/** The loopback interface of BSD and macOS: an address family, then the packet. */
import { byteAt } from '../../base/bytes.ts';
import type { Dissection } from '../core/dissect.ts';
import { field } from '../core/field.ts';
import { defineProtocol, REJECTED } from '../core/registry.ts';
import { ETHERTYPE } from '../ethernet/fields.ts';
import { LINKTYPE_LOOP, LINKTYPE_NULL, NULL_HEADER_LENGTH } from './fields.ts';

/** AF_INET is 2 everywhere; AF_INET6 has three numbers. */
const FAMILIES: Readonly<Record<number, number>> = { 2: ETHERTYPE.ipv4, 24: 0x86dd, 28: 0x86dd, 30: 0x86dd };

const NULL = {
  family: field('null.family', 'Family', 'uint32', { values: { 2: 'IP', 24: 'IPv6', 28: 'IPv6', 30: 'IPv6' } }),
};

function dissectNull(d: Dissection, start: number, end: number): number {
  d.begin(nullProtocol.field, start, Math.min(NULL_HEADER_LENGTH, end - start));
  d.need(start, NULL_HEADER_LENGTH);
  if (d.columns !== undefined) d.columns.protocol = 'NULL';
  // A family is small: the byte that is not zero tells the order.
  const [first, second] = [byteAt(d.bytes, start), byteAt(d.bytes, start + 1)];
  const isBig = first === 0 && second === 0;
  const big = d.u16(start + 2);
  const family = isBig ? big : first | (second << 8);
  d.add(NULL.family, start, NULL_HEADER_LENGTH, family);
  d.end();
  const payload = start + NULL_HEADER_LENGTH;
  const type = FAMILIES[family];
  if (type === undefined || d.dispatch('ethertype', type, payload, end) === REJECTED) d.data(payload, end);
  return end;
}

export const nullProtocol = defineProtocol({
  id: 'null',
  name: 'Null/Loopback',
  shortName: 'Null',
  fields: NULL,
  tables: { wtap_encap: [LINKTYPE_NULL, LINKTYPE_LOOP] },
  calls: ['ethertype'],
  dissect: dissectNull,
});
