/** What results of NFS version 3 are made of (RFC 1813 §2.6): attributes, also where they may be absent. */
import { FILE_TYPE } from './fields.ts';
import type { XdrWriter } from '../rpc/xdr.ts';

export interface NfsTime {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** fattr3. */
export interface NfsAttributes {
  readonly type: keyof typeof FILE_TYPE;
  /** Permission bits. */
  readonly mode: number;
  readonly links: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes. */
  readonly size: number;
  readonly fileSystem: number;
  readonly fileId: number;
  /** Of access, modification and change. */
  readonly time: NfsTime;
}

/** Writes `fattr3` (RFC 1813 §2.6), 84 bytes. */
export function writeAttributes(out: XdrWriter, attributes: NfsAttributes): XdrWriter {
  const { type, mode, links, uid, gid, size, fileSystem, fileId, time } = attributes;
  out.u32(FILE_TYPE[type], mode, links, uid, gid).u64(size).u64(size);
  // rdev has two words; then come fsid and fileid.
  out.u32(0, 0).u64(fileSystem).u64(fileId);
  for (let i = 0; i < 3; i++) out.u32(time.seconds, time.nanoseconds);
  return out;
}

/** post_op_attr. */
export function writePostOp(out: XdrWriter, attributes: NfsAttributes | undefined): XdrWriter {
  out.bool(attributes !== undefined);
  return attributes === undefined ? out : writeAttributes(out, attributes);
}
