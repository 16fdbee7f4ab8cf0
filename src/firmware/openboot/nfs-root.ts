/**
 * The root of a Sun by NFS version 3 over UDP (RFC 1813): the program that TFTP brought mounts the directory that bootparams
 * names, and reads the kernel from it.
 */
import { formatIpv4 } from '../../base/address.ts';
import { NFS_PROCEDURE_NAMES, NFS_PROGRAM, NFS_STATUS, NFS_VERSION } from '../../protocols/nfs/fields.ts';
import { MOUNT_PROCEDURE_NAMES, MOUNT_PROGRAM, MOUNT_VERSION } from '../../protocols/nfs/fields.ts';
import { AUTH_SYS } from '../../protocols/rpc/fields.ts';
import { XdrWriter, type XdrReader } from '../../protocols/rpc/xdr.ts';
import type { Task } from '../../base/time/task.ts';
import { failed, type Loaded, type LoaderCard } from '../loaders/card.ts';
import { loaderMessage } from '../loaders/messages.ts';
import type { BootFile } from './bootparams-client.ts';
import { openbootMessage } from './messages.ts';
import type { RpcTarget, UdpRpc } from '../loaders/udp-rpc.ts';

/** One READ; UDP puts it into fragments of IP. */
const READ_BYTES = 8192;
/** fattr3 (RFC 1813 §2.6). */
const FATTR3_BYTES = 84;
const STATUS_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(NFS_STATUS).map(([name, number]) => [number, name]),
);
const RULE = { portmap: 'RFC 1833 §3.2', mount: 'RFC 1813 §5.2.1', lookUp: 'RFC 1813 §3.3.3', read: 'RFC 1813 §3.3.6' };

export class NfsRoot {
  private readonly card: LoaderCard;
  private readonly rpc: UdpRpc;
  private readonly root: BootFile;
  private readonly client: string;

  /** `client`: the machine's name, which its credential tells. */
  constructor(card: LoaderCard, rpc: UdpRpc, root: BootFile, client: string) {
    this.card = card;
    this.rpc = rpc;
    this.root = root;
    this.client = client;
  }

  /** Reads a file of the root whole; `path` begins at the root. The answer is its length. */
  *load(path: string): Task<Loaded<number>> {
    const mountPort = yield* this.portOf(MOUNT_PROGRAM, MOUNT_VERSION);
    if (!mountPort.ok) return mountPort;
    const nfsPort = yield* this.portOf(NFS_PROGRAM, NFS_VERSION);
    if (!nfsPort.ok) return nfsPort;
    const mounted = yield* this.mount(mountPort.value);
    if (!mounted.ok) return mounted;
    const { server, path: root } = this.root;
    const message = openbootMessage('openboot.nfs-request', { path: `${root}${path}`, server });
    this.card.stage('file-request', message, RULE.lookUp);
    const file = yield* this.find(nfsPort.value, mounted.value, path);
    if (!file.ok) return file;
    const bytes = yield* this.read(nfsPort.value, file.value, path);
    if (bytes.ok) this.card.stage('file-done', loaderMessage('loader.file-done', { file: path, bytes: bytes.value }));
    return bytes;
  }

  private get server(): string {
    return formatIpv4(this.root.address);
  }

  private *portOf(program: number, version: number): Task<Loaded<RpcTarget>> {
    const { address } = this.root;
    const port = yield* this.rpc.portOf(address, program, version);
    const { server } = this;
    if (port === undefined)
      return failed('openboot/nfs-silent', openbootMessage('openboot.nfs-silent', { server }), RULE.portmap);
    if (port === 0)
      return failed('openboot/nfs-no-udp', openbootMessage('openboot.nfs-no-udp', { server }), RULE.portmap);
    return { ok: true, value: { address, port } };
  }

  private *mount(target: RpcTarget): Task<Loaded<Uint8Array>> {
    const { path } = this.root;
    const { server } = this;
    const procedure = [MOUNT_PROGRAM, MOUNT_VERSION, MOUNT_PROCEDURE_NAMES.indexOf('MNT')] as const;
    const reply = yield* this.call(target, procedure, new XdrWriter().text(path).bytes);
    if (!reply.ok) return reply;
    const status = reply.value.u32();
    if (status !== NFS_STATUS.NFS3_OK) {
      const about = { server, path, status: statusName(status).replace('NFS3', 'MNT3') };
      return failed('openboot/mount-refused', openbootMessage('openboot.mount-refused', about), RULE.mount);
    }
    const handle = reply.value.opaque();
    this.card.decide('openboot/mounted', openbootMessage('openboot.mounted', { server, path }), 'info', RULE.mount);
    return { ok: true, value: handle };
  }

  private *find(target: RpcTarget, root: Uint8Array, path: string): Task<Loaded<Uint8Array>> {
    let directory = root;
    for (const name of path.split('/').filter((part) => part !== '')) {
      const argument = new XdrWriter().opaque(directory).text(name).bytes;
      const reply = yield* this.call(target, nfsProcedure('LOOKUP'), argument);
      if (!reply.ok) return reply;
      const status = reply.value.u32();
      if (status !== NFS_STATUS.NFS3_OK) return this.noFile(path, status, RULE.lookUp);
      directory = reply.value.opaque();
    }
    return { ok: true, value: directory };
  }

  private *read(target: RpcTarget, file: Uint8Array, path: string): Task<Loaded<number>> {
    const { memory } = this.card.platform;
    for (let offset = 0; ;) {
      const argument = new XdrWriter().opaque(file).u64(offset).u32(READ_BYTES).bytes;
      const reply = yield* this.call(target, nfsProcedure('READ'), argument);
      if (!reply.ok) return reply;
      const reader = reply.value;
      const status = reader.u32();
      if (status !== NFS_STATUS.NFS3_OK) return this.noFile(path, status, RULE.read);
      if (reader.u32() === 1) reader.skip(FATTR3_BYTES);
      reader.u32();
      const isEnd = reader.u32() === 1;
      const data = reader.opaque();
      if (reader.isShort) return this.noFile(path, NFS_STATUS.NFS3ERR_IO, RULE.read);
      offset += data.length;
      if (offset > memory.sizeBytes)
        return failed('loader/too-big', loaderMessage('loader.too-big', { file: path }), RULE.read);
      if (isEnd || data.length === 0) return { ok: true, value: offset };
    }
  }

  private *call(
    target: RpcTarget,
    procedure: readonly [number, number, number],
    argument: Uint8Array,
  ): Task<Loaded<XdrReader>> {
    const body = new XdrWriter().u32(0).text(this.client).u32(0, 0, 0).bytes;
    const reply = yield* this.rpc.call(target, procedure, argument, { credential: { flavor: AUTH_SYS, body } });
    if (reply !== undefined) return { ok: true, value: reply.body };
    return failed('openboot/nfs-silent', openbootMessage('openboot.nfs-silent', { server: this.server }));
  }

  private noFile(file: string, status: number, rule: string): Loaded<never> {
    const about = { file, path: this.root.path, status: statusName(status) };
    return failed('openboot/no-kernel', openbootMessage('openboot.no-kernel', about), rule);
  }
}

function nfsProcedure(name: 'LOOKUP' | 'READ'): readonly [number, number, number] {
  return [NFS_PROGRAM, NFS_VERSION, NFS_PROCEDURE_NAMES.indexOf(name)];
}

function statusName(status: number): string {
  return STATUS_NAMES.get(status) ?? String(status);
}
