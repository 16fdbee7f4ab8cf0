/** Commands of the extended link services, and byte offsets in their payloads (FC-LS-3 §4). */

export const ELS = {
  reject: 0x01,
  accept: 0x02,
  plogi: 0x03,
  flogi: 0x04,
  logo: 0x05,
  rtv: 0x0e,
  rrq: 0x12,
  rec: 0x13,
  prli: 0x20,
  prlo: 0x21,
  adisc: 0x52,
  fdisc: 0x51,
  scr: 0x62,
  rscn: 0x61,
} as const;

/** Names as Wireshark lists them. */
export const ELS_NAMES: Readonly<Record<number, string>> = {
  [ELS.reject]: 'LS_RJT',
  [ELS.accept]: 'ACC',
  [ELS.plogi]: 'PLOGI',
  [ELS.flogi]: 'FLOGI',
  [ELS.logo]: 'LOGO',
  [ELS.rtv]: 'RTV',
  [ELS.rrq]: 'RRQ',
  [ELS.rec]: 'REC',
  [ELS.prli]: 'PRLI',
  [ELS.prlo]: 'PRLO',
  [ELS.fdisc]: 'FDISC',
  [ELS.adisc]: 'ADISC',
  [ELS.rscn]: 'RSCN',
  [ELS.scr]: 'SCR',
};

/** FLOGI, PLOGI and their answers (FC-LS-3 §6.6). */
export const LOGIN = {
  version: 4,
  credit: 6,
  features: 8,
  receiveSize: 10,
  /** PLOGI: sequences at a time; FLOGI: R_A_TOV, in milliseconds. */
  sequences: 12,
  relativeOffset: 14,
  edTovMs: 16,
  portName: 20,
  nodeName: 28,
  classes: 36,
  vendorVersion: 100,
} as const;
export const LOGIN_LENGTH = 116;
export const LOGIN_CLASS_LENGTH = 16;
/** In the parameters of one class. */
export const LOGIN_CLASS = { options: 0, receiveSize: 6, sequences: 8, credit: 10, openSequences: 13 } as const;
export const LOGIN_CLASS_OPTION = { valid: 0x8000, sequential: 0x0800 } as const;
/** Offsets that grow without gaps; from a fabric; with SEQCNT as FC-FS demands. */
export const LOGIN_FEATURE = { continuousOffset: 0x8000, fPort: 0x1000 } as const;

/** The page of PRLI and PRLO for one protocol (FC-LS-3 §4.2.22). */
export const PRLI = { pageLength: 1, payloadLength: 2, type: 4, flags: 6, parameters: 16 } as const;
export const PRLI_LENGTH = 20;
export const PRLI_PAGE_LENGTH = 16;
export const PRLI_FLAG = { establish: 0x2000, accepted: 0x0100 } as const;
/** FCP-4 §6.3.3. */
export const PRLI_FCP = { noReadReady: 0x02, target: 0x10, initiator: 0x20, confirmed: 0x80, retry: 0x100 } as const;

export const LOGO_LENGTH = 16;

/** Why a request is refused (FC-LS-3 §4.4). */
export const LS_RJT_REASON = { logical: 0x03, protocol: 0x07, unable: 0x09, unsupported: 0x0b } as const;
export const LS_RJT_EXPLANATION = {
  none: 0x00,
  noLogin: 0x1e,
  badExchange: 0x17,
  cannotGive: 0x2a,
  notSupported: 0x2c,
} as const;
