/** The dissection of NFS version 3 (RFC 1813): what a boot client asks; other procedures as bytes. Version 2 is `dissect-old.ts`. */
import { fromLatin1 } from '../../base/bytes.ts';
import { HIDDEN, type Dissection } from '../core/dissect.ts';
import { defineProtocol, REJECTED } from '../core/registry.ts';
import { addOpaque, addProcedure, CONTEXT, otherFrame } from '../rpc/dissect-fields.ts';
import { addAttributes, addHandle, addPostOp, handleHash, NFS, statusName } from './dissect-fields.ts';
import { OLD_NFS, oldCall, oldReply, oldSummary } from './dissect-old.ts';
import { NFS_PROCEDURE_NAMES, NFS_PROGRAM, NFS_VERSION, OLD_NFS_PROCEDURE_NAMES, OLD_NFS_VERSION } from './fields.ts';

/** Of what LOOKUP, READLINK and READ answer the attributes come first. */
const ATTRIBUTES_TITLE: Readonly<Record<string, string>> = {
  LOOKUP: 'dir_attributes',
  READLINK: 'symlink_attributes',
  READ: 'file_attributes',
};

function dissectNfs(d: Dissection, start: number, end: number): number {
  const context = d.state(CONTEXT);
  const { exchange, isReply } = context;
  const version = exchange?.version;
  if (exchange === undefined || (version !== NFS_VERSION && version !== OLD_NFS_VERSION)) return REJECTED;
  const isOld = version === OLD_NFS_VERSION;
  const names: readonly string[] = isOld ? OLD_NFS_PROCEDURE_NAMES : NFS_PROCEDURE_NAMES;
  const name = names.at(exchange.procedure) ?? `proc-${exchange.procedure}`;
  const kind = isReply ? 'Reply' : 'Call';
  const brief = d.building || d.columns !== undefined ? (isOld ? oldSummary : summary)(d, start, name, isReply) : '';
  if (d.columns !== undefined) {
    d.columns.protocol = 'NFS';
    const comma = /^(DH|FH):/.test(brief) ? ', ' : ' ';
    d.columns.info = `V${version} ${name} ${kind}${otherFrame(context)}${brief === '' ? '' : comma + brief}`;
  }
  d.begin(nfsProtocol.field, start, end - start);
  if (d.building) {
    const text = brief.startsWith('Error') ? ` ${brief}` : brief;
    d.labelOpen(`Network File System, ${name} ${kind}${text === '' ? '' : ` ${text}`}`);
  }
  addProcedure(d, isOld ? OLD_NFS.oldProcedure : NFS.procedure, start, name, exchange);
  const show = isOld ? (isReply ? oldReply : oldCall) : isReply ? reply : call;
  const at = show(d, start, name);
  if (at !== end && at === start) d.text(at, end - at, `Not dissected (${end - at} bytes)`);
  d.end();
  // U-Boot sends four bytes more than a READ has.
  if (at < end && at > start) d.data(at, end);
  return end;
}

/** What the list shows of arguments or results. */
function summary(d: Dissection, start: number, name: string, isReply: boolean): string {
  if (isReply) {
    if (name === 'NULL') return '';
    const status = d.u32(start);
    if (status !== 0) return `Error: ${statusName(status)}`;
    if (name === 'LOOKUP') return `FH: ${handleHash(d, start + 4)}`;
    const body = start + 8 + (d.u32(start + 4) === 0 ? 0 : 84);
    if (name === 'READ') return `Len: ${d.u32(body)}`;
    return name === 'READLINK' ? `Path: ${fromLatin1(d.bytes, body + 4, body + 4 + Math.min(1024, d.u32(body)))}` : '';
  }
  if (name !== 'LOOKUP' && name !== 'READ' && name !== 'READLINK' && name !== 'GETATTR') return '';
  const length = d.u32(start);
  const after = start + 4 + length + ((4 - (length % 4)) % 4);
  if (name === 'LOOKUP') {
    return `DH: ${handleHash(d, start)}/${fromLatin1(d.bytes, after + 4, after + 4 + Math.min(255, d.u32(after)))}`;
  }
  const handle = `FH: ${handleHash(d, start)}`;
  if (name !== 'READ') return handle;
  return `${handle} Offset: ${d.u32(after) * 2 ** 32 + d.u32(after + 4)} Len: ${d.u32(after + 8)}`;
}

function call(d: Dissection, start: number, name: string): number {
  switch (name) {
    case 'LOOKUP': {
      const length = d.u32(start);
      const nameAt = start + 4 + length + ((4 - (length % 4)) % 4);
      const nameLength = d.u32(nameAt);
      const end = nameAt + 4 + nameLength + ((4 - (nameLength % 4)) % 4);
      d.beginText(start, end - start, 'what');
      addHandle(d, 'dir', start);
      addOpaque(d, 'Name', NFS.name, nameAt);
      d.end();
      return end;
    }
    case 'READLINK':
    case 'GETATTR':
      return addHandle(d, 'object', start);
    case 'READ': {
      const at = addHandle(d, 'file', start);
      d.add(NFS.offset, at, 8);
      d.add(NFS.count, at + 8, 4);
      return at + 12;
    }
    default:
      return start;
  }
}

function reply(d: Dissection, start: number, name: string): number {
  if (name === 'NULL') return start;
  const isGood = d.u32(start) === 0;
  d.add(NFS.status3, start, 4);
  d.add(NFS.status, start, 4, undefined, HIDDEN);
  let at = start + 4;
  if (name === 'GETATTR') return isGood ? addAttributes(d, 'obj_attributes', at) : at;
  const title = ATTRIBUTES_TITLE[name];
  if (title === undefined) return at;
  if (name === 'LOOKUP' && isGood) at = addPostOp(d, 'obj_attributes', addHandle(d, 'object', at));
  at = addPostOp(d, title, at);
  if (!isGood || name === 'LOOKUP') return at;
  if (name === 'READLINK') return addOpaque(d, 'Data', NFS.linkTarget, at);
  d.add(NFS.count, at, 4);
  d.add(NFS.isEnd, at + 4, 4);
  return addOpaque(d, 'Data', NFS.data, at + 8, '<DATA>');
}

export const nfsProtocol = defineProtocol({
  id: 'nfs',
  name: 'Network File System',
  shortName: 'NFS',
  fields: { ...NFS, ...OLD_NFS },
  tables: { 'rpc.program': [NFS_PROGRAM] },
  // A body of no bytes is not listed; a file handle of NFS may be in an answer of another program.
  unlistedIn: ['rpc'],
  calls: ['rpc'],
  dissect: dissectNfs,
});
