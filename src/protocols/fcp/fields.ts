/** Byte offsets of FCP's information units (FCP-4 §9). */

export const FCP_CMND = { lun: 0, crn: 8, attribute: 9, management: 10, flags: 11, cdb: 12, dataLength: 28 } as const;
export const FCP_CMND_LENGTH = 32;
/** Longer commands have words more in front of the data length. */
export const FCP_CMND_FLAG = { write: 0x01, read: 0x02 } as const;
export const FCP_MANAGEMENT = {
  clearAca: 0x40,
  targetReset: 0x20,
  lunReset: 0x10,
  clearTaskSet: 0x04,
  abortTaskSet: 0x02,
} as const;

export const FCP_XFER_RDY = { offset: 0, length: 4 } as const;
export const FCP_XFER_RDY_LENGTH = 12;

export const FCP_RSP = { flags: 10, status: 11, residual: 12, senseLength: 16, infoLength: 20 } as const;
export const FCP_RSP_LENGTH = 24;
export const FCP_RSP_FLAG = { under: 0x08, over: 0x04, sense: 0x02, info: 0x01 } as const;
/** What became of a task management function (FCP-4 §9.5.14). */
export const FCP_RSP_CODE = { complete: 0, rejected: 4, noLun: 9 } as const;
