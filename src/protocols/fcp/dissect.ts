/** FCP as Wireshark shows it: commands, data, what the target has room for, status; SCSI inside. */
import { GENERATED, type Dissection } from '../core/dissect.ts';
import { field, type FieldDef } from '../core/field.ts';
import { defineProtocol } from '../core/registry.ts';
import { currentExchange, unlisted, type FcExchange } from '../fc/exchange.ts';
import { FC_R_CTL, FC_TYPE } from '../fc/fields.ts';
import { opcodeName, SCSI_CONTEXT, SCSI_PART, STATUS_NAMES } from '../scsi/dissect-fields.ts';
import { scsiProtocol } from '../scsi/dissect.ts';
import { FCP_CMND, FCP_CMND_FLAG, FCP_MANAGEMENT, FCP_RSP, FCP_RSP_FLAG, FCP_RSP_LENGTH } from './fields.ts';

const UNITS: Readonly<Record<number, string>> = {
  [FC_R_CTL.data]: 'FCP_DATA',
  [FC_R_CTL.dataDescriptor]: 'XFER_RDY',
  [FC_R_CTL.unsolicitedCommand]: 'FCP_CMND',
  [FC_R_CTL.commandStatus]: 'FCP_RSP',
};

const hex = { base: 'hex' } as const;

function flag(name: string, label: string, mask: number, isSet: string, isNot: string): FieldDef {
  return field(`fcp.${name}`, label, 'bool', { mask, trueFalse: [isSet, isNot] });
}
const setOrNot = (name: string, label: string, mask: number): FieldDef =>
  flag(name, label, mask, `${label} is SET`, `${label} is NOT set`);

const FIELDS = {
  multiLun: field('fcp.multilun', 'Multi-Level LUN', 'bytes'),
  lun: field('fcp.lun', 'LUN', 'uint8', hex),
  crn: field('fcp.crn', 'Command Ref Num', 'uint8'),
  attribute: field('fcp.taskattr', 'Task Attribute', 'uint8', {
    ...hex,
    mask: 0x07,
    values: { 0: 'Simple', 1: 'Head of Queue', 2: 'Ordered', 4: 'ACA', 5: 'Untagged' },
  }),
  management: field('fcp.taskmgmt', 'Task Management Flags', 'uint8', hex),
  moreCdb: field('fcp.addlcdblen', 'Additional CDB Length', 'uint8', { mask: 0xfc }),
  isRead: field('fcp.rddata', 'RDDATA', 'bool', { mask: FCP_CMND_FLAG.read }),
  isWrite: field('fcp.wrdata', 'WRDATA', 'bool', { mask: FCP_CMND_FLAG.write }),
  dataLength: field('fcp.dl', 'FCP_DL', 'uint32'),
  offset: field('fcp.data_ro', 'FCP_DATA_RO', 'uint32'),
  burst: field('fcp.burstlen', 'Burst Length', 'uint32'),
  retryDelay: field('fcp.rsp.retry_delay_timer', 'Retry Delay Timer', 'uint16'),
  responseFlags: field('fcp.rspflags', 'FCP_RSP Flags', 'uint8', hex),
  status: field('fcp.status', 'SCSI Status', 'uint8', { ...hex, values: STATUS_NAMES }),
  residual: field('fcp.resid', 'FCP_RESID', 'uint32'),
  senseLength: field('fcp.snslen', 'FCP_SNS_LEN', 'uint32'),
  infoLength: field('fcp.rsplen', 'FCP_RSP_LEN', 'uint32'),
  code: field('fcp.rspcode', 'RSP_CODE', 'uint8', {
    ...hex,
    values: {
      0: 'Task Management Function Complete',
      1: 'FCP_DATA Length Different from FCP_BURST_LEN',
      2: 'FCP_CMND Fields Invalid',
      3: 'FCP_DATA RO Mismatch With FCP_XFER_RDY DATA_RO',
      4: 'Task Management Function Rejected',
      5: 'Task Management Function Failed',
      9: 'Task Management Incorrect LUN',
    },
  }),
  requestIn: field('fcp.request_in', 'Request In', 'framenum'),
  responseIn: field('fcp.response_in', 'Response In', 'framenum'),
  time: field('fcp.time', 'Time from FCP_CMND', 'relative-time'),
};

const MANAGEMENT: readonly FieldDef[] = [
  setOrNot('mgmt.flags.obsolete', 'Obsolete', 0x80),
  setOrNot('mgmt.flags.clear_aca', 'Clear ACA', FCP_MANAGEMENT.clearAca),
  setOrNot('mgmt.flags.target_reset', 'Target Reset', FCP_MANAGEMENT.targetReset),
  setOrNot('mgmt.flags.lu_reset', 'LU Reset', FCP_MANAGEMENT.lunReset),
  setOrNot('mgmt.flags.rsvd', 'Rsvd', 0x08),
  setOrNot('mgmt.flags.clear_task_set', 'Clear Task Set', FCP_MANAGEMENT.clearTaskSet),
  setOrNot('mgmt.flags.abort_task_set', 'Abort Task Set', FCP_MANAGEMENT.abortTaskSet),
];
const MANAGEMENT_NAMES: Readonly<Record<number, string>> = {
  [FCP_MANAGEMENT.clearAca]: 'CLEAR_ACA',
  [FCP_MANAGEMENT.targetReset]: 'TARGET_RESET',
  [FCP_MANAGEMENT.lunReset]: 'LU_RESET',
  [FCP_MANAGEMENT.clearTaskSet]: 'CLEAR_TASK_SET',
  [FCP_MANAGEMENT.abortTaskSet]: 'ABORT_TASK_SET',
};
const RESPONSE: readonly FieldDef[] = [
  flag(
    'rsp.flags.bidi',
    'Bidi Rsp',
    0x80,
    'Bidirectional residual fields are present',
    'Bidirectional residual fields are NOT present',
  ),
  setOrNot('rsp.flags.conf_req', 'Conf Req', 0x10),
  setOrNot('rsp.flags.resid_under', 'Resid Under', FCP_RSP_FLAG.under),
  setOrNot('rsp.flags.resid_over', 'Resid Over', FCP_RSP_FLAG.over),
  setOrNot('rsp.flags.sns_vld', 'SNS Vld', FCP_RSP_FLAG.sense),
  setOrNot('rsp.flags.res_vld', 'RES Vld', FCP_RSP_FLAG.info),
];

function dissectFcp(d: Dissection, start: number, end: number, rCtl: number): number {
  unlisted(d);
  const { exchange, isFromResponder } = currentExchange(d);
  if (rCtl === FC_R_CTL.unsolicitedCommand) command(d, start, end, exchange);
  else if (rCtl === FC_R_CTL.data) {
    begin(d, start, end, rCtl, exchange);
    d.end();
    columns(d, `SCSI: Data ${isFromResponder ? 'In ' : 'Out '}${lunText(exchange)}`, exchange);
    scsi(d, start, end, exchange, SCSI_PART.data, !isFromResponder);
  } else if (rCtl === FC_R_CTL.dataDescriptor) {
    begin(d, start, end, rCtl, exchange);
    d.add(FIELDS.offset, start, 4);
    d.add(FIELDS.burst, start + 4, 4);
    d.end();
    if (d.columns !== undefined) {
      d.columns.protocol = 'FCP';
      d.columns.info = 'XFER_RDY';
    }
  } else if (rCtl === FC_R_CTL.commandStatus) response(d, start, end, exchange);
  else {
    begin(d, start, end, rCtl, exchange);
    d.end();
    d.data(start, end);
  }
  return end;
}

function lunText({ scsi: one }: FcExchange): string {
  return one === undefined ? '' : `LUN: 0x${one.lun.toString(16).padStart(2, '0')} `;
}

function columns(d: Dissection, text: string, { scsi: one }: FcExchange): void {
  if (d.columns === undefined) return;
  d.columns.protocol = 'FCP';
  d.columns.info = one === undefined ? text : `${text}(${opcodeName(one.opcode)})`;
}

function begin(d: Dissection, start: number, end: number, rCtl: number, exchange: FcExchange): void {
  d.begin(fcpProtocol.field, start, end - start);
  if (d.building) d.labelOpen(`FCP: ${UNITS[rCtl] ?? 'Unknown'}`);
  const { scsi: one } = exchange;
  if (one === undefined) return;
  if (rCtl !== FC_R_CTL.unsolicitedCommand) {
    d.add(FIELDS.lun, start, 0, one.lun, GENERATED);
    d.add(FIELDS.requestIn, start, 0, one.requestFrame, GENERATED);
  }
  if (rCtl === FC_R_CTL.commandStatus) {
    d.add(FIELDS.time, start, 0, d.context.frames.timeNs(d.index) - one.requestNs, GENERATED);
  } else if (one.responseFrame !== undefined) d.add(FIELDS.responseIn, start, 0, one.responseFrame, GENERATED);
}

function command(d: Dissection, start: number, end: number, exchange: FcExchange): void {
  const more = 4 * (d.u8(start + FCP_CMND.flags) >> 2);
  const cdb = start + FCP_CMND.cdb;
  if (!d.visited && !d.quoted) {
    exchange.scsi ??= {
      requestFrame: d.number,
      requestNs: d.context.frames.timeNs(d.index),
      lun: d.u16(start) & 0x3fff,
      opcode: d.u8(cdb),
      flags: d.u8(cdb + 1),
      page: d.u8(cdb + 2),
      dataInFrame: undefined,
      dataOutFrame: undefined,
      responseFrame: undefined,
    };
  }
  begin(d, start, end, FC_R_CTL.unsolicitedCommand, exchange);
  if (d.u8(start) === 0) d.add(FIELDS.lun, start + 1, 1);
  else d.add(FIELDS.multiLun, start, 8);
  d.add(FIELDS.crn, start + FCP_CMND.crn, 1);
  d.add(FIELDS.attribute, start + FCP_CMND.attribute, 1);
  d.begin(FIELDS.management, start + FCP_CMND.management, 1);
  for (const one of MANAGEMENT) d.add(one, start + FCP_CMND.management, 1);
  d.end();
  d.add(FIELDS.moreCdb, start + FCP_CMND.flags, 1);
  d.add(FIELDS.isRead, start + FCP_CMND.flags, 1);
  d.add(FIELDS.isWrite, start + FCP_CMND.flags, 1);
  d.add(FIELDS.dataLength, start + FCP_CMND.dataLength + more, 4);
  d.end();
  if (d.columns !== undefined) {
    const management = d.u8(start + FCP_CMND.management);
    const task = management === 0 ? '' : `[FCP ${MANAGEMENT_NAMES[management] ?? management}] `;
    d.columns.protocol = 'FCP';
    d.columns.info = `${task}SCSI: ${opcodeName(d.u8(cdb))} ${lunText(exchange)}${place(d, cdb)}`;
  }
  scsi(d, cdb, cdb + 16 + more, exchange, SCSI_PART.command, false);
}

/** Where on the disk. */
function place(d: Dissection, cdb: number): string {
  const opcode = d.u8(cdb);
  if (opcode !== 0x28 && opcode !== 0x2a) return '';
  const lba = d
    .u32(cdb + 2)
    .toString(16)
    .padStart(8, '0');
  return `(LBA: 0x${lba}, Len: ${d.u16(cdb + 7)})`;
}

function response(d: Dissection, start: number, end: number, exchange: FcExchange): void {
  const flags = d.u8(start + FCP_RSP.flags);
  const status = d.u8(start + FCP_RSP.status);
  if (!d.visited && exchange.scsi !== undefined) exchange.scsi.responseFrame = d.number;
  begin(d, start, end, FC_R_CTL.commandStatus, exchange);
  d.add(FIELDS.retryDelay, start + 8, 2);
  d.begin(FIELDS.responseFlags, start + FCP_RSP.flags, 1);
  for (const one of RESPONSE) d.add(one, start + FCP_RSP.flags, 1);
  d.end();
  d.add(FIELDS.status, start + FCP_RSP.status, 1);
  const hasSense = (flags & FCP_RSP_FLAG.sense) !== 0;
  const hasInfo = (flags & FCP_RSP_FLAG.info) !== 0;
  if ((flags & (FCP_RSP_FLAG.under | FCP_RSP_FLAG.over | FCP_RSP_FLAG.sense)) !== 0) {
    d.add(FIELDS.residual, start + FCP_RSP.residual, 4);
  }
  if (hasSense) d.add(FIELDS.senseLength, start + FCP_RSP.senseLength, 4);
  if (hasInfo) d.add(FIELDS.infoLength, start + FCP_RSP.infoLength, 4);
  const infoBytes = hasInfo ? d.u32(start + FCP_RSP.infoLength) : 0;
  if (infoBytes > 0) d.add(FIELDS.code, start + FCP_RSP_LENGTH + 3, 1);
  d.end();
  if (d.columns !== undefined) {
    d.columns.protocol = 'FCP';
    d.columns.info = lunText(exchange).trim();
  }
  d.state(SCSI_CONTEXT).status = status;
  scsi(d, start, start, exchange, SCSI_PART.status, false);
  if (!hasSense) return;
  const senseAt = start + FCP_RSP_LENGTH + infoBytes;
  scsi(d, senseAt, Math.min(end, senseAt + d.u32(start + FCP_RSP.senseLength)), exchange, SCSI_PART.sense, false);
}

function scsi(d: Dissection, start: number, end: number, exchange: FcExchange, part: number, isWrite: boolean): void {
  const context = d.state(SCSI_CONTEXT);
  context.exchange = exchange.scsi;
  context.isWrite = isWrite;
  const layers = d.layers.length;
  d.call(scsiProtocol, start, end, part);
  // Wireshark does not count it among the frame's protocols.
  d.truncateLayers(layers);
}

export const fcpProtocol = defineProtocol({
  id: 'fcp',
  name: 'Fibre Channel Protocol for SCSI',
  shortName: 'FCP',
  fields: [FIELDS, Object.fromEntries([...MANAGEMENT, ...RESPONSE].map((one) => [one.name, one]))],
  tables: { 'fc.type': [FC_TYPE.fcp] },
  calls: ['scsi'],
  unlistedIn: ['fc'],
  dissect: dissectFcp,
});
