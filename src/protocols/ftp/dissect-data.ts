/** The dissection of FTP's data connections: which command their bytes answer. */
import { StateKey } from '../core/conversation.ts';
import { GENERATED, type Dissection } from '../core/dissect.ts';
import { field } from '../core/field.ts';
import { textLinesProtocol } from '../http/text-lines.ts';
import { defineProtocol } from '../core/registry.ts';

/** One data connection, as the control connection announced it. */
export interface DataTransfer {
  /** As shown, from 1. */
  readonly setupFrame: number;
  /** `PASV`, `EPSV` or `PORT`. */
  readonly method: string;
  readonly directory: string;
  command: string | undefined;
  commandFrame: number | undefined;
  frames: number;
  bytes: number;
  firstFrame: number;
  lastFrame: number;
}

/** Of the expectation that the announcement leaves. */
export const DATA = new StateKey<{ current: DataTransfer | undefined }>(() => ({ current: undefined }));

const FTP_DATA = {
  setupFrame: field('ftp-data.setup-frame', 'Setup frame', 'framenum'),
  setupMethod: field('ftp-data.setup-method', 'Setup method', 'string'),
  command: field('ftp-data.command', 'Command', 'string'),
  commandFrame: field('ftp-data.command-frame', 'Command frame', 'framenum'),
  directory: field('ftp-data.current-working-directory', 'Current working directory', 'string'),
};

/** So many bytes at the beginning tell text from the rest. */
const SAMPLE_BYTES = 20;

function looksLikeText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d));
}

function dissectFtpData(d: Dissection, start: number, end: number): number {
  const transfer = d.conversation?.expectation?.state(DATA).current;
  const length = end - start;
  if (transfer !== undefined && !d.visited) {
    transfer.frames++;
    transfer.bytes += length;
    if (transfer.firstFrame === 0) transfer.firstFrame = d.number;
    transfer.lastFrame = d.number;
  }
  const command = transfer?.command;
  if (d.columns !== undefined) {
    d.columns.protocol = 'FTP-DATA';
    const method = transfer === undefined ? '' : ` (${transfer.method})`;
    d.columns.info = `FTP Data: ${length} bytes${method}${command === undefined ? '' : ` (${command})`}`;
  }
  d.begin(ftpDataProtocol.field, start, length);
  if (d.building) d.labelOpen(`FTP Data (${length} bytes data)`);
  d.end();
  if (transfer !== undefined) {
    d.add(FTP_DATA.setupFrame, start, 0, transfer.setupFrame, GENERATED);
    d.add(FTP_DATA.setupMethod, start, 0, transfer.method, GENERATED);
    if (command !== undefined) d.add(FTP_DATA.command, start, 0, command, GENERATED);
    if (transfer.commandFrame !== undefined) d.add(FTP_DATA.commandFrame, start, 0, transfer.commandFrame, GENERATED);
    d.add(FTP_DATA.directory, start, 0, transfer.directory, GENERATED);
  }
  if (looksLikeText(d.bytes.subarray(start, Math.min(end, start + SAMPLE_BYTES))))
    d.call(textLinesProtocol, start, end);
  return end;
}

export const ftpDataProtocol = defineProtocol({
  id: 'ftp-data',
  name: 'FTP Data',
  shortName: 'FTP-DATA',
  fields: FTP_DATA,
  tables: { 'tcp.port': [] },
  calls: ['data-text-lines'],
  dissect: dissectFtpData,
});
