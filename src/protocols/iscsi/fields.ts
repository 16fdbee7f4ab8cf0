/** Numbers of iSCSI (RFC 7143, which replaces RFC 3720). */

export const ISCSI_PORT = 3260;
/** Basic header segment (RFC 7143 §11.2.1). */
export const BHS_BYTES = 48;
/** Tags that stand for nothing (RFC 7143 §11.2.1.8, §11.9.2). */
export const NO_TAG = 0xffff_ffff;

/** RFC 7143 §11.2.1.2. */
export const ISCSI_OPCODE = {
  nopOut: 0x00,
  scsiCommand: 0x01,
  taskManagementRequest: 0x02,
  loginRequest: 0x03,
  textRequest: 0x04,
  dataOut: 0x05,
  logoutRequest: 0x06,
  snack: 0x10,
  nopIn: 0x20,
  scsiResponse: 0x21,
  taskManagementResponse: 0x22,
  loginResponse: 0x23,
  textResponse: 0x24,
  dataIn: 0x25,
  logoutResponse: 0x26,
  readyToTransfer: 0x31,
  asyncMessage: 0x32,
  reject: 0x3f,
} as const;

/** Stages of a login (RFC 7143 §11.12.3). */
export const LOGIN_STAGE = { security: 0, operational: 1, fullFeature: 3 } as const;

/** Class and detail as one number (RFC 7143 §11.13.5). */
export const LOGIN_STATUS = {
  success: 0x0000,
  movedTemporarily: 0x0101,
  movedPermanently: 0x0102,
  initiatorError: 0x0200,
  authenticationFailure: 0x0201,
  authorizationFailure: 0x0202,
  notFound: 0x0203,
  targetRemoved: 0x0204,
  unsupportedVersion: 0x0205,
  tooManyConnections: 0x0206,
  missingParameter: 0x0207,
  cannotIncludeInSession: 0x0208,
  sessionTypeNotSupported: 0x0209,
  sessionDoesNotExist: 0x020a,
  invalidDuringLogin: 0x020b,
  targetError: 0x0300,
  serviceUnavailable: 0x0301,
  outOfResources: 0x0302,
} as const;

/** RFC 7143 §11.5.1. */
export const TASK_FUNCTION = {
  abortTask: 1,
  abortTaskSet: 2,
  clearAca: 3,
  clearTaskSet: 4,
  logicalUnitReset: 5,
  targetWarmReset: 6,
  targetColdReset: 7,
  taskReassign: 8,
} as const;

/** RFC 7143 §11.6.1. */
export const TASK_RESPONSE = {
  complete: 0,
  noTask: 1,
  noLun: 2,
  stillAllegiant: 3,
  reassignNotSupported: 4,
  notSupported: 5,
  authorizationFailed: 6,
  rejected: 255,
} as const;

/** RFC 7143 §11.14.1. */
export const LOGOUT_REASON = { closeSession: 0, closeConnection: 1, recovery: 2 } as const;
/** RFC 7143 §11.15.1. */
export const LOGOUT_RESPONSE = { closed: 0, noCid: 1, noRecovery: 2, cleanupFailed: 3 } as const;

/** RFC 7143 §11.17.1. */
export const REJECT_REASON = {
  dataDigest: 0x02,
  snack: 0x03,
  protocolError: 0x04,
  notSupported: 0x05,
  immediateCommand: 0x06,
  taskInProgress: 0x07,
  invalidDataAck: 0x08,
  invalidField: 0x09,
  longOperation: 0x0a,
  negotiationReset: 0x0b,
  waitingForLogout: 0x0c,
} as const;

/** RFC 7143 §11.9.1. */
export const ASYNC_EVENT = {
  scsi: 0,
  logoutRequest: 1,
  dropConnection: 2,
  dropSession: 3,
  negotiate: 4,
} as const;

/** Attributes of tasks (RFC 7143 §11.3.1). */
export const TASK_ATTRIBUTE = { untagged: 0, simple: 1, ordered: 2, headOfQueue: 3, aca: 4 } as const;
