/** Fields of ONC RPC, and how the dissectors of its programs show XDR. */
import type { Dissection } from '../core/dissect.ts';
import { field, type FieldDef } from '../core/field.ts';
import { fromLatin1 } from '../../base/bytes.ts';
import { frameKey, StateKey } from '../core/conversation.ts';

/** RFC 5531 §8.2, by the names of Sun's own. */
export const FLAVOR_NAMES = { 0: 'AUTH_NULL', 1: 'AUTH_UNIX', 2: 'AUTH_SHORT', 3: 'AUTH_DES', 6: 'RPCSEC_GSS' };
export const PROGRAM_NAMES: Readonly<Record<number, string>> = {
  100000: 'Portmap',
  100003: 'NFS',
  100005: 'MOUNT',
  100026: 'BOOTPARAMS',
};

export const RPC = {
  lastFragment: field('rpc.lastfrag', 'Last Fragment', 'bool', {
    mask: 0x8000_0000,
    bits: 32,
    trueFalse: ['Yes', 'No'],
  }),
  fragmentLength: field('rpc.fraglen', 'Fragment Length', 'uint32', { mask: 0x7fff_ffff }),
  xid: field('rpc.xid', 'XID', 'uint32', { base: 'hex-dec' }),
  messageType: field('rpc.msgtyp', 'Message Type', 'uint32', { values: { 0: 'Call', 1: 'Reply' } }),
  version: field('rpc.version', 'RPC Version', 'uint32'),
  program: field('rpc.program', 'Program', 'uint32', { values: PROGRAM_NAMES }),
  programVersion: field('rpc.programversion', 'Program Version', 'uint32'),
  procedure: field('rpc.procedure', 'Procedure', 'uint32'),
  replyFrame: field('rpc.reqframe', 'Request Frame', 'framenum'),
  callFrame: field('rpc.repframe', 'Reply Frame', 'framenum'),
  time: field('rpc.time', 'Time from request', 'relative-time'),
  flavor: field('rpc.auth.flavor', 'Flavor', 'uint32', { values: FLAVOR_NAMES }),
  authLength: field('rpc.auth.length', 'Length', 'uint32'),
  stamp: field('rpc.auth.stamp', 'Stamp', 'uint32', { base: 'hex' }),
  machineName: field('rpc.auth.machinename', 'Machine Name', 'string'),
  uid: field('rpc.auth.uid', 'UID', 'uint32'),
  gid: field('rpc.auth.gid', 'GID', 'uint32'),
  replyState: field('rpc.replystat', 'Reply State', 'uint32', { values: { 0: 'accepted', 1: 'denied' } }),
  // RFC 5531 §9.
  acceptState: field('rpc.state_accept', 'Accept State', 'uint32', {
    values: {
      0: 'RPC executed successfully',
      1: "remote hasn't exported program",
      2: "remote can't support version #",
      3: "program can't support procedure",
      4: "procedure can't decode params",
      5: 'system errors like memory allocation failure',
    },
  }),
  rejectState: field('rpc.state_reject', 'Reject State', 'uint32', { values: { 0: 'RPC_MISMATCH', 1: 'AUTH_ERROR' } }),
  // RFC 5531 §9: what it speaks that refuses.
  lowestVersion: field('rpc.version.min', 'RPC Version (Minimum)', 'uint32'),
  highestVersion: field('rpc.version.max', 'RPC Version (Maximum)', 'uint32'),
  lowestProgramVersion: field('rpc.programversion.min', 'Program Version (Minimum)', 'uint32'),
  highestProgramVersion: field('rpc.programversion.max', 'Program Version (Maximum)', 'uint32'),
  authState: field('rpc.state_auth', 'Auth State', 'uint32', {
    values: {
      1: 'bad credential (seal broken)',
      2: 'client must begin new session',
      3: 'bad verifier (seal broken)',
      4: 'verifier expired or replayed',
      5: 'rejected for security reasons',
    },
  }),
  argumentLength: field('rpc.argument_length', 'Argument length', 'uint32'),
  opaqueLength: field('rpc.opaque_length', 'length', 'uint32'),
  fillBytes: field('rpc.fill_bytes', 'fill bytes', 'bytes'),
};

/** A call and its reply. */
export interface RpcExchange {
  readonly callFrame: number;
  readonly callNs: number;
  readonly program: number;
  readonly version: number;
  readonly procedure: number;
  replyFrame: number | undefined;
}

/** Calls of a connection that wait for their reply, by xid. */
export const CALLS = new StateKey<Map<number, RpcExchange>>(() => new Map());
export const EXCHANGE = frameKey<RpcExchange | undefined>();

/** What a program's dissector knows about the message that it gets a part of. */
export interface RpcContext {
  exchange: RpcExchange | undefined;
  isReply: boolean;
}
export const CONTEXT = new StateKey<RpcContext>(() => ({ exchange: undefined, isReply: false }));

/** ` (Reply In 13)` of a call, ` (Call In 12)` of a reply. */
export function otherFrame({ exchange, isReply }: RpcContext): string {
  if (isReply) return ` (Call In ${exchange?.callFrame ?? 0})`;
  return exchange?.replyFrame === undefined ? '' : ` (Reply In ${exchange.replyFrame})`;
}

/** Version and procedure, as they head every program's tree. */
export function addProcedure(d: Dissection, def: FieldDef, at: number, name: string, exchange: RpcExchange): void {
  d.add(RPC.programVersion, at, 0, exchange.version);
  d.add(def, at, 0, exchange.procedure);
  if (d.building) d.label(`${def.label}: ${name} (${exchange.procedure})`);
}

/** Variable-length XDR below a heading. `shown` replaces its text. Returns the offset behind its fill bytes. */
export function addOpaque(d: Dissection, heading: string, def: FieldDef, at: number, shown?: string): number {
  const length = d.u32(at);
  const fill = (4 - (length % 4)) % 4;
  const end = at + 4 + length;
  d.need(at, 4 + length + fill);
  const text = length === 0 ? '<EMPTY>' : (shown ?? fromLatin1(d.bytes, at + 4, Math.min(end, at + 4 + 255)));
  d.beginText(at, 4 + length + fill, `${heading}: ${text}`);
  d.add(RPC.opaqueLength, at, 4);
  d.add(def, at + 4, length);
  if (d.building) d.label(`contents: ${text}`);
  if (fill > 0) {
    d.add(RPC.fillBytes, end, fill);
    if (d.building) d.label('fill bytes: opaque data');
  }
  d.end();
  return end + fill;
}
