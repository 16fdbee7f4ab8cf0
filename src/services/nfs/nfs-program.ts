/** NFS version 3 (RFC 1813 §3) over the virtual files, read-only; version 2, where it is switched on, is `old-nfs.ts`. */
import { itemAt } from '../../base/lists/list.ts';
import {
  ACCESS,
  NFS_PROCEDURE_NAMES,
  NFS_PROGRAM,
  NFS_STATUS,
  NFS_VERSION,
  OLD_NFS_VERSION,
  type NfsProcedure,
  type NfsStatus,
} from '../../protocols/nfs/fields.ts';
import { writeAttributes, writePostOp, type NfsAttributes } from '../../protocols/nfs/codec.ts';
import { XdrWriter, type XdrReader } from '../../protocols/rpc/xdr.ts';
import type { RpcOutcome, RpcProgram } from '../rpc/rpc-program.ts';
import { MAX_NAME_BYTES, type Found, type NfsFiles } from './nfs-files.ts';
import { OldNfs } from './old-nfs.ts';

/** Most that one READ gives, as Linux's server for TCP. */
const MAX_READ_BYTES = 1024 * 1024;
/** RFC 1813 §3.3.19: hard links and symbolic links exist, all files have the same limits. */
const PROPERTIES = 0x1b;

const SECTION: Readonly<Record<NfsProcedure, number>> = Object.fromEntries(
  NFS_PROCEDURE_NAMES.map((name, i) => [name, i]),
) as Record<NfsProcedure, number>;

export class NfsProgram implements RpcProgram {
  readonly name = 'nfs';
  readonly program = NFS_PROGRAM;
  readonly version = NFS_VERSION;
  readonly oldest: number;
  private readonly files: NfsFiles;
  private readonly old: OldNfs;

  /** `hasVersion2`: RFC 1094 is spoken too. */
  constructor(files: NfsFiles, hasVersion2: boolean) {
    this.files = files;
    this.old = new OldNfs(files);
    this.oldest = hasVersion2 ? OLD_NFS_VERSION : NFS_VERSION;
  }

  call(procedure: number, argument: XdrReader, client: string, version: number): RpcOutcome | undefined {
    if (version === OLD_NFS_VERSION) return this.old.call(procedure, argument, client);
    const name: NfsProcedure | undefined = NFS_PROCEDURE_NAMES.at(procedure);
    if (name === undefined) return undefined;
    const rule = `RFC 1813 §3.3.${SECTION[name]}`;
    if (name === 'NULL') return { result: new Uint8Array(0), what: name, rule };
    const found = this.files.find(argument.opaque());
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
        const target = this.files.readLink(found);
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
  private access(found: Found): number {
    const read = this.files.mayRead(found) ? ACCESS.read : 0;
    if (found.attributes.type !== 'directory') return read === 0 ? 0 : read | ACCESS.execute;
    return read | (this.files.mayExecute(found) ? ACCESS.lookup : 0);
  }

  private lookUp(found: Found, name: string, out: XdrWriter): { readonly status: NfsStatus; readonly path?: string } {
    const { status, there, path } = this.files.lookUp(found, name);
    if (there === undefined) return { status, ...(path === undefined ? {} : { path }) };
    out.opaque(this.files.handles.handleOf(there.path));
    writePostOp(writePostOp(out, there.attributes), found.attributes);
    return { status, path: there.path };
  }

  private read(
    found: Found,
    argument: XdrReader,
    client: string,
    out: XdrWriter,
  ): { readonly status: NfsStatus; readonly isRoutine?: boolean } {
    const got = this.files.read(found, argument.u64(), Math.min(argument.u32(), MAX_READ_BYTES), client);
    if (typeof got === 'string') return { status: got };
    writePostOp(out, found.attributes).u32(got.data.length).bool(got.isEnd).opaque(got.data);
    return { status: 'NFS3_OK', isRoutine: true };
  }

  /** The cookie of an entry is its place in the sorted directory, from 1. */
  private list(found: Found, argument: XdrReader, plus: boolean, out: XdrWriter): { readonly status: NfsStatus } {
    const { files } = this;
    const entries = files.list(found);
    if (typeof entries === 'string') return { status: entries };
    const cookie = argument.u64();
    // cookieverf3, and for READDIRPLUS the most bytes of names.
    argument.u64();
    if (plus) argument.u32();
    const maxBytes = argument.u32();
    writePostOp(out, found.attributes).u64(0);
    let left = maxBytes - out.bytes.length - 8;
    let at = cookie;
    for (; at < entries.length; at++) {
      const { name, path } = itemAt(entries, at);
      const entry = new XdrWriter()
        .u32(1)
        .u64(files.handles.fileId(path))
        .text(name)
        .u64(at + 1);
      if (plus) writePostOp(entry, files.attributes(path)).bool(true).opaque(files.handles.handleOf(path));
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
