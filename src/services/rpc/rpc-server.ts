/** Answers calls of ONC RPC (RFC 5531) to a program, over TCP with record marks (§11) and over UDP. */
import { formatIpv4, type Ipv4Address } from '../../base/address.ts';
import type { EventSink } from '../../base/event-log.ts';
import { verbatim, type Message } from '../../base/sentence.ts';
import { whyUnreadable } from '../../base/unreadable.ts';
import type { Host, TcpConnection } from '../../net/host/types.ts';
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
import { RPC_VERSION } from '../../protocols/rpc/fields.ts';
import { XdrReader, XdrWriter } from '../../protocols/rpc/xdr.ts';
import { TcpSender } from '../files/tcp-sender.ts';
import { rpcMessage } from './messages.ts';
import type { RpcOutcome, RpcProgram } from './rpc-program.ts';

export class RpcServer {
  private readonly log: EventSink;
  private readonly program: RpcProgram;

  constructor(log: EventSink, program: RpcProgram) {
    this.log = log;
    this.program = program;
  }

  /** `onClose`: a client has closed its connection. */
  listenTcp(host: Host, port: number, onClose: (client: string) => void = noAction): void {
    host.listenTcp(port, (connection) => this.accept(connection, onClose));
  }

  listenUdp(host: Host, port: number): void {
    const socket = host.openUdp({ port });
    socket.onDatagram = ({ data, source, sourcePort }) => {
      const call = decodeRpc(data);
      if (!call.ok || call.value.kind !== 'call') return;
      socket.send(source, sourcePort, encodeRpc(this.answer(call.value, source)));
    };
  }

  private accept(connection: TcpConnection, onClose: (client: string) => void): void {
    const sender = new TcpSender(connection);
    const reader = new RecordReader();
    const client = formatIpv4(connection.remote.address);
    connection.onData = (data) => {
      const records = reader.push(data);
      if (!records.ok) {
        const reason = whyUnreadable(records.error);
        this.report('bad-record', rpcMessage('rpc.bad-record', { client, reason }), records.error.rule);
        connection.abort();
        return;
      }
      for (const record of records.value) {
        const call = decodeRpc(record);
        // RFC 5531 §9: what is no call has no answer.
        if (!call.ok || call.value.kind !== 'call') continue;
        sender.send(encodeRecord(encodeRpc(this.answer(call.value, connection.remote.address))));
      }
    };
    connection.onEnd = () => sender.end();
    connection.onClose = () => {
      sender.clear();
      onClose(client);
    };
  }

  answer(call: RpcCall, source: Ipv4Address): RpcReply {
    const { program } = this;
    const client = formatIpv4(source);
    const { xid } = call;
    if (call.rpcVersion !== RPC_VERSION) return versionMismatch(xid);
    const refuse = (status: Parameters<typeof acceptedReply>[1], what: Message, body?: Uint8Array): RpcReply => {
      this.report(status, rpcMessage('rpc.refused', { client, call: what }), 'RFC 5531 §9');
      return acceptedReply(xid, status, body);
    };
    if (call.program !== program.program)
      return refuse('programUnavailable', rpcMessage('rpc.program', { program: call.program }));
    const { version: newest, oldest = newest } = program;
    if (call.version < oldest || call.version > newest) {
      const range = new XdrWriter().u32(oldest, newest).bytes;
      return refuse('programMismatch', rpcMessage('rpc.version', { version: call.version }), range);
    }
    const argument = new XdrReader(call.body);
    const outcome = program.call(call.procedure, argument, client, call.version);
    if (outcome === undefined)
      return refuse('procedureUnavailable', rpcMessage('rpc.procedure', { procedure: call.procedure }));
    if (argument.isShort) return refuse('garbageArguments', verbatim(outcome.what));
    if (outcome.isRoutine !== true) this.report(outcome.status ?? 'ok', outcomeMessage(client, outcome), outcome.rule);
    return acceptedReply(xid, 'success', outcome.result);
  }

  private report(code: string, message: Message, rule: string | undefined): void {
    // NFS3_OK and NFS_OK are `nfs.ok`, MNT3ERR_ACCES is `mount.acces`.
    const short = code.replace(/^(NFS|MNT)3?(ERR)?_/, '').toLowerCase();
    const service = this.program.name;
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

function noAction(): void {
  // Nothing depends on the end of a connection.
}

/** Statuses of NFS and of the mount protocol have names in RFC 1813; those of the portmapper are words. */
function outcomeMessage(client: string, { what: call, status }: RpcOutcome): Message {
  if (status === 'refused' || status === 'not registered')
    return rpcMessage(status === 'refused' ? 'rpc.refused' : 'rpc.not-registered', { client, call });
  return verbatim(status === undefined ? `${client} ${call}` : `${client} ${call} ${status}`);
}
