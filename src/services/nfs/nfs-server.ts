/** An NFS version 3 server over TCP: portmapper, mount server and NFS, each at its port. */
import { whyUnreadable } from '../../base/unreadable.ts';
import { formatIpv4 } from '../../base/address.ts';
import type { EventSink } from '../../base/event-log.ts';
import type { Host, TcpConnection } from '../../net/host/types.ts';
import { NFS_PORT } from '../../protocols/nfs/fields.ts';
import {
  acceptedReply,
  decodeRpc,
  encodeRecord,
  encodeRpc,
  RecordReader,
  versionMismatch,
  type RpcCall,
  type RpcReply,
} from '../../protocols/rpc/codec.ts';
import { PORTMAP_PORT, RPC_VERSION } from '../../protocols/rpc/fields.ts';
import { XdrReader, XdrWriter } from '../../protocols/rpc/xdr.ts';
import { normalizePath, type FileTree } from '../files/file-tree.ts';
import { TcpSender } from '../files/tcp-sender.ts';
import { FileHandles } from './file-handles.ts';
import { isExported, MountProgram } from './mount.ts';
import { NfsProgram } from './nfs-program.ts';
import { Portmap } from './portmap.ts';
import { ReadReports } from './read-reports.ts';
import type { RpcOutcome, RpcProgram } from './rpc-program.ts';
import { nfsMessage } from './messages.ts';
import { verbatim, type Message } from '../../base/sentence.ts';

export interface NfsServerOptions {
  readonly log: EventSink;
  readonly files: FileTree;
  /** Directories that may be mounted, with what is below them. */
  readonly exports: readonly string[];
  /** Milliseconds since 1970 at virtual time zero: the date of the files. */
  readonly epochMs: number;
}

/** Where rpc.mountd of Linux registers. */
const MOUNT_PORT = 20_048;

export class NfsServer {
  private readonly log: EventSink;
  private readonly reads: ReadReports;
  private readonly services: readonly { readonly port: number; readonly program: RpcProgram }[];

  constructor({ log, files, exports, epochMs }: NfsServerOptions) {
    this.log = log;
    this.reads = new ReadReports(log);
    const handles = new FileHandles();
    const roots = exports.map(normalizePath);
    const mount = { port: MOUNT_PORT, program: new MountProgram(files, handles, roots) };
    const nfs = {
      port: NFS_PORT,
      program: new NfsProgram({
        files,
        handles,
        isExported: (path) => isExported(roots, path),
        time: { seconds: Math.floor(epochMs / 1000), nanoseconds: 0 },
        reads: this.reads,
      }),
    };
    const list = [mount, nfs].map(({ port, program }) => ({
      program: program.program,
      version: program.version,
      port,
    }));
    const portmap = new Portmap(list);
    this.services = [{ port: PORTMAP_PORT, program: portmap }, mount, nfs];
  }

  listen(host: Host): void {
    for (const { port, program } of this.services) {
      host.listenTcp(port, (connection) => this.accept(connection, program));
    }
  }

  private accept(connection: TcpConnection, program: RpcProgram): void {
    const sender = new TcpSender(connection);
    const reader = new RecordReader();
    const client = formatIpv4(connection.remote.address);
    connection.onData = (data) => {
      const records = reader.push(data);
      if (!records.ok) {
        const reason = whyUnreadable(records.error);
        this.report(program.name, 'bad-record', nfsMessage('nfs.bad-record', { client, reason }), records.error.rule);
        connection.abort();
        return;
      }
      for (const record of records.value) {
        const call = decodeRpc(record);
        // RFC 5531 §9: what is no call has no answer.
        if (!call.ok || call.value.kind !== 'call') continue;
        sender.send(encodeRecord(encodeRpc(this.answer(program, call.value, client))));
      }
    };
    connection.onEnd = () => sender.end();
    connection.onClose = () => {
      sender.clear();
      if (program.name === 'nfs') this.reads.end(client);
    };
  }

  private answer(program: RpcProgram, call: RpcCall, client: string): RpcReply {
    const { xid } = call;
    if (call.rpcVersion !== RPC_VERSION) return versionMismatch(xid);
    const refuse = (status: Parameters<typeof acceptedReply>[1], what: Message, body?: Uint8Array): RpcReply => {
      this.report(program.name, status, nfsMessage('nfs.refused', { client, call: what }), 'RFC 5531 §9');
      return acceptedReply(xid, status, body);
    };
    if (call.program !== program.program)
      return refuse('programUnavailable', nfsMessage('nfs.program', { program: call.program }));
    if (call.version !== program.version) {
      const range = new XdrWriter().u32(program.version, program.version).bytes;
      return refuse('programMismatch', nfsMessage('nfs.version', { version: call.version }), range);
    }
    const argument = new XdrReader(call.body);
    const outcome = program.call(call.procedure, argument, client);
    if (outcome === undefined)
      return refuse('procedureUnavailable', nfsMessage('nfs.procedure', { procedure: call.procedure }));
    if (argument.isShort) return refuse('garbageArguments', verbatim(outcome.what));
    if (outcome.isRoutine !== true) {
      this.report(program.name, outcome.status ?? 'ok', outcomeMessage(client, outcome), outcome.rule);
    }
    return acceptedReply(xid, 'success', outcome.result);
  }

  private report(service: string, code: string, message: Message, rule: string | undefined): void {
    // NFS3_OK is `nfs.ok`, MNT3ERR_ACCES is `mount.acces`.
    const short = code.replace(/^(NFS|MNT)3(ERR)?_/, '').toLowerCase();
    this.log.emit(
      {
        kind: 'server',
        service,
        code: `${service}.${short.replace(/\s+/g, '-')}`,
        severity: short === 'ok' ? 'info' : 'warn',
        ...message,
        lines: [],
      },
      rule === undefined ? {} : { rule },
    );
  }
}

/** Statuses of NFS and of the mount protocol have names in RFC 1813; those of the portmapper are words. */
function outcomeMessage(client: string, { what: call, status }: RpcOutcome): Message {
  if (status === 'refused' || status === 'not registered') {
    return nfsMessage(status === 'refused' ? 'nfs.refused' : 'nfs.not-registered', { client, call });
  }
  return verbatim(status === undefined ? `${client} ${call}` : `${client} ${call} ${status}`);
}
