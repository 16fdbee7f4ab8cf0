/** Reads iSCSI PDUs (RFC 7143 §11), and takes them out of the bytes of a connection. */
import { byteAt, concatBytes, equalBytes, readU16, readU32 } from '../../base/bytes.ts';
import { crc32c } from '../../base/data/crc32c.ts';
import { decodeError, ok, type DecodeError, type Result } from '../../base/result.ts';
import { NO_DIGESTS, type Digests } from './encode.ts';
import { BHS_BYTES, ISCSI_OPCODE } from './fields.ts';
import type { IscsiPdu, Residual } from './pdu.ts';

const OVERFLOW = 0x04;
const UNDERFLOW = 0x02;
const DIGEST_BYTES = 4;

/** Reads a header and its data segment. Fails when the header ends early or its opcode is not known. */
export function decodePdu(header: Uint8Array, data: Uint8Array): Result<IscsiPdu, DecodeError> {
  if (header.length < BHS_BYTES) {
    return decodeError('truncated', header.length, 'RFC 7143 §11.2');
  }
  const flags = byteAt(header, 1);
  const opcode = byteAt(header, 0) & 0x3f;
  const isImmediate = (byteAt(header, 0) & 0x40) !== 0;
  const isFinal = (flags & 0x80) !== 0;
  const continues = (flags & 0x40) !== 0;
  const u32 = (at: number): number => readU32(header, at);
  const u16 = (at: number): number => readU16(header, at);
  const lun = header.subarray(8, 16);
  const tag = u32(16);
  const transferTag = u32(20);
  const sent = { isImmediate, tag, cmdSn: u32(24), expStatSn: u32(28) };
  const answered = { tag, statSn: u32(24), expCmdSn: u32(28), maxCmdSn: u32(32) };
  const login = {
    isTransit: isFinal,
    continues,
    currentStage: (flags >> 2) & 3,
    nextStage: isFinal ? flags & 3 : 0,
    versionMax: byteAt(header, 2),
    isid: header.subarray(8, 14),
    tsih: u16(14),
    data,
  };
  switch (opcode) {
    case ISCSI_OPCODE.nopOut:
      return ok({ kind: 'nop-out', ...sent, lun, transferTag, data });
    case ISCSI_OPCODE.scsiCommand:
      return ok({
        kind: 'scsi-command',
        ...sent,
        isFinal,
        isRead: (flags & 0x40) !== 0,
        isWrite: (flags & 0x20) !== 0,
        attribute: flags & 7,
        lun,
        expectedLength: transferTag,
        cdb: header.subarray(32, 48),
        additionalHeaders: header.subarray(BHS_BYTES),
        data,
      });
    case ISCSI_OPCODE.taskManagementRequest:
      return ok({
        kind: 'task-management-request',
        ...sent,
        function: flags & 0x7f,
        lun,
        referencedTag: transferTag,
        refCmdSn: u32(32),
        expDataSn: u32(36),
      });
    case ISCSI_OPCODE.loginRequest: {
      const { isImmediate: _, ...numbers } = sent;
      return ok({ kind: 'login-request', ...login, ...numbers, versionMin: byteAt(header, 3), cid: u16(20) });
    }
    case ISCSI_OPCODE.textRequest:
      return ok({ kind: 'text-request', ...sent, isFinal, continues, lun, transferTag, data });
    case ISCSI_OPCODE.dataOut: {
      const place = { dataSn: u32(36), bufferOffset: u32(40) };
      return ok({ kind: 'data-out', isFinal, lun, tag, transferTag, expStatSn: u32(28), ...place, data });
    }
    case ISCSI_OPCODE.logoutRequest:
      return ok({ kind: 'logout-request', ...sent, reason: flags & 0x7f, cid: u16(20) });
    case ISCSI_OPCODE.snack: {
      const run = { beginRun: u32(40), runLength: u32(44) };
      return ok({ kind: 'snack', type: flags & 0xf, lun, tag, transferTag, expStatSn: u32(28), ...run });
    }
    case ISCSI_OPCODE.nopIn:
      return ok({ kind: 'nop-in', ...answered, lun, transferTag, data });
    case ISCSI_OPCODE.scsiResponse:
      return ok({
        kind: 'scsi-response',
        ...answered,
        response: byteAt(header, 2),
        status: byteAt(header, 3),
        residual: residualOf(flags, u32(44)),
        snackTag: transferTag,
        expDataSn: u32(36),
        data,
      });
    case ISCSI_OPCODE.taskManagementResponse:
      return ok({ kind: 'task-management-response', ...answered, response: byteAt(header, 2) });
    case ISCSI_OPCODE.loginResponse:
      return ok({ kind: 'login-response', ...login, ...answered, versionActive: byteAt(header, 3), status: u16(36) });
    case ISCSI_OPCODE.textResponse:
      return ok({ kind: 'text-response', ...answered, isFinal, continues, lun, transferTag, data });
    case ISCSI_OPCODE.dataIn:
      return ok({
        kind: 'data-in',
        ...answered,
        isFinal,
        wantsAcknowledgement: continues,
        status: (flags & 1) === 0 ? undefined : byteAt(header, 3),
        residual: residualOf(flags, u32(44)),
        lun,
        transferTag,
        dataSn: u32(36),
        bufferOffset: u32(40),
        data,
      });
    case ISCSI_OPCODE.logoutResponse: {
      const times = { time2Wait: u16(40), time2Retain: u16(42) };
      return ok({ kind: 'logout-response', ...answered, response: byteAt(header, 2), ...times });
    }
    case ISCSI_OPCODE.readyToTransfer: {
      const wanted = { r2tSn: u32(36), bufferOffset: u32(40), desiredLength: u32(44) };
      return ok({ kind: 'ready-to-transfer', ...answered, lun, transferTag, ...wanted });
    }
    case ISCSI_OPCODE.asyncMessage:
      return ok({
        kind: 'async-message',
        ...answered,
        lun,
        event: byteAt(header, 36),
        vendorCode: byteAt(header, 37),
        parameters: [u16(38), u16(40), u16(42)],
        data,
      });
    case ISCSI_OPCODE.reject:
      return ok({ kind: 'reject', ...answered, reason: byteAt(header, 2), dataSn: u32(36), data });
    default:
      return decodeError('unsupported', 0, 'RFC 7143 §11.2.1.2');
  }
}

function residualOf(flags: number, bytes: number): Residual {
  if ((flags & OVERFLOW) !== 0) return { kind: 'overflow', bytes };
  return (flags & UNDERFLOW) !== 0 ? { kind: 'underflow', bytes } : { kind: 'none' };
}

/** A PDU as it lay in the stream. */
export type ReceivedPdu =
  | { readonly kind: 'pdu'; readonly pdu: IscsiPdu; readonly header: Uint8Array }
  /** The header is good and was read; the data segment is not what its digest says. */
  | { readonly kind: 'bad-data-digest'; readonly pdu: IscsiPdu; readonly header: Uint8Array };

/** Takes PDUs out of the bytes of a connection. Digests may be switched on between two PDUs. */
export class PduReader {
  digests: Digests = NO_DIGESTS;
  private parts: Uint8Array[] = [];
  private heldBytes = 0;
  /** With fewer bytes than these there is nothing to read. */
  private neededBytes = BHS_BYTES;
  private readonly maxDataBytes: number;

  /** `maxDataBytes`: a longer data segment than was agreed on (`MaxRecvDataSegmentLength`) ends the connection. */
  constructor(maxDataBytes: number) {
    this.maxDataBytes = maxDataBytes;
  }

  /** Adds bytes, which must not change afterwards. */
  push(data: Uint8Array): void {
    this.parts.push(data);
    this.heldBytes += data.length;
  }

  /**
   * The next PDU, or undefined until it is whole. An error ends the connection: nobody knows where the next PDU
   * begins (RFC 7143 §7.7).
   */
  next(): Result<ReceivedPdu | undefined, DecodeError> {
    if (this.heldBytes < this.neededBytes) return ok(undefined);
    const held = this.parts.length === 1 && this.parts[0] !== undefined ? this.parts[0] : concatBytes(this.parts);
    this.parts = [held];
    const headerBytes = BHS_BYTES + 4 * byteAt(held, 4);
    const dataBytes = readU32(held, 4) & 0xff_ffff;
    if (dataBytes > this.maxDataBytes) {
      return decodeError('malformed', 5, 'RFC 7143 §13.12');
    }
    const dataAt = headerBytes + (this.digests.header ? DIGEST_BYTES : 0);
    const paddedBytes = (dataBytes + 3) & ~3;
    const hasDataDigest = this.digests.data && dataBytes > 0;
    const end = dataAt + paddedBytes + (hasDataDigest ? DIGEST_BYTES : 0);
    if (held.length < end) {
      this.neededBytes = end;
      return ok(undefined);
    }
    const header = held.subarray(0, headerBytes);
    if (this.digests.header && !matches(header, held.subarray(headerBytes, dataAt))) {
      return decodeError('malformed', headerBytes, 'RFC 7143 §7.7');
    }
    const decoded = decodePdu(header, held.subarray(dataAt, dataAt + dataBytes));
    if (!decoded.ok) return decoded;
    const rest = held.subarray(end);
    this.parts = rest.length === 0 ? [] : [rest];
    this.heldBytes = rest.length;
    this.neededBytes = BHS_BYTES;
    const padded = held.subarray(dataAt, dataAt + paddedBytes);
    const isGood = !hasDataDigest || matches(padded, held.subarray(dataAt + paddedBytes, end));
    return ok({ kind: isGood ? 'pdu' : 'bad-data-digest', pdu: decoded.value, header });
  }
}

/** A digest lies in the stream with its least significant byte first. */
function matches(bytes: Uint8Array, digest: Uint8Array): boolean {
  const crc = crc32c(bytes);
  return equalBytes(digest, Uint8Array.of(crc, crc >>> 8, crc >>> 16, crc >>> 24));
}
