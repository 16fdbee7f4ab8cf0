/** Fields of iSCSI (RFC 7143 §11), by Wireshark's names. */
import { frameKey, StateKey } from '../core/conversation.ts';
import { expertField, field, type FieldDef } from '../core/field.ts';
import type { ScsiExchange } from '../scsi/dissect-fields.ts';

export const OPCODE_NAMES: Readonly<Record<number, string>> = {
  0x00: 'NOP Out',
  0x01: 'SCSI Command',
  0x02: 'Task Management Function',
  0x03: 'Login Command',
  0x04: 'Text Command',
  0x05: 'SCSI Data Out',
  0x06: 'Logout Command',
  0x10: 'SNACK Request',
  0x20: 'NOP In',
  0x21: 'SCSI Response',
  0x22: 'Task Management Function Response',
  0x23: 'Login Response',
  0x24: 'Text Response',
  0x25: 'SCSI Data In',
  0x26: 'Logout Response',
  0x31: 'Ready To Transfer',
  0x32: 'Asynchronous Message',
  0x3f: 'Reject',
};

export const LOGIN_STATUS_NAMES: Readonly<Record<number, string>> = {
  0x0000: 'Success',
  0x0101: 'Target moved temporarily',
  0x0102: 'Target moved permanently',
  0x0200: 'Initiator error (miscellaneous error)',
  0x0201: 'Authentication failed',
  0x0202: 'Authorisation failure',
  0x0203: 'Target not found',
  0x0204: 'Target removed',
  0x0205: 'Unsupported version',
  0x0206: 'Too many connections',
  0x0207: 'Missing parameter',
  0x0208: "Can't include in session",
  0x0209: 'Session type not supported',
  0x020a: 'Session does not exist',
  0x020b: 'Invalid request during login',
  0x0300: 'Target error (miscellaneous error)',
  0x0301: 'Service unavailable',
  0x0302: 'Out of resources',
};

const STAGES = { 0: 'Security negotiation', 1: 'Operational negotiation', 3: 'Full feature phase' };
const ISID_TYPES = { 0: 'IEEE OUI', 1: 'IANA Enterprise Number', 2: 'Random' };
const hex = { base: 'hex' } as const;
const both = { base: 'dec-hex' } as const;

function flag(name: string, label: string, mask: number, is: string, isNot: string): FieldDef {
  return field(`iscsi.${name}`, label, 'bool', { mask, trueFalse: [is, isNot] });
}

const FINAL = ['Final PDU in sequence', 'Not final PDU in sequence'] as const;
const INCOMPLETE = ['Text is incomplete', 'Text is complete'] as const;
const UNDER = ['Residual underflow occurred', 'No residual underflow occurred'] as const;
const OVER = ['Residual overflow occurred', 'No residual overflow occurred'] as const;

export const ISCSI = {
  opcode: field('iscsi.opcode', 'Opcode', 'uint8', { base: 'hex', mask: 0x3f, values: OPCODE_NAMES }),
  immediate: flag('I', 'I', 0x40, 'Immediate delivery', 'Queued delivery'),
  flags: field('iscsi.flags', 'Flags', 'uint8', hex),
  commandFinal: flag('scsicommand.F', 'F', 0x80, ...FINAL),
  commandRead: flag('scsicommand.R', 'R', 0x40, 'Data will be read from target', 'No data will be read from target'),
  commandWrite: flag('scsicommand.W', 'W', 0x20, 'Data will be written to target', 'No data will be written to target'),
  attribute: field('iscsi.scsicommand.attr', 'Attr', 'uint8', {
    base: 'hex',
    mask: 7,
    values: { 0: 'Untagged', 1: 'Simple', 2: 'Ordered', 3: 'Head of Queue', 4: 'ACA' },
  }),
  dataLength: field('iscsi.datasegmentlength', 'DataSegmentLength', 'uint32', both),
  additionalLength: field('iscsi.totalahslength', 'TotalAHSLength', 'uint8', both),
  tag: field('iscsi.initiatortasktag', 'InitiatorTaskTag', 'uint32', hex),
  transferTag: field('iscsi.targettransfertag', 'TargetTransferTag', 'uint32', hex),
  expectedLength: field('iscsi.scsicommand.expecteddatatransferlength', 'ExpectedDataTransferLength', 'uint32', both),
  cmdSn: field('iscsi.cmdsn', 'CmdSN', 'uint32', both),
  statSn: field('iscsi.statsn', 'StatSN', 'uint32', both),
  expStatSn: field('iscsi.expstatsn', 'ExpStatSN', 'uint32', both),
  expCmdSn: field('iscsi.expcmdsn', 'ExpCmdSN', 'uint32', both),
  maxCmdSn: field('iscsi.maxcmdsn', 'MaxCmdSN', 'uint32', both),
  dataSn: field('iscsi.datasn', 'DataSN', 'uint32', both),
  expDataSn: field('iscsi.expdatasn', 'ExpDataSN', 'uint32', hex),
  r2tSn: field('iscsi.r2tsn', 'R2TSN', 'uint32', both),
  bufferOffset: field('iscsi.bufferOffset', 'BufferOffset', 'uint32', both),
  desiredLength: field('iscsi.desireddatalength', 'DesiredDataLength', 'uint32', both),
  bidiOver: flag(
    'scsiresponse.o',
    'o',
    0x10,
    'Read part of bi-directional command overflowed',
    'No overflow of read part of bi-directional command',
  ),
  bidiUnder: flag(
    'scsiresponse.u',
    'u',
    0x08,
    'Read part of bi-directional command underflowed',
    'No underflow of read part of bi-directional command',
  ),
  responseOver: flag('scsiresponse.O', 'O', 0x04, ...OVER),
  responseUnder: flag('scsiresponse.U', 'U', 0x02, ...UNDER),
  response: field('iscsi.scsiresponse.response', 'Response', 'uint8', {
    base: 'hex',
    values: { 0: 'Command completed at target', 1: 'Response does not contain SCSI status' },
  }),
  status: field('iscsi.scsiresponse.status', 'Status', 'uint8', {
    base: 'hex',
    values: {
      0x00: 'Good',
      0x02: 'Check Condition',
      0x04: 'Condition Met',
      0x08: 'Busy',
      0x18: 'Reservation Conflict',
      0x28: 'Task Set Full',
      0x30: 'ACA Active',
      0x40: 'Task Aborted',
    },
  }),
  bidiResidual: field('iscsi.scsiresponse.bidireadresidualcount', 'BidiReadResidualCount', 'uint32', both),
  residual: field('iscsi.scsiresponse.residualcount', 'ResidualCount', 'uint32', both),
  senseLength: field('iscsi.scsiresponse.senselength', 'SenseLength', 'uint16', both),
  dataFinal: flag('scsidata.F', 'F', 0x80, ...FINAL),
  dataAcknowledge: flag('scsidata.A', 'A', 0x40, 'Acknowledge requested', 'Acknowledge not requested'),
  dataOver: flag('scsidata.O', 'O', 0x04, ...OVER),
  dataUnder: flag('scsidata.U', 'U', 0x02, ...UNDER),
  dataStatus: flag('scsidata.S', 'S', 0x01, 'Response contains SCSI status', 'Response does not contain SCSI status'),
  readResidual: field('iscsi.scsidata.readresidualcount', 'ResidualCount', 'uint32', both),
  versionMax: field('iscsi.versionmax', 'VersionMax', 'uint8', hex),
  versionMin: field('iscsi.versionmin', 'VersionMin', 'uint8', hex),
  versionActive: field('iscsi.versionactive', 'VersionActive', 'uint8', hex),
  cid: field('iscsi.cid', 'CID', 'uint16', hex),
  isid: field('iscsi.isid', 'ISID', 'bytes'),
  isidType: field('iscsi.isid.t', 'ISID_t', 'uint8', { base: 'hex', mask: 0xc0, values: ISID_TYPES }),
  isidA: field('iscsi.isid.a', 'ISID_a', 'uint8', { base: 'hex', mask: 0x3f }),
  isidB: field('iscsi.isid.b', 'ISID_b', 'uint16', hex),
  isidC: field('iscsi.isid.c', 'ISID_c', 'uint8', hex),
  isidD: field('iscsi.isid.d', 'ISID_d', 'uint16', hex),
  tsih: field('iscsi.tsih', 'TSIH', 'uint16', hex),
  transit: flag('login.T', 'T', 0x80, 'Transit to next login stage', 'Stay in current login stage'),
  loginContinues: flag('login.C', 'C', 0x40, ...INCOMPLETE),
  currentStage: field('iscsi.login.csg', 'CSG', 'uint8', { base: 'hex', mask: 0x0c, values: STAGES }),
  nextStage: field('iscsi.login.nsg', 'NSG', 'uint8', { base: 'hex', mask: 0x03, values: STAGES }),
  loginStatus: field('iscsi.login.status', 'Status', 'uint16', { base: 'hex', values: LOGIN_STATUS_NAMES }),
  keyValue: field('iscsi.keyvalue', 'KeyValue', 'stringz'),
  textFinal: flag('text.F', 'F', 0x80, ...FINAL),
  textContinues: flag('text.C', 'C', 0x40, ...INCOMPLETE),
  taskFunction: field('iscsi.taskmanfun.function', 'Function', 'uint8', {
    base: 'hex',
    mask: 0x7f,
    values: {
      1: 'Abort Task',
      2: 'Abort Task Set',
      3: 'Clear ACA',
      4: 'Clear Task Set',
      5: 'Logical Unit Reset',
      6: 'Target Warm Reset',
      7: 'Target Cold Reset',
      8: 'Target Reassign',
    },
  }),
  taskResponse: field('iscsi.taskmanfun.response', 'Response', 'uint8', {
    base: 'hex',
    values: {
      0: 'Function complete',
      1: 'Task not in task set',
      2: 'LUN does not exist',
      3: 'Task still allegiant',
      4: 'Task failover not supported',
      5: 'Task management function not supported',
      6: 'Authorisation failed',
      255: 'Function rejected',
    },
  }),
  referencedTag: field('iscsi.taskmanfun.referencedtasktag', 'ReferencedTaskTag', 'uint32', hex),
  refCmdSn: field('iscsi.refcmdsn', 'RefCmdSN', 'uint32', both),
  logoutReason: field('iscsi.logout.reason', 'Reason', 'uint8', {
    base: 'hex',
    mask: 0x7f,
    values: { 0: 'Close session', 1: 'Close connection', 2: 'Remove connection for recovery' },
  }),
  logoutResponse: field('iscsi.logout.response', 'Response', 'uint8', {
    base: 'hex',
    values: {
      0: 'Connection closed successfully',
      1: 'CID not found',
      2: 'Connection recovery not supported',
      3: 'Cleanup failed for various reasons',
    },
  }),
  time2Wait: field('iscsi.time2wait', 'Time2Wait', 'uint16', hex),
  time2Retain: field('iscsi.time2retain', 'Time2Retain', 'uint16', hex),
  asyncEvent: field('iscsi.asyncevent', 'AsyncEvent', 'uint8', {
    base: 'hex',
    values: {
      0: 'A SCSI asynchronous event is reported in the sense data',
      1: 'Target requests logout',
      2: 'Target will/has dropped connection',
      3: 'Target will/has dropped all connections',
      4: 'Target requests parameter negotiation',
    },
  }),
  vendorCode: field('iscsi.eventvendorcode', 'EventVendorCode', 'uint8', hex),
  parameter1: field('iscsi.parameter1', 'Parameter1', 'uint16', hex),
  parameter2: field('iscsi.parameter2', 'Parameter2', 'uint16', hex),
  parameter3: field('iscsi.parameter3', 'Parameter3', 'uint16', hex),
  rejectReason: field('iscsi.reject.reason', 'Reason', 'uint8', {
    base: 'hex',
    values: {
      0x01: 'Full feature phase command before login',
      0x02: 'Data (payload) digest error',
      0x03: 'Data SNACK reject',
      0x04: 'Protocol error',
      0x05: 'Command not supported in this session type',
      0x06: 'Immediate command reject (too many immediate commands)',
      0x07: 'Task in progress',
      0x08: 'Invalid Data Ack',
      0x09: 'Invalid PDU field',
      0x0a: 'Long operation reject',
      0x0b: 'Negotiation reset',
      0x0c: 'Waiting for logout',
    },
  }),
  padding: field('iscsi.padding', 'Padding', 'bytes'),
  pingData: field('iscsi.pingdata', 'PingData', 'bytes'),
  immediateData: field('iscsi.immediatedata', 'ImmediateData', 'bytes'),
  headerDigest: field('iscsi.headerdigest32', 'HeaderDigest', 'uint32', hex),
  dataDigest: field('iscsi.datadigest32', 'DataDigest', 'uint32', hex),
  requestFrame: field('iscsi.request_frame', 'Request in', 'framenum'),
  responseFrame: field('iscsi.response_frame', 'Response in', 'framenum'),
  dataInFrame: field('iscsi.data_in_frame', 'Data In in', 'framenum'),
  dataOutFrame: field('iscsi.data_out_frame', 'Data Out in', 'framenum'),
  time: field('iscsi.time', 'Time from request', 'relative-time'),
  badKey: expertField('iscsi.keyvalue.invalid', 'warn', 'Malformed', 'Invalid key/value pair'),
};

/** What a connection remembers. */
export interface IscsiState {
  /** Commands by their tag. */
  readonly exchanges: Map<number, ScsiExchange>;
  /** What the login has settled, from the end of the login on. */
  digests: DigestsInUse;
  settled: DigestsInUse;
}

export interface DigestsInUse {
  readonly header: boolean;
  readonly data: boolean;
}

export const ISCSI_STATE = new StateKey((): IscsiState => ({
  exchanges: new Map(),
  digests: { header: false, data: false },
  settled: { header: false, data: false },
}));
export const DIGESTS = frameKey<DigestsInUse>();
