/** 802.1X: EAP over LAN. */
import type { Dissection } from '../core/dissect.ts';
import { field } from '../core/field.ts';
import { defineProtocol } from '../core/registry.ts';
import { ETHERTYPE } from '../ethernet/fields.ts';
import { EAPOL, EAPOL_HEADER_LENGTH } from './fields.ts';

const TYPE_NAMES: Readonly<Record<number, string>> = {
  0: 'EAP Packet',
  1: 'Start',
  2: 'Logoff',
  3: 'Key',
  4: 'Encapsulated ASF Alert',
};

const FIELDS = {
  version: field('eapol.version', 'Version', 'uint8', {
    values: { 1: '802.1X-2001', 2: '802.1X-2004', 3: '802.1X-2010' },
  }),
  type: field('eapol.type', 'Type', 'uint8', { values: TYPE_NAMES }),
  length: field('eapol.len', 'Length', 'uint16'),
};

function dissectEapol(d: Dissection, start: number, end: number): number {
  d.begin(eapolProtocol.field, start, Math.min(EAPOL_HEADER_LENGTH, end - start));
  const type = d.u8(start + EAPOL.type);
  if (d.columns !== undefined) {
    d.columns.protocol = 'EAPOL';
    d.columns.info = TYPE_NAMES[type] ?? `Unknown Type (0x${type.toString(16).padStart(2, '0')})`;
  }
  d.add(FIELDS.version, start + EAPOL.version, 1);
  d.add(FIELDS.type, start + EAPOL.type, 1);
  d.add(FIELDS.length, start + EAPOL.length, 2);
  const body = start + EAPOL_HEADER_LENGTH;
  const stop = Math.min(end, body + d.u16(start + EAPOL.length));
  d.end();
  d.data(body, stop);
  return stop;
}

export const eapolProtocol = defineProtocol({
  id: 'eapol',
  name: '802.1X Authentication',
  shortName: 'EAPOL',
  fields: FIELDS,
  tables: { ethertype: [ETHERTYPE.eapol] },
  dissect: dissectEapol,
});
