/**
 * TCP segments (RFC 9293): the header in place in front of a payload, and whole segments as values. The options
 * of a segment are a list in the order of the wire, so that whatever was read can be written again.
 */
import type { Ipv4Address } from '../../base/address.ts';
import { byteAt, readU16, readU32, writeU16, writeU32 } from '../../base/bytes.ts';
import { assert, decodeError, ok, unreachable, type DecodeError, type Result } from '../../base/result.ts';
import { transportChecksum } from '../core/checksum.ts';
import { IP_PROTOCOL } from '../ipv4/fields.ts';
import { TCP, TCP_HEADER_LENGTH, TCP_OPTION } from './fields.ts';

export interface SackBlock {
  readonly left: number;
  readonly right: number;
}

export type TcpOption =
  | { readonly kind: 'nop' }
  /** The end of the list and all the bytes after it (RFC 9293 §3.2: padding). */
  | { readonly kind: 'end'; readonly padding: Uint8Array }
  | { readonly kind: 'mss'; readonly size: number }
  /** RFC 7323 §2.2: shift count. */
  | { readonly kind: 'window-scale'; readonly shift: number }
  | { readonly kind: 'sack-permitted' }
  | { readonly kind: 'sack'; readonly blocks: readonly SackBlock[] }
  /** RFC 7323 §3.2. */
  | { readonly kind: 'timestamps'; readonly value: number; readonly echoReply: number }
  | { readonly kind: 'unknown'; readonly code: number; readonly data: Uint8Array };

export interface TcpHeader {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgment: number;
  /** Bits of `TCP_FLAG`. */
  readonly flags: number;
  /** The four bits between data offset and flags; 0 when absent. */
  readonly reserved?: number;
  /** As on the wire, not scaled. */
  readonly window: number;
  readonly urgentPointer?: number;
  readonly options?: readonly TcpOption[];
}

export interface TcpSegment extends Required<TcpHeader> {
  readonly payload: Uint8Array;
}

const NO_OPTIONS: readonly TcpOption[] = [];

function optionLength(option: TcpOption): number {
  switch (option.kind) {
    case 'nop':
      return 1;
    case 'end':
      return 1 + option.padding.length;
    case 'mss':
      return 4;
    case 'window-scale':
      return 3;
    case 'sack-permitted':
      return 2;
    case 'sack':
      return 2 + 8 * option.blocks.length;
    case 'timestamps':
      return 10;
    case 'unknown':
      return 2 + option.data.length;
    default:
      return unreachable(option);
  }
}

/** Bytes of the options, padded to a multiple of 4. */
export function tcpOptionsLength(options: readonly TcpOption[]): number {
  let length = 0;
  for (const option of options) length += optionLength(option);
  return (length + 3) & ~3;
}

/** Length of header and options. */
export function tcpHeaderLength(options: readonly TcpOption[] = NO_OPTIONS): number {
  return TCP_HEADER_LENGTH + tcpOptionsLength(options);
}

function writeOptions(frame: Uint8Array, offset: number, options: readonly TcpOption[]): number {
  let at = offset;
  for (const option of options) {
    switch (option.kind) {
      case 'nop':
        frame[at] = TCP_OPTION.noOperation;
        break;
      case 'end':
        frame[at] = TCP_OPTION.endOfList;
        frame.set(option.padding, at + 1);
        break;
      case 'mss':
        frame[at] = TCP_OPTION.maximumSegmentSize;
        frame[at + 1] = 4;
        writeU16(frame, at + 2, option.size);
        break;
      case 'window-scale':
        frame[at] = TCP_OPTION.windowScale;
        frame[at + 1] = 3;
        frame[at + 2] = option.shift;
        break;
      case 'sack-permitted':
        frame[at] = TCP_OPTION.sackPermitted;
        frame[at + 1] = 2;
        break;
      case 'sack':
        frame[at] = TCP_OPTION.sack;
        frame[at + 1] = 2 + 8 * option.blocks.length;
        for (const [i, block] of option.blocks.entries()) {
          writeU32(frame, at + 2 + 8 * i, block.left);
          writeU32(frame, at + 6 + 8 * i, block.right);
        }
        break;
      case 'timestamps':
        frame[at] = TCP_OPTION.timestamps;
        frame[at + 1] = 10;
        writeU32(frame, at + 2, option.value);
        writeU32(frame, at + 6, option.echoReply);
        break;
      case 'unknown':
        frame[at] = option.code;
        frame[at + 1] = 2 + option.data.length;
        frame.set(option.data, at + 2);
        break;
      default:
        return unreachable(option);
    }
    at += optionLength(option);
  }
  // "The padding is composed of zeros" (RFC 9293 §3.1).
  while (((at - offset) & 3) !== 0) frame[at++] = 0;
  return at;
}

/** Reads `bytes[start, end)`; undefined when an option's length is impossible. */
export function decodeTcpOptions(bytes: Uint8Array, start: number, end: number): readonly TcpOption[] | undefined {
  if (start === end) return NO_OPTIONS;
  const options: TcpOption[] = [];
  let at = start;
  while (at < end) {
    const code = byteAt(bytes, at);
    if (code === TCP_OPTION.endOfList) {
      options.push({ kind: 'end', padding: bytes.subarray(at + 1, end) });
      break;
    }
    if (code === TCP_OPTION.noOperation) {
      options.push({ kind: 'nop' });
      at++;
      continue;
    }
    const length = at + 1 < end ? byteAt(bytes, at + 1) : 0;
    if (length < 2 || at + length > end) return undefined;
    options.push(decodeOption(bytes, at, code, length));
    at += length;
  }
  return options;
}

function decodeOption(bytes: Uint8Array, at: number, code: number, length: number): TcpOption {
  if (code === TCP_OPTION.maximumSegmentSize && length === 4) return { kind: 'mss', size: readU16(bytes, at + 2) };
  if (code === TCP_OPTION.windowScale && length === 3) return { kind: 'window-scale', shift: byteAt(bytes, at + 2) };
  if (code === TCP_OPTION.sackPermitted && length === 2) return { kind: 'sack-permitted' };
  if (code === TCP_OPTION.sack && length % 8 === 2) {
    const blocks: SackBlock[] = [];
    for (let i = at + 2; i < at + length; i += 8)
      blocks.push({ left: readU32(bytes, i), right: readU32(bytes, i + 4) });
    return { kind: 'sack', blocks };
  }
  if (code === TCP_OPTION.timestamps && length === 10) {
    return { kind: 'timestamps', value: readU32(bytes, at + 2), echoReply: readU32(bytes, at + 6) };
  }
  return { kind: 'unknown', code, data: bytes.subarray(at + 2, at + length) };
}

/** `bytes` is the payload of the IPv4 packet with these addresses; the checksum must be right (RFC 9293 §3.1, MUST-3). */
export function decodeTcp(
  bytes: Uint8Array,
  source: Ipv4Address,
  destination: Ipv4Address,
): Result<TcpSegment, DecodeError> {
  if (bytes.length < TCP_HEADER_LENGTH) {
    return decodeError('truncated', bytes.length, 'RFC 9293 §3.1');
  }
  const headerLength = (byteAt(bytes, TCP.offsetAndFlags) >>> 4) * 4;
  if (headerLength < TCP_HEADER_LENGTH || headerLength > bytes.length) {
    return decodeError(
      headerLength < TCP_HEADER_LENGTH ? 'malformed' : 'truncated',
      TCP.offsetAndFlags,
      'RFC 9293 §3.1',
    );
  }
  if (transportChecksum(bytes, 0, bytes.length, IP_PROTOCOL.tcp, source, destination) !== 0) {
    return decodeError('malformed', TCP.checksum, 'RFC 9293 §3.1');
  }
  const options = decodeTcpOptions(bytes, TCP_HEADER_LENGTH, headerLength);
  if (options === undefined) {
    return decodeError('malformed', TCP.options, 'RFC 9293 §3.2');
  }
  return ok({
    sourcePort: readU16(bytes, TCP.sourcePort),
    destinationPort: readU16(bytes, TCP.destinationPort),
    sequence: readU32(bytes, TCP.sequence),
    acknowledgment: readU32(bytes, TCP.acknowledgment),
    reserved: byteAt(bytes, TCP.offsetAndFlags) & 15,
    flags: byteAt(bytes, TCP.offsetAndFlags + 1),
    window: readU16(bytes, TCP.window),
    urgentPointer: readU16(bytes, TCP.urgentPointer),
    options,
    payload: bytes.subarray(headerLength),
  });
}

/**
 * Writes the header at `offset` for a payload that already stands `tcpHeaderLength(options)` bytes behind it (the
 * checksum covers it); returns the offset of the payload.
 */
export function writeTcpHeader(
  frame: Uint8Array,
  offset: number,
  header: TcpHeader,
  payloadLength: number,
  source: Ipv4Address,
  destination: Ipv4Address,
): number {
  const payloadAt = writeOptions(frame, offset + TCP.options, header.options ?? NO_OPTIONS);
  const headerLength = payloadAt - offset;
  assert(headerLength <= 60, 'TCP options are at most 40 bytes');
  writeU16(frame, offset + TCP.sourcePort, header.sourcePort);
  writeU16(frame, offset + TCP.destinationPort, header.destinationPort);
  writeU32(frame, offset + TCP.sequence, header.sequence);
  writeU32(frame, offset + TCP.acknowledgment, header.acknowledgment);
  frame[offset + TCP.offsetAndFlags] = (headerLength << 2) | (header.reserved ?? 0);
  frame[offset + TCP.offsetAndFlags + 1] = header.flags;
  writeU16(frame, offset + TCP.window, header.window);
  writeU16(frame, offset + TCP.checksum, 0);
  writeU16(frame, offset + TCP.urgentPointer, header.urgentPointer ?? 0);
  const length = headerLength + payloadLength;
  const checksum = transportChecksum(frame, offset, length, IP_PROTOCOL.tcp, source, destination);
  writeU16(frame, offset + TCP.checksum, checksum);
  return payloadAt;
}

/** The segment with its checksum over the pseudo header of these addresses (RFC 9293 §3.1); options are padded to 32 bits. */
export function encodeTcp(
  segment: TcpHeader & { readonly payload: Uint8Array },
  source: Ipv4Address,
  destination: Ipv4Address,
): Uint8Array {
  const headerLength = tcpHeaderLength(segment.options);
  const out = new Uint8Array(headerLength + segment.payload.length);
  out.set(segment.payload, headerLength);
  writeTcpHeader(out, 0, segment, segment.payload.length, source, destination);
  return out;
}
