/** Files by path as a tree of folders, which the file systems of media are written from. */
import { err, ok, type Result } from '../base/result.ts';
import { mediaMessage } from './messages.ts';
import type { Message } from '../base/sentence.ts';

/** A file of a medium; `path` from its root, such as `/boot/grub/grub.cfg`. */
export interface MediumFile {
  readonly path: string;
  readonly data: Uint8Array;
}

export interface Folder {
  readonly name: string;
  readonly parent: Folder | undefined;
  readonly folders: Folder[];
  readonly files: { readonly name: string; readonly data: Uint8Array }[];
}

/** The tree that the paths describe. Names that differ in case alone are one name on a FAT volume, and refused. */
export function folderTree(files: readonly MediumFile[]): Result<Folder, Message> {
  const root: Folder = { name: '', parent: undefined, folders: [], files: [] };
  /** What is there, by its path in small letters. */
  const taken = new Map<string, Folder | 'file'>([['', root]]);
  for (const { path, data } of files) {
    const names = path.split('/').filter((name) => name !== '');
    const last = names.pop();
    if (last === undefined || [...names, last].some((name) => name === '.' || name === '..' || name.length > 127))
      return err(mediaMessage('media.path', { path }));
    let folder = root;
    let key = '';
    for (const name of names) {
      key += `/${name.toLowerCase()}`;
      const there = taken.get(key);
      if (there === 'file') return err(mediaMessage('media.path-twice', { path }));
      if (there !== undefined) {
        folder = there;
        continue;
      }
      const next: Folder = { name, parent: folder, folders: [], files: [] };
      folder.folders.push(next);
      taken.set(key, next);
      folder = next;
    }
    key += `/${last.toLowerCase()}`;
    if (taken.has(key)) return err(mediaMessage('media.path-twice', { path }));
    taken.set(key, 'file');
    folder.files.push({ name: last, data });
  }
  return ok(root);
}

/** The folder and all below it, each before what it contains. */
export function foldersOf(root: Folder): readonly Folder[] {
  const all = [root];
  // Grows while it is walked: breadth first.
  for (const folder of all) all.push(...folder.folders);
  return all;
}
