/**
 * The dissection of FTP: commands and replies line by line, and the data connections that they announce, each with
 * the command that it answers.
 */
import { fromLatin1 } from '../../base/bytes.ts';
import { itemAt } from '../../base/lists/list.ts';
import { frameKey, StateKey } from '../core/conversation.ts';
import { GENERATED, HIDDEN, ONE_MORE_SEGMENT, type Dissection } from '../core/dissect.ts';
import { field } from '../core/field.ts';
import { escapeLine } from '../http/text-lines.ts';
import { defineProtocol } from '../core/registry.ts';
import { FTP_PORT, parseHostPort } from './codec.ts';
import { DATA, ftpDataProtocol, type DataTransfer } from './dissect-data.ts';
import { FTP_REPLY_NAMES } from './fields.ts';

const FTP = {
  request: field('ftp.request', 'Request', 'bool'),
  response: field('ftp.response', 'Response', 'bool'),
  command: field('ftp.request.command', 'Request command', 'string'),
  argument: field('ftp.request.arg', 'Request arg', 'string'),
  code: field('ftp.response.code', 'Response code', 'uint32', { values: FTP_REPLY_NAMES }),
  text: field('ftp.response.arg', 'Response arg', 'string'),
  passiveIp: field('ftp.passive.ip', 'Passive IP address', 'ipv4'),
  passivePort: field('ftp.passive.port', 'Passive port', 'uint16'),
  activeIp: field('ftp.active.cip', 'Active IP address', 'ipv4'),
  activePort: field('ftp.active.port', 'Active port', 'uint16'),
  extendedPort: field('ftp.epsv.port', 'Extended passive port', 'uint16'),
  directory: field('ftp.current-working-directory', 'Current working directory', 'string'),
  responseFrames: field('ftp.command-response.frames', 'Command response frames', 'uint32'),
  responseBytes: field('ftp.command-response.bytes', 'Command response bytes', 'uint32'),
  responseFirst: field('ftp.command-response.first-frame-num', 'Command response first frame', 'framenum'),
  responseLast: field('ftp.command-response.last-frame-num', 'Command response last frame', 'framenum'),
  duration: field('ftp.command-response.duration', 'Response duration', 'uint32', { unit: 'ms' }),
  bitrate: field('ftp.command-response.bitrate', 'Response bitrate', 'uint32', { unit: 'Kbps' }),
  setupFrame: field('ftp.setup-frame', 'Setup frame', 'framenum'),
  setupCommand: field('ftp.command', 'Command', 'string'),
  commandFrame: field('ftp.command-frame', 'Command frame', 'framenum'),
};

const LF = 0x0a;
/** Commands that a data connection answers (RFC 959 §4.1.3). */
const USES_DATA: ReadonlySet<string> = new Set(['RETR', 'STOR', 'STOU', 'APPE', 'LIST', 'NLST', 'MLSD']);

/** Of a control connection. */
const SESSION = new StateKey<{ ready: DataTransfer | undefined; directory: string; changesTo: string | undefined }>(
  () => ({ ready: undefined, directory: '', changesTo: undefined }),
);
interface Seen {
  readonly transfer: DataTransfer;
  readonly role: 'setup' | 'command';
}
const SEEN = frameKey<Seen | undefined>();
/** A line that comes in pieces: up to here it has no end. */
const UNFINISHED_LINE = new StateKey(() => ({ searched: 0 }));
/** As the session knows it behind the frame; empty until it is told. */
const DIRECTORY = frameKey<string>();

function dissectFtp(d: Dissection, start: number, end: number): number {
  const isRequest = d.destinationPort === FTP_PORT || (d.sourcePort !== FTP_PORT && d.direction === 0);
  const line = start === 0 ? d.progress?.state(UNFINISHED_LINE) : undefined;
  const from = line?.searched ?? start;
  const found = d.bytes.subarray(from, end).lastIndexOf(LF);
  const lastLf = found < 0 ? start - 1 : from + found;
  if (lastLf !== end - 1 && d.canDesegment) {
    d.desegmentOffset = lastLf + 1;
    d.desegmentLength = ONE_MORE_SEGMENT;
    if (lastLf < start) {
      if (line !== undefined) line.searched = end;
      return end;
    }
  }
  const stop = d.desegmentLength === 0 ? end : lastLf + 1;
  const lines = linesOf(d, start, stop);
  if (d.columns !== undefined) {
    d.columns.protocol = 'FTP';
    d.columns.info = `${isRequest ? 'Request' : 'Response'}: ${lines[0]?.text ?? ''}`;
  }
  d.begin(ftpProtocol.field, start, stop - start);
  d.add(FTP.request, start, 0, isRequest, HIDDEN);
  d.add(FTP.response, start, 0, !isRequest, HIDDEN);
  let seen: Seen | undefined;
  for (const [which, line] of lines.entries()) {
    d.beginText(line.at, line.end - line.at, d.building ? escapeLine(fromLatin1(d.bytes, line.at, line.end)) : '');
    seen = (isRequest ? request(d, line, which) : reply(d, line, which)) ?? seen;
    d.end();
  }
  d.end();
  if (d.quoted) return end;
  const directory = d.remember(DIRECTORY, () => d.conversation?.state(SESSION).directory ?? '');
  d.add(FTP.directory, start, 0, directory, GENERATED);
  if (seen !== undefined) references(d, start, stop, seen);
  return end;
}

interface Line {
  readonly at: number;
  readonly end: number;
  readonly text: string;
}

function linesOf(d: Dissection, start: number, end: number): readonly Line[] {
  const bytes = d.bytes.subarray(0, end);
  const lines: Line[] = [];
  for (let at = start; at < end;) {
    const lf = bytes.indexOf(LF, at);
    const next = lf < 0 ? end : lf + 1;
    lines.push({ at, end: next, text: fromLatin1(bytes, at, next).replace(/\r?\n$/, '') });
    at = next;
  }
  return lines;
}

function request(d: Dissection, line: Line, which: number): Seen | undefined {
  const [verb = ''] = line.text.split(' ', 1);
  d.add(FTP.command, line.at, verb.length);
  const argument = line.text.slice(verb.length + 1);
  const argumentAt = line.at + verb.length + 1;
  if (argument !== '') d.add(FTP.argument, argumentAt, argument.length);
  const name = verb.toUpperCase();
  const active = name === 'PORT' ? parseHostPort(argument) : undefined;
  if (active !== undefined) {
    const comma = argument.split(',').slice(0, 4).join(',').length;
    d.add(FTP.activeIp, argumentAt, comma, active.address);
    d.add(FTP.activePort, argumentAt + comma + 1, argument.length - comma - 1, active.port);
  }
  if (d.quoted) return undefined;
  return d.remember(
    SEEN,
    () => {
      const session = d.conversation?.state(SESSION);
      if (session === undefined) return undefined;
      if (active !== undefined) return announce(d, active.address, active.port, 'PORT');
      if (name === 'CWD') session.changesTo = argument;
      if (!USES_DATA.has(name) || session.ready === undefined) return undefined;
      const transfer = session.ready;
      session.ready = undefined;
      transfer.command = line.text;
      transfer.commandFrame = d.number;
      return { transfer, role: 'command' };
    },
    which,
  );
}

function reply(d: Dissection, line: Line, which: number): Seen | undefined {
  const parts = /^(\d{3})([ -]?)/.exec(line.text);
  if (parts === null) return undefined;
  const code = Number(parts[1]);
  d.add(FTP.code, line.at, 3, code);
  const textAt = line.at + parts[0].length;
  const text = line.text.slice(parts[0].length);
  if (text !== '') d.add(FTP.text, textAt, text.length);
  const passive = code === 227 ? passiveOf(text) : undefined;
  if (passive !== undefined) {
    d.add(FTP.passiveIp, textAt + passive.at, passive.addressLength, passive.address);
    const portAt = passive.at + passive.addressLength + 1;
    d.add(FTP.passivePort, textAt + portAt, passive.length - passive.addressLength - 1, passive.port);
  }
  const extended = code === 229 ? /\((.)\1\1(\d{1,5})\1\)/.exec(text) : null;
  const port = extended?.[2];
  if (extended !== null && port !== undefined) {
    d.add(FTP.extendedPort, textAt + extended.index + 4, port.length, Number(port));
  }
  if (d.quoted) return undefined;
  return d.remember(
    SEEN,
    () => {
      const session = d.conversation?.state(SESSION);
      if (session === undefined) return undefined;
      if (code === 257) session.directory = /^"((?:[^"]|"")*)"/.exec(text)?.[1]?.replaceAll('""', '"') ?? '';
      if (session.changesTo !== undefined) {
        if (code === 250) session.directory = session.changesTo;
        session.changesTo = undefined;
      }
      if (passive !== undefined) return announce(d, passive.address, passive.port, 'PASV');
      return extended === null ? undefined : announce(d, d.networkSource, Number(extended[2]), 'EPSV');
    },
    which,
  );
}

/** Where `h1,h2,h3,h4,p1,p2` lies in a reply, and what it says. */
function passiveOf(text: string) {
  const numbers = /(\d{1,3}(?:,\d{1,3}){3}),\d{1,3},\d{1,3}/.exec(text);
  const endpoint = numbers === null ? undefined : parseHostPort(numbers[0]);
  if (numbers === null || endpoint === undefined) return undefined;
  return { ...endpoint, at: numbers.index, addressLength: itemAt(numbers, 1).length, length: numbers[0].length };
}

/** What comes at that endpoint from now on belongs to its session. */
function announce(d: Dissection, address: number, port: number, method: string): Seen | undefined {
  const session = d.conversation?.state(SESSION);
  if (session === undefined) return undefined;
  const { directory } = session;
  const transfer: DataTransfer = {
    setupFrame: d.number,
    method,
    directory,
    command: undefined,
    commandFrame: undefined,
    frames: 0,
    bytes: 0,
    firstFrame: 0,
    lastFrame: 0,
  };
  session.ready = transfer;
  const expectation = d.context.tcp.expect({ address, port }, ftpDataProtocol, d.index, d.conversation);
  expectation.state(DATA).current = transfer;
  return { transfer, role: 'setup' };
}

/** What is known about the data connection, beside the tree of the lines. */
function references(d: Dissection, start: number, end: number, { transfer, role }: Seen): void {
  const { command, commandFrame, frames, bytes, firstFrame, lastFrame } = transfer;
  if (role === 'setup') {
    if (command === undefined || commandFrame === undefined || frames === 0) return;
    d.add(FTP.setupCommand, start, 0, command, GENERATED);
    d.add(FTP.commandFrame, start, 0, commandFrame, GENERATED);
    return;
  }
  d.add(FTP.responseFrames, start, 0, frames, GENERATED);
  d.add(FTP.responseBytes, start, 0, bytes, GENERATED);
  d.add(FTP.setupFrame, start, 0, transfer.setupFrame, GENERATED);
  if (frames === 0) return;
  d.add(FTP.responseFirst, start, 0, firstFrame, GENERATED);
  d.add(FTP.responseLast, start, 0, lastFrame, GENERATED);
  const times = d.context.frames;
  const durationMs = Math.round((times.timeNs(lastFrame - 1) - times.timeNs(firstFrame - 1)) / 1_000_000);
  if (durationMs === 0) return;
  d.add(FTP.duration, start, 0, durationMs, GENERATED);
  d.add(FTP.bitrate, end, 0, Math.floor((bytes * 8) / durationMs), GENERATED);
}

export const ftpProtocol = defineProtocol({
  id: 'ftp',
  name: 'File Transfer Protocol (FTP)',
  shortName: 'FTP',
  fields: FTP,
  tables: { 'tcp.port': [FTP_PORT] },
  dissect: dissectFtp,
});
