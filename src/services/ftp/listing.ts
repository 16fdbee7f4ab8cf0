/** What LIST and NLST send, as ls(1) of a Unix server writes it, and the line ends of TYPE A. */
import { byteAt, utf8 } from '../../base/bytes.ts';
import type { FileTree } from '../files/file-tree.ts';

const LF = 0x0a;
const CR = 0x0d;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function permissions(kind: string, mode: number): string {
  const bits = 'rwxrwxrwx'.split('').map((letter, i) => (((mode >>> (8 - i)) & 1) === 1 ? letter : '-'));
  return kind + bits.join('');
}

function line(files: FileTree, path: string, name: string, epochMs: number): string | undefined {
  const target = files.readLink(path);
  const stat = files.stat(path);
  if (stat === undefined && target === undefined) return undefined;
  const kind = target === undefined ? (stat?.kind === 'directory' ? 'd' : '-') : 'l';
  const mode = target === undefined ? (stat?.mode ?? 0) : 0o777;
  const owner = (stat?.owner ?? 'root').padEnd(8);
  const size = target === undefined ? (stat?.size ?? 0) : target.length;
  const date = new Date(epochMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const when = `${MONTHS[date.getUTCMonth()]} ${two(date.getUTCDate())} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
  const shown = target === undefined ? name : `${name} -> ${target}`;
  return `${permissions(kind, mode)}    1 ${owner} ${owner} ${String(size).padStart(12)} ${when} ${shown}\r\n`;
}

/** The files of a directory, or the one file; empty for what is not there. */
export function listing(files: FileTree, path: string, epochMs: number): Uint8Array {
  const names = files.list(path);
  const lines =
    names === undefined
      ? [line(files, path, path.slice(path.lastIndexOf('/') + 1), epochMs)]
      : names.map((name) => line(files, `${path === '/' ? '' : path}/${name}`, name, epochMs));
  return utf8(lines.filter((one) => one !== undefined).join(''));
}

export function nameList(files: FileTree, path: string): Uint8Array {
  return utf8((files.list(path) ?? []).map((name) => `${name}\r\n`).join(''));
}

/** RFC 959 §3.1.1.1: lines end with CR LF on the way. */
export function toNetworkLines(bytes: Uint8Array): Uint8Array {
  let bare = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === LF && bytes[i - 1] !== CR) bare++;
  if (bare === 0) return bytes;
  const out = new Uint8Array(bytes.length + bare);
  let at = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === LF && bytes[i - 1] !== CR) out[at++] = CR;
    out[at++] = byteAt(bytes, i);
  }
  return out;
}
