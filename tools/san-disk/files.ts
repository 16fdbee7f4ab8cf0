/** Files to be put into an archive or a file system. */

export type FileEntry =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string; readonly bytes: Uint8Array; readonly executable?: boolean }
  | { readonly kind: 'link'; readonly path: string; readonly to: string };

/** Paths have no slash in front. Puts each folder before what is in it, also where only the contents are listed. */
export function withFolders(entries: readonly FileEntry[]): readonly FileEntry[] {
  const there = new Set(['']);
  const all: FileEntry[] = [];
  const add = (entry: FileEntry): void => {
    if (there.has(entry.path)) return;
    add({ kind: 'folder', path: entry.path.slice(0, Math.max(0, entry.path.lastIndexOf('/'))) });
    there.add(entry.path);
    all.push(entry);
  };
  for (const entry of entries) add(entry);
  return all;
}
