/** Sun RPC over TCP (RFC 5531) with XDR (RFC 4506): what NFS, MOUNT and the portmapper are spoken in. */
import { concatBytes, latin1, fromLatin1, readU32, writeU32 } from '../../../base/bytes.ts';
import type { Ipv4Address } from '../../../base/address.ts';
import { err, ok } from '../../../base/result.ts';
import type { Task } from '../../../base/task.ts';
import { Err, OK } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import type { Outcome } from '../settings/types.ts';
import { connect } from './http.ts';
import type { Progress } from './job.ts';
import { TcpStream } from './tcp-stream.ts';

const RPC_VERSION = 2;
const CALL = 0;
const REPLY = 1;
const AUTH_NONE = 0;
const AUTH_SYS = 1;
const LAST_FRAGMENT = 0x8000_0000;

/** Writes XDR: everything in units of four bytes. */
export class XdrWriter {
  private readonly parts: Uint8Array[] = [];

  u32(value: number): this {
    const raw = new Uint8Array(4);
    writeU32(raw, 0, value);
    this.parts.push(raw);
    return this;
  }

  /** 64 bits, of which a file of the lab never needs more than 53. */
  u64(value: number): this {
    return this.u32(Math.floor(value / 2 ** 32)).u32(value >>> 0);
  }

  opaque(data: Uint8Array): this {
    this.u32(data.length);
    this.parts.push(data, new Uint8Array((4 - (data.length % 4)) % 4));
    return this;
  }

  text(value: string): this {
    return this.opaque(latin1(value));
  }

  get bytes(): Uint8Array {
    return concatBytes(this.parts);
  }
}

/** Reads XDR. Past the end it reads zeros and `isShort` becomes true. */
export class XdrReader {
  isShort = false;
  private at = 0;
  private readonly data: Uint8Array;

  constructor(data: Uint8Array) {
    this.data = data;
  }

  u32(): number {
    if (this.at + 4 > this.data.length) {
      this.isShort = true;
      return 0;
    }
    this.at += 4;
    return readU32(this.data, this.at - 4);
  }

  u64(): number {
    return this.u32() * 2 ** 32 + this.u32();
  }

  skip(bytes: number): this {
    this.at += bytes;
    return this;
  }

  opaque(): Uint8Array {
    const length = this.u32();
    if (this.at + length > this.data.length) {
      this.isShort = true;
      return new Uint8Array(0);
    }
    const out = this.data.slice(this.at, this.at + length);
    this.at += length + ((4 - (length % 4)) % 4);
    return out;
  }

  text(): string {
    return fromLatin1(this.opaque());
  }
}

export interface RpcProgram {
  readonly program: number;
  readonly version: number;
}

/** A connection to one RPC server. */
export class RpcClient {
  private readonly stream: TcpStream;
  private readonly ipxe: Ipxe;
  private received: Uint8Array = new Uint8Array(0);
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
    return body.u32(settings.getNumber('uid')).u32(settings.getNumber('gid')).u32(0).bytes;
  }

  *call(program: RpcProgram, procedure: number, argument: Uint8Array): Task<Outcome<XdrReader>> {
    const xid = (this.xid = (this.xid + 1) >>> 0);
    const head = new XdrWriter().u32(xid).u32(CALL).u32(RPC_VERSION);
    head.u32(program.program).u32(program.version).u32(procedure);
    head.u32(AUTH_SYS).opaque(this.credential()).u32(AUTH_NONE).opaque(new Uint8Array(0));
    const record = concatBytes([head.bytes, argument]);
    // RFC 5531 §11: a record of one fragment.
    this.stream.write(concatBytes([new XdrWriter().u32((LAST_FRAGMENT | record.length) >>> 0).bytes, record]));
    for (;;) {
      const reply = yield* this.record();
      if (!reply.ok) return reply;
      const reader = new XdrReader(reply.value);
      if (reader.u32() !== xid || reader.u32() !== REPLY) continue;
      if (reader.u32() !== 0) return err(Err.nfsDenied);
      reader.u32();
      reader.opaque();
      return reader.u32() === 0 && !reader.isShort ? ok(reader) : err(Err.rpcUnsupported);
    }
  }

  private *record(): Task<Outcome<Uint8Array>> {
    const fragments: Uint8Array[] = [];
    for (;;) {
      const header = yield* this.take(4);
      if (!header.ok) return header;
      const mark = readU32(header.value, 0);
      const body = yield* this.take(mark & 0x7fff_ffff);
      if (!body.ok) return body;
      fragments.push(body.value);
      if (mark >>> 31 === 1) return ok(concatBytes(fragments));
    }
  }

  private *take(bytes: number): Task<Outcome<Uint8Array>> {
    const parts = [this.received];
    let have = this.received.length;
    while (have < bytes) {
      const event = yield* this.stream.next();
      if (event.kind === 'data') {
        parts.push(event.data);
        have += event.data.length;
      } else if (event.kind !== 'connected') return err(Err.nfsOpenReset);
    }
    const all = concatBytes(parts);
    this.received = all.subarray(bytes);
    return ok(all.slice(0, bytes));
  }
}
