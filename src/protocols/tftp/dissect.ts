/**
 * The dissection of TFTP. Only the request goes to port 69: the rest of a transfer is found by the expectation that
 * the request leaves for its client's port.
 */
import { fromLatin1 } from '../../base/bytes.ts';
import { itemAt } from '../../base/lists/list.ts';
import { StateKey } from '../core/conversation.ts';
import { GENERATED, type Dissection } from '../core/dissect.ts';
import { expertField, field } from '../core/field.ts';
import { FrameColumn } from '../core/frame-column.ts';
import { defineProtocol } from '../core/registry.ts';
import { DEFAULT_BLKSIZE, MAX_BLKSIZE, MIN_BLKSIZE, MTFTP_PORT, TFTP_OPCODE, TFTP_PORT } from './codec.ts';
import { TFTP_ERROR_NAMES, TFTP_OPCODE_NAMES } from './fields.ts';

const TFTP = {
  opcode: field('tftp.opcode', 'Opcode', 'uint16', { values: (value) => TFTP_OPCODE_NAMES.get(value) }),
  sourceFile: field('tftp.source_file', 'Source File', 'stringz'),
  destinationFile: field('tftp.destination_file', 'Destination File', 'stringz'),
  requestFrame: field('tftp.request_frame', 'Request frame', 'framenum'),
  type: field('tftp.type', 'Type', 'stringz'),
  optionName: field('tftp.option.name', 'Option name', 'stringz'),
  optionValue: field('tftp.option.value', 'Option value', 'stringz'),
  block: field('tftp.block', 'Block', 'uint16'),
  fullBlock: field('tftp.block.full', 'Full Block Number', 'uint32'),
  errorCode: field('tftp.error.code', 'Error code', 'uint16', { values: (value) => TFTP_ERROR_NAMES.get(value) }),
  errorMessage: field('tftp.error.message', 'Error message', 'stringz'),
  data: field('tftp.data', 'Data', 'bytes'),
  error: expertField('tftp.error', 'warn', 'Response', 'TFTP ERROR packet'),
  sizeProbe: expertField('tftp.likely_tsize_probe', 'chat', 'Request', 'Likely transfer size (tsize) probe'),
  blksizeRange: expertField('tftp.blocksize_range', 'warn', 'Response', 'TFTP blocksize out of range'),
  windowsizeRange: expertField('tftp.windowsize_range', 'warn', 'Response', 'TFTP windowsize out of range'),
  blockWrap: expertField('tftp.block.wrap', 'note', 'Sequence', 'TFTP block number is about to wrap'),
};

/** What the first pass learns of a transfer. */
interface Transfer {
  /** In `TransferFrames.transfers`. */
  readonly index: number;
  readonly file: string;
  readonly isWrite: boolean;
  /** As shown, from 1. */
  readonly requestFrame: number;
  blksize: number;
  /** The last block number, past 65535 where they wrapped. */
  block: number;
  hasData: boolean;
  /** The OACK says the size of the file (RFC 2349). */
  hasSize: boolean;
}

/** Of an expectation, and of a conversation whose server answers from port 69. The latest request holds. */
const TRANSFER = new StateKey<{ current: Transfer | undefined }>(() => ({ current: undefined }));

/** What frames of transfers were when they came by: numbers, for captures of a million of them. */
class TransferFrames {
  readonly transfers: Transfer[] = [];
  /** Index into `transfers`. */
  readonly transfer = new FrameColumn();
  /** Four times the full block number, and the flags below. */
  readonly block = new FrameColumn();
}
const FRAMES = new StateKey(() => new TransferFrames());
const IS_LAST = 1;
const IS_PROBE = 2;

interface Seen {
  readonly transfer: Transfer;
  readonly fullBlock: number;
  readonly isLast: boolean;
  readonly isProbe: boolean;
}

function dissectTftp(d: Dissection, start: number, end: number): number {
  const opcode = d.u16(start);
  const name = TFTP_OPCODE_NAMES.get(opcode) ?? `Unknown (0x${opcode.toString(16).padStart(4, '0')})`;
  if (d.columns !== undefined) {
    d.columns.protocol = 'TFTP';
    d.columns.info = name;
  }
  const isRequest = opcode === TFTP_OPCODE.rrq || opcode === TFTP_OPCODE.wrq;
  const seen = isRequest || d.quoted ? undefined : see(d, opcode, start, end);
  const isData = opcode === TFTP_OPCODE.data;
  d.begin(tftpProtocol.field, start, isData ? 4 : end - start);
  d.add(TFTP.opcode, start, 2);
  if (seen !== undefined) {
    const { transfer } = seen;
    d.add(TFTP.destinationFile, start, 0, transfer.file, GENERATED);
    d.add(TFTP.requestFrame, start, 0, transfer.requestFrame, GENERATED);
    if (d.building) d.label(`${transfer.isWrite ? 'Write' : 'Read'} Request in frame ${transfer.requestFrame}`);
  }
  switch (opcode) {
    case TFTP_OPCODE.rrq:
    case TFTP_OPCODE.wrq:
      request(d, opcode, start, end);
      break;
    case TFTP_OPCODE.data:
    case TFTP_OPCODE.ack:
      block(d, opcode, start, seen);
      break;
    case TFTP_OPCODE.error:
      error(d, start, end);
      break;
    case TFTP_OPCODE.oack:
      options(d, start + 2, end, true);
      break;
    default:
      d.need(start, 3);
      d.add(TFTP.data, start + 2, end - start - 2);
  }
  d.end();
  if (opcode === TFTP_OPCODE.error) d.expert(seen?.isProbe === true ? TFTP.sizeProbe : TFTP.error);
  if (isData) d.data(start + 4, end);
  return end;
}

function see(d: Dissection, opcode: number, start: number, end: number): Seen | undefined {
  const frames = d.state(FRAMES);
  if (!d.visited) learn(d, frames, opcode, start, end);
  const index = frames.transfer.get(d.index);
  if (index < 0) return undefined;
  const packed = frames.block.get(d.index);
  return {
    transfer: itemAt(frames.transfers, index),
    fullBlock: Math.floor(packed / 4),
    isLast: (packed & IS_LAST) !== 0,
    isProbe: (packed & IS_PROBE) !== 0,
  };
}

/** Updates the state of the transfer up to this frame. */
function learn(d: Dissection, frames: TransferFrames, opcode: number, start: number, end: number): void {
  const { conversation } = d;
  const holder = conversation?.expectation?.protocol === tftpProtocol ? conversation.expectation : conversation;
  const transfer = holder?.state(TRANSFER).current;
  if (transfer === undefined) return;
  let flags = 0;
  if ((opcode === TFTP_OPCODE.data || opcode === TFTP_OPCODE.ack) && start + 4 <= end) {
    transfer.block = unwrap(transfer.block, d.u16(start + 2));
    if (opcode === TFTP_OPCODE.data) {
      transfer.hasData = true;
      if (end - start - 4 < transfer.blksize) flags |= IS_LAST;
    }
  } else if (opcode === TFTP_OPCODE.oack) {
    const options = readOptions(d, start + 2, end);
    const blksize = Number(options.get('blksize') ?? '');
    if (blksize >= MIN_BLKSIZE && blksize <= MAX_BLKSIZE) transfer.blksize = blksize;
    transfer.hasSize = options.has('tsize');
  } else if (opcode === TFTP_OPCODE.error && transfer.hasSize && !transfer.hasData) flags |= IS_PROBE;
  frames.transfer.set(d.index, transfer.index);
  frames.block.set(d.index, transfer.block * 4 + flags);
}

/** The number nearest to the last one that has these low 16 bits. */
function unwrap(last: number, block: number): number {
  const base = last - (last % 0x1_0000) + block;
  if (base + 0x8000 < last) return base + 0x1_0000;
  return base > last + 0x8000 && base >= 0x1_0000 ? base - 0x1_0000 : base;
}

/** The text at `at` and where the next begins; a missing NUL makes the packet malformed. */
function stringAt(d: Dissection, at: number, end: number): { readonly text: string; readonly next: number } {
  const nul = d.bytes.indexOf(0, at);
  if (nul < 0 || nul >= end) d.need(at, end - at + 1);
  return { text: fromLatin1(d.bytes, at, nul), next: nul + 1 };
}

function request(d: Dissection, opcode: number, start: number, end: number): void {
  const isWrite = opcode === TFTP_OPCODE.wrq;
  const file = stringAt(d, start + 2, end);
  d.add(isWrite ? TFTP.destinationFile : TFTP.sourceFile, start + 2, file.next - start - 2);
  if (d.columns !== undefined) d.columns.info += `, File: ${file.text}`;
  const mode = stringAt(d, file.next, end);
  d.add(TFTP.type, file.next, mode.next - file.next);
  if (d.columns !== undefined) d.columns.info += `, Transfer type: ${mode.text}`;
  if (!d.visited && !d.quoted) announce(d, file.text, isWrite);
  options(d, mode.next, end, false);
}

/** The answer comes from a port that only the server knows, to the port that the request came from (RFC 1350 §4). */
function announce(d: Dissection, file: string, isWrite: boolean): void {
  const { transfers } = d.state(FRAMES);
  const transfer: Transfer = {
    index: transfers.length,
    file,
    isWrite,
    requestFrame: d.number,
    blksize: DEFAULT_BLKSIZE,
    block: 0,
    hasData: false,
    hasSize: false,
  };
  transfers.push(transfer);
  const endpoint = { address: d.networkSource, port: d.sourcePort };
  const expectation = d.context.udp.expect(endpoint, tftpProtocol, d.index, d.conversation);
  expectation.state(TRANSFER).current = transfer;
  if (d.conversation !== undefined) d.conversation.state(TRANSFER).current = transfer;
}

function options(d: Dissection, start: number, end: number, isAnswer: boolean): void {
  let at = start;
  while (at < end) {
    const name = stringAt(d, at, end);
    const value = stringAt(d, name.next, end);
    d.beginText(at, value.next - at, `Option: ${name.text} = ${value.text}`);
    d.add(TFTP.optionName, at, name.next - at);
    d.add(TFTP.optionValue, name.next, value.next - name.next);
    d.end();
    const number = Number(value.text);
    const option = name.text.toLowerCase();
    if (option === 'blksize' && isAnswer && (number < MIN_BLKSIZE || number > MAX_BLKSIZE)) {
      d.expert(TFTP.blksizeRange);
    } else if (option === 'windowsize' && (number < 1 || number > 65535)) d.expert(TFTP.windowsizeRange);
    if (d.columns !== undefined) d.columns.info += `, ${name.text}=${value.text}`;
    at = value.next;
  }
}

/** For the first pass: what is malformed is simply not there. */
function readOptions(d: Dissection, start: number, end: number): ReadonlyMap<string, string> {
  const strings = fromLatin1(d.bytes, start, end).split('\0');
  const out = new Map<string, string>();
  for (let i = 0; i + 2 < strings.length; i += 2) out.set(itemAt(strings, i).toLowerCase(), itemAt(strings, i + 1));
  return out;
}

function block(d: Dissection, opcode: number, start: number, seen: Seen | undefined): void {
  const number = d.u16(start + 2);
  d.add(TFTP.block, start + 2, 2);
  if (opcode === TFTP_OPCODE.data && number === 0xffff) d.expert(TFTP.blockWrap);
  if (seen !== undefined) d.add(TFTP.fullBlock, start, 0, seen.fullBlock, GENERATED);
  if (d.columns === undefined) return;
  d.columns.info += `, Block: ${seen?.fullBlock ?? number}${seen?.isLast === true ? ' (last)' : ''}`;
}

function error(d: Dissection, start: number, end: number): void {
  const code = d.u16(start + 2);
  d.add(TFTP.errorCode, start + 2, 2);
  if (d.columns !== undefined) d.columns.info += `, Code: ${TFTP_ERROR_NAMES.get(code) ?? `Unknown (${code})`}`;
  const message = stringAt(d, start + 4, end);
  d.add(TFTP.errorMessage, start + 4, message.next - start - 4);
  if (d.columns !== undefined) d.columns.info += `, Message: ${message.text}`;
}

export const tftpProtocol = defineProtocol({
  id: 'tftp',
  name: 'Trivial File Transfer Protocol',
  shortName: 'TFTP',
  fields: TFTP,
  tables: { 'udp.port': [TFTP_PORT, MTFTP_PORT] },
  dissect: dissectTftp,
});
