/** ONC RPC messages (RFC 5531) as plain values, and the records that carry them over TCP. */
import { concatBytes, readU32, writeU32 } from '../../base/bytes.ts';
import { decodeError, err, ok, type DecodeError, type Result } from '../../base/result.ts';
import { ACCEPT_STAT, LAST_FRAGMENT, REJECT_STAT, RPC_CALL, RPC_REPLY, RPC_VERSION } from './fields.ts';
import { XdrReader, XdrWriter } from './xdr.ts';

/** RFC 5531 §8.2: a flavour and up to 400 bytes that it means something by. */
export interface RpcAuth {
  readonly flavor: number;
  readonly body: Uint8Array;
}

export interface RpcCall {
  readonly kind: 'call';
  readonly xid: number;
  /** 2 (RFC 5531 §9). */
  readonly rpcVersion: number;
  readonly program: number;
  readonly version: number;
  readonly procedure: number;
  readonly credential: RpcAuth;
  readonly verifier: RpcAuth;
  /** The procedure's arguments, XDR. */
  readonly body: Uint8Array;
}

export type RpcReply =
  | {
      readonly kind: 'accepted';
      readonly xid: number;
      readonly verifier: RpcAuth;
      /** `ACCEPT_STAT`. */
      readonly status: number;
      /** The result when `status` is success; lowest and highest version when the program has others. */
      readonly body: Uint8Array;
    }
  | {
      readonly kind: 'denied';
      readonly xid: number;
      /** `REJECT_STAT`. */
      readonly status: number;
      readonly body: Uint8Array;
    };

export type RpcMessage = RpcCall | RpcReply;

const MAX_AUTH_BYTES = 400;
/** A record longer than this is no call of a client of the lab. */
const MAX_RECORD_BYTES = 2 * 1024 * 1024;

/**
 * Reads a message without its record mark. Fails when it ends early (`truncated`) or is neither call nor reply, or has a
 * credential of more than 400 bytes (`malformed`).
 */
export function decodeRpc(bytes: Uint8Array): Result<RpcMessage, DecodeError> {
  const reader = new XdrReader(bytes);
  const auth = (): RpcAuth => ({ flavor: reader.u32(), body: reader.opaque() });
  const xid = reader.u32();
  const type = reader.u32();
  let message: RpcMessage;
  if (type === RPC_CALL) {
    const rpcVersion = reader.u32();
    const program = reader.u32();
    const version = reader.u32();
    const procedure = reader.u32();
    const credential = auth();
    const verifier = auth();
    const body = reader.rest();
    message = { kind: 'call', xid, rpcVersion, program, version, procedure, credential, verifier, body };
    if (credential.body.length > MAX_AUTH_BYTES || verifier.body.length > MAX_AUTH_BYTES) {
      return decodeError('malformed', 24, 'RFC 5531 §8.2');
    }
  } else if (type === RPC_REPLY) {
    const isDenied = reader.u32() === 1;
    if (isDenied) {
      const status = reader.u32();
      message = { kind: 'denied', xid, status, body: reader.rest() };
    } else {
      const verifier = auth();
      const status = reader.u32();
      message = { kind: 'accepted', xid, verifier, status, body: reader.rest() };
    }
  } else {
    return decodeError('malformed', Math.min(4, bytes.length), 'RFC 5531 §9');
  }
  if (reader.isShort) return decodeError('truncated', bytes.length, 'RFC 5531 §9');
  return ok(message);
}

/** The message without a record mark (RFC 5531 §9). */
export function encodeRpc(message: RpcMessage): Uint8Array {
  const out = new XdrWriter().u32(message.xid);
  switch (message.kind) {
    case 'call':
      out.u32(RPC_CALL, message.rpcVersion, message.program, message.version, message.procedure);
      out.u32(message.credential.flavor).opaque(message.credential.body);
      out.u32(message.verifier.flavor).opaque(message.verifier.body);
      break;
    case 'accepted':
      out.u32(RPC_REPLY, 0, message.verifier.flavor).opaque(message.verifier.body).u32(message.status);
      break;
    case 'denied':
      out.u32(RPC_REPLY, 1, message.status);
  }
  return concatBytes([out.bytes, message.body]);
}

const NO_AUTH: RpcAuth = { flavor: 0, body: new Uint8Array(0) };

/** The reply to a call that was carried out, or could not be. */
export function acceptedReply(
  xid: number,
  status: keyof typeof ACCEPT_STAT,
  body: Uint8Array = new Uint8Array(0),
): RpcReply {
  return { kind: 'accepted', xid, verifier: NO_AUTH, status: ACCEPT_STAT[status], body };
}

/** RFC 5531 §9: the RPC version itself is not spoken here. */
export function versionMismatch(xid: number): RpcReply {
  const body = new XdrWriter().u32(RPC_VERSION, RPC_VERSION).bytes;
  return { kind: 'denied', xid, status: REJECT_STAT.rpcMismatch, body };
}

/** A record of one fragment (RFC 5531 §11). */
export function encodeRecord(message: Uint8Array): Uint8Array {
  const mark = new Uint8Array(4);
  writeU32(mark, 0, (LAST_FRAGMENT | message.length) >>> 0);
  return concatBytes([mark, message]);
}

/** Puts records together from the bytes of a stream. */
export class RecordReader {
  private parts: Uint8Array[] = [];
  private heldBytes = 0;
  /** With fewer bytes than these there is nothing to read: they are joined once, however many segments they come in. */
  private neededBytes = 4;
  private readonly fragments: Uint8Array[] = [];

  /** Whole records that end in `data`, which must not change afterwards; an error when the stream cannot be records. */
  push(data: Uint8Array): Result<readonly Uint8Array[], DecodeError> {
    this.parts.push(data);
    this.heldBytes += data.length;
    if (this.heldBytes < this.neededBytes) return ok([]);
    const held = concatBytes(this.parts);
    const records: Uint8Array[] = [];
    let at = 0;
    this.neededBytes = 4;
    while (at + 4 <= held.length) {
      const mark = readU32(held, at);
      const length = mark & ~LAST_FRAGMENT;
      const before = this.fragments.reduce((sum, fragment) => sum + fragment.length, 0);
      if (before + length > MAX_RECORD_BYTES) {
        const failure = decodeError('unsupported', at, 'RFC 5531 §11');
        return err(failure.error);
      }
      const end = at + 4 + length;
      if (end > held.length) {
        this.neededBytes = end - at;
        break;
      }
      this.fragments.push(held.subarray(at + 4, end));
      at = end;
      if (mark < LAST_FRAGMENT) continue;
      records.push(concatBytes(this.fragments));
      this.fragments.length = 0;
    }
    const rest = held.subarray(at);
    this.parts = [rest];
    this.heldBytes = rest.length;
    return ok(records);
  }
}
