/** The dissection of ONC RPC (RFC 5531): over TCP records, over UDP datagrams; calls with their replies, the program inside. */
import { BOOTPARAM_PROCEDURE_NAMES, BOOTPARAM_PROGRAM } from '../bootparams/fields.ts';
import { frameKey } from '../core/conversation.ts';
import { GENERATED, type Dissection } from '../core/dissect.ts';
import { defineProtocol, REJECTED } from '../core/registry.ts';
import type { FieldDef } from '../core/field.ts';
import {
  MOUNT_PROCEDURE_NAMES,
  MOUNT_PROGRAM,
  NFS_PORT,
  NFS_PROCEDURE_NAMES,
  NFS_PROGRAM,
  OLD_NFS_PROCEDURE_NAMES,
  OLD_NFS_VERSION,
} from '../nfs/fields.ts';
import { CALLS, CONTEXT, EXCHANGE, PROGRAM_NAMES, RPC, addOpaque, type RpcExchange } from './dissect-fields.ts';
import {
  ACCEPT_STAT,
  AUTH_SYS,
  LAST_FRAGMENT,
  PORTMAP_PORT,
  PORTMAP_PROCEDURE,
  PORTMAP_PROGRAM,
  RPC_CALL,
  REJECT_STAT,
  RPC_REPLY,
  RPC_VERSION,
} from './fields.ts';
import { PORTMAP_PROCEDURE_NAMES } from './dissect-portmap.ts';

const MARK_BYTES = 4;
/** Mark, xid and type: enough to know whether this is RPC. */
const BEGINNING_BYTES = 12;
/** A larger value is not a record mark. */
const MAX_FRAGMENT_BYTES = 4 * 1024 * 1024;
const ANNOUNCED = frameKey<boolean>();

function dissectRpc(d: Dissection, start: number, end: number): number {
  if (isOverUdp(d)) return dissectDatagram(d, start, end);
  let at = start;
  for (let which = 0; at < end; which++) {
    if (end - at < BEGINNING_BYTES) {
      if (!d.canDesegment) return at === start ? REJECTED : end;
      return wait(d, at, BEGINNING_BYTES - (end - at), end);
    }
    if (!looksLikeRpc(d, at)) {
      if (at === start) return REJECTED;
      d.data(at, end);
      return end;
    }
    const stop = at + MARK_BYTES + (d.u32(at) & ~LAST_FRAGMENT);
    if (stop > end && d.canDesegment) return wait(d, at, stop - end, end);
    record(d, at, Math.min(stop, end), which, at);
    at = stop;
  }
  return end;
}

function isOverUdp({ conversation, context }: Dissection): boolean {
  return conversation !== undefined && context.udp.conversations[conversation.index] === conversation;
}

/** By no port of its own: a call of a known program, or a reply to a call of this conversation. */
function isDatagram(d: Dissection, start: number, end: number): boolean {
  const type = d.u32(start + 4);
  if (type === RPC_REPLY) return d.conversation?.state(CALLS).has(d.u32(start)) === true;
  const isCall = type === RPC_CALL && end - start >= 40 && d.u32(start + 8) === RPC_VERSION;
  return isCall && Object.hasOwn(PROGRAM_NAMES, d.u32(start + 12));
}

/** A message without a record mark. */
function dissectDatagram(d: Dissection, start: number, end: number): number {
  if (end - start < BEGINNING_BYTES - MARK_BYTES || !isDatagram(d, start, end)) return REJECTED;
  record(d, start - MARK_BYTES, end, 0, start);
  return end;
}

function wait(d: Dissection, at: number, missing: number, end: number): number {
  d.desegmentOffset = at;
  d.desegmentLength = missing;
  return end;
}

function looksLikeRpc(d: Dissection, at: number): boolean {
  const length = d.u32(at) & ~LAST_FRAGMENT;
  const type = d.u32(at + 8);
  return length >= 8 && length <= MAX_FRAGMENT_BYTES && (type === RPC_CALL || type === RPC_REPLY);
}

/** The name of a procedure of a known program. */
function procedureName(program: number, version: number, procedure: number): string {
  const names: Readonly<Record<number, readonly string[]>> = {
    [PORTMAP_PROGRAM]: PORTMAP_PROCEDURE_NAMES,
    [MOUNT_PROGRAM]: MOUNT_PROCEDURE_NAMES,
    [NFS_PROGRAM]: version === OLD_NFS_VERSION ? OLD_NFS_PROCEDURE_NAMES : NFS_PROCEDURE_NAMES,
    [BOOTPARAM_PROGRAM]: BOOTPARAM_PROCEDURE_NAMES,
  };
  return names[program]?.at(procedure) ?? `proc-${procedure}`;
}

/** `start` is where a record mark is, or would be; `begin` where the message's layer begins. */
function record(d: Dissection, start: number, end: number, which: number, begin: number): void {
  const xid = d.u32(start + 4);
  const isReply = d.u32(start + 8) === RPC_REPLY;
  const exchange = d.quoted ? undefined : d.remember(EXCHANGE, () => match(d, start, xid, isReply), which);
  if (d.columns !== undefined) {
    d.columns.protocol = 'RPC';
    d.columns.info = `${isReply ? 'Reply' : 'Call'} XID 0x${hex(xid)}`;
  }
  d.begin(rpcProtocol.field, begin, end - begin);
  if (d.building) {
    d.labelOpen(`Remote Procedure Call, Type:${isReply ? 'Reply' : 'Call'} XID:0x${hex(xid)}`);
  }
  if (begin === start) addMark(d, start);
  d.add(RPC.xid, start + 4, 4);
  d.add(RPC.messageType, start + 8, 4);
  const { body, isRefused } = isReply
    ? reply(d, start, exchange, begin)
    : { body: call(d, start, exchange, begin), isRefused: false };
  d.endAt(body);
  d.end();
  const context = d.state(CONTEXT);
  context.exchange = exchange;
  context.isReply = isReply;
  const layerCount = d.layers.length;
  const taken = exchange === undefined || isRefused ? REJECTED : d.dispatch('rpc.program', exchange.program, body, end);
  if (taken === REJECTED) return d.data(body, end);
  // Nothing of it is in the frame: then it is not one of the frame's protocols.
  if (body >= end) d.truncateLayers(layerCount);
  if (exchange !== undefined && isReply) announce(d, body, end, exchange, which);
  return undefined;
}

/** RFC 5531 §11. */
function addMark(d: Dissection, start: number): void {
  const mark = d.u32(start);
  const length = mark & ~LAST_FRAGMENT;
  const isLast = mark >= LAST_FRAGMENT;
  d.beginText(start, MARK_BYTES, `Fragment header: ${isLast ? 'Last fragment' : 'Fragment'}, ${length} bytes`);
  d.add(RPC.lastFragment, start, 4);
  d.add(RPC.fragmentLength, start, 4);
  d.end();
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}

function match(d: Dissection, start: number, xid: number, isReply: boolean): RpcExchange | undefined {
  const calls = d.conversation?.state(CALLS);
  if (isReply) {
    const exchange = calls?.get(xid);
    if (exchange !== undefined) exchange.replyFrame ??= d.number;
    return exchange;
  }
  if (start + 28 > d.limit) return undefined;
  const made: RpcExchange = {
    callFrame: d.number,
    callNs: d.context.frames.timeNs(d.index),
    program: d.u32(start + 16),
    version: d.u32(start + 20),
    procedure: d.u32(start + 24),
    replyFrame: undefined,
  };
  calls?.set(xid, made);
  return made;
}

function addNamedProcedure(
  d: Dissection,
  at: number,
  length: number,
  { program, version, procedure }: Pick<RpcExchange, 'program' | 'version' | 'procedure'>,
): void {
  d.add(RPC.procedure, at, length, procedure);
  if (d.building) d.label(`Procedure: ${procedureName(program, version, procedure)} (${procedure})`);
}

/** Returns where the arguments begin. */
function call(d: Dissection, start: number, exchange: RpcExchange | undefined, begin: number): number {
  d.add(RPC.version, start + 12, 4);
  d.add(RPC.program, start + 16, 4);
  d.add(RPC.programVersion, start + 20, 4);
  const asked = { program: d.u32(start + 16), version: d.u32(start + 20), procedure: d.u32(start + 24) };
  addNamedProcedure(d, start + 24, 4, asked);
  const replyFrame = exchange?.replyFrame;
  if (replyFrame !== undefined) {
    d.add(RPC.replyFrame, begin, 0, replyFrame, GENERATED);
    if (d.building) d.label(`The reply to this request is in frame ${replyFrame}`);
  }
  return auth(d, 'Verifier', auth(d, 'Credentials', start + 28));
}

/** Returns where the results begin, and whether there are any: not when the call was refused (RFC 5531 §9). */
function reply(
  d: Dissection,
  start: number,
  exchange: RpcExchange | undefined,
  begin: number,
): { readonly body: number; readonly isRefused: boolean } {
  if (exchange !== undefined) {
    d.add(RPC.program, begin, 0, exchange.program, GENERATED);
    d.add(RPC.programVersion, begin, 0, exchange.version, GENERATED);
    addNamedProcedure(d, begin, 0, exchange);
  }
  const isDenied = d.u32(start + 12) === 1;
  d.add(RPC.replyState, start + 12, 4);
  if (exchange !== undefined) {
    d.add(RPC.callFrame, begin, 0, exchange.callFrame, GENERATED);
    if (d.building) d.label(`This is a reply to a request in frame ${exchange.callFrame}`);
    d.add(RPC.time, start + 16, 0, d.context.frames.timeNs(d.index) - exchange.callNs, GENERATED);
  }
  if (isDenied) {
    d.add(RPC.rejectState, start + 16, 4);
    const isMismatch = d.u32(start + 16) === REJECT_STAT.rpcMismatch;
    if (isMismatch) return { body: addRange(d, start + 20, RPC.lowestVersion, RPC.highestVersion), isRefused: true };
    d.add(RPC.authState, start + 20, 4);
    return { body: start + 24, isRefused: true };
  }
  const at = auth(d, 'Verifier', start + 16);
  const state = d.u32(at);
  d.add(RPC.acceptState, at, 4);
  const isMismatch = state === ACCEPT_STAT.programMismatch;
  const body = isMismatch ? addRange(d, at + 4, RPC.lowestProgramVersion, RPC.highestProgramVersion) : at + 4;
  return { body, isRefused: state !== ACCEPT_STAT.success };
}

/** mismatch_info: the lowest and the highest version. */
function addRange(d: Dissection, at: number, lowest: FieldDef, highest: FieldDef): number {
  d.add(lowest, at, 4);
  d.add(highest, at + 4, 4);
  return at + 8;
}

/** RFC 5531 §8.2, and §14 for AUTH_SYS. */
function auth(d: Dissection, title: string, at: number): number {
  const flavor = d.u32(at);
  const length = d.u32(at + 4);
  const end = at + 8 + length + ((4 - (length % 4)) % 4);
  d.need(at, end - at);
  d.beginText(at, end - at, title);
  d.add(RPC.flavor, at, 4);
  d.add(RPC.authLength, at + 4, 4);
  if (flavor === AUTH_SYS && length > 0) {
    d.add(RPC.stamp, at + 8, 4);
    const ids = addOpaque(d, 'Machine Name', RPC.machineName, at + 12);
    d.add(RPC.uid, ids, 4);
    d.add(RPC.gid, ids + 4, 4);
    const count = d.u32(ids + 8);
    d.need(ids + 12, 4 * count);
    d.beginText(ids + 8, 4 + 4 * count, `Auxiliary GIDs (${count})`);
    for (let i = 0; i < count; i++) d.add(RPC.gid, ids + 12 + 4 * i, 4);
    d.end();
  } else if (length > 0) d.text(at + 8, length, `Opaque (${length} bytes)`);
  d.end();
  return end;
}

/** A port from the portmapper's answer: it carries RPC from now on. */
function announce(d: Dissection, body: number, end: number, exchange: RpcExchange, which: number): void {
  if (
    d.visited ||
    isOverUdp(d) ||
    exchange.program !== PORTMAP_PROGRAM ||
    exchange.procedure !== PORTMAP_PROCEDURE.getPort
  )
    return;
  if (end - body < 4) return;
  const port = d.u32(body);
  if (port === 0 || port > 65_535) return;
  d.remember(
    ANNOUNCED,
    () => {
      d.context.tcp.expect({ address: d.networkSource, port }, rpcProtocol, d.index, d.conversation);
      return true;
    },
    which,
  );
}

export const rpcProtocol = defineProtocol({
  id: 'rpc',
  name: 'Remote Procedure Call',
  shortName: 'RPC',
  fields: RPC,
  tables: { 'tcp.port': [PORTMAP_PORT, NFS_PORT], 'udp.any': [0] },
  calls: ['rpc.program'],
  dissect: dissectRpc,
});
