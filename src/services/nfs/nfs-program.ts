/** NFS version 3 (RFC 1813 §3) over the virtual files, read-only. */
import { itemAt } from '../../base/lists/list.ts';
import {
  ACCESS,
  NFS_PROCEDURE_NAMES,
  NFS_PROGRAM,
  NFS_STATUS,
  NFS_VERSION,
  type NfsProcedure,
  type NfsStatus,
} from '../../protocols/nfs/fields.ts';
import { writeAttributes, writePostOp, type NfsAttributes, type NfsTime } from '../../protocols/nfs/codec.ts';
import { XdrWriter, type XdrReader } from '../../protocols/rpc/xdr.ts';
import { normalizePath, type FileTree } from '../files/file-tree.ts';
import { mayExecute, mayRead } from '../files/permissions.ts';
import type { FileHandles } from './file-handles.ts';
import type { RpcOutcome, RpcProgram } from '../rpc/rpc-program.ts';

/** Notified of what is read of a file. */
export interface ReadListener {
  onRead(client: string, path: string, offset: number, bytes: number, totalBytes: number): void;
}

export interface NfsProgramOptions {
  readonly files: FileTree;
  readonly handles: FileHandles;
  /** What nothing leads above. */
  readonly isExported: (path: string) => boolean;
  readonly time: NfsTime;
  readonly reads: ReadListener;
}

/** Most that one READ gives, as Linux's server for TCP. */
const MAX_READ_BYTES = 1024 * 1024;
const MAX_NAME_BYTES = 255;
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
/** RFC 1813 §3.3.19: hard links and symbolic links exist, all files have the same limits. */
const PROPERTIES = 0x1b;

const SECTION: Readonly<Record<NfsProcedure, number>> = Object.fromEntries(
  NFS_PROCEDURE_NAMES.map((name, i) => [name, i]),
) as Record<NfsProcedure, number>;

interface Found {
  readonly path: string;
  readonly attributes: NfsAttributes;
}

export class NfsProgram implements RpcProgram {
  readonly name = 'nfs';
  readonly program = NFS_PROGRAM;
  readonly version = NFS_VERSION;
  private readonly options: NfsProgramOptions;

  constructor(options: NfsProgramOptions) {
    this.options = options;
  }

  call(procedure: number, argument: XdrReader, client: string): RpcOutcome | undefined {
    const name: NfsProcedure | undefined = NFS_PROCEDURE_NAMES.at(procedure);
    if (name === undefined) return undefined;
    const rule = `RFC 1813 §3.3.${SECTION[name]}`;
    if (name === 'NULL') return { result: new Uint8Array(0), what: name, rule };
    const found = this.find(argument.opaque());
    if (typeof found === 'string') {
      return { result: this.refusal(name, found, undefined), what: name, status: found, rule };
    }
    const out = new XdrWriter();
    const answered = this.answer(name, found, argument, client, out);
    const { status } = answered;
    const result = status === 'NFS3_OK' ? out.bytes : this.refusal(name, status, found.attributes);
    return {
      result,
      what: `${name} ${answered.path ?? found.path}`,
      status,
      rule,
      isRoutine: answered.isRoutine === true && status === 'NFS3_OK',
    };
  }

  private find(handle: Uint8Array): Found | NfsStatus {
    const path = this.options.handles.pathOf(handle);
    if (path === undefined) return 'NFS3ERR_BADHANDLE';
    const attributes = this.attributes(path);
    return attributes === undefined ? 'NFS3ERR_STALE' : { path, attributes };
  }

  private attributes(path: string): NfsAttributes | undefined {
    const { files, handles, time } = this.options;
    const stat = files.stat(path);
    const uid = stat === undefined ? 0 : (USER_IDS.get(stat.owner) ?? FIRST_USER_ID);
    const common = { links: 1, uid, gid: uid, fileSystem: FILE_SYSTEM, fileId: handles.fileId(path), time };
    const target = files.readLink(path);
    if (target !== undefined) return { ...common, type: 'link', mode: 0o777, size: target.length };
    if (stat === undefined) return undefined;
    const type = stat.kind === 'file' ? 'regular' : 'directory';
    return { ...common, type, mode: stat.mode, size: stat.kind === 'file' ? stat.size : 4096 };
  }

  /** RFC 1813: what each procedure says after an error, the attributes of the object where it may. */
  private refusal(name: NfsProcedure, status: NfsStatus, attributes: NfsAttributes | undefined): Uint8Array {
    const out = new XdrWriter().u32(NFS_STATUS[status]);
    switch (name) {
      case 'NULL':
      case 'GETATTR':
        break;
      case 'LOOKUP':
      case 'ACCESS':
      case 'READLINK':
      case 'READ':
      case 'READDIR':
      case 'READDIRPLUS':
      case 'FSSTAT':
      case 'FSINFO':
      case 'PATHCONF':
        writePostOp(out, attributes);
        break;
      case 'SETATTR':
      case 'WRITE':
      case 'CREATE':
      case 'MKDIR':
      case 'SYMLINK':
      case 'MKNOD':
      case 'REMOVE':
      case 'RMDIR':
      case 'COMMIT':
        // wcc_data without attributes, before and after.
        out.u32(0, 0);
        break;
      case 'RENAME':
        out.u32(0, 0, 0, 0);
        break;
      case 'LINK':
        out.u32(0, 0, 0);
    }
    return out.bytes;
  }

  private answer(
    name: Exclude<NfsProcedure, 'NULL'>,
    found: Found,
    argument: XdrReader,
    client: string,
    out: XdrWriter,
  ): { readonly status: NfsStatus; readonly path?: string; readonly isRoutine?: boolean } {
    const { attributes } = found;
    out.u32(NFS_STATUS.NFS3_OK);
    switch (name) {
      case 'GETATTR':
        writeAttributes(out, attributes);
        return { status: 'NFS3_OK' };
      case 'LOOKUP':
        return this.lookUp(found, argument.text(), out);
      case 'ACCESS': {
        const asked = argument.u32();
        writePostOp(out, attributes).u32(asked & this.access(found));
        return { status: 'NFS3_OK' };
      }
      case 'READLINK': {
        const target = this.options.files.readLink(found.path);
        if (target === undefined) return { status: 'NFS3ERR_INVAL' };
        writePostOp(out, attributes).text(target);
        return { status: 'NFS3_OK' };
      }
      case 'READ':
        return this.read(found, argument, client, out);
      case 'READDIR':
      case 'READDIRPLUS':
        return this.list(found, argument, name === 'READDIRPLUS', out);
      case 'FSSTAT':
        writePostOp(out, attributes);
        // Bytes and files: total, free, free for this user. Nothing is free on what cannot be written.
        for (const value of [2 ** 40, 0, 0, 2 ** 20, 0, 0]) out.u64(value);
        out.u32(0);
        return { status: 'NFS3_OK' };
      case 'FSINFO':
        writePostOp(out, attributes);
        // rtmax, rtpref, rtmult, wtmax, wtpref, wtmult, dtpref.
        out.u32(MAX_READ_BYTES, MAX_READ_BYTES, 4096, MAX_READ_BYTES, MAX_READ_BYTES, 4096, 4096);
        out.u64(2 ** 52).u32(0, 1, PROPERTIES);
        return { status: 'NFS3_OK' };
      case 'PATHCONF':
        writePostOp(out, attributes).u32(1, MAX_NAME_BYTES);
        // no_trunc, chown_restricted, case_insensitive, case_preserving.
        out.u32(1, 1, 0, 1);
        return { status: 'NFS3_OK' };
      case 'SETATTR':
      case 'WRITE':
      case 'CREATE':
      case 'MKDIR':
      case 'SYMLINK':
      case 'MKNOD':
      case 'REMOVE':
      case 'RMDIR':
      case 'RENAME':
      case 'LINK':
      case 'COMMIT':
        return { status: 'NFS3ERR_ROFS' };
    }
  }

  /** What the client may do with it. */
  private access({ path, attributes }: Found): number {
    const { files } = this.options;
    const read = mayRead(files, path, SQUASHED_USER) ? ACCESS.read : 0;
    const isDirectory = attributes.type === 'directory';
    if (!isDirectory) return read === 0 ? 0 : read | ACCESS.execute;
    return read | (mayExecute(files, path, SQUASHED_USER) ? ACCESS.lookup : 0);
  }

  private lookUp(found: Found, name: string, out: XdrWriter): { readonly status: NfsStatus; readonly path?: string } {
    const { handles, isExported } = this.options;
    if (found.attributes.type !== 'directory') return { status: 'NFS3ERR_NOTDIR' };
    if (!mayExecute(this.options.files, found.path, SQUASHED_USER)) return { status: 'NFS3ERR_ACCES' };
    if (name.length > MAX_NAME_BYTES) return { status: 'NFS3ERR_NAMETOOLONG' };
    if (name === '' || name.includes('/')) return { status: 'NFS3ERR_ACCES' };
    const below = normalizePath(`${found.path}/${name}`);
    // RFC 1813 §3.3.3: the parent of what is exported is itself.
    const path = isExported(below) ? below : found.path;
    const attributes = this.attributes(path);
    if (attributes === undefined) return { status: 'NFS3ERR_NOENT', path };
    out.opaque(handles.handleOf(path));
    writePostOp(writePostOp(out, attributes), found.attributes);
    return { status: 'NFS3_OK', path };
  }

  private read(
    found: Found,
    argument: XdrReader,
    client: string,
    out: XdrWriter,
  ): { readonly status: NfsStatus; readonly isRoutine?: boolean } {
    if (found.attributes.type === 'directory') return { status: 'NFS3ERR_ISDIR' };
    const { files } = this.options;
    const file = found.attributes.type === 'regular' ? files.open(found.path) : undefined;
    if (file === undefined) return { status: 'NFS3ERR_INVAL' };
    // Linux gives to read what may be executed.
    if (!mayRead(files, found.path, SQUASHED_USER) && !mayExecute(files, found.path, SQUASHED_USER))
      return { status: 'NFS3ERR_ACCES' };
    const offset = argument.u64();
    const count = Math.min(argument.u32(), MAX_READ_BYTES);
    const data = file.slice(offset, offset + count);
    const size = files.stat(found.path)?.size ?? 0;
    const isEnd = offset + data.length >= size;
    writePostOp(out, found.attributes).u32(data.length).bool(isEnd).opaque(data);
    this.options.reads.onRead(client, found.path, offset, data.length, size);
    return { status: 'NFS3_OK', isRoutine: true };
  }

  /** The cookie of an entry is its place in the sorted directory, from 1. */
  private list(found: Found, argument: XdrReader, plus: boolean, out: XdrWriter): { readonly status: NfsStatus } {
    const { files, handles, isExported } = this.options;
    const names = found.attributes.type === 'directory' ? files.list(found.path) : undefined;
    if (names === undefined) return { status: 'NFS3ERR_NOTDIR' };
    if (!mayRead(files, found.path, SQUASHED_USER)) return { status: 'NFS3ERR_ACCES' };
    const cookie = argument.u64();
    // cookieverf3, and for READDIRPLUS the most bytes of names.
    argument.u64();
    if (plus) argument.u32();
    const maxBytes = argument.u32();
    const parent = normalizePath(`${found.path}/..`);
    const entries = [
      { name: '.', path: found.path },
      { name: '..', path: isExported(parent) ? parent : found.path },
      ...names.map((name) => ({ name, path: normalizePath(`${found.path}/${name}`) })),
    ];
    writePostOp(out, found.attributes).u64(0);
    let left = maxBytes - out.bytes.length - 8;
    let at = cookie;
    for (; at < entries.length; at++) {
      const { name, path } = itemAt(entries, at);
      const entry = new XdrWriter()
        .u32(1)
        .u64(handles.fileId(path))
        .text(name)
        .u64(at + 1);
      if (plus) writePostOp(entry, this.attributes(path)).bool(true).opaque(handles.handleOf(path));
      const { bytes } = entry;
      if (bytes.length > left) break;
      left -= bytes.length;
      out.fixed(bytes);
    }
    if (at === cookie && at < entries.length) return { status: 'NFS3ERR_TOOSMALL' };
    out.bool(false).bool(at >= entries.length);
    return { status: 'NFS3_OK' };
  }
}
