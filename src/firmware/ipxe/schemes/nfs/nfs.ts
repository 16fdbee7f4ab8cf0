/** NFSv3 downloads (RFC 1813): portmapper, MOUNT of the longest export that the server gives, LOOKUP, READLINK, READ. */
import { downloadScheme } from '../scheme.ts';
import type { Ipv4Address } from '../../../../base/address.ts';
import { itemAt } from '../../../../base/lists/list.ts';
import { err, ok } from '../../../../base/result.ts';
import type { Task } from '../../../../base/time/task.ts';
import {
  FILE_TYPE,
  MOUNT_PROCEDURE_NAMES,
  MOUNT_PROGRAM,
  MOUNT_VERSION,
  NFS_PROCEDURE_NAMES,
  NFS_PROGRAM,
  NFS_STATUS,
  NFS_VERSION,
  type MountProcedure,
  type NfsProcedure,
} from '../../../../protocols/nfs/fields.ts';
import { PORTMAP_PORT, PORTMAP_PROCEDURE, PORTMAP_PROGRAM, PORTMAP_VERSION } from '../../../../protocols/rpc/fields.ts';
import { XdrWriter } from '../../../../protocols/rpc/xdr.ts';
import { Err, type Status } from '../../errors.ts';
import type { Ipxe } from '../../ipxe.ts';
import type { Outcome } from '../../settings/types.ts';
import { resolveHost } from '../../net/dns.ts';
import type { Progress } from '../../net/transfer/job.ts';
import { RpcClient, type RpcProgram } from './sun-rpc.ts';
import { Collector } from '../collector.ts';
import { decodedPath, type Uri } from '../../net/transfer/uri.ts';

const PORTMAP: RpcProgram = { program: PORTMAP_PROGRAM, version: PORTMAP_VERSION };
const MOUNT: RpcProgram = { program: MOUNT_PROGRAM, version: MOUNT_VERSION };
const NFS: RpcProgram = { program: NFS_PROGRAM, version: NFS_VERSION };
const mountProcedure = (name: MountProcedure): number => MOUNT_PROCEDURE_NAMES.indexOf(name);
const nfsProcedure = (name: NfsProcedure): number => NFS_PROCEDURE_NAMES.indexOf(name);
const PROTOCOL_TCP = 6;
const READ_BYTES = 100_000;
const MAX_SYMLINKS = 16;
/** fattr3 (RFC 1813 §2.6). */
const FATTR3_BYTES = 84;

/** RFC 1813 §2.6, nfsstat3. */
function statusOf(nfs: number, unknown: Status): Status {
  switch (nfs) {
    case NFS_STATUS.NFS3ERR_PERM:
    case NFS_STATUS.NFS3ERR_ACCES:
      return Err.nfsDenied;
    case NFS_STATUS.NFS3ERR_NOENT:
      return Err.nfsNotFound;
    case NFS_STATUS.NFS3ERR_IO:
      return Err.nfsIo;
    case NFS_STATUS.NFS3ERR_NOTDIR:
      return Err.nfsNotDirectory;
    default:
      return unknown;
  }
}

function* portOf(ipxe: Ipxe, server: Ipv4Address, wanted: RpcProgram, progress: Progress): Task<Outcome<number>> {
  const opened = yield* RpcClient.open(ipxe, server, PORTMAP_PORT, progress);
  if (!opened.ok) return opened;
  const argument = new XdrWriter().u32(wanted.program).u32(wanted.version).u32(PROTOCOL_TCP).u32(0).bytes;
  const reply = yield* opened.value.call(PORTMAP, PORTMAP_PROCEDURE.getPort, argument);
  opened.value.close();
  if (!reply.ok) return reply;
  const port = reply.value.u32();
  return port === 0 ? err(Err.rpcUnsupported) : ok(port);
}

interface Mounted {
  readonly handle: Uint8Array;
  readonly mountpoint: string;
  /** What is left of the path. */
  readonly rest: readonly string[];
}

/** Tries the directories above the file, the longest first, until the server exports one. */
function* mount(client: RpcClient, path: string): Task<Outcome<Mounted>> {
  const names = path.split('/').filter((name) => name !== '');
  let last: Status = Err.mountNotFound;
  for (let depth = names.length - 1; depth >= 0; depth--) {
    const mountpoint = `/${names.slice(0, depth).join('/')}`;
    const reply = yield* client.call(MOUNT, mountProcedure('MNT'), new XdrWriter().text(mountpoint).bytes);
    if (!reply.ok) return reply;
    const status = reply.value.u32();
    if (status === 0) return ok({ handle: reply.value.opaque(), mountpoint, rest: names.slice(depth) });
    const isDenied = status === NFS_STATUS.NFS3ERR_ACCES || status === NFS_STATUS.NFS3ERR_PERM;
    last = isDenied ? Err.mountDenied : Err.mountNotFound;
  }
  return err(last);
}

interface Entry {
  readonly handle: Uint8Array;
  readonly type: number;
}

function* lookUp(client: RpcClient, directory: Uint8Array, name: string): Task<Outcome<Entry>> {
  const reply = yield* client.call(NFS, nfsProcedure('LOOKUP'), new XdrWriter().opaque(directory).text(name).bytes);
  if (!reply.ok) return reply;
  const status = reply.value.u32();
  if (status !== 0) return err(statusOf(status, Err.nfsProtocol));
  const handle = reply.value.opaque();
  const hasAttributes = reply.value.u32() === 1;
  return ok({ handle, type: hasAttributes ? reply.value.u32() : FILE_TYPE.regular });
}

function* readLink(client: RpcClient, link: Uint8Array): Task<Outcome<string>> {
  const reply = yield* client.call(NFS, nfsProcedure('READLINK'), new XdrWriter().opaque(link).bytes);
  if (!reply.ok) return reply;
  const status = reply.value.u32();
  if (status !== 0) return err(statusOf(status, Err.nfsProtocol));
  if (reply.value.u32() === 1) reply.value.skip(FATTR3_BYTES);
  return ok(reply.value.text());
}

/** Walks down from the export, through symbolic links that stay inside it. */
function* walk(client: RpcClient, mounted: Mounted): Task<Outcome<Uint8Array>> {
  let pending = [...mounted.rest];
  let trail: Uint8Array[] = [mounted.handle];
  let links = 0;
  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (trail.length > 1) trail.pop();
      continue;
    }
    const entry = yield* lookUp(client, itemAt(trail, trail.length - 1), name);
    if (!entry.ok) return entry;
    if (entry.value.type !== FILE_TYPE.link) {
      trail.push(entry.value.handle);
      continue;
    }
    if (++links > MAX_SYMLINKS) return err(Err.nfsInvalid);
    const target = yield* readLink(client, entry.value.handle);
    if (!target.ok) return target;
    if (target.value.startsWith('/')) {
      // An absolute link counts from the server's root; only what lies in the export can be reached.
      if (!target.value.startsWith(mounted.mountpoint)) return err(Err.nfsNotFound);
      trail = [mounted.handle];
      pending = [...target.value.slice(mounted.mountpoint.length).split('/'), ...pending];
    } else pending = [...target.value.split('/'), ...pending];
  }
  return ok(itemAt(trail, trail.length - 1));
}

function* readAll(client: RpcClient, file: Uint8Array, progress: Progress): Task<Outcome<Uint8Array>> {
  const collector = new Collector(progress);
  for (let offset = 0; ;) {
    const argument = new XdrWriter().opaque(file).u64(offset).u32(READ_BYTES).bytes;
    const reply = yield* client.call(NFS, nfsProcedure('READ'), argument);
    if (!reply.ok) return reply;
    const reader = reply.value;
    const status = reader.u32();
    if (status !== 0) return err(statusOf(status, Err.nfsProtocol));
    if (reader.u32() === 1) {
      // fattr3: type, mode, nlink, uid, gid, then the size.
      reader.skip(20);
      progress.totalBytes = reader.u64();
      reader.skip(FATTR3_BYTES - 28);
    }
    reader.u32();
    const isEnd = reader.u32() === 1;
    const data = reader.opaque();
    if (reader.isShort) return err(Err.nfsInvalid);
    collector.add(data);
    offset += data.length;
    if (isEnd || data.length === 0) return ok(collector.bytes);
  }
}

function* nfsGet(ipxe: Ipxe, uri: Uri, progress: Progress): Task<Outcome<Uint8Array>> {
  const path = decodedPath(uri) ?? '';
  if (path === '' || path.endsWith('/')) return err(Err.nfsUriInvalid);
  const server = yield* resolveHost(ipxe, uri.host ?? '', progress);
  if (!server.ok) return server;
  const mountPort = yield* portOf(ipxe, server.value, MOUNT, progress);
  if (!mountPort.ok) return mountPort;
  const nfsPort = uri.port === undefined ? yield* portOf(ipxe, server.value, NFS, progress) : ok(uri.port);
  if (!nfsPort.ok) return nfsPort;
  const mountClient = yield* RpcClient.open(ipxe, server.value, mountPort.value, progress);
  if (!mountClient.ok) return mountClient;
  try {
    const mounted = yield* mount(mountClient.value, path);
    if (!mounted.ok) return mounted;
    const client = yield* RpcClient.open(ipxe, server.value, nfsPort.value, progress);
    if (!client.ok) return client;
    try {
      const file = yield* walk(client.value, mounted.value);
      const data = file.ok ? yield* readAll(client.value, file.value, progress) : file;
      yield* mountClient.value.call(
        MOUNT,
        mountProcedure('UMNT'),
        new XdrWriter().text(mounted.value.mountpoint).bytes,
      );
      return data;
    } finally {
      client.value.close();
    }
  } finally {
    mountClient.value.close();
  }
}

export const nfsScheme = downloadScheme('nfs', 'DOWNLOAD_PROTO_NFS', nfsGet);
