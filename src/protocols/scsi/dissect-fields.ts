/** Fields of SCSI, and what the transport hands to its dissector: which command, and which part of it. */
import { frameKey, StateKey } from '../core/conversation.ts';
import { field } from '../core/field.ts';

export const STATUS_NAMES = {
  0x00: 'Good',
  0x02: 'Check Condition',
  0x04: 'Condition Met',
  0x08: 'Busy',
  0x18: 'Reservation Conflict',
  0x28: 'Task Set Full',
  0x30: 'ACA Active',
  0x40: 'Task Aborted',
};

export const OPCODE_NAMES: Readonly<Record<number, string>> = {
  0x00: 'Test Unit Ready',
  0x03: 'Request Sense',
  0x08: 'Read(6)',
  0x0a: 'Write(6)',
  0x12: 'Inquiry',
  0x15: 'Mode Select(6)',
  0x16: 'Reserve(6)',
  0x17: 'Release(6)',
  0x1a: 'Mode Sense(6)',
  0x1b: 'Start Stop Unit',
  0x1e: 'Prevent/Allow Medium Removal',
  0x25: 'Read Capacity(10)',
  0x28: 'Read(10)',
  0x2a: 'Write(10)',
  0x2e: 'Write & Verify(10)',
  0x2f: 'Verify(10)',
  0x34: 'Pre-Fetch(10)',
  0x35: 'Synchronize Cache(10)',
  0x41: 'Write Same(10)',
  0x42: 'Unmap',
  0x4d: 'Log Sense',
  0x55: 'Mode Select(10)',
  0x5a: 'Mode Sense(10)',
  0x5e: 'Persistent Reserve In',
  0x5f: 'Persistent Reserve Out',
  0x88: 'Read(16)',
  0x89: 'Compare & Write(16)',
  0x8a: 'Write(16)',
  0x8e: 'Write & Verify(16)',
  0x8f: 'Verify(16)',
  0x90: 'Pre-Fetch(16)',
  0x91: 'Synchronize Cache(16)',
  0x93: 'Write Same(16)',
  0x9e: 'Service Action In(16)',
  0xa0: 'Report LUNs',
  0xa3: 'Mgmt Protocol In',
  0xa8: 'Read(12)',
  0xaa: 'Write(12)',
  0xae: 'Write & Verify(12)',
  0xaf: 'Verify(12)',
};

const DEVICE_TYPES = {
  0x00: 'Direct Access Device',
  0x05: 'CD-ROM',
  0x0c: 'Storage Array',
  0x1f: 'Unknown or no device type',
};

/** SPC-4 annex D, those that disks give. */
const SENSE_CODES: Readonly<Record<number, string>> = {
  0x0000: 'No Additional Sense Information',
  0x0401: 'Logical Unit Is In Process Of Becoming Ready',
  0x0402: 'Logical Unit Not Ready, Initializing Cmd. Required',
  0x0c0c: 'Write Error - Unexpected Unsolicited Data',
  0x0c0d: 'Write Error - Not Enough Unsolicited Data',
  0x1a00: 'Parameter List Length Error',
  0x1d00: 'Miscompare During Verify Operation',
  0x2000: 'Invalid Command Operation Code',
  0x2100: 'Logical Block Address Out Of Range',
  0x2400: 'Invalid Field In CDB',
  0x2500: 'Logical Unit Not Supported',
  0x2600: 'Invalid Field In Parameter List',
  0x2604: 'Invalid Release Of Persistent Reservation',
  0x2700: 'Write Protected',
  0x2900: 'Power On, Reset, Or Bus Device Reset Occurred',
  0x2903: 'Bus Device Reset Function Occurred',
  0x2a03: 'Reservations Preempted',
  0x2a04: 'Reservations Released',
  0x2a05: 'Registrations Preempted',
  0x3a00: 'Medium Not Present',
  0x4705: 'Protocol Service CRC Error',
};

const hex8 = { base: 'hex' } as const;

export const SCSI = {
  lun: field('scsi.lun', 'LUN', 'uint16', { base: 'hex' }),
  addressMode: field('scsi.lun.address_mode', 'Address Mode', 'uint8', {
    base: 'hex',
    mask: 0xc0,
    values: {
      0: 'Simple logical unit addressing',
      1: 'Flat space addressing',
      2: 'Logical unit addressing',
      3: 'Extended logical unit addressing',
    },
  }),
  deviceType: field('scsi.inquiry.devtype', 'Device Type', 'uint8', { base: 'hex', mask: 0x1f, values: DEVICE_TYPES }),
  requestFrame: field('scsi.request_frame', 'Request in', 'framenum'),
  responseFrame: field('scsi.response_frame', 'Response in', 'framenum'),
  time: field('scsi.time', 'Time from request', 'relative-time'),
  status: field('scsi.status', 'Status', 'uint8', { base: 'hex', values: STATUS_NAMES }),
  opcodeSpc: field('scsi.spc.opcode', 'SPC-2 Opcode', 'uint8', { base: 'hex', values: OPCODE_NAMES }),
  opcodeSbc: field('scsi_sbc.opcode', 'SBC Opcode', 'uint8', { base: 'hex', values: OPCODE_NAMES }),
  control: field('scsi.cdb.control', 'Control', 'uint8', hex8),
  controlVendor: field('scsi.cdb.control.vendorspecific', 'Vendor specific', 'uint8', { ...hex8, mask: 0xc0 }),
  controlReserved: field('scsi.cdb.control.reserved', 'Reserved', 'uint8', { ...hex8, mask: 0x38 }),
  controlNaca: field('scsi.cdb.control.naca', 'NACA', 'bool', {
    mask: 4,
    trueFalse: ['Normal ACA is set', 'Normal ACA is not set'],
  }),
  controlObsolete1: field('scsi.cdb.control.obs1', 'Obsolete', 'uint8', { ...hex8, mask: 2 }),
  controlObsolete2: field('scsi.cdb.control.obs2', 'Obsolete', 'uint8', { ...hex8, mask: 1 }),
  inquiryControl: field('scsi.cdb.inq.control', 'Control', 'uint8', hex8),
  inquiryVendor: field('scsi.inquiry.control.vendorspecific', 'Vendor specific', 'uint8', { ...hex8, mask: 0xc0 }),
  inquiryReserved: field('scsi.inquiry.control.reserved', 'Reserved', 'uint8', { ...hex8, mask: 0x38 }),
  inquiryNaca: field('scsi.inquiry.control.naca', 'NACA', 'bool', {
    mask: 4,
    trueFalse: ['Normal ACA is set', 'Normal ACA is not set'],
  }),
  inquiryObsolete1: field('scsi.inquiry.control.obs1', 'Obsolete', 'uint8', { ...hex8, mask: 2 }),
  inquiryObsolete2: field('scsi.inquiry.control.obs2', 'Obsolete', 'uint8', { ...hex8, mask: 1 }),
  inquiryFlags: field('scsi.inquiry.flags', 'Inquiry Flags', 'uint8', hex8),
  pageCode: field('scsi.inquiry.evpd.pagecode', 'EVPD Page Code', 'uint8', {
    base: 'hex',
    values: {
      0x00: 'Supported Vital Product Data Pages',
      0x80: 'Unit Serial Number Page',
      0x83: 'Device Identification Page',
      0xb0: 'Block Limits Page',
      0xb1: 'Block Device Characteristics',
      0xb2: 'Logical Block Provisioning Page',
    },
  }),
  allocation8: field('scsi.cdb.alloclen', 'Allocation Length', 'uint8'),
  allocation16: field('scsi.cdb.alloclen16', 'Allocation Length', 'uint16'),
  allocation32: field('scsi.cdb.alloclen32', 'Allocation Length', 'uint32'),
  selectReport: field('scsi.spc.select_report', 'Select Report', 'uint8', {
    base: 'hex',
    values: { 0: 'Select All LUNs', 1: 'Select Well-Known LUNs', 2: 'Select All LUNs accessible to this I_T nexus' },
  }),
  modeFlags: field('scsi.mode.flags', 'Mode Sense Flags', 'uint8', hex8),
  modeControl: field('scsi.mode.pc', 'Page Control', 'uint8', {
    mask: 0xc0,
    values: { 0: 'Current Values', 1: 'Changeable Values', 2: 'Default Values', 3: 'Saved Values' },
  }),
  modePage: field('scsi.mode.spc.pagecode', 'SPC-2 Page Code', 'uint8', {
    base: 'hex',
    mask: 0x3f,
    values: {
      0x08: 'Caching',
      0x0a: 'Control',
      0x1c: 'Informational Exceptions Control',
      0x3f: 'Return All Mode Pages',
    },
  }),
  modePageSbc: field('scsi.mode.sbc.pagecode', 'SBC-2 Page Code', 'uint8', {
    base: 'hex',
    mask: 0x3f,
    values: { 0x08: 'Caching' },
  }),
  maintenanceAction: field('scsi.mpi.service_action', 'Service Action', 'uint8', {
    base: 'hex',
    mask: 0x1f,
    values: { 0x0c: 'Report Supported Opcodes', 0x0d: 'Report Supported Task Management Functions' },
  }),
  opcodesTimeouts: field('scsi.report_opcodes.rctd', 'RCTD', 'bool', { mask: 0x80 }),
  opcodesOptions: field('scsi.report_opcodes.options', 'Reporting Options', 'uint8', {
    base: 'hex',
    mask: 0x07,
    values: {
      0: 'Report ALL opcodes/service actions',
      1: 'Report ONE opcode, NO service action',
      2: 'Report ONE opcode and service action',
    },
  }),
  opcodesAsked: field('scsi.report_opcodes.requested_operation_code', 'Requested Operation Code', 'uint8', {
    base: 'hex',
  }),
  opcodesAction: field('scsi.report_opcodes.requested_service_action', 'Requested Service Action', 'uint16', {
    base: 'hex',
  }),
  lunListLength: field('scsi.reportluns.lun_list_length', 'LUN List Length', 'uint32'),
  errorType: field('scsi.sns.errtype', 'SNS Error Type', 'uint8', {
    base: 'hex',
    mask: 0x7f,
    values: { 0x70: 'Current Error', 0x71: 'Deferred Error', 0x72: 'Current Error', 0x73: 'Deferred Error' },
  }),
  valid: field('scsi.sns.valid', 'Valid', 'uint8'),
  filemark: field('scsi.sns.filemark', 'Filemark', 'bool', { mask: 0x80 }),
  endOfMedium: field('scsi.sns.eom', 'EOM', 'bool', { mask: 0x40 }),
  wrongLength: field('scsi.sns.ili', 'ILI', 'bool', { mask: 0x20 }),
  senseKey: field('scsi.sns.key', 'Sense Key', 'uint8', {
    base: 'hex',
    mask: 0x0f,
    values: {
      0x0: 'No Sense',
      0x1: 'Recovered Error',
      0x2: 'Not Ready',
      0x3: 'Medium Error',
      0x4: 'Hardware Error',
      0x5: 'Illegal Request',
      0x6: 'Unit Attention',
      0x7: 'Data Protection',
      0x8: 'Blank Check',
      0x9: 'Vendor Specific',
      0xa: 'Copy Aborted',
      0xb: 'Command Aborted',
      0xd: 'Overflow Command',
      0xe: 'Miscompare',
    },
  }),
  information: field('scsi.sns.info', 'Sense Info', 'uint32', hex8),
  additionalLength: field('scsi.sns.addlen', 'Additional Sense Length', 'uint8'),
  commandInformation: field('scsi.sns.command_specific_information', 'Command-Specific Information', 'bytes'),
  senseCode: field('scsi.sns.ascascq', 'Additional Sense Code+Qualifier', 'uint16', {
    base: 'hex',
    values: SENSE_CODES,
  }),
  senseCodeOnly: field('scsi.sns.asc', 'Additional Sense Code', 'uint8', hex8),
  senseQualifier: field('scsi.sns.ascq', 'Additional Sense Code Qualifier', 'uint8', hex8),
  replaceable: field('scsi.sns.fru', 'Field Replaceable Unit Code', 'uint8', hex8),
  keySpecificValid: field('scsi.sns.sksv', 'SKSV', 'bool', { mask: 0x80 }),
  keySpecific: field('scsi.sns.sks_info', 'Sense Key Specific', 'uint24', { ...hex8, mask: 0x7f_ffff }),
  fieldOfCdb: field('scsi.sns.sks.fp.cd', 'Command/Data', 'uint24', { ...hex8, mask: 0x40_0000 }),
  bitValid: field('scsi.sns.sks.fp.bpv', 'Bit pointer valid', 'bool', { mask: 0x08_0000, bits: 24 }),
  bitPointer: field('scsi.sns.sks.fp.bit', 'Bit pointer', 'uint24', { mask: 0x07_0000 }),
  fieldPointer: field('scsi.sns.sks.fp.field', 'Field pointer', 'uint24', { mask: 0xffff }),
  // Block commands.
  lba6: field('scsi_sbc.rdwr6.lba', 'Logical Block Address (LBA)', 'uint24', { mask: 0x0f_ffff }),
  length6: field('scsi_sbc.rdwr6.xferlen', 'Transfer Length', 'uint24'),
  lba10: field('scsi_sbc.rdwr10.lba', 'Logical Block Address (LBA)', 'uint32'),
  length10: field('scsi_sbc.rdwr10.xferlen', 'Transfer Length', 'uint16'),
  length12: field('scsi_sbc.rdwr12.xferlen', 'Transfer Length', 'uint32'),
  lba16: field('scsi_sbc.rdwr16.lba', 'Logical Block Address (LBA)', 'bytes'),
  readFlags: field('scsi_sbc.read.flags', 'Flags', 'uint8', hex8),
  readProtect: field('scsi_sbc.rdprotect', 'RDPROTECT', 'uint8', { ...hex8, mask: 0xe0 }),
  writeProtect: field('scsi_sbc.wrprotect', 'WRPROTECT', 'uint8', { ...hex8, mask: 0xe0 }),
  dpo: field('scsi_sbc.dpo', 'DPO', 'bool', {
    mask: 0x10,
    trueFalse: ["Disable Page Out (don't cache this data)", 'Disable page out is DISABLED (cache this data)'],
  }),
  fua: field('scsi_sbc.fua', 'FUA', 'bool', {
    mask: 0x08,
    trueFalse: ['Read from the medium, not cache', 'Read from cache if possible'],
  }),
  fuaNv: field('scsi_sbc.fua_nv', 'FUA_NV', 'bool', {
    mask: 0x02,
    trueFalse: ['Read from volatile cache is NOT permitted', 'Read from volatile or non-volatile cache permitted'],
  }),
  group: field('scsi_sbc.group', 'Group', 'uint8', { ...hex8, mask: 0x1f }),
  serviceAction: field('scsi_sbc.sa', 'Service Action', 'uint8', {
    base: 'hex',
    mask: 0x1f,
    values: { 0x10: 'Read Capacity(16)', 0x12: 'Get LBA Status' },
  }),
  allocationSbc32: field('scsi_sbc.alloclen32', 'Allocation Length', 'uint32'),
  lastLba: field('scsi_sbc.returned_lba', 'LBA', 'uint32'),
  lastLba64: field('scsi_sbc.lba64_add', 'Logical Block Address', 'uint64'),
  blockSize: field('scsi_sbc.blocksize', 'Block size in bytes', 'uint32'),
  protectionOn: field('scsi_sbc.prot_en', 'PROT_EN', 'bool', { mask: 0x01 }),
  protectionExponent: field('scsi_sbc.p_i_exponent', 'P_I_EXPONENT', 'uint8', { mask: 0xf0 }),
  physicalExponent: field('scsi_sbc.lbppbe', 'LOGICAL_BLOCKS_PER_PHYSICAL_BLOCK_EXPONENT', 'uint8', { mask: 0x0f }),
  provisioningOn: field('scsi_sbc.lbpme', 'LBPME (logical block provisioning management enabled) / TPE', 'bool', {
    mask: 0x80,
  }),
  provisioningZeros: field('scsi_sbc.lbprz', 'LBPRZ (logical block provisioning read zeros) / TPRZ', 'bool', {
    mask: 0x40,
  }),
  alignedLba: field('scsi_sbc.lalba', 'LOWEST_ALIGNED_LBA', 'uint16', { mask: 0x3fff }),
};

/** A command with what came of it. */
export interface ScsiExchange {
  readonly requestFrame: number;
  readonly requestNs: number;
  readonly lun: number;
  /** First bytes of the command: operation code, flags, page. */
  readonly opcode: number;
  readonly flags: number;
  readonly page: number;
  dataInFrame: number | undefined;
  dataOutFrame: number | undefined;
  responseFrame: number | undefined;
}

/** What the transport hands over: the dissector's argument. */
export const SCSI_PART = { command: 1, data: 2, status: 3, sense: 4 } as const;

export interface ScsiContext {
  exchange: ScsiExchange | undefined;
  /** Of the answer. */
  status: number;
  isWrite: boolean;
}

export const SCSI_CONTEXT = new StateKey((): ScsiContext => ({ exchange: undefined, status: 0, isWrite: false }));
/** Device types by LUN, of a conversation. */
export const DEVICE_TYPES_SEEN = new StateKey(() => new Map<number, number>());
export const SCSI_EXCHANGE = frameKey<ScsiExchange | undefined>();

export function opcodeName(opcode: number): string {
  return OPCODE_NAMES[opcode] ?? `Unknown (0x${opcode.toString(16).padStart(2, '0')})`;
}
