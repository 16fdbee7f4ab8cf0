/** Fields of NFS version 3, and file handles and attributes as NFS and MOUNT show them. */
import { toHex } from '../../base/bytes.ts';
import { itemAt } from '../../base/lists/list.ts';
import { crc32 } from '../../base/data/crc32.ts';
import type { Dissection } from '../core/dissect.ts';
import { field, type FieldDef } from '../core/field.ts';
import { NFS_STATUS } from './fields.ts';

export const TYPE_NAMES: Readonly<Record<number, string>> = {
  1: 'Regular File',
  2: 'Directory',
  3: 'Block Special Device',
  4: 'Character Special Device',
  5: 'Symbolic Link',
  6: 'Socket',
  7: 'Named Pipe',
};
const STATUS_NAMES = new Map<number, string>(Object.entries(NFS_STATUS).map(([name, number]) => [number, name]));

export function statusName(status: number): string {
  return STATUS_NAMES.get(status) ?? 'Unknown';
}

function modeBit(name: string, label: string, mask: number) {
  return field(`nfs.mode3.${name}`, label, 'bool', { mask, bits: 32, trueFalse: ['Yes', 'No'] });
}

/** RFC 1813 §2.5, mode3; the first is the highest bit. */
const MODE_BITS = {
  suid: modeBit('suid', 'S_ISUID', 0x800),
  sgid: modeBit('sgid', 'S_ISGID', 0x400),
  sticky: modeBit('sticky', 'S_ISVTX', 0x200),
  rusr: modeBit('rusr', 'S_IRUSR', 0x100),
  wusr: modeBit('wusr', 'S_IWUSR', 0x80),
  xusr: modeBit('xusr', 'S_IXUSR', 0x40),
  rgrp: modeBit('rgrp', 'S_IRGRP', 0x20),
  wgrp: modeBit('wgrp', 'S_IWGRP', 0x10),
  xgrp: modeBit('xgrp', 'S_IXGRP', 0x08),
  roth: modeBit('roth', 'S_IROTH', 0x04),
  woth: modeBit('woth', 'S_IWOTH', 0x02),
  xoth: modeBit('xoth', 'S_IXOTH', 0x01),
};

export const NFS = {
  procedure: field('nfs.procedure_v3', 'V3 Procedure', 'uint32'),
  status3: field('nfs.status3', 'Status', 'uint32', { values: statusName }),
  status: field('nfs.status', 'Status', 'uint32', { values: (value) => statusName(value).replace(/^NFS3_?/, '') }),
  handleLength: field('nfs.fh.length', 'length', 'uint32'),
  handleHash: field('nfs.fh.hash', 'hash (CRC-32)', 'uint32', { base: 'hex' }),
  handle: field('nfs.fhandle', 'FileHandle', 'bytes'),
  name: field('nfs.name', 'Name', 'string'),
  linkTarget: field('nfs.readlink.data', 'Data', 'string'),
  data: field('nfs.data', 'Data', 'bytes'),
  offset: field('nfs.offset3', 'offset', 'uint64'),
  count: field('nfs.count3', 'count', 'uint32'),
  isEnd: field('nfs.read.eof', 'EOF', 'bool', { trueFalse: ['Yes', 'No'] }),
  attributesFollow: field('nfs.attributes_follow', 'attributes_follow', 'uint32', {
    values: { 0: 'no value', 1: 'value follows' },
  }),
  type: field('nfs.fattr3.type', 'Type', 'uint32', { values: TYPE_NAMES }),
  mode: field('nfs.mode3', 'Mode', 'uint32'),
  ...MODE_BITS,
  links: field('nfs.fattr3.nlink', 'nlink', 'uint32'),
  uid: field('nfs.fattr3.uid', 'uid', 'uint32'),
  gid: field('nfs.fattr3.gid', 'gid', 'uint32'),
  size: field('nfs.fattr3.size', 'size', 'uint64'),
  used: field('nfs.fattr3.used', 'used', 'uint64'),
  device1: field('nfs.specdata1', 'specdata1', 'uint32'),
  device2: field('nfs.specdata2', 'specdata2', 'uint32'),
  fileSystem: field('nfs.fattr3.fsid', 'fsid', 'uint64', { base: 'hex-dec' }),
  fileId: field('nfs.fattr3.fileid', 'fileid', 'uint64'),
  accessTime: field('nfs.atime', 'atime', 'absolute-time'),
  accessSeconds: field('nfs.atime.sec', 'seconds', 'uint32'),
  accessNs: field('nfs.atime.nsec', 'nano seconds', 'uint32'),
  modifyTime: field('nfs.mtime', 'mtime', 'absolute-time'),
  modifySeconds: field('nfs.mtime.sec', 'seconds', 'uint32'),
  modifyNs: field('nfs.mtime.nsec', 'nano seconds', 'uint32'),
  changeTime: field('nfs.ctime', 'ctime', 'absolute-time'),
  changeSeconds: field('nfs.ctime.sec', 'seconds', 'uint32'),
  changeNs: field('nfs.ctime.nsec', 'nano seconds', 'uint32'),
};

/** fattr3 (RFC 1813 §2.6). */
const ATTRIBUTES_BYTES = 84;

/** The hash of the handle at `at`, as the lists show it. */
export function handleHash(d: Dissection, at: number): string {
  const length = d.u32(at);
  d.need(at + 4, length);
  return `0x${crc32(d.bytes.subarray(at + 4, at + 4 + length))
    .toString(16)
    .padStart(8, '0')}`;
}

/** nfs_fh3. Returns the offset behind it. */
export function addHandle(d: Dissection, title: string, at: number): number {
  const length = d.u32(at);
  const end = at + 4 + length + ((4 - (length % 4)) % 4);
  d.need(at, end - at);
  const bytes = d.bytes.subarray(at + 4, at + 4 + length);
  d.beginText(at, end - at, title);
  d.add(NFS.handleLength, at, 4);
  if (d.wants(NFS.handleHash)) d.add(NFS.handleHash, at + 4, length, crc32(bytes));
  d.add(NFS.handle, at + 4, length);
  if (d.building) d.label(`FileHandle: ${toHex(bytes)}`);
  d.end();
  return end;
}

/** post_op_attr: attributes, or that there are none. */
export function addPostOp(d: Dissection, title: string, at: number): number {
  const isThere = d.u32(at) !== 0;
  const end = at + 4 + (isThere ? ATTRIBUTES_BYTES : 0);
  d.need(at, end - at);
  const brief = d.building && isThere ? briefAttributes(d, at + 4) : '';
  d.beginText(at, end - at, `${title}${brief}`);
  d.add(NFS.attributesFollow, at, 4);
  if (isThere) addAttributes(d, 'attributes', at + 4);
  d.end();
  return end;
}

function briefAttributes(d: Dissection, at: number): string {
  const type = TYPE_NAMES[d.u32(at)] ?? 'Unknown';
  const mode = (d.u32(at + 4) & 0xfff).toString(8).padStart(4, '0');
  return `  ${type} mode: ${mode} uid: ${d.u32(at + 12)} gid: ${d.u32(at + 16)}`;
}

/** fattr3. */
export function addAttributes(d: Dissection, title: string, at: number): number {
  d.need(at, ATTRIBUTES_BYTES);
  d.beginText(at, ATTRIBUTES_BYTES, `${title}${d.building ? briefAttributes(d, at) : ''}`);
  d.add(NFS.type, at, 4);
  const mode = d.u32(at + 4);
  d.begin(NFS.mode, at + 4, 4);
  if (d.building) {
    const set = Object.values(MODE_BITS).filter((bit) => (mode & bit.mask) !== 0);
    d.labelOpen(['Mode: ' + (mode & 0xfff).toString(8).padStart(4, '0'), ...set.map((bit) => bit.label)].join(', '));
  }
  for (const bit of Object.values(MODE_BITS)) d.add(bit, at + 4, 4);
  d.end();
  d.add(NFS.links, at + 8, 4);
  d.add(NFS.uid, at + 12, 4);
  d.add(NFS.gid, at + 16, 4);
  d.add(NFS.size, at + 20, 8);
  d.add(NFS.used, at + 28, 8);
  d.beginText(at + 36, 8, `rdev: ${d.u32(at + 36)},${d.u32(at + 40)}`);
  d.add(NFS.device1, at + 36, 4);
  d.add(NFS.device2, at + 40, 4);
  d.end();
  d.add(NFS.fileSystem, at + 44, 8);
  d.add(NFS.fileId, at + 52, 8);
  addFileTimes(d, at + 60, 1, [NFS.accessNs, NFS.modifyNs, NFS.changeNs]);
  d.end();
  return at + ATTRIBUTES_BYTES;
}

/** Times of access, modification and change; `fractions` count `unitNs` nanoseconds. */
export function addFileTimes(d: Dissection, at: number, unitNs: number, fractions: readonly FieldDef[]): void {
  const times = [
    [NFS.accessTime, NFS.accessSeconds],
    [NFS.modifyTime, NFS.modifySeconds],
    [NFS.changeTime, NFS.changeSeconds],
  ] as const;
  for (const [i, [time, seconds]] of times.entries()) {
    const place = at + 8 * i;
    const ns = BigInt(d.u32(place)) * 1_000_000_000n + BigInt(d.u32(place + 4)) * BigInt(unitNs);
    d.begin(time, place, 8, ns);
    d.add(seconds, place, 4);
    d.add(itemAt(fractions, i), place + 4, 4);
    d.end();
  }
}
