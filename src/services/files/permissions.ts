/** Whether a user may read what is at a path (path_resolution(7)). Groups are not told apart: a user that is not the owner is one of the others. */
import { normalizePath, type FileStat, type FileTree } from './file-tree.ts';

const READ = 4;
const EXECUTE = 1;

/** Whether one of the permission bits is the user's: of the owner, or of all others. */
function allows({ owner, mode }: FileStat, user: string, bit: number): boolean {
  return user === 'root' || (mode & (owner === user ? bit << 6 : bit)) !== 0;
}

/** Whether every directory above the path may be searched. What is not there denies nothing. */
export function maySearchTo(files: FileTree, path: string, user: string): boolean {
  const parts = normalizePath(path).split('/').slice(0, -1);
  return parts.every((_part, i) => {
    const stat = files.stat(parts.slice(0, i + 1).join('/') || '/');
    return stat?.kind !== 'directory' || allows(stat, user, EXECUTE);
  });
}

/** Whether a file may be read or a directory listed, and all above it searched. */
export function mayRead(files: FileTree, path: string, user: string): boolean {
  const stat = files.stat(path);
  return maySearchTo(files, path, user) && (stat === undefined || allows(stat, user, READ));
}

/** Whether a directory may be entered, or a program run. */
export function mayExecute(files: FileTree, path: string, user: string): boolean {
  const stat = files.stat(path);
  return maySearchTo(files, path, user) && (stat === undefined || allows(stat, user, EXECUTE));
}
