/** The options of a TCP header (RFC 9293 §3.2, RFC 7323, RFC 2018, RFC 2883). */
import { byteAt, readU32 } from '../../base/bytes.ts';
import type { Dissection } from '../core/dissect.ts';
import { GENERATED } from '../core/dissect.ts';
import { expertField, field } from '../core/field.ts';
import type { SackBlock } from './analysis.ts';
import { TCP_OPTION } from './fields.ts';

const KIND_NAMES: Readonly<Record<number, string>> = {
  0: 'End of Option List',
  1: 'No-Operation',
  2: 'Maximum Segment Size',
  3: 'Window Scale',
  4: 'SACK Permitted',
  5: 'SACK',
  8: 'Time Stamp Option',
  19: 'MD5 Signature Option',
  28: 'User Timeout Option',
  30: 'Multipath TCP',
  34: 'TCP Fast Open Cookie',
  254: 'RFC3692-style Experiment 2',
};

export const TCP_OPTION_FIELDS = {
  options: field('tcp.options', 'TCP Options', 'bytes'),
  kind: field('tcp.option_kind', 'Kind', 'uint8', { values: KIND_NAMES }),
  length: field('tcp.option_len', 'Length', 'uint8'),
  endOfList: field('tcp.options.eol', 'TCP Option - End of Option List (EOL)', 'bytes'),
  noOperation: field('tcp.options.nop', 'TCP Option - No-Operation (NOP)', 'bytes'),
  mss: field('tcp.options.mss', 'TCP Option - Maximum segment size', 'bytes'),
  mssValue: field('tcp.options.mss_val', 'MSS Value', 'uint16'),
  windowScale: field('tcp.options.wscale', 'TCP Option - Window scale', 'bytes'),
  shift: field('tcp.options.wscale.shift', 'Shift count', 'uint8'),
  multiplier: field('tcp.options.wscale.multiplier', 'Multiplier', 'uint16'),
  sackPermitted: field('tcp.options.sack_perm', 'TCP Option - SACK permitted', 'bytes'),
  sack: field('tcp.options.sack', 'TCP Option - SACK', 'bytes'),
  sackLeft: field('tcp.options.sack_le', 'TCP SACK Left Edge', 'uint32'),
  sackRight: field('tcp.options.sack_re', 'TCP SACK Right Edge', 'uint32'),
  sackCount: field('tcp.options.sack.count', 'TCP SACK Count', 'uint8'),
  duplicateLeft: field('tcp.options.sack.dsack_le', 'TCP D-SACK Left Edge', 'uint32'),
  duplicateRight: field('tcp.options.sack.dsack_re', 'TCP D-SACK Right Edge', 'uint32'),
  duplicate: expertField('tcp.options.sack.dsack', 'warn', 'Sequence', 'D-SACK Sequence'),
  timestamps: field('tcp.options.timestamp', 'TCP Option - Timestamps', 'bytes'),
  timestampValue: field('tcp.options.timestamp.tsval', 'Timestamp value', 'uint32'),
  timestampReply: field('tcp.options.timestamp.tsecr', 'Timestamp echo reply', 'uint32'),
  unknown: field('tcp.options.unknown', 'TCP Option - Unknown', 'bytes'),
  unknownPayload: field('tcp.options.unknown.payload', 'Payload', 'bytes'),
  mssAbsent: expertField('tcp.options.mss.absent', 'note', 'Protocol', 'The SYN packet does not contain a MSS option'),
  lengthInvalid: expertField('tcp.option.len.invalid', 'warn', 'Protocol', 'Invalid length for option'),
};
const F = TCP_OPTION_FIELDS;

/** Where the first option of this kind begins; undefined when there is none. */
function findOption(bytes: Uint8Array, start: number, end: number, wanted: number): number | undefined {
  for (let at = start; at < end;) {
    const kind = bytes[at];
    if (kind === TCP_OPTION.endOfList) return undefined;
    const length = kind === TCP_OPTION.noOperation ? 1 : bytes[at + 1];
    if (length === undefined) return undefined;
    if (kind === wanted && at + length <= end) return at;
    if (length === 0 || (length === 1 && kind !== TCP_OPTION.noOperation)) return undefined;
    at += length;
  }
  return undefined;
}

/** The shift of the window scale option; undefined when there is none. */
export function windowShift(bytes: Uint8Array, start: number, end: number): number | undefined {
  const at = findOption(bytes, start, end, TCP_OPTION.windowScale);
  return at !== undefined && bytes[at + 1] === 3 ? bytes[at + 2] : undefined;
}

const NO_BLOCKS: readonly SackBlock[] = [];

/** The blocks of the SACK option, in the order of the option. */
export function sackBlocks(bytes: Uint8Array, start: number, end: number): readonly SackBlock[] {
  const option = findOption(bytes, start, end, TCP_OPTION.sack);
  if (option === undefined) return NO_BLOCKS;
  const blocks: SackBlock[] = [];
  for (let at = option + 2; at + 8 <= option + byteAt(bytes, option + 1); at += 8)
    blocks.push({ left: readU32(bytes, at), right: readU32(bytes, at + 4) });
  return blocks;
}

/**
 * Whether the first block names bytes that came again (RFC 2883 §4): it ends at the acknowledgment or before, or within
 * the second block. As in Wireshark, the left edge of the first block does not matter.
 */
function isDuplicateSack([first, second]: readonly SackBlock[], acknowledgment: number): boolean {
  if (first === undefined) return false;
  const endsBy = (edge: number): boolean => ((first.right - edge) | 0) <= 0;
  return endsBy(acknowledgment) || (second !== undefined && endsBy(second.right) && !endsBy(second.left));
}

/** Of the segment. `base` is what the acknowledgment and the edges of SACK blocks are shown relative to. */
export interface AckNumbers {
  readonly acknowledgment: number;
  readonly base: number;
}

export function addTcpOptions(d: Dissection, start: number, end: number, ack: AckNumbers, isSyn: boolean): void {
  d.begin(F.options, start, end - start);
  const names: string[] = [];
  const info: string[] = [];
  let at = start;
  let hasMss = false;
  while (at < end) {
    const kind = d.u8(at);
    if (kind === TCP_OPTION.maximumSegmentSize) hasMss = true;
    if (kind === TCP_OPTION.endOfList || kind === TCP_OPTION.noOperation) {
      const isEnd = kind === TCP_OPTION.endOfList;
      d.begin(isEnd ? F.endOfList : F.noOperation, at, 1);
      if (d.building) {
        d.labelOpen(isEnd ? F.endOfList.label : F.noOperation.label);
        names.push(isEnd ? 'End of Option List (EOL)' : 'No-Operation (NOP)');
      }
      d.add(F.kind, at, 1);
      d.end();
      at++;
      if (isEnd) break;
      continue;
    }
    const length = at + 1 < end ? d.u8(at + 1) : 0;
    if (length < 2 || at + length > end) {
      d.add(F.unknown, at, end - at);
      d.expert(F.lengthInvalid);
      break;
    }
    addOption(d, at, kind, length, ack, names, info);
    at += length;
  }
  if (d.building) d.labelOpen(`Options: (${end - start} bytes)${names.map((name) => `, ${name}`).join('')}`);
  d.end();
  if (isSyn && !hasMss) d.expert(F.mssAbsent);
  if (d.columns !== undefined && info.length > 0) d.columns.info += ` ${info.join(' ')}`;
}

function beginOption(d: Dissection, def: typeof F.mss, at: number, length: number, text: string): void {
  d.begin(def, at, length);
  if (d.building) d.labelOpen(def.label + text);
  d.add(F.kind, at, 1);
  d.add(F.length, at + 1, 1);
}

function addOption(
  d: Dissection,
  at: number,
  kind: number,
  length: number,
  ack: AckNumbers,
  names: string[],
  info: string[],
): void {
  const isRead = d.building || d.columns !== undefined;
  if (kind === TCP_OPTION.maximumSegmentSize && length === 4) {
    const size = d.u16(at + 2);
    beginOption(d, F.mss, at, length, isRead ? `: ${size} bytes` : '');
    d.add(F.mssValue, at + 2, 2);
    if (isRead) info.push(`MSS=${size}`);
    if (isRead) names.push('Maximum segment size');
  } else if (kind === TCP_OPTION.windowScale && length === 3) {
    const shift = d.u8(at + 2);
    beginOption(d, F.windowScale, at, length, isRead ? `: ${shift} (multiply by ${2 ** shift})` : '');
    d.add(F.shift, at + 2, 1);
    // RFC 7323 §2.3: more than 14 counts as 14.
    d.add(F.multiplier, at + 2, 1, 2 ** Math.min(shift, 14), GENERATED);
    if (isRead) info.push(`WS=${2 ** shift}`);
    if (isRead) names.push('Window scale');
  } else if (kind === TCP_OPTION.sackPermitted && length === 2) {
    beginOption(d, F.sackPermitted, at, length, '');
    if (isRead) info.push('SACK_PERM');
    if (isRead) names.push('SACK permitted');
  } else if (kind === TCP_OPTION.timestamps && length === 10) {
    const text = isRead ? `TSval ${d.u32(at + 2)}, TSecr ${d.u32(at + 6)}` : '';
    beginOption(d, F.timestamps, at, length, `: ${text}`);
    d.add(F.timestampValue, at + 2, 4);
    d.add(F.timestampReply, at + 6, 4);
    if (isRead) info.push(`TSval=${d.u32(at + 2)} TSecr=${d.u32(at + 6)}`);
    if (isRead) names.push('Timestamps');
  } else if (kind === TCP_OPTION.sack && length % 8 === 2) {
    addSack(d, at, length, ack, info);
    if (isRead) names.push('SACK');
  } else {
    beginOption(d, F.unknown, at, length, '');
    if (length > 2) d.add(F.unknownPayload, at + 2, length - 2);
    if (isRead) names.push(KIND_NAMES[kind] ?? 'Unknown');
  }
  d.end();
}

/** Left open for the caller to end. */
function addSack(d: Dissection, at: number, length: number, ack: AckNumbers, info: string[]): void {
  beginOption(d, F.sack, at, length, '');
  for (let block = at + 2; block < at + length; block += 8) {
    const left = (d.u32(block) - ack.base) >>> 0;
    const right = (d.u32(block + 4) - ack.base) >>> 0;
    d.add(F.sackLeft, block, 4, left);
    if (d.building) d.label(`left edge = ${left} (relative)`);
    d.add(F.sackRight, block + 4, 4, right);
    if (d.building) d.label(`right edge = ${right} (relative)`);
    if (d.building) d.appendOpen(` ${left}-${right}`);
    if (d.columns !== undefined) info.push(`SLE=${left} SRE=${right}`);
  }
  d.add(F.sackCount, at, 0, (length - 2) / 8, GENERATED);
  if (!isDuplicateSack(sackBlocks(d.bytes, at, at + length), ack.acknowledgment)) return;
  const left = (d.u32(at + 2) - ack.base) >>> 0;
  const right = (d.u32(at + 6) - ack.base) >>> 0;
  d.add(F.duplicateLeft, at + 2, 4, left, GENERATED);
  if (d.building) d.label(`D-SACK Left Edge = ${left} (relative)`);
  d.add(F.duplicateRight, at + 6, 4, right, GENERATED);
  if (d.building) d.label(`D-SACK Right Edge = ${right} (relative)`);
  d.beginText(at + 2, 8, F.duplicate.label);
  d.expert(F.duplicate);
  d.end();
}
