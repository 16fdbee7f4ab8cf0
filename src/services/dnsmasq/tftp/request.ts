/** A read request as dnsmasq reads it: more forgiving than RFC 2347, and with a will of its own. */
import { fromLatin1 } from '../../../base/bytes.ts';
import { DEFAULT_BLKSIZE, TFTP_OPCODE } from '../../../protocols/tftp/codec.ts';

export interface TftpReadRequest {
  readonly filename: string;
  readonly isNetascii: boolean;
  readonly blkSize: number;
  readonly hasBlkSize: boolean;
  readonly hasTsize: boolean;
  /** RFC 7440; 1 unless the lab allows it. */
  readonly windowSize: number;
  readonly hasWindowSize: boolean;
}

export interface TftpLimits {
  /** Largest block that fits the link. */
  readonly maxBlkSize: number;
  readonly allowBlkSize: boolean;
  readonly allowWindowSize: boolean;
}

/** Texts that end in NUL, one after the other; an empty or an open one ends the reading. */
function* strings(packet: Uint8Array): Generator<string, undefined, void> {
  let at = 2;
  while (at < packet.length) {
    const nul = packet.indexOf(0, at);
    if (nul < 0 || nul === at) return;
    yield fromLatin1(packet, at, nul);
    at = nul + 1;
  }
}

/** Undefined for what dnsmasq calls an unsupported request: writes, unknown modes, missing texts. */
export function parseReadRequest(packet: Uint8Array, limits: TftpLimits): TftpReadRequest | undefined {
  // The last text must be closed, whatever it is.
  if (packet[packet.length - 1] !== 0) return undefined;
  if (packet.length < 4 || packet[0] !== 0 || packet[1] !== TFTP_OPCODE.rrq) return undefined;
  const texts = strings(packet);
  const next = (): string | undefined => texts.next().value;
  const filename = next();
  const mode = next()?.toLowerCase();
  if (filename === undefined || (mode !== 'octet' && mode !== 'netascii')) return undefined;
  let blkSize = DEFAULT_BLKSIZE;
  let hasBlkSize = false;
  let hasTsize = false;
  let windowSize = 1;
  let hasWindowSize = false;
  // The value of an unknown option is taken for the name of the next one.
  for (let name = next(); name !== undefined; name = next()) {
    switch (name.toLowerCase()) {
      case 'blksize': {
        const value = next();
        if (value === undefined || !limits.allowBlkSize) break;
        blkSize = Math.min(Math.max(leadingNumber(value), 1), limits.maxBlkSize);
        hasBlkSize = true;
        break;
      }
      case 'tsize':
        if (next() !== undefined && mode === 'octet') hasTsize = true;
        break;
      case 'windowsize': {
        if (!limits.allowWindowSize) break;
        const value = leadingNumber(next() ?? '');
        if (value >= 1 && value <= 65_535) {
          windowSize = value;
          hasWindowSize = true;
        }
        break;
      }
      default:
    }
  }
  return { filename, isNetascii: mode === 'netascii', blkSize, hasBlkSize, hasTsize, windowSize, hasWindowSize };
}

/** A negative number is taken for a very large one. */
function leadingNumber(text: string): number {
  const value = Number(/^\s*-?[0-9]+/.exec(text)?.[0] ?? '0');
  return value < 0 ? 0x7fff_ffff : Math.min(value, 0x7fff_ffff);
}

/** RFC 764 newlines: LF goes as CR LF. */
export function toNetascii(content: Uint8Array): Uint8Array {
  let feeds = 0;
  for (const byte of content) if (byte === 10) feeds++;
  const out = new Uint8Array(content.length + feeds);
  let at = 0;
  for (const byte of content) {
    if (byte === 10) out[at++] = 13;
    out[at++] = byte;
  }
  return out;
}
