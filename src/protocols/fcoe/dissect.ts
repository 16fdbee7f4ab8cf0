/** FCoE as Wireshark shows it: delimiters and CRC around a Fibre Channel frame. */
import { crc32 } from '../../base/data/crc32.ts';
import { GENERATED, type Dissection } from '../core/dissect.ts';
import { expertField, field } from '../core/field.ts';
import { defineProtocol } from '../core/registry.ts';
import { ETHERTYPE } from '../ethernet/fields.ts';
import { fcProtocol } from '../fc/dissect.ts';
import { FCOE, FCOE_HEADER_LENGTH, FCOE_TRAILER, FCOE_TRAILER_LENGTH } from './fields.ts';

const SOF_NAMES: Readonly<Record<number, string>> = {
  0x28: 'SOFf',
  0x2d: 'SOFi2',
  0x2e: 'SOFi3',
  0x35: 'SOFn2',
  0x36: 'SOFn3',
};
const EOF_NAMES: Readonly<Record<number, string>> = {
  0x41: 'EOFn',
  0x42: 'EOFt',
  0x49: 'EOFni',
  0x50: 'EOFa',
};
const STATUS_NAMES = { 0: 'Bad', 1: 'Good' };

const FIELDS = {
  version: field('fcoe.ver', 'Version', 'uint32'),
  sof: field('fcoe.sof', 'SOF', 'uint8', { base: 'hex', values: SOF_NAMES }),
  eof: field('fcoe.eof', 'EOF', 'uint8', { base: 'hex', values: EOF_NAMES }),
  crc: field('fcoe.crc', 'CRC', 'uint32', { base: 'hex' }),
  crcStatus: field('fcoe.crc.status', 'CRC Status', 'uint8', { base: 'none', values: STATUS_NAMES }),
  crcBad: expertField('fcoe.crc.bad', 'error', 'Checksum', 'Bad checksum'),
};

function dissectFcoe(d: Dissection, start: number, end: number): number {
  d.begin(fcoeProtocol.field, start, FCOE_HEADER_LENGTH);
  const trailer = end - FCOE_TRAILER_LENGTH;
  const frame = start + FCOE_HEADER_LENGTH;
  d.need(frame, trailer - frame);
  if (d.columns !== undefined) d.columns.protocol = 'FCoE';
  if (d.building) {
    const sof = SOF_NAMES[d.u8(start + FCOE.sof)] ?? 'SOF?';
    const eof = EOF_NAMES[d.u8(trailer + FCOE_TRAILER.eof)] ?? 'EOF?';
    d.labelOpen(`FCoE (${sof}/${eof}) ${trailer - frame} bytes`);
  }
  d.add(FIELDS.version, start, 1, d.u8(start) >> 4);
  d.add(FIELDS.sof, start + FCOE.sof, 1);
  d.add(FIELDS.crc, trailer, 4);
  if (d.wants(FIELDS.crcStatus) || d.saysFindings || d.wants(FIELDS.crcBad)) {
    const said = new DataView(d.bytes.buffer, d.bytes.byteOffset + trailer, 4).getUint32(0, true);
    const isGood = said === crc32(d.bytes.subarray(frame, trailer));
    if (d.building) d.append(isGood ? ' [correct]' : ' [incorrect]');
    d.add(FIELDS.crcStatus, trailer, 0, isGood ? 1 : 0, GENERATED);
    if (!isGood) d.expert(FIELDS.crcBad);
  }
  d.add(FIELDS.eof, trailer + FCOE_TRAILER.eof, 1);
  d.end();
  d.call(fcProtocol, frame, trailer);
  return end;
}

export const fcoeProtocol = defineProtocol({
  id: 'fcoe',
  name: 'Fibre Channel over Ethernet',
  shortName: 'FCoE',
  fields: FIELDS,
  tables: { ethertype: [ETHERTYPE.fcoe] },
  calls: ['fc'],
  dissect: dissectFcoe,
});
