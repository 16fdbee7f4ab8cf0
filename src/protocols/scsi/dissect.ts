/** The dissection of SCSI (SPC-4, SBC-3): commands, data, status and sense, as a transport hands them over. */
import { GENERATED, HIDDEN, type Dissection } from '../core/dissect.ts';
import { defineProtocol, REJECTED } from '../core/registry.ts';
import {
  DEVICE_TYPES_SEEN,
  opcodeName,
  SCSI,
  SCSI_CONTEXT,
  SCSI_PART,
  STATUS_NAMES,
  type ScsiExchange,
} from './dissect-fields.ts';
import { addInquiry, INQUIRY } from './dissect-inquiry.ts';

const DISK = 0x00;
const NO_TYPE = 0x1f;
const INQUIRY_OPCODE = 0x12;
/** A page of modes that disks alone have. */
const CACHING_PAGE = 0x08;
/** REPORT SUPPORTED OPERATION CODES among the maintenance commands. */
const REPORT_OPCODES = 0x0c;

function dissectScsi(d: Dissection, start: number, end: number, part: number): number {
  const { exchange, status, isWrite } = d.state(SCSI_CONTEXT);
  switch (part) {
    case SCSI_PART.command:
      command(d, start, end, exchange);
      return end;
    case SCSI_PART.data:
      data(d, start, end, exchange, isWrite);
      return end;
    case SCSI_PART.status:
      response(d, start, exchange, status);
      return end;
    case SCSI_PART.sense:
      sense(d, start, end, exchange);
      return end;
    default:
      return REJECTED;
  }
}

/** What kind of device the unit has said to be. */
function deviceType(d: Dissection, lun: number): number | undefined {
  return d.conversation?.state(DEVICE_TYPES_SEEN).get(lun);
}

function addUnit(d: Dissection, at: number, lun: number): void {
  d.add(SCSI.lun, at, 0, lun, GENERATED);
  const type = deviceType(d, lun);
  d.add(SCSI.deviceType, at, 0, type ?? DISK, GENERATED);
  if (d.building && type === undefined) d.append(' (Using default commandset)');
}

function addOpcode(d: Dissection, at: number, length: number, exchange: ScsiExchange): void {
  const type = deviceType(d, exchange.lun) ?? DISK;
  const isDisk = type === DISK || type === NO_TYPE;
  d.add(isDisk ? SCSI.opcodeSbc : SCSI.opcodeSpc, at, length, exchange.opcode, length === 0 ? GENERATED : 0);
  if (d.building && length > 0) {
    d.label(`Opcode: ${opcodeName(exchange.opcode)} (0x${exchange.opcode.toString(16).padStart(2, '0')})`);
  }
}

function command(d: Dissection, start: number, end: number, exchange: ScsiExchange | undefined): void {
  d.begin(scsiProtocol.field, start, end - start);
  const opcode = d.u8(start);
  if (d.building) d.labelOpen(`SCSI CDB ${opcodeName(opcode)}`);
  if (exchange !== undefined) {
    addUnit(d, start, exchange.lun);
    const { responseFrame } = exchange;
    if (responseFrame !== undefined) d.add(SCSI.responseFrame, start, 0, responseFrame, GENERATED);
    addOpcode(d, start, 1, exchange);
  }
  switch (opcode) {
    case 0x00:
      control(d, start + 5);
      break;
    case INQUIRY_OPCODE: {
      const isVpd = (d.u8(start + 1) & 1) !== 0;
      d.add(SCSI.inquiryFlags, start + 1, 1);
      if (d.building) d.label(`CMDT = ${(d.u8(start + 1) >> 1) & 1}, EVPD = ${isVpd ? 1 : 0}`);
      if (isVpd) d.add(SCSI.pageCode, start + 2, 1);
      d.add(SCSI.allocation16, start + 3, 2);
      d.begin(SCSI.inquiryControl, start + 5, 1);
      d.add(SCSI.inquiryVendor, start + 5, 1);
      d.add(SCSI.inquiryReserved, start + 5, 1);
      d.add(SCSI.inquiryNaca, start + 5, 1);
      d.add(SCSI.inquiryObsolete1, start + 5, 1);
      d.add(SCSI.inquiryObsolete2, start + 5, 1);
      d.end();
      break;
    }
    case 0x1a:
      d.add(SCSI.modeFlags, start + 1, 1);
      if (d.building) d.label(`DBD = ${(d.u8(start + 1) >> 3) & 1}`);
      d.add(SCSI.modeControl, start + 2, 1);
      d.add((d.u8(start + 2) & 0x3f) === CACHING_PAGE ? SCSI.modePageSbc : SCSI.modePage, start + 2, 1);
      d.add(SCSI.allocation8, start + 4, 1);
      control(d, start + 5);
      break;
    case 0x25:
      control(d, start + 9);
      break;
    case 0x08:
    case 0x0a:
      d.add(SCSI.lba6, start + 1, 3);
      d.add(SCSI.length6, start + 4, 1);
      control(d, start + 5);
      break;
    case 0x28:
    case 0x2a:
      readFlags(d, start + 1, opcode === 0x2a);
      d.add(SCSI.lba10, start + 2, 4);
      d.add(SCSI.group, start + 6, 1);
      d.add(SCSI.length10, start + 7, 2);
      control(d, start + 9);
      break;
    case 0xa8:
    case 0xaa:
      readFlags(d, start + 1, opcode === 0xaa);
      d.add(SCSI.lba10, start + 2, 4);
      d.add(SCSI.length12, start + 6, 4);
      d.add(SCSI.group, start + 10, 1);
      control(d, start + 11);
      break;
    case 0x88:
    case 0x8a:
      readFlags(d, start + 1, opcode === 0x8a);
      d.add(SCSI.lba16, start + 2, 8);
      d.add(SCSI.length12, start + 10, 4);
      d.add(SCSI.group, start + 14, 1);
      control(d, start + 15);
      break;
    case 0x9e:
      d.add(SCSI.serviceAction, start + 1, 1);
      if ((d.u8(start + 1) & 0x1f) === 0x10) d.add(SCSI.allocationSbc32, start + 10, 4);
      control(d, start + 15);
      break;
    case 0xa0:
      d.add(SCSI.selectReport, start + 2, 1);
      d.add(SCSI.allocation32, start + 6, 4);
      control(d, start + 11);
      break;
    case 0xa3:
      d.add(SCSI.maintenanceAction, start + 1, 1);
      if ((d.u8(start + 1) & 0x1f) !== REPORT_OPCODES) break;
      d.add(SCSI.opcodesTimeouts, start + 2, 1);
      d.add(SCSI.opcodesOptions, start + 2, 1);
      d.add(SCSI.opcodesAsked, start + 3, 1);
      d.add(SCSI.opcodesAction, start + 4, 2);
      d.add(SCSI.allocation32, start + 6, 4);
      control(d, start + 11);
      break;
    default:
      d.text(start + 1, end - start - 1, 'Not dissected');
  }
  d.end();
}

function control(d: Dissection, at: number): void {
  d.begin(SCSI.control, at, 1);
  d.add(SCSI.controlVendor, at, 1);
  d.add(SCSI.controlReserved, at, 1);
  d.add(SCSI.controlNaca, at, 1);
  d.add(SCSI.controlObsolete1, at, 1);
  d.add(SCSI.controlObsolete2, at, 1);
  d.end();
}

function readFlags(d: Dissection, at: number, isWrite: boolean): void {
  d.begin(SCSI.readFlags, at, 1);
  d.add(isWrite ? SCSI.writeProtect : SCSI.readProtect, at, 1);
  d.add(SCSI.dpo, at, 1);
  d.add(SCSI.fua, at, 1);
  d.add(SCSI.fuaNv, at, 1);
  d.end();
}

function data(d: Dissection, start: number, end: number, exchange: ScsiExchange | undefined, isWrite: boolean): void {
  d.begin(scsiProtocol.field, start, end - start);
  if (exchange === undefined) {
    d.end();
    return;
  }
  const { lun, opcode, requestFrame, responseFrame } = exchange;
  if (d.building) d.labelOpen(`SCSI Payload (${opcodeName(opcode)} ${isWrite ? 'Request' : 'Response'} Data)`);
  if (opcode === INQUIRY_OPCODE && (exchange.flags & 1) === 0 && !d.visited && end > start) {
    d.conversation?.state(DEVICE_TYPES_SEEN).set(lun, d.u8(start) & 0x1f);
  }
  addUnit(d, start, lun);
  addOpcode(d, start, 0, exchange);
  d.add(SCSI.requestFrame, start, 0, requestFrame, GENERATED);
  if (responseFrame !== undefined) d.add(SCSI.responseFrame, start, 0, responseFrame, GENERATED);
  if (!isWrite) answer(d, start, end, exchange);
  d.end();
}

/** What was asked for, as far as it was asked for whole. */
function answer(d: Dissection, start: number, end: number, { opcode, flags, page }: ScsiExchange): void {
  const length = end - start;
  if (opcode === INQUIRY_OPCODE) addInquiry(d, start, end, (flags & 1) !== 0, page);
  else if (opcode === 0x25 && length >= 8) {
    d.add(SCSI.lastLba, start, 4);
    d.add(SCSI.blockSize, start + 4, 4);
  } else if (opcode === 0x9e && (flags & 0x1f) === 0x10 && length >= 16) {
    d.add(SCSI.lastLba64, start, 8);
    d.add(SCSI.blockSize, start + 8, 4);
    d.add(SCSI.protectionOn, start + 12, 1);
    d.add(SCSI.protectionExponent, start + 13, 1);
    d.add(SCSI.physicalExponent, start + 13, 1);
    d.add(SCSI.provisioningOn, start + 14, 1);
    d.add(SCSI.provisioningZeros, start + 14, 1);
    d.add(SCSI.alignedLba, start + 14, 2);
  } else if (opcode === 0xa0 && length >= 4) {
    d.add(SCSI.lunListLength, start, 4);
    for (let at = start + 8; at + 8 <= end; at += 8) addLun(d, at);
  }
}

/** A LUN of one level, eight bytes; returns its number. */
export function addLun(d: Dissection, at: number): number {
  const number = d.u16(at) & 0x3fff;
  d.beginText(at, 8, 'LUN');
  d.add(SCSI.addressMode, at, 1);
  d.add(SCSI.lun, at, 2, number);
  d.end();
  return number;
}

function response(d: Dissection, start: number, exchange: ScsiExchange | undefined, status: number): void {
  d.begin(scsiProtocol.field, start, 0);
  if (exchange !== undefined) {
    if (d.building) d.labelOpen(`SCSI Response (${opcodeName(exchange.opcode)})`);
    addUnit(d, start, exchange.lun);
    addOpcode(d, start, 0, exchange);
    d.add(SCSI.requestFrame, start, 0, exchange.requestFrame, GENERATED);
    d.add(SCSI.time, start, 0, d.context.frames.timeNs(d.index) - exchange.requestNs, GENERATED);
  }
  d.add(SCSI.status, start, 0, status, GENERATED);
  d.end();
  if (d.columns !== undefined) {
    const name: string | undefined = (STATUS_NAMES as Readonly<Record<number, string>>)[status];
    const what = exchange === undefined ? '' : ` (${opcodeName(exchange.opcode)})`;
    d.columns.info += ` SCSI: Response${what} (${name ?? status})`;
  }
}

/** Fixed format (SPC-4 §4.5.3), or the beginning of the descriptor format. */
function sense(d: Dissection, start: number, end: number, exchange: ScsiExchange | undefined): void {
  d.begin(scsiProtocol.field, start, end - start);
  if (d.building) d.labelOpen('SCSI: SNS Info');
  if (exchange !== undefined) d.add(SCSI.lun, start, 0, exchange.lun, GENERATED);
  const format = d.u8(start) & 0x7f;
  d.add(SCSI.errorType, start, 1);
  if (format === 0x72 || format === 0x73) {
    d.add(SCSI.senseKey, start + 1, 1);
    senseCode(d, start + 2);
    d.add(SCSI.additionalLength, start + 7, 1);
  } else {
    d.add(SCSI.valid, start, 1);
    d.add(SCSI.filemark, start + 2, 1);
    d.add(SCSI.endOfMedium, start + 2, 1);
    d.add(SCSI.wrongLength, start + 2, 1);
    d.add(SCSI.senseKey, start + 2, 1);
    d.add(SCSI.information, start + 3, 4);
    d.add(SCSI.additionalLength, start + 7, 1);
    d.add(SCSI.commandInformation, start + 8, 4);
    senseCode(d, start + 12);
    d.add(SCSI.replaceable, start + 14, 1);
    d.add(SCSI.keySpecificValid, start + 15, 1);
    d.add(SCSI.keySpecific, start + 15, 3);
    if ((d.u8(start + 15) & 0x80) !== 0 && (d.u8(start + 2) & 0xf) === 5) {
      d.add(SCSI.fieldOfCdb, start + 15, 3);
      d.add(SCSI.bitValid, start + 15, 3);
      d.add(SCSI.bitPointer, start + 15, 3);
      d.add(SCSI.fieldPointer, start + 15, 3);
    }
  }
  d.end();
}

function senseCode(d: Dissection, at: number): void {
  d.add(SCSI.senseCode, at, 2);
  d.add(SCSI.senseCodeOnly, at, 1, undefined, HIDDEN);
  d.add(SCSI.senseQualifier, at + 1, 1, undefined, HIDDEN);
}

export const scsiProtocol = defineProtocol({
  id: 'scsi',
  name: 'SCSI',
  shortName: 'SCSI',
  fields: [SCSI, INQUIRY],
  unlistedIn: ['iscsi', 'fc'],
  dissect: dissectScsi,
});
