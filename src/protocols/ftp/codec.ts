/** FTP's control connection as plain values: commands and replies (RFC 959 §4, RFC 2428), one byte per character. */
import { latin1 } from '../../base/bytes.ts';
import { atLeast, itemAt } from '../../base/lists/list.ts';
import { assert, decodeError, ok, type DecodeError, type Result } from '../../base/result.ts';
import type { Ipv4Address } from '../../base/address.ts';

export const FTP_PORT = 21;

export interface FtpCommand {
  /** In capitals. */
  readonly verb: string;
  /** Empty when there is none. */
  readonly argument: string;
}

export interface FtpReply {
  readonly code: number;
  /** At least one; several make a multi-line reply. */
  readonly lines: readonly string[];
}

/** Reads a line without its end characters (RFC 959 §5.3.1: three or four letters, case does not count). */
export function decodeFtpCommand(line: string): Result<FtpCommand, DecodeError> {
  const parts = /^([A-Za-z]{3,4})(?: (.*))?$/s.exec(line);
  if (parts === null) return decodeError('malformed', 0, 'RFC 959 §5.3.1');
  return ok({ verb: itemAt(parts, 1).toUpperCase(), argument: parts[2] ?? '' });
}

/** The command's line with its CR LF (RFC 959 §5.3). */
export function encodeFtpCommand({ verb, argument }: FtpCommand): Uint8Array {
  return latin1(`${verb}${argument === '' ? '' : ` ${argument}`}\r\n`);
}

/** RFC 959 §4.2: the first line of several has a hyphen, the last the code and a space. */
export function encodeFtpReply({ code, lines }: FtpReply): Uint8Array {
  const last = lines.length - 1;
  const text = lines.map((line, i) => {
    assert(!/[\r\n]/.test(line), 'a line of a reply has no line break inside');
    if (i === last) return `${code} ${line}\r\n`;
    return i === 0 ? `${code}-${line}\r\n` : ` ${line}\r\n`;
  });
  return latin1(text.join(''));
}

/** `h1,h2,h3,h4,p1,p2` of PORT and of the reply to PASV (RFC 959 §4.1.2). Undefined when it is not that. */
export function parseHostPort(text: string): { readonly address: Ipv4Address; readonly port: number } | undefined {
  const match = /(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3})/.exec(text);
  const numbers = match?.slice(1).map(Number) ?? [];
  if (match === null || numbers.some((number) => number > 255)) return undefined;
  const [h1, h2, h3, h4, p1, p2] = atLeast(numbers, 6);
  return { address: ((h1 << 24) | (h2 << 16) | (h3 << 8) | h4) >>> 0, port: p1 * 256 + p2 };
}

/** `h1,h2,h3,h4,p1,p2` of PORT and of the answer to PASV (RFC 959 §4.1.2). */
export function formatHostPort(address: Ipv4Address, port: number): string {
  const bytes = [24, 16, 8, 0].map((shift) => (address >>> shift) & 255);
  return [...bytes, port >>> 8, port & 255].join(',');
}
