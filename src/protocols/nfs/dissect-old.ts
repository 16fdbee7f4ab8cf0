/** The dissection of NFS version 2 (RFC 1094): what a boot client asks; other procedures as bytes. */
import { fromLatin1, toHex } from '../../base/bytes.ts';
import { crc32 } from '../../base/data/crc32.ts';
import { HIDDEN, type Dissection } from '../core/dissect.ts';
import { field } from '../core/field.ts';
import { addOpaque } from '../rpc/dissect-fields.ts';
import { addFileTimes, NFS, statusName, TYPE_NAMES } from './dissect-fields.ts';
import { OLD_HANDLE_BYTES } from './fields.ts';

/** RFC 1094 §2.3.5. */
const ATTRIBUTES_BYTES = 68;

function modeBit(name: string, label: string, mask: number) {
  return field(`nfs.mode.${name}`, label, 'bool', { mask, bits: 32, trueFalse: ['Yes', 'No'] });
}

/** RFC 1094 §2.3.5, mode; the first is the highest bit. */
const MODE_BITS = {
  oldSuid: modeBit('set_user_id', 'Set user id on exec', 0x800),
  oldSgid: modeBit('set_group_id', 'Set group id on exec', 0x400),
  oldSticky: modeBit('save_swap_text', 'Save swapped text even after use', 0x200),
  oldRusr: modeBit('read_owner', 'Read permission for owner', 0x100),
  oldWusr: modeBit('write_owner', 'Write permission for owner', 0x80),
  oldXusr: modeBit('exec_owner', 'Execute permission for owner', 0x40),
  oldRgrp: modeBit('read_group', 'Read permission for group', 0x20),
  oldWgrp: modeBit('write_group', 'Write permission for group', 0x10),
  oldXgrp: modeBit('exec_group', 'Execute permission for group', 0x08),
  oldRoth: modeBit('read_other', 'Read permission for others', 0x04),
  oldWoth: modeBit('write_other', 'Write permission for others', 0x02),
  oldXoth: modeBit('exec_other', 'Execute permission for others', 0x01),
};

function oldStatusName(status: number): string {
  return statusName(status).replace('NFS3_', 'NFS_').replace('NFS3ERR', 'NFS2ERR');
}

export const OLD_NFS = {
  oldProcedure: field('nfs.procedure_v2', 'V2 Procedure', 'uint32'),
  status2: field('nfs.status2', 'Status', 'uint32', { values: oldStatusName }),
  oldOffset: field('nfs.read.offset', 'Offset', 'uint32'),
  oldCount: field('nfs.read.count', 'Count', 'uint32'),
  oldTotal: field('nfs.read.totalcount', 'Total Count', 'uint32'),
  oldType: field('nfs.ftype', 'type', 'uint32', { values: TYPE_NAMES }),
  oldMode: field('nfs.mode', 'mode', 'uint32'),
  oldModeType: field('nfs.mode.name', 'Name', 'uint32', { mask: 0xe000 }),
  ...MODE_BITS,
  oldLinks: field('nfs.fattr.nlink', 'nlink', 'uint32'),
  oldUid: field('nfs.fattr.uid', 'uid', 'uint32'),
  oldGid: field('nfs.fattr.gid', 'gid', 'uint32'),
  oldSize: field('nfs.fattr.size', 'size', 'uint32'),
  oldBlockSize: field('nfs.fattr.blocksize', 'blocksize', 'uint32'),
  oldDevice: field('nfs.fattr.rdev', 'rdev', 'uint32'),
  oldBlocks: field('nfs.fattr.blocks', 'blocks', 'uint32'),
  oldFileSystem: field('nfs.fattr.fsid', 'fsid', 'uint32', { base: 'hex' }),
  oldFileId: field('nfs.fattr.fileid', 'fileid', 'uint32'),
  accessUs: field('nfs.atime.usec', 'micro seconds', 'uint32'),
  modifyUs: field('nfs.mtime.usec', 'micro seconds', 'uint32'),
  changeUs: field('nfs.ctime.usec', 'micro seconds', 'uint32'),
};

function oldHandleHash(d: Dissection, at: number): string {
  return `0x${crc32(handleBytes(d, at)).toString(16).padStart(8, '0')}`;
}

function handleBytes(d: Dissection, at: number): Uint8Array {
  d.need(at, OLD_HANDLE_BYTES);
  return d.bytes.subarray(at, at + OLD_HANDLE_BYTES);
}

/** A handle of 32 bytes, as version 2 and its mount protocols have it. Returns the offset behind it. */
export function addOldHandle(d: Dissection, title: string, at: number): number {
  const bytes = handleBytes(d, at);
  d.beginText(at, OLD_HANDLE_BYTES, title);
  if (d.wants(NFS.handleHash)) d.add(NFS.handleHash, at, OLD_HANDLE_BYTES, crc32(bytes));
  d.add(NFS.handle, at, OLD_HANDLE_BYTES);
  if (d.building) d.label(`FileHandle: ${toHex(bytes)}`);
  d.end();
  return at + OLD_HANDLE_BYTES;
}

/** fattr. */
function addOldAttributes(d: Dissection, at: number): number {
  d.need(at, ATTRIBUTES_BYTES);
  d.beginText(at, ATTRIBUTES_BYTES, 'attributes');
  d.add(OLD_NFS.oldType, at, 4);
  d.begin(OLD_NFS.oldMode, at + 4, 4);
  if (d.building) d.labelOpen(`mode: 0${d.u32(at + 4).toString(8)}`);
  d.add(OLD_NFS.oldModeType, at + 4, 4);
  for (const bit of Object.values(MODE_BITS)) d.add(bit, at + 4, 4);
  d.end();
  const { oldLinks, oldUid, oldGid, oldSize, oldBlockSize, oldDevice, oldBlocks, oldFileSystem, oldFileId } = OLD_NFS;
  const words = [oldLinks, oldUid, oldGid, oldSize, oldBlockSize, oldDevice, oldBlocks, oldFileSystem, oldFileId];
  for (const [i, word] of words.entries()) d.add(word, at + 8 + 4 * i, 4);
  addFileTimes(d, at + 44, 1000, [OLD_NFS.accessUs, OLD_NFS.modifyUs, OLD_NFS.changeUs]);
  d.end();
  return at + ATTRIBUTES_BYTES;
}

/** What the list shows of arguments or results. */
export function oldSummary(d: Dissection, start: number, name: string, isReply: boolean): string {
  if (name === 'NULL' || name === 'ROOT' || name === 'WRITECACHE') return '';
  if (isReply) {
    const status = d.u32(start);
    if (status !== 0) return `Error: ${oldStatusName(status)}`;
    return name === 'LOOKUP' ? `FH: ${oldHandleHash(d, start + 4)}` : '';
  }
  const after = start + OLD_HANDLE_BYTES;
  if (name === 'LOOKUP') {
    const nameEnd = after + 4 + Math.min(255, d.u32(after));
    return `DH: ${oldHandleHash(d, start)}/${fromLatin1(d.bytes, after + 4, nameEnd)}`;
  }
  if (name !== 'READ') return ['GETATTR', 'READLINK', 'STATFS'].includes(name) ? `FH: ${oldHandleHash(d, start)}` : '';
  const place = `Offset: ${d.u32(after)} Count: ${d.u32(after + 4)} TotalCount: ${d.u32(after + 8)}`;
  return `FH: ${oldHandleHash(d, start)} ${place}`;
}

/** Returns where the arguments that it knows end. */
export function oldCall(d: Dissection, start: number, name: string): number {
  switch (name) {
    case 'LOOKUP': {
      const nameAt = start + OLD_HANDLE_BYTES;
      const length = d.u32(nameAt);
      const end = nameAt + 4 + length + ((4 - (length % 4)) % 4);
      d.beginText(start, end - start, 'where');
      addOldHandle(d, 'dir', start);
      addOpaque(d, 'name', NFS.name, nameAt);
      d.end();
      return end;
    }
    case 'GETATTR':
    case 'READLINK':
    case 'STATFS':
      return addOldHandle(d, 'object', start);
    case 'READ': {
      const at = addOldHandle(d, 'file', start);
      d.add(OLD_NFS.oldOffset, at, 4);
      d.add(OLD_NFS.oldCount, at + 4, 4);
      d.add(OLD_NFS.oldTotal, at + 8, 4);
      return at + 12;
    }
    default:
      return start;
  }
}

/** Returns where the results that it knows end. */
export function oldReply(d: Dissection, start: number, name: string): number {
  if (name === 'NULL' || name === 'ROOT' || name === 'WRITECACHE') return start;
  const isGood = d.u32(start) === 0;
  d.add(OLD_NFS.status2, start, 4);
  d.add(NFS.status, start, 4, undefined, HIDDEN);
  const at = start + 4;
  if (!isGood) return at;
  switch (name) {
    case 'LOOKUP':
      return addOldAttributes(d, addOldHandle(d, 'file', at));
    case 'GETATTR':
      return addOldAttributes(d, at);
    case 'READLINK':
      return addOpaque(d, 'data', NFS.linkTarget, at);
    case 'READ':
      return addOpaque(d, 'Data', NFS.data, addOldAttributes(d, at), '<DATA>');
    default:
      return at;
  }
}
