/** A file by NFS version 2 over UDP (RFC 1094), as Etherboot loads it: its folder is mounted, and the file read in small pieces. */
import { formatIpv4, type Ipv4Address } from '../../base/address.ts';
import type { Task } from '../../base/time/task.ts';
import {
  MOUNT_PROCEDURE_NAMES,
  MOUNT_PROGRAM,
  NFS_PROGRAM,
  NFS_STATUS,
  OLD_HANDLE_BYTES,
  OLD_NFS_PROCEDURE_NAMES,
  OLD_NFS_VERSION,
  OLDEST_MOUNT_VERSION,
} from '../../protocols/nfs/fields.ts';
import { ACCEPT_STAT, AUTH_SYS } from '../../protocols/rpc/fields.ts';
import { XdrWriter, type XdrReader } from '../../protocols/rpc/xdr.ts';
import { failed, type Loaded, type LoaderCard } from '../loaders/card.ts';
import { loaderMessage } from '../loaders/messages.ts';
import { UdpRpc, type RpcProcedure, type RpcTarget } from '../loaders/udp-rpc.ts';
import { etherbootMessage } from './messages.ts';

/** One READ: the answer fits into one frame. */
const READ_BYTES = 1024;
/** fattr (RFC 1094 §2.3.5). */
const FATTR_BYTES = 68;
const RULE = { portmap: 'RFC 1833 §3.2', mount: 'RFC 1094 §A.5.1', lookUp: 'RFC 1094 §2.2.5', read: 'RFC 1094 §2.2.7' };

export interface NfsRequest {
  readonly server: Ipv4Address;
  /** From the root of the server. */
  readonly path: string;
  /** Takes the bytes in order; false when they do not fit. */
  readonly take: (offset: number, data: Uint8Array) => boolean;
}

/** The value is the length of the file in bytes. */
export function* loadByNfs(card: LoaderCard, request: NfsRequest): Task<Loaded<number>> {
  const rpc = new UdpRpc(card, 'nfs');
  try {
    return yield* new NfsLoad(card, rpc, request).run();
  } finally {
    rpc.close();
  }
}

class NfsLoad {
  private readonly card: LoaderCard;
  private readonly rpc: UdpRpc;
  private readonly request: NfsRequest;
  private readonly server: string;

  constructor(card: LoaderCard, rpc: UdpRpc, request: NfsRequest) {
    this.card = card;
    this.rpc = rpc;
    this.request = request;
    this.server = formatIpv4(request.server);
  }

  *run(): Task<Loaded<number>> {
    const { path } = this.request;
    const { server, card } = this;
    card.stage('file-request', etherbootMessage('etherboot.nfs-request', { path, server }), RULE.mount);
    const mountPort = yield* this.portOf(MOUNT_PROGRAM, OLDEST_MOUNT_VERSION);
    if (!mountPort.ok) return mountPort;
    const nfsPort = yield* this.portOf(NFS_PROGRAM, OLD_NFS_VERSION);
    if (!nfsPort.ok) return nfsPort;
    const slash = path.lastIndexOf('/');
    const folder = path.slice(0, slash) || '/';
    const mount = [MOUNT_PROGRAM, OLDEST_MOUNT_VERSION, MOUNT_PROCEDURE_NAMES.indexOf('MNT')] as const;
    const mounted = yield* this.call(mountPort.value, mount, new XdrWriter().text(folder).bytes);
    if (!mounted.ok) return mounted;
    const refusal = mounted.value.u32();
    if (refusal !== NFS_STATUS.NFS3_OK) {
      const about = { server, folder, status: refusal };
      return failed('etherboot/nfs-refused', etherbootMessage('etherboot.nfs-refused', about), RULE.mount);
    }
    const root = mounted.value.fixed(OLD_HANDLE_BYTES);
    const name = path.slice(slash + 1);
    const found = yield* this.call(nfsPort.value, nfsCall('LOOKUP'), new XdrWriter().fixed(root).text(name).bytes);
    if (!found.ok) return found;
    const status = found.value.u32();
    if (status !== NFS_STATUS.NFS3_OK) return this.noFile(status, RULE.lookUp);
    const bytes = yield* this.read(nfsPort.value, found.value.fixed(OLD_HANDLE_BYTES));
    if (bytes.ok) card.stage('file-done', loaderMessage('loader.file-done', { file: path, bytes: bytes.value }));
    return bytes;
  }

  private *portOf(program: number, version: number): Task<Loaded<RpcTarget>> {
    const { server: address } = this.request;
    const port = yield* this.rpc.portOf(address, program, version);
    if (port === undefined) return this.silent();
    return port === 0 ? this.noVersion(RULE.portmap) : { ok: true, value: { address, port } };
  }

  private *read(target: RpcTarget, handle: Uint8Array): Task<Loaded<number>> {
    const { path: file, take } = this.request;
    for (let offset = 0; ;) {
      const argument = new XdrWriter().fixed(handle).u32(offset, READ_BYTES, 0).bytes;
      const reply = yield* this.call(target, nfsCall('READ'), argument);
      if (!reply.ok) return reply;
      const status = reply.value.u32();
      if (status !== NFS_STATUS.NFS3_OK) return this.noFile(status, RULE.read);
      const data = reply.value.skip(FATTR_BYTES).opaque();
      if (reply.value.isShort) return this.noFile(NFS_STATUS.NFS3ERR_IO, RULE.read);
      if (data.length > 0 && !take(offset, data))
        return failed('loader/too-big', loaderMessage('loader.too-big', { file }), RULE.read);
      offset += data.length;
      // Version 2 does not say that a file ends: a short piece is its last.
      if (data.length < READ_BYTES) return { ok: true, value: offset };
    }
  }

  private *call(target: RpcTarget, procedure: RpcProcedure, argument: Uint8Array): Task<Loaded<XdrReader>> {
    const body = new XdrWriter().u32(0).text('').u32(0, 0, 0).bytes;
    let refused = 0;
    const reply = yield* this.rpc.call(target, procedure, argument, {
      credential: { flavor: AUTH_SYS, body },
      onRefusal: (status) => {
        refused = status;
      },
    });
    if (reply !== undefined) return { ok: true, value: reply.body };
    return refused === ACCEPT_STAT.programMismatch ? this.noVersion('RFC 5531 §9') : this.silent();
  }

  private silent(): Loaded<never> {
    return failed('etherboot/nfs-silent', etherbootMessage('etherboot.nfs-silent', { server: this.server }));
  }

  private noVersion(rule: string): Loaded<never> {
    return failed('etherboot/nfs-old', etherbootMessage('etherboot.nfs-old', { server: this.server }), rule);
  }

  private noFile(status: number, rule: string): Loaded<never> {
    const about = { path: this.request.path, server: this.server, status };
    return failed('etherboot/nfs-no-file', etherbootMessage('etherboot.nfs-no-file', about), rule);
  }
}

function nfsCall(name: 'LOOKUP' | 'READ'): RpcProcedure {
  return [NFS_PROGRAM, OLD_NFS_VERSION, OLD_NFS_PROCEDURE_NAMES.indexOf(name)];
}
