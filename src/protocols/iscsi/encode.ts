/** Writes iSCSI PDUs (RFC 7143 §11): header, data segment, padding and, where negotiated, digests. */
import { concatBytes, writeU16, writeU32 } from '../../base/bytes.ts';
import { crc32c } from '../../base/data/crc32c.ts';
import { unreachable } from '../../base/result.ts';
import { BHS_BYTES, ISCSI_OPCODE, NO_TAG } from './fields.ts';
import type { IscsiPdu, Residual } from './pdu.ts';

/** Which digests a connection uses (RFC 7143 §13.1). */
export interface Digests {
  readonly header: boolean;
  readonly data: boolean;
}

export const NO_DIGESTS: Digests = { header: false, data: false };

const NOTHING = new Uint8Array(0);

const OPCODES: Readonly<Record<IscsiPdu['kind'], number>> = {
  'nop-out': ISCSI_OPCODE.nopOut,
  'scsi-command': ISCSI_OPCODE.scsiCommand,
  'task-management-request': ISCSI_OPCODE.taskManagementRequest,
  'login-request': ISCSI_OPCODE.loginRequest,
  'text-request': ISCSI_OPCODE.textRequest,
  'data-out': ISCSI_OPCODE.dataOut,
  'logout-request': ISCSI_OPCODE.logoutRequest,
  snack: ISCSI_OPCODE.snack,
  'nop-in': ISCSI_OPCODE.nopIn,
  'scsi-response': ISCSI_OPCODE.scsiResponse,
  'task-management-response': ISCSI_OPCODE.taskManagementResponse,
  'login-response': ISCSI_OPCODE.loginResponse,
  'text-response': ISCSI_OPCODE.textResponse,
  'data-in': ISCSI_OPCODE.dataIn,
  'logout-response': ISCSI_OPCODE.logoutResponse,
  'ready-to-transfer': ISCSI_OPCODE.readyToTransfer,
  'async-message': ISCSI_OPCODE.asyncMessage,
  reject: ISCSI_OPCODE.reject,
};

/** `digest` as it goes on the wire: its least significant byte first (RFC 3720 appendix B.4). */
function digestBytes(bytes: Uint8Array): Uint8Array {
  const crc = crc32c(bytes);
  return Uint8Array.of(crc, crc >>> 8, crc >>> 16, crc >>> 24);
}

export function encodePdu(pdu: IscsiPdu, digests: Digests = NO_DIGESTS): Uint8Array {
  const header = encodeHeader(pdu);
  const data = 'data' in pdu ? pdu.data : NOTHING;
  const additional = pdu.kind === 'scsi-command' ? pdu.additionalHeaders : NOTHING;
  header[4] = additional.length / 4;
  header[5] = data.length >>> 16;
  writeU16(header, 6, data.length & 0xffff);
  const whole = additional.length === 0 ? header : concatBytes([header, additional]);
  const padded = data.length % 4 === 0 ? data : concatBytes([data, new Uint8Array(4 - (data.length % 4))]);
  return concatBytes([
    whole,
    digests.header ? digestBytes(whole) : NOTHING,
    padded,
    digests.data && data.length > 0 ? digestBytes(padded) : NOTHING,
  ]);
}

function bit(condition: boolean, mask: number): number {
  return condition ? mask : 0;
}

const OVERFLOW = 0x04;
const UNDERFLOW = 0x02;

function residualFlags(residual: Residual): number {
  return bit(residual.kind === 'overflow', OVERFLOW) | bit(residual.kind === 'underflow', UNDERFLOW);
}

function residualBytes(residual: Residual): number {
  return residual.kind === 'none' ? 0 : residual.bytes;
}

/** The basic header segment with its lengths left at 0. */
function encodeHeader(pdu: IscsiPdu): Uint8Array {
  const header = new Uint8Array(BHS_BYTES);
  const isImmediate = pdu.kind === 'login-request' || ('isImmediate' in pdu && pdu.isImmediate);
  header[0] = OPCODES[pdu.kind] | bit(isImmediate, 0x40);
  header[1] = 0x80;
  if ('lun' in pdu) header.set(pdu.lun.subarray(0, 8), 8);
  writeU32(header, 16, pdu.tag);
  if ('transferTag' in pdu) writeU32(header, 20, pdu.transferTag);
  if ('cmdSn' in pdu) writeU32(header, 24, pdu.cmdSn);
  if ('expStatSn' in pdu) writeU32(header, 28, pdu.expStatSn);
  if ('statSn' in pdu) {
    writeU32(header, 24, pdu.statSn);
    writeU32(header, 28, pdu.expCmdSn);
    writeU32(header, 32, pdu.maxCmdSn);
  }
  switch (pdu.kind) {
    case 'nop-out':
    case 'nop-in':
      break;
    case 'scsi-command':
      header[1] = bit(pdu.isFinal, 0x80) | bit(pdu.isRead, 0x40) | bit(pdu.isWrite, 0x20) | pdu.attribute;
      writeU32(header, 20, pdu.expectedLength);
      header.set(pdu.cdb.subarray(0, 16), 32);
      break;
    case 'task-management-request':
      header[1] = 0x80 | pdu.function;
      writeU32(header, 20, pdu.referencedTag);
      writeU32(header, 32, pdu.refCmdSn);
      writeU32(header, 36, pdu.expDataSn);
      break;
    case 'login-request':
    case 'login-response':
      header[1] =
        bit(pdu.isTransit, 0x80) |
        bit(pdu.continues, 0x40) |
        (pdu.currentStage << 2) |
        (pdu.isTransit ? pdu.nextStage : 0);
      header[2] = pdu.versionMax;
      header.set(pdu.isid.subarray(0, 6), 8);
      writeU16(header, 14, pdu.tsih);
      if (pdu.kind === 'login-request') {
        header[3] = pdu.versionMin;
        writeU16(header, 20, pdu.cid);
      } else {
        header[3] = pdu.versionActive;
        writeU16(header, 36, pdu.status);
      }
      break;
    case 'text-request':
    case 'text-response':
      header[1] = bit(pdu.isFinal, 0x80) | bit(pdu.continues, 0x40);
      break;
    case 'data-out':
      header[1] = bit(pdu.isFinal, 0x80);
      writeU32(header, 36, pdu.dataSn);
      writeU32(header, 40, pdu.bufferOffset);
      break;
    case 'logout-request':
      header[1] = 0x80 | pdu.reason;
      writeU16(header, 20, pdu.cid);
      break;
    case 'snack':
      header[1] = 0x80 | pdu.type;
      writeU32(header, 40, pdu.beginRun);
      writeU32(header, 44, pdu.runLength);
      break;
    case 'scsi-response':
      header[1] = 0x80 | residualFlags(pdu.residual);
      header[2] = pdu.response;
      header[3] = pdu.status;
      writeU32(header, 20, pdu.snackTag);
      writeU32(header, 36, pdu.expDataSn);
      writeU32(header, 44, residualBytes(pdu.residual));
      break;
    case 'task-management-response':
      header[2] = pdu.response;
      break;
    case 'data-in':
      header[1] =
        bit(pdu.isFinal, 0x80) |
        bit(pdu.wantsAcknowledgement, 0x40) |
        residualFlags(pdu.residual) |
        bit(pdu.status !== undefined, 0x01);
      header[3] = pdu.status ?? 0;
      writeU32(header, 36, pdu.dataSn);
      writeU32(header, 40, pdu.bufferOffset);
      writeU32(header, 44, residualBytes(pdu.residual));
      break;
    case 'logout-response':
      header[2] = pdu.response;
      writeU16(header, 40, pdu.time2Wait);
      writeU16(header, 42, pdu.time2Retain);
      break;
    case 'ready-to-transfer':
      writeU32(header, 36, pdu.r2tSn);
      writeU32(header, 40, pdu.bufferOffset);
      writeU32(header, 44, pdu.desiredLength);
      break;
    case 'async-message':
      writeU32(header, 16, NO_TAG);
      header[36] = pdu.event;
      header[37] = pdu.vendorCode;
      pdu.parameters.forEach((value, i) => writeU16(header, 38 + 2 * i, value));
      break;
    case 'reject':
      header[2] = pdu.reason;
      writeU32(header, 16, NO_TAG);
      writeU32(header, 36, pdu.dataSn);
      break;
    default:
      unreachable(pdu);
  }
  return header;
}
