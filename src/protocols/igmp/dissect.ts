/** The dissection of IGMP, versions 1 to 3 (RFC 1112, RFC 2236, RFC 3376). */
import { formatIpv4, readIpv4 } from '../../base/address.ts';
import { addChecksum, CHECKSUM_STATUS_NAMES, wantsCheck } from '../core/checksum-fields.ts';
import { checksumAdd, checksumFinish } from '../core/checksum.ts';
import { GENERATED, type Dissection } from '../core/dissect.ts';
import { expertField, field } from '../core/field.ts';
import { defineProtocol } from '../core/registry.ts';
import { IP_PROTOCOL } from '../ipv4/fields.ts';
import { maxResponseDs } from './codec.ts';
import { IGMP, IGMP_LENGTH, IGMP_RECORD, IGMP_RECORD_TYPE, IGMP_TYPE, IGMP_V3_QUERY_LENGTH } from './fields.ts';

const TYPE_NAMES: Readonly<Record<number, string>> = {
  [IGMP_TYPE.query]: 'Membership Query',
  [IGMP_TYPE.reportV1]: 'Membership Report',
  [IGMP_TYPE.reportV2]: 'Membership Report',
  [IGMP_TYPE.leave]: 'Leave Group',
  [IGMP_TYPE.reportV3]: 'Membership Report',
};
const RECORD_NAMES: Readonly<Record<number, string>> = {
  [IGMP_RECORD_TYPE.isInclude]: 'Mode Is Include',
  [IGMP_RECORD_TYPE.isExclude]: 'Mode Is Exclude',
  [IGMP_RECORD_TYPE.toInclude]: 'Change To Include Mode',
  [IGMP_RECORD_TYPE.toExclude]: 'Change To Exclude Mode',
  [IGMP_RECORD_TYPE.allow]: 'Allow New Sources',
  [IGMP_RECORD_TYPE.block]: 'Block Old Sources',
};

const FIELDS = {
  version: field('igmp.version', 'IGMP Version', 'uint8'),
  type: field('igmp.type', 'Type', 'uint8', { base: 'hex', values: TYPE_NAMES }),
  reserved: field('igmp.reserved', 'Reserved', 'bytes'),
  maxResponse: field('igmp.max_resp', 'Max Resp Time', 'uint8'),
  exponent: field('igmp.max_resp.exp', 'Exponent', 'uint8', { base: 'hex', mask: 0x70 }),
  mantissa: field('igmp.max_resp.mant', 'Mantissa', 'uint8', { base: 'hex', mask: 0x0f }),
  checksum: field('igmp.checksum', 'Checksum', 'uint16', { base: 'hex' }),
  status: field('igmp.checksum.status', 'Checksum Status', 'uint8', { base: 'none', values: CHECKSUM_STATUS_NAMES }),
  bad: expertField('igmp.bad_checksum', 'error', 'Checksum', 'Bad checksum'),
  group: field('igmp.maddr', 'Multicast Address', 'ipv4'),
  suppress: field('igmp.s', 'S', 'bool', {
    mask: 0x08,
    trueFalse: ['SUPPRESS router side processing', 'Do not suppress router side processing'],
  }),
  robustness: field('igmp.qrv', 'QRV', 'uint8', { mask: 0x07 }),
  queryInterval: field('igmp.qqic', 'QQIC', 'uint8'),
  sourceCount: field('igmp.num_src', 'Num Src', 'uint16'),
  source: field('igmp.saddr', 'Source Address', 'ipv4'),
  recordCount: field('igmp.num_grp_recs', 'Num Group Records', 'uint16'),
  recordType: field('igmp.record_type', 'Record Type', 'uint8', { values: RECORD_NAMES }),
  auxLength: field('igmp.aux_data_len', 'Aux Data Len', 'uint8'),
  aux: field('igmp.aux_data', 'Aux Data', 'bytes'),
  data: field('igmp.data', 'Data', 'bytes'),
};
const CHECKSUM = { ...FIELDS, calculated: undefined };

/** Which version a message is of; undefined for other types. Queries differ by length and response time (RFC 3376 §7.1). */
function versionOf(d: Dissection, start: number, end: number): 1 | 2 | 3 | undefined {
  switch (d.u8(start)) {
    case IGMP_TYPE.query:
      if (end - start >= IGMP_V3_QUERY_LENGTH) return 3;
      return d.u8(start + IGMP.maxResponse) === 0 ? 1 : 2;
    case IGMP_TYPE.reportV1:
      return 1;
    case IGMP_TYPE.reportV2:
    case IGMP_TYPE.leave:
      return 2;
    case IGMP_TYPE.reportV3:
      return 3;
    default:
      return undefined;
  }
}

function dissectIgmp(d: Dissection, start: number, end: number): number {
  const type = d.u8(start);
  const version = versionOf(d, start, end);
  d.begin(igmpProtocol.field, start, end - start);
  if (version === undefined) {
    const hex = `0x${type.toString(16).padStart(2, '0')}`;
    if (d.columns !== undefined) {
      d.columns.protocol = 'IGMP';
      d.columns.info = `Unknown Type:${hex}`;
    }
    d.add(FIELDS.type, start, 1);
    if (end > start + 1) d.add(FIELDS.data, start + 1, end - start - 1);
    d.end();
    return end;
  }
  if (d.columns !== undefined) {
    d.columns.protocol = `IGMPv${version}`;
    d.columns.info = TYPE_NAMES[type] ?? '';
  }
  // Wireshark's table of types calls a dissector of the same name for each message.
  d.pushLayer('igmp');
  d.add(FIELDS.version, start, 0, version, GENERATED);
  d.add(FIELDS.type, start + IGMP.type, 1);
  if (version === 1 || type === IGMP_TYPE.reportV3) d.add(FIELDS.reserved, start + 1, 1);
  else maxResponse(d, start, version);
  d.need(start + IGMP.checksum, 2);
  addIgmpChecksum(d, start, version === 3 ? end : Math.min(end, start + IGMP_LENGTH), end);
  if (type === IGMP_TYPE.reportV3) reportV3(d, start);
  else {
    d.need(start + IGMP.group, 4);
    d.add(FIELDS.group, start + IGMP.group, 4);
    info(d, type, version, d.u32(start + IGMP.group));
    if (version === 3) queryV3(d, start);
  }
  d.end();
  return end;
}

function info(d: Dissection, type: number, version: number, group: number): void {
  if (d.columns === undefined || version === 1) return;
  const address = formatIpv4(group);
  if (type === IGMP_TYPE.query) d.columns.info += group === 0 ? ', general' : `, specific for group ${address}`;
  else d.columns.info += type === IGMP_TYPE.leave ? ` ${address}` : ` group ${address}`;
}

function maxResponse(d: Dissection, start: number, version: number): void {
  const at = start + IGMP.maxResponse;
  const code = d.u8(at);
  const isFloat = version === 3 && code >= 0x80;
  const tenths = isFloat ? maxResponseDs(code) : code;
  d.add(FIELDS.maxResponse, at, 1, tenths);
  if (d.building) d.label(`Max Resp Time: ${(tenths / 10).toFixed(1)} sec (0x${code.toString(16).padStart(2, '0')})`);
  if (!isFloat) return;
  d.reopen();
  d.add(FIELDS.exponent, at, 1);
  d.add(FIELDS.mantissa, at, 1);
  d.end();
}

/** `covered` is how far the checksum goes: what follows a message of version 1 or 2 is left out, as Wireshark does. */
function addIgmpChecksum(d: Dissection, start: number, covered: number, end: number): void {
  const at = start + IGMP.checksum;
  let expected: number | undefined;
  if (wantsCheck(d, CHECKSUM) && !d.quoted && end - start >= IGMP_LENGTH) {
    expected = checksumFinish(checksumAdd(d.bytes, start, covered, -d.u16(at)));
  }
  addChecksum(d, CHECKSUM, at, expected, false);
}

function sources(d: Dissection, at: number, count: number): number {
  for (let i = 0; i < count; i++) {
    d.need(at + 4 * i, 4);
    d.add(FIELDS.source, at + 4 * i, 4);
  }
  return at + 4 * count;
}

/** `{10.0.0.1, 10.0.0.2}` */
function sourceList(d: Dissection, at: number, count: number): string {
  const list: string[] = [];
  for (let i = 0; i < count; i++) list.push(formatIpv4(readIpv4(d.bytes, at + 4 * i)));
  return `{${list.join(', ')}}`;
}

function queryV3(d: Dissection, start: number): void {
  d.add(FIELDS.suppress, start + IGMP.flags, 1);
  d.add(FIELDS.robustness, start + IGMP.flags, 1);
  d.add(FIELDS.queryInterval, start + IGMP.queryInterval, 1);
  d.add(FIELDS.sourceCount, start + IGMP.sourceCount, 2);
  const count = d.u16(start + IGMP.sourceCount);
  sources(d, start + IGMP.sources, count);
  if (d.columns !== undefined && count > 0) {
    d.columns.info += `, source ${sourceList(d, start + IGMP.sources, count)}`;
  }
}

function reportV3(d: Dissection, start: number): void {
  d.need(start + IGMP.reserved, 4);
  d.add(FIELDS.reserved, start + IGMP.reserved, 2);
  d.add(FIELDS.recordCount, start + IGMP.recordCount, 2);
  let at = start + IGMP.records;
  for (let left = d.u16(start + IGMP.recordCount); left > 0; left--) at = groupRecord(d, at);
}

function groupRecord(d: Dissection, at: number): number {
  d.need(at, IGMP_RECORD.sources);
  const type = d.u8(at + IGMP_RECORD.type);
  const count = d.u16(at + IGMP_RECORD.sourceCount);
  const auxBytes = 4 * d.u8(at + IGMP_RECORD.auxLength);
  const group = formatIpv4(d.u32(at + IGMP_RECORD.group));
  const length = IGMP_RECORD.sources + 4 * count + auxBytes;
  d.beginText(at, length, `Group Record : ${group}  ${RECORD_NAMES[type] ?? 'Unknown'}`);
  d.add(FIELDS.recordType, at + IGMP_RECORD.type, 1);
  d.add(FIELDS.auxLength, at + IGMP_RECORD.auxLength, 1);
  d.add(FIELDS.sourceCount, at + IGMP_RECORD.sourceCount, 2);
  d.add(FIELDS.group, at + IGMP_RECORD.group, 4);
  const behind = sources(d, at + IGMP_RECORD.sources, count);
  if (d.columns !== undefined) {
    d.columns.info += ` / ${recordInfo(type, group, count, sourceList(d, at + IGMP_RECORD.sources, count))}`;
  }
  if (auxBytes > 0) {
    d.need(behind, auxBytes);
    d.add(FIELDS.aux, behind, auxBytes);
  }
  d.end();
  return behind + auxBytes;
}

function recordInfo(type: number, group: string, count: number, list: string): string {
  switch (type) {
    case IGMP_RECORD_TYPE.isInclude:
    case IGMP_RECORD_TYPE.toInclude:
      return count === 0 ? `Leave group ${group}` : `Join group ${group} for source ${list}`;
    case IGMP_RECORD_TYPE.isExclude:
    case IGMP_RECORD_TYPE.toExclude:
      return `Join group ${group} for ${count === 0 ? 'any sources' : `source not in ${list}`}`;
    case IGMP_RECORD_TYPE.allow:
      return `Group ${group}, new source ${list}`;
    case IGMP_RECORD_TYPE.block:
      return `Group ${group}, block source ${list}`;
    default:
      return `Group ${group}`;
  }
}

export const igmpProtocol = defineProtocol({
  id: 'igmp',
  name: 'Internet Group Management Protocol',
  shortName: 'IGMP',
  fields: FIELDS,
  tables: { 'ip.proto': [IP_PROTOCOL.igmp] },
  dissect: dissectIgmp,
});
