/**
 * TFTP packets: RFC 1350, options RFC 2347 (blksize RFC 2348; timeout and tsize RFC 2349; windowsize RFC 7440).
 * DATA carries a view of the bytes it was read from: a transfer copies nothing here.
 */
import { concatBytes, fromLatin1, latin1, readU16, writeU16 } from '../../base/bytes.ts';
import { assert, decodeError, ok, unreachable } from '../../base/result.ts';
import type { DecodeError, Result } from '../../base/result.ts';
import { TFTP_FIELDS } from './fields.ts';

export const TFTP_PORT = 69;
/** PXE’s MTFTP opens streams here. Wireshark takes it for TFTP too. */
export const MTFTP_PORT = 1759;

/** RFC 1350 §5, RFC 2347 §5. */
export const TFTP_OPCODE = { rrq: 1, wrq: 2, data: 3, ack: 4, error: 5, oack: 6 } as const;

/** RFC 1350 §5, RFC 2347 §4. */
export const TFTP_ERROR = {
  notDefined: 0,
  fileNotFound: 1,
  accessViolation: 2,
  diskFull: 3,
  illegalOperation: 4,
  unknownTransferId: 5,
  fileExists: 6,
  noSuchUser: 7,
  optionNegotiation: 8,
} as const;

/** RFC 1350 §2: without the blksize option. */
export const DEFAULT_BLKSIZE = 512;
/** RFC 2348. */
export const MIN_BLKSIZE = 8;
/** RFC 2348. */
export const MAX_BLKSIZE = 65464;

/** Name and value as they stand on the wire; names compare without case (RFC 2347 §2). */
export interface TftpOption {
  readonly name: string;
  readonly value: string;
}

export type TftpPacket =
  | {
      readonly opcode: 'rrq' | 'wrq';
      readonly filename: string;
      /** `octet` or `netascii` in any case; `mail` is obsolete. */
      readonly mode: string;
      readonly options: readonly TftpOption[];
    }
  | { readonly opcode: 'data'; readonly block: number; readonly data: Uint8Array }
  | { readonly opcode: 'ack'; readonly block: number }
  | { readonly opcode: 'error'; readonly code: number; readonly message: string }
  | { readonly opcode: 'oack'; readonly options: readonly TftpOption[] };

/**
 * Reads one datagram. What real peers get wrong without doubt about the meaning is taken: an ERROR without its
 * NUL, bytes behind an ACK, a last option without NUL.
 */
export function decodeTftp(bytes: Uint8Array): Result<TftpPacket, DecodeError> {
  if (bytes.length < 2) return decodeError('truncated', bytes.length, 'RFC 1350 §5');
  const opcode = readU16(bytes, TFTP_FIELDS.opcode.offset);
  switch (opcode) {
    case TFTP_OPCODE.rrq:
    case TFTP_OPCODE.wrq:
      return decodeRequest(bytes, opcode === TFTP_OPCODE.rrq ? 'rrq' : 'wrq');
    case TFTP_OPCODE.data:
      if (bytes.length < 4) return decodeError('truncated', bytes.length, 'RFC 1350 §5');
      return ok({ opcode: 'data', block: readU16(bytes, 2), data: bytes.subarray(4) });
    case TFTP_OPCODE.ack:
      if (bytes.length < 4) return decodeError('truncated', bytes.length, 'RFC 1350 §5');
      return ok({ opcode: 'ack', block: readU16(bytes, 2) });
    case TFTP_OPCODE.error:
      if (bytes.length < 4) return decodeError('truncated', bytes.length, 'RFC 1350 §5');
      return ok({ opcode: 'error', code: readU16(bytes, 2), message: stringAt(bytes, 4).text });
    case TFTP_OPCODE.oack: {
      const options = decodeOptions(bytes, 2);
      return options.ok ? ok({ opcode: 'oack', options: options.value }) : options;
    }
    default:
      return decodeError('unsupported', 0, 'RFC 1350 §5');
  }
}

function decodeRequest(bytes: Uint8Array, opcode: 'rrq' | 'wrq'): Result<TftpPacket, DecodeError> {
  const filename = stringAt(bytes, 2);
  if (!filename.closed) return decodeError('truncated', bytes.length, 'RFC 1350 §5');
  const mode = stringAt(bytes, filename.next);
  if (!mode.closed) return decodeError('truncated', bytes.length, 'RFC 1350 §5');
  const options = decodeOptions(bytes, mode.next);
  if (!options.ok) return options;
  return ok({ opcode, filename: filename.text, mode: mode.text, options: options.value });
}

function decodeOptions(bytes: Uint8Array, start: number): Result<readonly TftpOption[], DecodeError> {
  const options: TftpOption[] = [];
  let at = start;
  while (at < bytes.length) {
    const name = stringAt(bytes, at);
    if (!name.closed) return decodeError('truncated', at, 'RFC 2347 §2');
    const value = stringAt(bytes, name.next);
    options.push({ name: name.text, value: value.text });
    at = value.next;
  }
  return ok(options);
}

interface WireString {
  readonly text: string;
  readonly next: number;
  /** Whether its NUL was there. */
  readonly closed: boolean;
}

function stringAt(bytes: Uint8Array, start: number): WireString {
  const nul = bytes.indexOf(0, start);
  const end = nul < 0 ? bytes.length : nul;
  return { text: fromLatin1(bytes, start, end), next: end + 1, closed: nul >= 0 };
}

/** The bytes of a packet. Strings are Latin-1 and must have no NUL inside. */
export function encodeTftp(packet: TftpPacket): Uint8Array {
  switch (packet.opcode) {
    case 'rrq':
    case 'wrq':
      return encodeStrings(TFTP_OPCODE[packet.opcode], [
        packet.filename,
        packet.mode,
        ...optionStrings(packet.options),
      ]);
    case 'data':
      return encodeTftpData(packet.block, packet.data);
    case 'ack': {
      const out = new Uint8Array(4);
      writeU16(out, 0, TFTP_OPCODE.ack);
      writeU16(out, 2, packet.block);
      return out;
    }
    case 'error': {
      const message = latin1(packet.message);
      const out = new Uint8Array(5 + message.length);
      writeU16(out, 0, TFTP_OPCODE.error);
      writeU16(out, 2, packet.code);
      out.set(message, 4);
      return out;
    }
    case 'oack':
      return encodeStrings(TFTP_OPCODE.oack, optionStrings(packet.options));
    default:
      return unreachable(packet);
  }
}

/** A DATA packet without making a value first: it is what a server sends most. */
export function encodeTftpData(block: number, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(4 + data.length);
  writeU16(out, 0, TFTP_OPCODE.data);
  writeU16(out, 2, block);
  out.set(data, 4);
  return out;
}

function optionStrings(options: readonly TftpOption[]): readonly string[] {
  return options.flatMap((option) => [option.name, option.value]);
}

function encodeStrings(opcode: number, strings: readonly string[]): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0, opcode)];
  for (const text of strings) {
    assert(!text.includes('\0'), 'a TFTP string has no NUL inside');
    parts.push(latin1(text), Uint8Array.of(0));
  }
  return concatBytes(parts);
}

/** The value of an option, whatever case its name has; undefined when it is absent. */
export function tftpOption(options: readonly TftpOption[], name: string): string | undefined {
  return options.find((option) => option.name.toLowerCase() === name)?.value;
}

/** An option's value as a decimal number; undefined when it is absent or something else. */
export function tftpOptionNumber(options: readonly TftpOption[], name: string): number | undefined {
  const value = tftpOption(options, name);
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
