/**
 * What results of NFS are made of: attributes of version 3 (RFC 1813 §2.6), also where they may be absent, and of version 2
 * (RFC 1094 §2.3.5).
 */
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

/** The file type within the mode of version 2 (RFC 1094 §2.3.5). */
const TYPE_BITS = { regular: 0o100000, directory: 0o040000, link: 0o120000 } as const;
const BLOCK_BYTES = 4096;
/** Blocks of a size are counted in halves of a kilobyte, as stat(2) does. */
const COUNTED_BYTES = 512;

/** Writes `fattr` (RFC 1094 §2.3.5), 68 bytes. */
export function writeOldAttributes(out: XdrWriter, attributes: NfsAttributes): XdrWriter {
  const { type, mode, links, uid, gid, size, fileSystem, fileId, time } = attributes;
  out.u32(FILE_TYPE[type], TYPE_BITS[type] | mode, links, uid, gid, size, BLOCK_BYTES, 0);
  out.u32(Math.ceil(size / COUNTED_BYTES), fileSystem, fileId);
  // Microseconds, not nanoseconds.
  for (let i = 0; i < 3; i++) out.u32(time.seconds, Math.floor(time.nanoseconds / 1000));
  return out;
}
