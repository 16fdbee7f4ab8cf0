/** Archives in the format that a kernel unpacks as its first file system: `newc` cpio (kernel documentation, initramfs). */
import { concatBytes, latin1, utf8 } from '../../src/base/bytes.ts';
import { withFolders, type FileEntry } from './files.ts';

const FILE_TYPE = { folder: 0o040000, file: 0o100000, link: 0o120000 } as const;
const TRAILER = 'TRAILER!!!';

/** All belongs to root and has the time 0. */
export function makeCpio(entries: readonly FileEntry[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let inode = 1;
  const add = (path: string, mode: number, bytes: Uint8Array): void => {
    const name = latin1(`${path}\0`);
    const fields = [inode++, mode, 0, 0, 1, 0, bytes.length, 0, 0, 0, 0, name.length, 0];
    const header = latin1(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`);
    pieces.push(header, name, zerosTo4(header.length + name.length), bytes, zerosTo4(bytes.length));
  };
  const nothing = new Uint8Array(0);
  for (const entry of withFolders(entries)) {
    if (entry.kind === 'folder') add(entry.path, FILE_TYPE.folder | 0o755, nothing);
    else if (entry.kind === 'link') add(entry.path, FILE_TYPE.link | 0o777, utf8(entry.to));
    else add(entry.path, FILE_TYPE.file | (entry.executable === true ? 0o755 : 0o644), entry.bytes);
  }
  add(TRAILER, 0, nothing);
  return concatBytes(pieces);
}

/** What is missing to a multiple of 4 bytes. */
function zerosTo4(length: number): Uint8Array {
  return new Uint8Array((4 - (length % 4)) % 4);
}
