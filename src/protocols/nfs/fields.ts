/** Numbers of NFS version 3 (RFC 1813) and version 2 (RFC 1094), and of their mount protocols. */

export const NFS_PORT = 2049;
export const NFS_PROGRAM = 100_003;
export const NFS_VERSION = 3;
export const OLD_NFS_VERSION = 2;
export const MOUNT_PROGRAM = 100_005;
export const MOUNT_VERSION = 3;
/** RFC 1094 appendix A: for NFS version 2. Version 2 of the mount protocol only adds a procedure. */
export const OLDEST_MOUNT_VERSION = 1;
/** The length of a file handle of NFS version 2 (RFC 1094 §2.3.3), which has no length before it. */
export const OLD_HANDLE_BYTES = 32;

/** RFC 1813 §3.3. */
export const NFS_PROCEDURE_NAMES = [
  'NULL',
  'GETATTR',
  'SETATTR',
  'LOOKUP',
  'ACCESS',
  'READLINK',
  'READ',
  'WRITE',
  'CREATE',
  'MKDIR',
  'SYMLINK',
  'MKNOD',
  'REMOVE',
  'RMDIR',
  'RENAME',
  'LINK',
  'READDIR',
  'READDIRPLUS',
  'FSSTAT',
  'FSINFO',
  'PATHCONF',
  'COMMIT',
] as const;
export type NfsProcedure = (typeof NFS_PROCEDURE_NAMES)[number];

/** RFC 1094 §2.2. */
export const OLD_NFS_PROCEDURE_NAMES = [
  'NULL',
  'GETATTR',
  'SETATTR',
  'ROOT',
  'LOOKUP',
  'READLINK',
  'READ',
  'WRITECACHE',
  'WRITE',
  'CREATE',
  'REMOVE',
  'RENAME',
  'LINK',
  'SYMLINK',
  'MKDIR',
  'RMDIR',
  'READDIR',
  'STATFS',
] as const;

/** RFC 1813 §5.2. */
export const MOUNT_PROCEDURE_NAMES = ['NULL', 'MNT', 'DUMP', 'UMNT', 'UMNTALL', 'EXPORT'] as const;
export type MountProcedure = (typeof MOUNT_PROCEDURE_NAMES)[number];

/** RFC 1813 §2.6, nfsstat3: those of a read-only server. The mount protocol has the same numbers (§5.1.5). */
export const NFS_STATUS = {
  NFS3_OK: 0,
  NFS3ERR_PERM: 1,
  NFS3ERR_NOENT: 2,
  NFS3ERR_IO: 5,
  NFS3ERR_ACCES: 13,
  NFS3ERR_NOTDIR: 20,
  NFS3ERR_ISDIR: 21,
  NFS3ERR_INVAL: 22,
  NFS3ERR_ROFS: 30,
  NFS3ERR_NAMETOOLONG: 63,
  NFS3ERR_STALE: 70,
  NFS3ERR_BADHANDLE: 10001,
  NFS3ERR_NOTSUPP: 10004,
  NFS3ERR_TOOSMALL: 10005,
} as const;
export type NfsStatus = keyof typeof NFS_STATUS;

/** RFC 1813 §2.6, ftype3. */
export const FILE_TYPE = { regular: 1, directory: 2, link: 5 } as const;

/** RFC 1813 §3.3.4. */
export const ACCESS = { read: 1, lookup: 2, modify: 4, extend: 8, delete: 16, execute: 32 } as const;
