/**
 * The failures that iPXE prints with a number, `Connection timed out (https://ipxe.org/4c126035)`, as they appear on a
 * console, and the causes that the numbers stand for (https://ipxe.org/err/...).
 */
import type { FindingCode } from './finding-texts.ts';

type IpxeCode = Extract<FindingCode, `ipxe-${string}`>;

export interface PrintedError {
  readonly code: IpxeCode;
  /** Eight hexadecimal digits. */
  readonly errno: string;
  /** The line without control characters and dots of progress. */
  readonly line: string;
}

const CAUSES: Readonly<Partial<Record<string, IpxeCode>>> = {
  '040ee119': 'ipxe-no-address',
  '4c106035': 'ipxe-no-address',
  '2d03e13b': 'ipxe-nothing-to-boot',
  '3c092003': 'ipxe-unsupported',
  '280a6011': 'ipxe-no-route',
  '28056011': 'ipxe-no-route',
  '28086011': 'ipxe-no-route',
  '38086101': 'ipxe-link-down',
  '4c126035': 'ipxe-timeout',
  '4c0a6035': 'ipxe-timeout',
  '4c0c6035': 'ipxe-timeout',
  '4c072035': 'ipxe-timeout',
  '4c376035': 'ipxe-timeout',
  '0f0a6039': 'ipxe-refused',
  '2d0c613b': 'ipxe-not-found',
  '2d12613b': 'ipxe-not-found',
  '2d33603b': 'ipxe-not-found',
  '2d35603b': 'ipxe-not-found',
  '020c613c': 'ipxe-denied',
  '410c613c': 'ipxe-denied',
  '0212603c': 'ipxe-denied',
  '0233603c': 'ipxe-denied',
  '0235603c': 'ipxe-denied',
  '0243613c': 'ipxe-denied',
  '0244613c': 'ipxe-denied',
  '1d0c6139': 'ipxe-server-error',
  '1d0c6439': 'ipxe-server-error',
  '1d0c6539': 'ipxe-server-error',
  '3e11613b': 'ipxe-dns-no-name',
  '2d11603b': 'ipxe-dns-no-name',
  '3e11623b': 'ipxe-dns-no-server',
  '4c116035': 'ipxe-dns-silent',
  '2d02803b': 'ipxe-no-label',
  '1d852039': 'ipxe-disk',
  '2c03e03b': 'ipxe-disk',
  '4c006035': 'ipxe-san-silent',
  '4c232035': 'ipxe-san-silent',
  '2c0d603b': 'ipxe-san-no-target',
  '1d0d6139': 'ipxe-san-no-target',
  '020d613c': 'ipxe-san-denied',
  '020d623c': 'ipxe-san-denied',
  '1c0d6202': 'ipxe-san-denied',
  '410d613c': 'ipxe-san-denied',
  '410d623c': 'ipxe-san-denied',
  '430d6601': 'ipxe-san-denied',
  '1d704039': 'ipxe-san-no-disk',
  '1d704539': 'ipxe-san-no-disk',
  '1d006039': 'ipxe-san-no-disk',
  '1c006002': 'ipxe-root-path',
  '1c0d6102': 'ipxe-root-path',
  '1c0d6302': 'ipxe-root-path',
  '1c704002': 'ipxe-root-path',
  '2e008001': 'ipxe-not-executable',
  '2e028001': 'ipxe-not-executable',
  '31008006': 'ipxe-no-memory',
  '31022006': 'ipxe-no-memory',
  '46038101': 'ipxe-no-memory',
  '0200813c': 'ipxe-untrusted',
};

/** Bits 13 to 23 of an error number: the part of iPXE that raised it. TLS and certificates. */
const TLS_PARTS: ReadonlySet<number> = new Set([0x6f, 0xb7]);

/** POSIX ECANCELED, in the top byte: a key was pressed. */
const CANCELLED = '0b';

const LONGEST_LINE = 400;
const NUMBER = /\(https?:\/\/ipxe\.org\/([0-9a-f]{6,8})\)/;
/** An address whose server was an empty setting. */
const NO_SERVER = /^(?:tftp|https?|ftp|nfs):\/\/\//;
/** What iPXE prints once more of the failure that has ended a script. */
const SUMMARY = /^Could not boot:/;
/** Counters of a network card, which `ifstat` shows with the same numbers. */
const COUNTER = /^\[[TR]XE:/;

function causeOf(errno: string): IpxeCode {
  const part = (Number.parseInt(errno, 16) >>> 13) & 0x7ff;
  return CAUSES[errno] ?? (TLS_PARTS.has(part) ? 'ipxe-certificate' : 'ipxe-error');
}

/** What one console prints, line by line. */
export class IpxeConsole {
  private line = '';
  private lastErrno = '';

  append(text: string): readonly PrintedError[] {
    const found: PrintedError[] = [];
    for (const character of text) {
      if (character === '\n') {
        const error = readError(this.line);
        if (error !== undefined && !(error.errno === this.lastErrno && SUMMARY.test(error.line))) found.push(error);
        this.lastErrno = error?.errno ?? this.lastErrno;
        this.line = '';
      } else if (character === '\b') this.line = this.line.slice(0, -1);
      else if (this.line.length < LONGEST_LINE) this.line += character;
    }
    return found;
  }
}

function readError(printed: string): PrintedError | undefined {
  const errno = NUMBER.exec(printed)?.[1]?.padStart(8, '0');
  const line = printed
    // eslint-disable-next-line no-control-regex -- colours and control characters of a console
    .replaceAll(/\u001b\[[0-9;]*[A-Za-z]|[\u0000-\u001f]/g, '')
    .replace(/\.{3,}/, ':')
    .trim();
  if (errno === undefined || errno.startsWith(CANCELLED) || COUNTER.test(line)) return undefined;
  return { code: NO_SERVER.test(line) ? 'ipxe-no-server' : causeOf(errno), errno, line };
}
