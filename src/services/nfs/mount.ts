/**
 * The mount server (RFC 1813 §5, and RFC 1094 appendix A for version 2 of NFS): gives the file handle of a directory that is
 * exported. As Linux's rpc.mountd it still speaks versions 1 and 2, as old clients ask: the NFS server then tells
 * them from which version on it answers.
 */
import {
  MOUNT_PROCEDURE_NAMES,
  MOUNT_PROGRAM,
  MOUNT_VERSION,
  NFS_STATUS,
  OLDEST_MOUNT_VERSION,
  type MountProcedure,
  type NfsStatus,
} from '../../protocols/nfs/fields.ts';
import { AUTH_NONE, AUTH_SYS } from '../../protocols/rpc/fields.ts';
import { XdrWriter, type XdrReader } from '../../protocols/rpc/xdr.ts';
import { normalizePath, type FileTree } from '../files/file-tree.ts';
import type { FileHandles } from './file-handles.ts';
import type { RpcOutcome, RpcProgram } from '../rpc/rpc-program.ts';

interface Mounted {
  readonly client: string;
  readonly path: string;
}

/** Whether `path` is one of the exports or lies below one. */
export function isExported(exports: readonly string[], path: string): boolean {
  return exports.some((root) => root === '/' || path === root || path.startsWith(`${root}/`));
}

export class MountProgram implements RpcProgram {
  readonly name = 'mount';
  readonly program = MOUNT_PROGRAM;
  readonly version = MOUNT_VERSION;
  readonly oldest = OLDEST_MOUNT_VERSION;
  private readonly files: FileTree;
  private readonly handles: FileHandles;
  private readonly exports: readonly string[];
  private mounts: Mounted[] = [];

  constructor(files: FileTree, handles: FileHandles, exports: readonly string[]) {
    this.files = files;
    this.handles = handles;
    this.exports = exports;
  }

  call(procedure: number, argument: XdrReader, client: string, version: number): RpcOutcome | undefined {
    const name: MountProcedure | undefined = MOUNT_PROCEDURE_NAMES.at(procedure);
    const out = new XdrWriter();
    switch (name) {
      case undefined:
        return undefined;
      case 'NULL':
        return { result: out.bytes, what: name, rule: 'RFC 1813 §5.2.0' };
      case 'MNT': {
        const path = normalizePath(argument.text());
        const status = this.mount(path);
        out.u32(NFS_STATUS[status]);
        if (status === 'NFS3_OK') {
          this.mounts.push({ client, path });
          if (version < MOUNT_VERSION) out.fixed(this.handles.oldHandleOf(path));
          else out.opaque(this.handles.handleOf(path)).u32(2, AUTH_SYS, AUTH_NONE);
        }
        return {
          result: out.bytes,
          what: `MNT ${path}`,
          status: status.replace('NFS3', 'MNT3'),
          rule: 'RFC 1813 §5.2.1',
        };
      }
      case 'DUMP':
        for (const mounted of this.mounts) out.u32(1).text(mounted.client).text(mounted.path);
        return { result: out.u32(0).bytes, what: name, rule: 'RFC 1813 §5.2.2' };
      case 'UMNT': {
        const path = normalizePath(argument.text());
        this.mounts = this.mounts.filter((mounted) => mounted.client !== client || mounted.path !== path);
        return { result: out.bytes, what: `UMNT ${path}`, rule: 'RFC 1813 §5.2.3' };
      }
      case 'UMNTALL':
        this.mounts = this.mounts.filter((mounted) => mounted.client !== client);
        return { result: out.bytes, what: name, rule: 'RFC 1813 §5.2.4' };
      case 'EXPORT':
        // To everyone: no list of groups.
        for (const path of this.exports) out.u32(1).text(path).u32(0);
        return { result: out.u32(0).bytes, what: name, rule: 'RFC 1813 §5.2.5' };
    }
  }

  private mount(path: string): NfsStatus {
    const stat = this.files.stat(path);
    if (stat === undefined) return 'NFS3ERR_NOENT';
    if (!isExported(this.exports, path)) return 'NFS3ERR_ACCES';
    return stat.kind === 'directory' ? 'NFS3_OK' : 'NFS3ERR_NOTDIR';
  }
}
