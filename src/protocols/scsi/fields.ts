/** Numbers of SCSI (SPC-4, SBC-3, SAM-5), as far as disks use them. */

/** Operation codes: SPC-4 annex E. */
export const SCSI_OPCODE = {
  testUnitReady: 0x00,
  requestSense: 0x03,
  read6: 0x08,
  write6: 0x0a,
  inquiry: 0x12,
  modeSelect6: 0x15,
  reserve6: 0x16,
  release6: 0x17,
  modeSense6: 0x1a,
  startStopUnit: 0x1b,
  preventAllow: 0x1e,
  readCapacity10: 0x25,
  read10: 0x28,
  write10: 0x2a,
  writeAndVerify10: 0x2e,
  verify10: 0x2f,
  prefetch10: 0x34,
  synchronizeCache10: 0x35,
  writeSame10: 0x41,
  unmap: 0x42,
  modeSelect10: 0x55,
  modeSense10: 0x5a,
  persistentReserveIn: 0x5e,
  persistentReserveOut: 0x5f,
  read16: 0x88,
  compareAndWrite: 0x89,
  write16: 0x8a,
  writeAndVerify16: 0x8e,
  verify16: 0x8f,
  prefetch16: 0x90,
  synchronizeCache16: 0x91,
  writeSame16: 0x93,
  serviceActionIn16: 0x9e,
  reportLuns: 0xa0,
  maintenanceIn: 0xa3,
  read12: 0xa8,
  write12: 0xaa,
  writeAndVerify12: 0xae,
  verify12: 0xaf,
} as const;

/** SAM-5 §5.3.1. */
export const SCSI_STATUS = {
  good: 0x00,
  checkCondition: 0x02,
  conditionMet: 0x04,
  busy: 0x08,
  reservationConflict: 0x18,
  taskSetFull: 0x28,
  taskAborted: 0x40,
} as const;

/** SPC-4 §4.5.6. */
export const SENSE_KEY = {
  noSense: 0x0,
  recoveredError: 0x1,
  notReady: 0x2,
  mediumError: 0x3,
  hardwareError: 0x4,
  illegalRequest: 0x5,
  unitAttention: 0x6,
  dataProtect: 0x7,
  abortedCommand: 0xb,
  miscompare: 0xe,
} as const;

/** Additional sense code and its qualifier as one number (SPC-4 annex D). */
export const SENSE_CODE = {
  none: 0x0000,
  parameterListLength: 0x1a00,
  miscompare: 0x1d00,
  invalidOpcode: 0x2000,
  lbaOutOfRange: 0x2100,
  invalidFieldInCdb: 0x2400,
  lunNotSupported: 0x2500,
  invalidFieldInParameters: 0x2600,
  invalidRelease: 0x2604,
  writeProtected: 0x2700,
  mediumMayHaveChanged: 0x2800,
  powerOnOrReset: 0x2900,
  busDeviceReset: 0x2903,
  capacityChanged: 0x2a09,
  reservationsPreempted: 0x2a03,
  reservationsReleased: 0x2a04,
  registrationsPreempted: 0x2a05,
  savingNotSupported: 0x3900,
  mediumNotPresent: 0x3a00,
  reportedLunsChanged: 0x3f0e,
  dataPhaseError: 0x4b00,
  commandsClearedByOther: 0x2f00,
  notReadyInitializingRequired: 0x0402,
} as const;

/** Vital product data (SPC-4 §7.8, SBC-3 §6.6). */
export const VPD_PAGE = {
  supported: 0x00,
  serialNumber: 0x80,
  deviceIdentification: 0x83,
  blockLimits: 0xb0,
  blockDeviceCharacteristics: 0xb1,
  logicalBlockProvisioning: 0xb2,
} as const;
