/**
 * iSCSI PDUs as plain values (RFC 7143 §11). Serial numbers are unsigned 32-bit; LUNs are the eight bytes of SAM
 * (`scsi/lun.ts` reads them); `data` is the data segment without padding and digest.
 */

interface Tagged {
  /** `InitiatorTaskTag`, which answers repeat. */
  readonly tag: number;
}

/** What requests of the initiator number themselves by. */
interface Numbered extends Tagged {
  /** To be carried out at once, outside the order of `cmdSn`. */
  readonly isImmediate: boolean;
  readonly cmdSn: number;
  readonly expStatSn: number;
}

/** What answers of the target say about the session. */
interface Answer extends Tagged {
  readonly statSn: number;
  readonly expCmdSn: number;
  readonly maxCmdSn: number;
}

export interface NopOut extends Numbered {
  readonly kind: 'nop-out';
  readonly lun: Uint8Array;
  readonly transferTag: number;
  readonly data: Uint8Array;
}

export interface ScsiCommandPdu extends Numbered {
  readonly kind: 'scsi-command';
  /** No unsolicited data follows. */
  readonly isFinal: boolean;
  readonly isRead: boolean;
  readonly isWrite: boolean;
  /** `TASK_ATTRIBUTE`. */
  readonly attribute: number;
  readonly lun: Uint8Array;
  /** Bytes that the initiator expects to move. */
  readonly expectedLength: number;
  /** 16 bytes; a longer command continues in `additionalHeaders`. */
  readonly cdb: Uint8Array;
  /** Additional header segments as they are; empty for most commands. */
  readonly additionalHeaders: Uint8Array;
  /** Immediate data. */
  readonly data: Uint8Array;
}

export interface TaskManagementRequest extends Numbered {
  readonly kind: 'task-management-request';
  /** `TASK_FUNCTION`. */
  readonly function: number;
  readonly lun: Uint8Array;
  readonly referencedTag: number;
  readonly refCmdSn: number;
  readonly expDataSn: number;
}

/** Fields of a login that go both ways. */
interface LoginFields {
  readonly isTransit: boolean;
  /** The text goes on in the next PDU. */
  readonly continues: boolean;
  /** `LOGIN_STAGE`. */
  readonly currentStage: number;
  readonly nextStage: number;
  readonly versionMax: number;
  /** Six bytes. */
  readonly isid: Uint8Array;
  readonly tsih: number;
  /** Keys with their values, each ended by a NUL: `keys.ts`. */
  readonly data: Uint8Array;
}

export interface LoginRequest extends LoginFields, Tagged {
  readonly kind: 'login-request';
  readonly versionMin: number;
  readonly cid: number;
  readonly cmdSn: number;
  readonly expStatSn: number;
}

export interface TextRequest extends Numbered {
  readonly kind: 'text-request';
  readonly isFinal: boolean;
  readonly continues: boolean;
  readonly lun: Uint8Array;
  readonly transferTag: number;
  readonly data: Uint8Array;
}

export interface DataOut extends Tagged {
  readonly kind: 'data-out';
  readonly isFinal: boolean;
  readonly lun: Uint8Array;
  /** Of the R2T that asked for it, or `NO_TAG`. */
  readonly transferTag: number;
  readonly expStatSn: number;
  readonly dataSn: number;
  readonly bufferOffset: number;
  readonly data: Uint8Array;
}

export interface LogoutRequest extends Numbered {
  readonly kind: 'logout-request';
  /** `LOGOUT_REASON`. */
  readonly reason: number;
  readonly cid: number;
}

export interface SnackRequest extends Tagged {
  readonly kind: 'snack';
  /** 0 data or R2T, 1 status, 2 data acknowledgement, 3 R-data. */
  readonly type: number;
  readonly lun: Uint8Array;
  readonly transferTag: number;
  readonly expStatSn: number;
  readonly beginRun: number;
  readonly runLength: number;
}

export interface NopIn extends Answer {
  readonly kind: 'nop-in';
  readonly lun: Uint8Array;
  /** `NO_TAG` unless the target asks for an answer. */
  readonly transferTag: number;
  readonly data: Uint8Array;
}

/** What was moved compared with what was expected (RFC 7143 §11.4.5). */
export type Residual = { readonly kind: 'none' } | { readonly kind: 'underflow' | 'overflow'; readonly bytes: number };

export interface ScsiResponse extends Answer {
  readonly kind: 'scsi-response';
  /** 0: the command was completed at the target. */
  readonly response: number;
  /** SCSI status. */
  readonly status: number;
  readonly residual: Residual;
  readonly snackTag: number;
  readonly expDataSn: number;
  /** Two bytes of length and sense data, or empty. */
  readonly data: Uint8Array;
}

export interface TaskManagementResponse extends Answer {
  readonly kind: 'task-management-response';
  /** `TASK_RESPONSE`. */
  readonly response: number;
}

export interface LoginResponse extends LoginFields, Answer {
  readonly kind: 'login-response';
  readonly versionActive: number;
  /** `LOGIN_STATUS`. */
  readonly status: number;
}

export interface TextResponse extends Answer {
  readonly kind: 'text-response';
  readonly isFinal: boolean;
  readonly continues: boolean;
  readonly lun: Uint8Array;
  readonly transferTag: number;
  readonly data: Uint8Array;
}

export interface DataIn extends Answer {
  readonly kind: 'data-in';
  readonly isFinal: boolean;
  readonly wantsAcknowledgement: boolean;
  /** The SCSI status, when this PDU ends the command well. */
  readonly status: number | undefined;
  readonly residual: Residual;
  readonly lun: Uint8Array;
  readonly transferTag: number;
  readonly dataSn: number;
  readonly bufferOffset: number;
  readonly data: Uint8Array;
}

export interface LogoutResponse extends Answer {
  readonly kind: 'logout-response';
  /** `LOGOUT_RESPONSE`. */
  readonly response: number;
  readonly time2Wait: number;
  readonly time2Retain: number;
}

export interface ReadyToTransfer extends Answer {
  readonly kind: 'ready-to-transfer';
  readonly lun: Uint8Array;
  readonly transferTag: number;
  readonly r2tSn: number;
  readonly bufferOffset: number;
  readonly desiredLength: number;
}

export interface AsyncMessage extends Answer {
  readonly kind: 'async-message';
  readonly lun: Uint8Array;
  /** `ASYNC_EVENT`. */
  readonly event: number;
  readonly vendorCode: number;
  readonly parameters: readonly [number, number, number];
  readonly data: Uint8Array;
}

export interface Reject extends Answer {
  readonly kind: 'reject';
  /** `REJECT_REASON`. */
  readonly reason: number;
  readonly dataSn: number;
  /** The header that was refused. */
  readonly data: Uint8Array;
}

export type InitiatorPdu =
  | NopOut
  | ScsiCommandPdu
  | TaskManagementRequest
  | LoginRequest
  | TextRequest
  | DataOut
  | LogoutRequest
  | SnackRequest;

export type TargetPdu =
  | NopIn
  | ScsiResponse
  | TaskManagementResponse
  | LoginResponse
  | TextResponse
  | DataIn
  | LogoutResponse
  | ReadyToTransfer
  | AsyncMessage
  | Reject;

export type IscsiPdu = InitiatorPdu | TargetPdu;
