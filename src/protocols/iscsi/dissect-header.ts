/** The dissection of iSCSI's headers (RFC 7143 §11). */
import { GENERATED, type Dissection } from '../core/dissect.ts';
import type { FieldDef } from '../core/field.ts';
import type { ScsiExchange } from '../scsi/dissect-fields.ts';
import { addLun } from '../scsi/dissect.ts';
import { ISCSI, ISCSI_STATE, type DigestsInUse, type IscsiState } from './dissect-fields.ts';
import { BHS_BYTES, ISCSI_OPCODE } from './fields.ts';

/** One PDU and where its parts lie. */
export interface Pdu {
  readonly start: number;
  readonly opcode: number;
  readonly headerEnd: number;
  readonly dataStart: number;
  readonly dataEnd: number;
  readonly paddedEnd: number;
  readonly end: number;
  readonly digests: DigestsInUse;
  readonly exchange: ScsiExchange | undefined;
}

export function stateOf(d: Dissection): IscsiState | undefined {
  return d.conversation?.state(ISCSI_STATE);
}

function lengths(d: Dissection, start: number): void {
  d.add(ISCSI.additionalLength, start + 4, 1);
  d.add(ISCSI.dataLength, start + 5, 3);
}

function flags(d: Dissection, at: number, ...fields: readonly FieldDef[]): void {
  d.begin(ISCSI.flags, at, 1);
  for (const one of fields) d.add(one, at, 1);
  d.end();
}

function sent(d: Dissection, start: number): void {
  d.add(ISCSI.cmdSn, start + 24, 4);
  d.add(ISCSI.expStatSn, start + 28, 4);
}

function answered(d: Dissection, start: number, hasStatus = true): void {
  if (hasStatus) d.add(ISCSI.statSn, start + 24, 4);
  d.add(ISCSI.expCmdSn, start + 28, 4);
  d.add(ISCSI.maxCmdSn, start + 32, 4);
}

function frames(d: Dissection, { start, opcode, exchange }: Pdu): void {
  if (exchange === undefined) return;
  const { requestFrame, dataInFrame, dataOutFrame, responseFrame } = exchange;
  const add = (one: FieldDef, frame: number | undefined): void => {
    if (frame !== undefined) d.add(one, start, 0, frame, GENERATED);
  };
  if (opcode === ISCSI_OPCODE.scsiCommand) {
    add(ISCSI.dataInFrame, dataInFrame);
    add(ISCSI.dataOutFrame, dataOutFrame);
    add(ISCSI.responseFrame, responseFrame);
    return;
  }
  add(ISCSI.requestFrame, requestFrame);
  const isAnswer = opcode === ISCSI_OPCODE.scsiResponse || opcode === ISCSI_OPCODE.dataIn;
  if (isAnswer) {
    d.add(ISCSI.time, start, 0, d.context.frames.timeNs(d.index) - exchange.requestNs, GENERATED);
    if (opcode === ISCSI_OPCODE.scsiResponse) {
      add(ISCSI.dataInFrame, dataInFrame);
      add(ISCSI.dataOutFrame, dataOutFrame);
    }
  } else {
    add(ISCSI.dataInFrame, dataInFrame);
    add(ISCSI.responseFrame, responseFrame);
  }
}

/** The header behind the opcode, field by field in the order of RFC 7143 §11. */
export function addHeader(d: Dissection, one: Pdu): void {
  const { start, opcode } = one;
  switch (opcode) {
    case ISCSI_OPCODE.nopOut:
      d.add(ISCSI.immediate, start, 1);
      lengths(d, start);
      addLun(d, start + 8);
      d.add(ISCSI.tag, start + 16, 4);
      d.add(ISCSI.transferTag, start + 20, 4);
      sent(d, start);
      break;
    case ISCSI_OPCODE.nopIn:
      lengths(d, start);
      addLun(d, start + 8);
      d.add(ISCSI.tag, start + 16, 4);
      d.add(ISCSI.transferTag, start + 20, 4);
      answered(d, start);
      break;
    case ISCSI_OPCODE.scsiCommand:
      d.add(ISCSI.immediate, start, 1);
      flags(d, start + 1, ISCSI.commandFinal, ISCSI.commandRead, ISCSI.commandWrite, ISCSI.attribute);
      lengths(d, start);
      addLun(d, start + 8);
      d.add(ISCSI.tag, start + 16, 4);
      d.add(ISCSI.expectedLength, start + 20, 4);
      sent(d, start);
      frames(d, one);
      break;
    case ISCSI_OPCODE.scsiResponse:
      flags(d, start + 1, ISCSI.bidiOver, ISCSI.bidiUnder, ISCSI.responseOver, ISCSI.responseUnder);
      d.add(ISCSI.response, start + 2, 1);
      d.add(ISCSI.status, start + 3, 1);
      lengths(d, start);
      d.add(ISCSI.tag, start + 16, 4);
      answered(d, start);
      d.add(ISCSI.expDataSn, start + 36, 4);
      d.add(ISCSI.bidiResidual, start + 40, 4);
      d.add(ISCSI.residual, start + 44, 4);
      frames(d, one);
      break;
    case ISCSI_OPCODE.taskManagementRequest:
      d.add(ISCSI.immediate, start, 1);
      d.add(ISCSI.taskFunction, start + 1, 1);
      lengths(d, start);
      addLun(d, start + 8);
      d.add(ISCSI.tag, start + 16, 4);
      d.add(ISCSI.referencedTag, start + 20, 4);
      sent(d, start);
      d.add(ISCSI.refCmdSn, start + 32, 4);
      break;
    case ISCSI_OPCODE.taskManagementResponse:
      d.add(ISCSI.taskResponse, start + 2, 1);
      lengths(d, start);
      d.add(ISCSI.tag, start + 16, 4);
      answered(d, start);
      break;
    case ISCSI_OPCODE.loginRequest:
    case ISCSI_OPCODE.loginResponse:
      login(d, start, opcode === ISCSI_OPCODE.loginRequest);
      break;
    case ISCSI_OPCODE.textRequest:
      d.add(ISCSI.immediate, start, 1);
      flags(d, start + 1, ISCSI.textFinal, ISCSI.textContinues);
      lengths(d, start);
      addLun(d, start + 8);
      d.add(ISCSI.tag, start + 16, 4);
      d.add(ISCSI.transferTag, start + 20, 4);
      sent(d, start);
      break;
    case ISCSI_OPCODE.textResponse:
      flags(d, start + 1, ISCSI.textFinal, ISCSI.textContinues);
      lengths(d, start);
      addLun(d, start + 8);
      d.add(ISCSI.tag, start + 16, 4);
      d.add(ISCSI.transferTag, start + 20, 4);
      answered(d, start);
      break;
    case ISCSI_OPCODE.dataOut:
      flags(d, start + 1, ISCSI.dataFinal);
      lengths(d, start);
      addLun(d, start + 8);
      d.add(ISCSI.tag, start + 16, 4);
      d.add(ISCSI.transferTag, start + 20, 4);
      d.add(ISCSI.expStatSn, start + 28, 4);
      d.add(ISCSI.dataSn, start + 36, 4);
      d.add(ISCSI.bufferOffset, start + 40, 4);
      frames(d, one);
      break;
    case ISCSI_OPCODE.dataIn: {
      const hasStatus = (d.u8(start + 1) & 1) !== 0;
      flags(d, start + 1, ISCSI.dataFinal, ISCSI.dataAcknowledge, ISCSI.dataOver, ISCSI.dataUnder, ISCSI.dataStatus);
      if (hasStatus) d.add(ISCSI.status, start + 3, 1);
      lengths(d, start);
      d.add(ISCSI.tag, start + 16, 4);
      answered(d, start);
      d.add(ISCSI.dataSn, start + 36, 4);
      d.add(ISCSI.bufferOffset, start + 40, 4);
      d.add(ISCSI.readResidual, start + 44, 4);
      frames(d, one);
      break;
    }
    case ISCSI_OPCODE.logoutRequest:
      d.add(ISCSI.immediate, start, 1);
      d.add(ISCSI.logoutReason, start + 1, 1);
      lengths(d, start);
      d.add(ISCSI.tag, start + 16, 4);
      d.add(ISCSI.cid, start + 20, 2);
      sent(d, start);
      break;
    case ISCSI_OPCODE.logoutResponse:
      d.add(ISCSI.logoutResponse, start + 2, 1);
      lengths(d, start);
      d.add(ISCSI.tag, start + 16, 4);
      answered(d, start);
      d.add(ISCSI.time2Wait, start + 40, 2);
      d.add(ISCSI.time2Retain, start + 42, 2);
      break;
    case ISCSI_OPCODE.readyToTransfer:
      lengths(d, start);
      addLun(d, start + 8);
      d.add(ISCSI.tag, start + 16, 4);
      d.add(ISCSI.transferTag, start + 20, 4);
      answered(d, start);
      d.add(ISCSI.r2tSn, start + 36, 4);
      d.add(ISCSI.bufferOffset, start + 40, 4);
      d.add(ISCSI.desiredLength, start + 44, 4);
      frames(d, one);
      break;
    case ISCSI_OPCODE.asyncMessage:
      lengths(d, start);
      addLun(d, start + 8);
      answered(d, start);
      d.add(ISCSI.asyncEvent, start + 36, 1);
      d.add(ISCSI.vendorCode, start + 37, 1);
      d.add(ISCSI.parameter1, start + 38, 2);
      d.add(ISCSI.parameter2, start + 40, 2);
      d.add(ISCSI.parameter3, start + 42, 2);
      break;
    case ISCSI_OPCODE.reject:
      d.add(ISCSI.rejectReason, start + 2, 1);
      lengths(d, start);
      answered(d, start);
      d.add(ISCSI.dataSn, start + 36, 4);
      break;
    default:
      lengths(d, start);
      d.add(ISCSI.tag, start + 16, 4);
  }
}

function login(d: Dissection, start: number, isRequest: boolean): void {
  d.add(ISCSI.transit, start + 1, 1);
  d.add(ISCSI.loginContinues, start + 1, 1);
  d.add(ISCSI.currentStage, start + 1, 1);
  if ((d.u8(start + 1) & 0x80) !== 0) d.add(ISCSI.nextStage, start + 1, 1);
  d.add(ISCSI.versionMax, start + 2, 1);
  d.add(isRequest ? ISCSI.versionMin : ISCSI.versionActive, start + 3, 1);
  lengths(d, start);
  d.begin(ISCSI.isid, start + 8, 6);
  d.add(ISCSI.isidType, start + 8, 1);
  d.add(ISCSI.isidA, start + 8, 1);
  d.add(ISCSI.isidB, start + 9, 2);
  d.add(ISCSI.isidC, start + 11, 1);
  d.add(ISCSI.isidD, start + 12, 2);
  d.end();
  d.add(ISCSI.tsih, start + 14, 2);
  d.add(ISCSI.tag, start + 16, 4);
  if (isRequest) {
    d.add(ISCSI.cid, start + 20, 2);
    sent(d, start);
    return;
  }
  answered(d, start);
  d.add(ISCSI.loginStatus, start + 36, 2);
  settleDigests(d, start);
}

/** The answers to HeaderDigest and DataDigest hold from the end of the login on (RFC 7143 §13.1). */
function settleDigests(d: Dissection, start: number): void {
  const state = stateOf(d);
  if (d.visited || state === undefined || d.quoted) return;
  const end = Math.min(d.limit, start + BHS_BYTES + (d.u32(start + 4) & 0xff_ffff));
  for (let at = start + BHS_BYTES; at < end;) {
    const nul = d.bytes.indexOf(0, at);
    const stop = nul < 0 || nul > end ? end : nul;
    const [key = '', value = ''] = String.fromCharCode(...d.bytes.subarray(at, Math.min(stop, at + 64))).split('=');
    if (key === 'HeaderDigest') state.settled = { ...state.settled, header: value === 'CRC32C' };
    if (key === 'DataDigest') state.settled = { ...state.settled, data: value === 'CRC32C' };
    at = stop + 1;
  }
  const isLast = (d.u8(start + 1) & 0x83) === 0x83 && d.u16(start + 36) === 0;
  if (isLast) state.digests = state.settled;
}
