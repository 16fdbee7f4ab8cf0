/** The virtual files as NFS of each version sees them: attributes, and what a client may look up, read and list. */
import type { NfsAttributes, NfsTime } from '../../protocols/nfs/codec.ts';
import type { NfsStatus } from '../../protocols/nfs/fields.ts';
import { normalizePath, type FileTree } from '../files/file-tree.ts';
import { mayExecute, mayRead } from '../files/permissions.ts';
import type { FileHandles } from './file-handles.ts';

/** Notified of what is read of a file. */
export interface ReadListener {
  onRead(client: string, path: string, offset: number, bytes: number, totalBytes: number): void;
}

export interface NfsFilesOptions {
  readonly files: FileTree;
  readonly handles: FileHandles;
  /** What nothing leads above. */
  readonly isExported: (path: string) => boolean;
  readonly time: NfsTime;
  readonly reads: ReadListener;
}

export const MAX_NAME_BYTES = 255;
const FILE_SYSTEM = 1;
/** Whom the server takes root of a client for (root_squash of exports(5)). */
const SQUASHED_USER = 'nobody';
/** As on Debian; any other owner is taken for its first user. */
const USER_IDS: ReadonlyMap<string, number> = new Map([
  ['root', 0],
  ['www-data', 33],
  ['nobody', 65_534],
]);
const FIRST_USER_ID = 1000;

export interface Found {
  readonly path: string;
  readonly attributes: NfsAttributes;
}

interface LookUpResult {
  readonly status: NfsStatus;
  /** Where it was looked for. */
  readonly path?: string;
  readonly there?: Found;
}

export class NfsFiles {
  readonly handles: FileHandles;
  private readonly options: NfsFilesOptions;

  constructor(options: NfsFilesOptions) {
    this.options = options;
    this.handles = options.handles;
  }

  find(handle: Uint8Array): Found | NfsStatus {
    const path = this.handles.pathOf(handle);
    if (path === undefined) return 'NFS3ERR_BADHANDLE';
    const attributes = this.attributes(path);
    return attributes === undefined ? 'NFS3ERR_STALE' : { path, attributes };
  }

  attributes(path: string): NfsAttributes | undefined {
    const { files, time } = this.options;
    const stat = files.stat(path);
    const uid = stat === undefined ? 0 : (USER_IDS.get(stat.owner) ?? FIRST_USER_ID);
    const common = { links: 1, uid, gid: uid, fileSystem: FILE_SYSTEM, fileId: this.handles.fileId(path), time };
    const target = files.readLink(path);
    if (target !== undefined) return { ...common, type: 'link', mode: 0o777, size: target.length };
    if (stat === undefined) return undefined;
    const type = stat.kind === 'file' ? 'regular' : 'directory';
    return { ...common, type, mode: stat.mode, size: stat.kind === 'file' ? stat.size : 4096 };
  }

  mayRead({ path }: Found): boolean {
    return mayRead(this.options.files, path, SQUASHED_USER);
  }

  mayExecute({ path }: Found): boolean {
    return mayExecute(this.options.files, path, SQUASHED_USER);
  }

  readLink({ path }: Found): string | undefined {
    return this.options.files.readLink(path);
  }

  lookUp(directory: Found, name: string): LookUpResult {
    if (directory.attributes.type !== 'directory') return { status: 'NFS3ERR_NOTDIR' };
    if (!this.mayExecute(directory)) return { status: 'NFS3ERR_ACCES' };
    if (name.length > MAX_NAME_BYTES) return { status: 'NFS3ERR_NAMETOOLONG' };
    if (name === '' || name.includes('/')) return { status: 'NFS3ERR_ACCES' };
    const below = normalizePath(`${directory.path}/${name}`);
    // RFC 1813 §3.3.3: the parent of what is exported is itself.
    const path = this.options.isExported(below) ? below : directory.path;
    const attributes = this.attributes(path);
    if (attributes === undefined) return { status: 'NFS3ERR_NOENT', path };
    return { status: 'NFS3_OK', there: { path, attributes } };
  }

  read(
    found: Found,
    offset: number,
    count: number,
    client: string,
  ): NfsStatus | { readonly data: Uint8Array; readonly isEnd: boolean } {
    if (found.attributes.type === 'directory') return 'NFS3ERR_ISDIR';
    const { files, reads } = this.options;
    const file = found.attributes.type === 'regular' ? files.open(found.path) : undefined;
    if (file === undefined) return 'NFS3ERR_INVAL';
    // Linux gives to read what may be executed.
    if (!this.mayRead(found) && !this.mayExecute(found)) return 'NFS3ERR_ACCES';
    const data = file.slice(offset, offset + count);
    const size = files.stat(found.path)?.size ?? 0;
    reads.onRead(client, found.path, offset, data.length, size);
    return { data, isEnd: offset + data.length >= size };
  }

  /** The entries of a directory, itself and its parent first. */
  list(found: Found): NfsStatus | readonly { readonly name: string; readonly path: string }[] {
    const names = found.attributes.type === 'directory' ? this.options.files.list(found.path) : undefined;
    if (names === undefined) return 'NFS3ERR_NOTDIR';
    if (!this.mayRead(found)) return 'NFS3ERR_ACCES';
    const parent = normalizePath(`${found.path}/..`);
    return [
      { name: '.', path: found.path },
      { name: '..', path: this.options.isExported(parent) ? parent : found.path },
      ...names.map((name) => ({ name, path: normalizePath(`${found.path}/${name}`) })),
    ];
  }
}
