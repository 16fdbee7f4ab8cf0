/** IP packets without a link layer: the first half byte tells the version. */
import type { Dissection } from '../core/dissect.ts';
import { defineProtocol, REJECTED } from '../core/registry.ts';
import { ETHERTYPE } from '../ethernet/fields.ts';
import { LINKTYPES_RAW } from './fields.ts';

const VERSIONS: Readonly<Record<number, number>> = { 4: ETHERTYPE.ipv4, 6: 0x86dd };

function dissectRaw(d: Dissection, start: number, end: number): number {
  d.begin(rawProtocol.field, start, end - start);
  if (d.columns !== undefined) d.columns.protocol = 'RAW';
  d.end();
  const type = end > start ? VERSIONS[d.u8(start) >>> 4] : undefined;
  if (type === undefined || d.dispatch('ethertype', type, start, end) === REJECTED) d.data(start, end);
  return end;
}

export const rawProtocol = defineProtocol({
  id: 'raw',
  name: 'Raw packet data',
  shortName: 'Raw',
  fields: {},
  tables: { wtap_encap: LINKTYPES_RAW },
  calls: ['ethertype'],
  dissect: dissectRaw,
});
