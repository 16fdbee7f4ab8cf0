/** A client of ONC RPC over TCP (RFC 5531): what NFS, MOUNT and the portmapper are spoken in. */
import type { Ipv4Address } from '../../../../base/address.ts';
import { err, ok } from '../../../../base/result.ts';
import type { Task } from '../../../../base/time/task.ts';
import { decodeRpc, encodeRecord, encodeRpc, RecordReader } from '../../../../protocols/rpc/codec.ts';
import { ACCEPT_STAT, AUTH_NONE, AUTH_SYS, RPC_VERSION } from '../../../../protocols/rpc/fields.ts';
import { XdrReader, XdrWriter } from '../../../../protocols/rpc/xdr.ts';
import { Err, OK } from '../../errors.ts';
import type { Ipxe } from '../../ipxe.ts';
import type { Outcome } from '../../settings/types.ts';
import type { Progress } from '../../net/transfer/job.ts';
import { connect, TcpStream } from '../../net/transfer/tcp-stream.ts';

export interface RpcProgram {
  readonly program: number;
  readonly version: number;
}

/** A connection to one RPC server. */
export class RpcClient {
  private readonly stream: TcpStream;
  private readonly ipxe: Ipxe;
  private readonly reader = new RecordReader();
  /** Records that have come and were not asked for yet. */
  private readonly records: Uint8Array[] = [];
  private xid: number;

  private constructor(ipxe: Ipxe, stream: TcpStream) {
    this.ipxe = ipxe;
    this.stream = stream;
    this.xid = ipxe.rng.u32();
  }

  static *open(ipxe: Ipxe, address: Ipv4Address, port: number, progress: Progress): Task<Outcome<RpcClient>> {
    const stream = new TcpStream(ipxe, address, port);
    let isConnected = false;
    try {
      const status = yield* connect(stream, progress);
      isConnected = status === OK;
      return isConnected ? ok(new RpcClient(ipxe, stream)) : err(status);
    } finally {
      if (!isConnected) stream.abort();
    }
  }

  close(): void {
    this.stream.close();
  }

  /** AUTH_SYS (RFC 5531 §14) with the user of the settings `uid` and `gid`. */
  private credential(): Uint8Array {
    const { settings } = this.ipxe;
    const body = new XdrWriter().u32(0).text(settings.getText('hostname') ?? '');
    return body.u32(settings.getNumber('uid'), settings.getNumber('gid'), 0).bytes;
  }

  /** The results of a procedure. */
  *call({ program, version }: RpcProgram, procedure: number, argument: Uint8Array): Task<Outcome<XdrReader>> {
    const xid = (this.xid = (this.xid + 1) >>> 0);
    const message = encodeRpc({
      kind: 'call',
      xid,
      rpcVersion: RPC_VERSION,
      program,
      version,
      procedure,
      credential: { flavor: AUTH_SYS, body: this.credential() },
      verifier: { flavor: AUTH_NONE, body: new Uint8Array(0) },
      body: argument,
    });
    this.stream.write(encodeRecord(message));
    for (;;) {
      const record = yield* this.record();
      if (!record.ok) return record;
      const reply = decodeRpc(record.value);
      if (!reply.ok) return err(Err.nfsOpenInvalid);
      if (reply.value.kind === 'call' || reply.value.xid !== xid) continue;
      if (reply.value.kind === 'denied') return err(Err.nfsDenied);
      const { status, body } = reply.value;
      return status === ACCEPT_STAT.success ? ok(new XdrReader(body)) : err(Err.rpcUnsupported);
    }
  }

  private *record(): Task<Outcome<Uint8Array>> {
    for (;;) {
      const next = this.records.shift();
      if (next !== undefined) return ok(next);
      const event = yield* this.stream.next();
      if (event.kind === 'connected') continue;
      if (event.kind !== 'data') return err(Err.nfsOpenReset);
      const records = this.reader.push(event.data);
      if (!records.ok) return err(Err.nfsOpenInvalid);
      this.records.push(...records.value);
    }
  }
}
