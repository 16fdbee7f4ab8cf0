/** FCP: SCSI commands over Fibre Channel, as information units (FCP-4 §9). */
import { byteAt, readU32, writeU32 } from '../../base/bytes.ts';
import { decodeError, ok, type DecodeError, type Result } from '../../base/result.ts';
import {
  FCP_CMND,
  FCP_CMND_FLAG,
  FCP_CMND_LENGTH,
  FCP_RSP,
  FCP_RSP_FLAG,
  FCP_RSP_LENGTH,
  FCP_XFER_RDY,
  FCP_XFER_RDY_LENGTH,
} from './fields.ts';

const CDB_BYTES = 16;
const INFO_BYTES = 8;
const NOTHING = new Uint8Array(0);

export interface FcpCommand {
  readonly lun: Uint8Array;
  /** Bits of `FCP_MANAGEMENT`; 0 for a command. */
  readonly management: number;
  readonly isRead: boolean;
  readonly isWrite: boolean;
  readonly cdb: Uint8Array;
  readonly dataLength: number;
}

export function decodeFcpCommand(bytes: Uint8Array): Result<FcpCommand, DecodeError> {
  if (bytes.length < FCP_CMND_LENGTH) return decodeError('truncated', bytes.length, 'FCP-4 §9.1');
  const flags = byteAt(bytes, FCP_CMND.flags);
  const more = 4 * (flags >> 2);
  if (bytes.length < FCP_CMND_LENGTH + more) return decodeError('truncated', bytes.length, 'FCP-4 §9.1');
  return ok({
    lun: bytes.slice(FCP_CMND.lun, FCP_CMND.lun + 8),
    management: byteAt(bytes, FCP_CMND.management),
    isRead: (flags & FCP_CMND_FLAG.read) !== 0,
    isWrite: (flags & FCP_CMND_FLAG.write) !== 0,
    cdb: bytes.slice(FCP_CMND.cdb, FCP_CMND.cdb + CDB_BYTES + more),
    dataLength: readU32(bytes, FCP_CMND.dataLength + more),
  });
}

/** The command block has 16 bytes, or more in whole words. */
export function encodeFcpCommand(command: FcpCommand): Uint8Array {
  const more = command.cdb.length - CDB_BYTES;
  const out = new Uint8Array(FCP_CMND_LENGTH + more);
  out.set(command.lun, FCP_CMND.lun);
  out[FCP_CMND.management] = command.management;
  out[FCP_CMND.flags] = more | (command.isRead ? FCP_CMND_FLAG.read : 0) | (command.isWrite ? FCP_CMND_FLAG.write : 0);
  out.set(command.cdb, FCP_CMND.cdb);
  writeU32(out, FCP_CMND.dataLength + more, command.dataLength);
  return out;
}

/** The target asks for a piece of the data. */
export interface FcpTransferReady {
  readonly offset: number;
  readonly length: number;
}

export function decodeFcpTransferReady(bytes: Uint8Array): Result<FcpTransferReady, DecodeError> {
  if (bytes.length < FCP_XFER_RDY_LENGTH) return decodeError('truncated', bytes.length, 'FCP-4 §9.3');
  return ok({ offset: readU32(bytes, FCP_XFER_RDY.offset), length: readU32(bytes, FCP_XFER_RDY.length) });
}

export function encodeFcpTransferReady({ offset, length }: FcpTransferReady): Uint8Array {
  const out = new Uint8Array(FCP_XFER_RDY_LENGTH);
  writeU32(out, FCP_XFER_RDY.offset, offset);
  writeU32(out, FCP_XFER_RDY.length, length);
  return out;
}

export interface FcpResponse {
  /** `SCSI_STATUS`. */
  readonly status: number;
  /** Bytes that the initiator expected more (`under`) or less (`over`) than were moved. */
  readonly residual: { readonly kind: 'none' } | { readonly kind: 'under' | 'over'; readonly bytes: number };
  readonly sense: Uint8Array;
  /** `FCP_RSP_CODE`; undefined when nothing is to be said about the transport. */
  readonly code: number | undefined;
}

export function decodeFcpResponse(bytes: Uint8Array): Result<FcpResponse, DecodeError> {
  if (bytes.length < FCP_RSP_LENGTH) return decodeError('truncated', bytes.length, 'FCP-4 §9.5');
  const flags = byteAt(bytes, FCP_RSP.flags);
  const infoLength = (flags & FCP_RSP_FLAG.info) === 0 ? 0 : readU32(bytes, FCP_RSP.infoLength);
  const senseLength = (flags & FCP_RSP_FLAG.sense) === 0 ? 0 : readU32(bytes, FCP_RSP.senseLength);
  const senseAt = FCP_RSP_LENGTH + infoLength;
  if (senseAt + senseLength > bytes.length) return decodeError('truncated', FCP_RSP.senseLength, 'FCP-4 §9.5');
  const residual = readU32(bytes, FCP_RSP.residual);
  const kind = (flags & FCP_RSP_FLAG.under) !== 0 ? 'under' : (flags & FCP_RSP_FLAG.over) !== 0 ? 'over' : 'none';
  return ok({
    status: byteAt(bytes, FCP_RSP.status),
    residual: kind === 'none' ? { kind } : { kind, bytes: residual },
    sense: bytes.slice(senseAt, senseAt + senseLength),
    code: infoLength >= 4 ? byteAt(bytes, FCP_RSP_LENGTH + 3) : undefined,
  });
}

export function encodeFcpResponse({ status, residual, sense, code }: FcpResponse): Uint8Array {
  const info = code === undefined ? NOTHING : new Uint8Array(INFO_BYTES);
  if (code !== undefined) info[3] = code;
  const out = new Uint8Array(FCP_RSP_LENGTH + info.length + sense.length);
  let flags = residual.kind === 'none' ? 0 : FCP_RSP_FLAG[residual.kind];
  if (residual.kind !== 'none') writeU32(out, FCP_RSP.residual, residual.bytes);
  if (code !== undefined) {
    flags |= FCP_RSP_FLAG.info;
    writeU32(out, FCP_RSP.infoLength, info.length);
    out.set(info, FCP_RSP_LENGTH);
  }
  if (sense.length > 0) {
    flags |= FCP_RSP_FLAG.sense;
    writeU32(out, FCP_RSP.senseLength, sense.length);
    out.set(sense, FCP_RSP_LENGTH + info.length);
  }
  out[FCP_RSP.flags] = flags;
  out[FCP_RSP.status] = status;
  return out;
}
