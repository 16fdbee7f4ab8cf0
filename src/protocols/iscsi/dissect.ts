/** The dissection of iSCSI (RFC 7143): PDUs of a connection, commands with what came of them, SCSI inside. */
import type { Dissection } from '../core/dissect.ts';
import { defineProtocol, REJECTED } from '../core/registry.ts';
import { opcodeName, SCSI, SCSI_CONTEXT, SCSI_EXCHANGE, SCSI_PART, type ScsiExchange } from '../scsi/dissect-fields.ts';
import { scsiProtocol } from '../scsi/dissect.ts';
import { DIGESTS, ISCSI, LOGIN_STATUS_NAMES, OPCODE_NAMES, type DigestsInUse } from './dissect-fields.ts';
import { addHeader, stateOf, type Pdu } from './dissect-header.ts';
import { BHS_BYTES, ISCSI_OPCODE, ISCSI_PORT } from './fields.ts';

const DIGEST_BYTES = 4;
/** A longer data segment is no PDU of anybody. */
const MAX_DATA_BYTES = 4 * 1024 * 1024;

function dissectIscsi(d: Dissection, start: number, end: number): number {
  let at = start;
  for (let which = 0; at < end; which++) {
    if (end - at < BHS_BYTES)
      return at === start && !d.canDesegment ? REJECTED : wait(d, at, BHS_BYTES - (end - at), end);
    if (!looksLikePdu(d, at)) {
      if (at === start) return REJECTED;
      d.data(at, end);
      return end;
    }
    const digests = d.quoted ? NO_DIGESTS : d.remember(DIGESTS, () => digestsOf(d), which);
    const headerEnd = at + BHS_BYTES + 4 * d.u8(at + 4);
    const dataStart = headerEnd + (digests.header ? DIGEST_BYTES : 0);
    const dataEnd = dataStart + (d.u32(at + 4) & 0xff_ffff);
    const paddedEnd = dataEnd + ((4 - ((dataEnd - dataStart) % 4)) % 4);
    const stop = paddedEnd + (digests.data && dataEnd > dataStart ? DIGEST_BYTES : 0);
    if (stop > end && d.canDesegment) return wait(d, at, stop - end, end);
    const opcode = d.u8(at) & 0x3f;
    const exchange = d.quoted ? undefined : d.remember(SCSI_EXCHANGE, () => follow(d, at, opcode), which);
    pdu(d, { start: at, opcode, headerEnd, dataStart, dataEnd, paddedEnd, end: stop, digests, exchange });
    at = stop;
  }
  return end;
}

const NO_DIGESTS: DigestsInUse = { header: false, data: false };

function wait(d: Dissection, at: number, missing: number, end: number): number {
  if (!d.canDesegment) return end;
  d.desegmentOffset = at;
  d.desegmentLength = missing;
  return end;
}

function looksLikePdu(d: Dissection, at: number): boolean {
  return OPCODE_NAMES[d.u8(at) & 0x3f] !== undefined && (d.u32(at + 4) & 0xff_ffff) <= MAX_DATA_BYTES;
}

function digestsOf(d: Dissection): DigestsInUse {
  return stateOf(d)?.digests ?? NO_DIGESTS;
}

/** Joins a PDU with the command that it belongs to; in the first pass only. */
function follow(d: Dissection, at: number, opcode: number): ScsiExchange | undefined {
  const exchanges = stateOf(d)?.exchanges;
  if (exchanges === undefined) return undefined;
  const tag = d.u32(at + 16);
  if (opcode === ISCSI_OPCODE.scsiCommand) {
    const made: ScsiExchange = {
      requestFrame: d.number,
      requestNs: d.context.frames.timeNs(d.index),
      lun: d.u16(at + 8) & 0x3fff,
      opcode: d.u8(at + 32),
      flags: d.u8(at + 33),
      page: d.u8(at + 34),
      dataInFrame: undefined,
      dataOutFrame: undefined,
      responseFrame: undefined,
    };
    exchanges.set(tag, made);
    return made;
  }
  const exchange = exchanges.get(tag);
  if (exchange === undefined) return undefined;
  if (opcode === ISCSI_OPCODE.dataOut) exchange.dataOutFrame ??= d.number;
  if (opcode === ISCSI_OPCODE.dataIn) {
    exchange.dataInFrame ??= d.number;
    if ((d.u8(at + 1) & 1) !== 0) exchange.responseFrame = d.number;
  }
  if (opcode === ISCSI_OPCODE.scsiResponse) exchange.responseFrame = d.number;
  return exchange;
}

function pdu(d: Dissection, one: Pdu): void {
  const { start, opcode, headerEnd, dataStart, dataEnd, end, digests } = one;
  const name = OPCODE_NAMES[opcode] ?? '';
  columns(d, one, name);
  d.begin(iscsiProtocol.field, start, Math.max(headerEnd, Math.min(end, d.limit)) - start);
  if (d.building) d.labelOpen(`iSCSI (${name})`);
  const carriesScsi = isScsiData(one);
  d.endAt(carriesScsi ? headerEnd : Math.min(end, d.limit));
  d.add(ISCSI.opcode, start, 1);
  addHeader(d, one);
  if (digests.header) d.add(ISCSI.headerDigest, headerEnd, DIGEST_BYTES, littleEndian(d, headerEnd));
  d.need(dataStart, dataEnd - dataStart);
  if (isText(opcode)) keys(d, dataStart, dataEnd);
  else if ((opcode === ISCSI_OPCODE.nopOut || opcode === ISCSI_OPCODE.nopIn) && dataEnd > dataStart) {
    d.add(ISCSI.pingData, dataStart, dataEnd - dataStart);
  }
  if (!carriesScsi) tail(d, one);
  d.end();
  if (!d.quoted) scsi(d, one);
}

function isScsiData({ opcode, dataStart, dataEnd }: Pdu): boolean {
  const isData =
    opcode === ISCSI_OPCODE.scsiCommand || opcode === ISCSI_OPCODE.dataIn || opcode === ISCSI_OPCODE.dataOut;
  return isData || (opcode === ISCSI_OPCODE.scsiResponse && dataEnd > dataStart);
}

function isText(opcode: number): boolean {
  return (
    opcode === ISCSI_OPCODE.loginRequest ||
    opcode === ISCSI_OPCODE.loginResponse ||
    opcode === ISCSI_OPCODE.textRequest ||
    opcode === ISCSI_OPCODE.textResponse
  );
}

function tail(d: Dissection, { dataEnd, dataStart, paddedEnd, digests }: Pdu): void {
  if (paddedEnd > dataEnd) d.add(ISCSI.padding, dataEnd, paddedEnd - dataEnd);
  if (digests.data && dataEnd > dataStart) {
    d.add(ISCSI.dataDigest, paddedEnd, DIGEST_BYTES, littleEndian(d, paddedEnd));
  }
}

/** Digests lie with their least significant byte first. */
function littleEndian(d: Dissection, at: number): number {
  const value = d.u32(at);
  return (((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
}

function keys(d: Dissection, start: number, end: number): void {
  if (end <= start) return;
  d.beginText(start, end - start, 'Key/Value Pairs');
  for (let at = start; at < end;) {
    const nul = d.bytes.indexOf(0, at);
    const stop = nul < 0 || nul >= end ? end : nul + 1;
    if (stop - at > 1 || d.u8(at) !== 0) {
      d.add(ISCSI.keyValue, at, stop - at);
      if (!d.bytes.subarray(at, stop).includes(0x3d)) d.expert(ISCSI.badKey);
    }
    at = stop;
  }
  d.end();
}

/** Hands on what belongs to SCSI: the command, its data, status and sense data. */
function scsi(d: Dissection, one: Pdu): void {
  const { start, opcode, dataStart, dataEnd, exchange } = one;
  const context = d.state(SCSI_CONTEXT);
  context.exchange = exchange;
  const give = (from: number, to: number, part: number): void => {
    const layers = d.layers.length;
    d.call(scsiProtocol, from, to, part);
    // Wireshark does not count it among the frame's protocols.
    d.truncateLayers(layers);
  };
  switch (opcode) {
    case ISCSI_OPCODE.scsiCommand:
      give(start + 32, start + 48, SCSI_PART.command);
      context.isWrite = true;
      if (dataEnd > dataStart) give(dataStart, dataEnd, SCSI_PART.data);
      break;
    case ISCSI_OPCODE.dataOut:
      context.isWrite = true;
      give(dataStart, dataEnd, SCSI_PART.data);
      break;
    case ISCSI_OPCODE.dataIn:
      context.isWrite = false;
      if (dataEnd > dataStart) give(dataStart, dataEnd, SCSI_PART.data);
      if ((d.u8(start + 1) & 1) === 0) break;
      context.status = d.u8(start + 3);
      give(start, start, SCSI_PART.status);
      break;
    case ISCSI_OPCODE.scsiResponse:
      if (dataEnd - dataStart >= 2) {
        d.reopen();
        d.add(ISCSI.senseLength, dataStart, 2);
        d.end();
        const length = Math.min(d.u16(dataStart), dataEnd - dataStart - 2);
        if (length > 0) give(dataStart + 2, dataStart + 2 + length, SCSI_PART.sense);
        break;
      }
      context.status = d.u8(start + 3);
      give(start, start, SCSI_PART.status);
      break;
    default:
  }
}

/** The list's text: like Wireshark's, with the place on the disk for reads and writes. */
function columns(d: Dissection, { start, opcode, exchange, dataEnd, dataStart }: Pdu, name: string): void {
  if (d.columns === undefined) return;
  const isFirst = d.columns.protocol !== 'iSCSI';
  d.columns.protocol = 'iSCSI';
  const command = exchange === undefined ? '' : opcodeName(exchange.opcode);
  let text = name;
  if (opcode === ISCSI_OPCODE.scsiCommand)
    text = `SCSI: ${command} LUN: 0x${hex(d.u16(start + 8) & 0x3fff)}${place(d, start + 32)}`;
  else if (opcode === ISCSI_OPCODE.dataIn && dataEnd > dataStart) {
    text = `SCSI: Data In (${command} Response Data)`;
  } else if (opcode === ISCSI_OPCODE.dataOut) text = `SCSI: Data Out (${command} Request Data)`;
  else if (opcode === ISCSI_OPCODE.loginResponse) {
    const status = d.u16(start + 36);
    text = `Login Response (${LOGIN_STATUS_NAMES[status] ?? `0x${status.toString(16)}`})`;
  } else if (opcode === ISCSI_OPCODE.scsiResponse) {
    const status = SCSI.status.values;
    const code = d.u8(start + 3);
    const said = typeof status === 'object' ? status[code] : undefined;
    text = dataEnd > dataStart ? `SCSI Response (${said ?? code})` : '';
  }
  d.columns.info = isFirst ? text : `${d.columns.info}${text === '' ? '' : ' '}${text}`;
}

function place(d: Dissection, cdb: number): string {
  const opcode = d.u8(cdb);
  if (opcode === 0x28 || opcode === 0x2a)
    return ` (LBA: 0x${d
      .u32(cdb + 2)
      .toString(16)
      .padStart(8, '0')}, Len: ${d.u16(cdb + 7)})`;
  if (opcode !== 0x88 && opcode !== 0x8a) return '';
  const lba = d.u32(cdb + 2) * 2 ** 32 + d.u32(cdb + 6);
  return ` (LBA: 0x${lba.toString(16).padStart(16, '0')}, Len: ${d.u32(cdb + 10)})`;
}

function hex(value: number): string {
  return value.toString(16).padStart(2, '0');
}

export const iscsiProtocol = defineProtocol({
  id: 'iscsi',
  name: 'iSCSI',
  shortName: 'iSCSI',
  fields: ISCSI,
  tables: { 'tcp.port': [ISCSI_PORT] },
  calls: ['scsi'],
  dissect: dissectIscsi,
});
