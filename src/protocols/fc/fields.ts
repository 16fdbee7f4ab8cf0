/** Byte offsets of a Fibre Channel frame, and its numbers (FC-FS-3 §9, §12). */

export const FC = {
  rCtl: 0,
  destination: 1,
  csCtl: 4,
  source: 5,
  type: 8,
  fCtl: 9,
  seqId: 12,
  dfCtl: 13,
  seqCnt: 14,
  oxId: 16,
  rxId: 18,
  parameter: 20,
} as const;
export const FC_HEADER_LENGTH = 24;
/** Of the longest frame, without the header (FC-FS-3 §9.10). */
export const FC_MAX_DATA_LENGTH = 2112;
/** An exchange number that the other side has not chosen yet. */
export const FC_NO_ID = 0xffff;

/** Routing and information (FC-FS-3 §9.2). */
export const FC_R_CTL = {
  data: 0x01,
  unsolicitedControl: 0x02,
  solicitedControl: 0x03,
  dataDescriptor: 0x05,
  unsolicitedCommand: 0x06,
  commandStatus: 0x07,
  elsRequest: 0x22,
  elsReply: 0x23,
  abts: 0x81,
  baAcc: 0x84,
  baRjt: 0x85,
} as const;

/** Data structure (FC-FS-3 §9.6). */
export const FC_TYPE = { bls: 0x00, els: 0x01, fcp: 0x08, ct: 0x20 } as const;

/** Bits of F_CTL (FC-FS-3 §9.7). */
export const FC_F_CTL = {
  fromResponder: 0x80_0000,
  sequenceRecipient: 0x40_0000,
  firstSequence: 0x20_0000,
  lastSequence: 0x10_0000,
  endOfSequence: 0x08_0000,
  transferInitiative: 0x01_0000,
  relativeOffset: 0x08,
  fillBytes: 0x03,
} as const;

/** Addresses that every fabric has (FC-FS-3 §10.3). */
export const FC_ID = {
  none: 0,
  fabricController: 0xff_fffd,
  fPort: 0xff_fffe,
  nameServer: 0xff_fffc,
} as const;

/** BA_ACC and BA_RJT, behind the header (FC-FS-3 §15.3.3). */
export const BA_ACC_LENGTH = 12;
export const BA_RJT_LENGTH = 4;
