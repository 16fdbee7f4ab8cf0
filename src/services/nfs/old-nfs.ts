/**
 * NFS version 2 (RFC 1094), read-only: what boot ROMs of the time and U-Boot ask. Over UDP a datagram holds 8 kB of a file, and
 * a file handle is 32 bytes without a length. Linux's server needs `vers2=y` for it.
 */
import { writeOldAttributes } from '../../protocols/nfs/codec.ts';
import { NFS_STATUS, OLD_HANDLE_BYTES, OLD_NFS_PROCEDURE_NAMES, type NfsStatus } from '../../protocols/nfs/fields.ts';
import { XdrWriter, type XdrReader } from '../../protocols/rpc/xdr.ts';
import type { RpcOutcome } from '../rpc/rpc-program.ts';
import type { Found, NfsFiles } from './nfs-files.ts';

/** RFC 1094 §2.3.1, MAXDATA. */
const MAX_DATA_BYTES = 8192;
/** RFC 1094 §2.2: those that write. What they hold is not read. */
const WRITES: ReadonlySet<string> = new Set([
  'SETATTR',
  'WRITE',
  'CREATE',
  'REMOVE',
  'RENAME',
  'LINK',
  'SYMLINK',
  'MKDIR',
  'RMDIR',
]);

export class OldNfs {
  private readonly files: NfsFiles;

  constructor(files: NfsFiles) {
    this.files = files;
  }

  /** Undefined when there is no such procedure. */
  call(procedure: number, argument: XdrReader, client: string): RpcOutcome | undefined {
    const name = OLD_NFS_PROCEDURE_NAMES.at(procedure);
    const rule = `RFC 1094 §2.2.${procedure}`;
    // ROOT and WRITECACHE are obsolete and do nothing (RFC 1094 §2.2.4, §2.2.8).
    if (name === undefined) return undefined;
    if (name === 'NULL' || name === 'ROOT' || name === 'WRITECACHE')
      return { result: new Uint8Array(0), what: name, rule };
    const found = this.files.find(argument.fixed(OLD_HANDLE_BYTES));
    if (typeof found === 'string') return refusal(name, found, rule);
    const out = new XdrWriter().u32(NFS_STATUS.NFS3_OK);
    const { status, path = found.path, isRoutine } = this.answer(name, found, argument, client, out);
    if (status !== 'NFS3_OK') return refusal(`${name} ${path}`, status, rule);
    return { result: out.bytes, what: `${name} ${path}`, status: 'NFS_OK', rule, isRoutine: isRoutine === true };
  }

  private answer(
    name: string,
    found: Found,
    argument: XdrReader,
    client: string,
    out: XdrWriter,
  ): { readonly status: NfsStatus; readonly path?: string; readonly isRoutine?: boolean } {
    const { files } = this;
    switch (name) {
      case 'GETATTR':
        writeOldAttributes(out, found.attributes);
        return { status: 'NFS3_OK' };
      case 'LOOKUP': {
        const { status, there, path } = files.lookUp(found, argument.text());
        if (there === undefined) return { status, ...(path === undefined ? {} : { path }) };
        writeOldAttributes(out.fixed(files.handles.oldHandleOf(there.path)), there.attributes);
        return { status, path: there.path };
      }
      case 'READLINK': {
        const target = files.readLink(found);
        if (target === undefined) return { status: 'NFS3ERR_IO' };
        out.text(target);
        return { status: 'NFS3_OK' };
      }
      case 'READ': {
        const got = files.read(found, argument.u32(), Math.min(argument.u32(), MAX_DATA_BYTES), client);
        // totalcount is unused (RFC 1094 §2.2.7).
        argument.u32();
        if (typeof got === 'string') return { status: got };
        writeOldAttributes(out, found.attributes).opaque(got.data);
        return { status: 'NFS3_OK', isRoutine: true };
      }
      case 'READDIR':
        return { status: this.list(found, argument, out) };
      case 'STATFS':
        // tsize, bsize, blocks, bfree, bavail: nothing is free on what cannot be written.
        out.u32(MAX_DATA_BYTES, 4096, 2 ** 28, 0, 0);
        return { status: 'NFS3_OK' };
      default:
        return { status: WRITES.has(name) ? 'NFS3ERR_ROFS' : 'NFS3ERR_IO' };
    }
  }

  /** The cookie of an entry is its place, from 1 (RFC 1094 §2.2.17). */
  private list(found: Found, argument: XdrReader, out: XdrWriter): NfsStatus {
    const entries = this.files.list(found);
    if (typeof entries === 'string') return entries;
    const cookie = argument.u32();
    let left = Math.min(argument.u32(), MAX_DATA_BYTES) - out.bytes.length - 8;
    let at = cookie;
    for (const { name, path } of entries.slice(cookie)) {
      const { bytes } = new XdrWriter()
        .u32(1, this.files.handles.fileId(path))
        .text(name)
        .u32(at + 1);
      if (bytes.length > left) break;
      left -= bytes.length;
      out.fixed(bytes);
      at++;
    }
    out.bool(false).bool(at >= entries.length);
    return 'NFS3_OK';
  }
}

/** Version 2 has no BADHANDLE, and fewer errors than version 3 (RFC 1094 §2.3.1). */
function refusal(what: string, status: NfsStatus, rule: string): RpcOutcome {
  const old = status === 'NFS3ERR_BADHANDLE' ? 'NFS3ERR_STALE' : status === 'NFS3ERR_INVAL' ? 'NFS3ERR_IO' : status;
  const { bytes } = new XdrWriter().u32(NFS_STATUS[old]);
  return { result: bytes, what, status: old.replace('NFS3', 'NFS'), rule };
}
