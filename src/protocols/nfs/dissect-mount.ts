/** The dissection of the mount protocol: version 3 (RFC 1813 §5), and versions 1 and 2 (RFC 1094 appendix A). */
import { fromLatin1 } from '../../base/bytes.ts';
import type { Dissection } from '../core/dissect.ts';
import { field, type FieldDef } from '../core/field.ts';
import { defineProtocol, REJECTED } from '../core/registry.ts';
import { addOpaque, addProcedure, CONTEXT, FLAVOR_NAMES, otherFrame } from '../rpc/dissect-fields.ts';
import { addHandle } from './dissect-fields.ts';
import { addOldHandle } from './dissect-old.ts';
import { MOUNT_PROCEDURE_NAMES, MOUNT_PROGRAM, MOUNT_VERSION } from './fields.ts';

/** RFC 1813 §5.1.5. */
const STATUS_NAMES: Readonly<Record<number, string>> = {
  0: 'OK',
  1: 'ERR_PERM',
  2: 'ERR_NOENT',
  5: 'ERR_IO',
  13: 'ERR_ACCESS',
  20: 'ERR_NOTDIR',
  22: 'ERR_INVAL',
  63: 'ERR_NAMETOOLONG',
  10004: 'ERR_NOTSUPP',
  10006: 'ERR_SERVERFAULT',
};

const MOUNT = {
  procedure: field('mount.procedure_v3', 'V3 Procedure', 'uint32'),
  procedure2: field('mount.procedure_v2', 'V2 Procedure', 'uint32'),
  procedure1: field('mount.procedure_v1', 'V1 Procedure', 'uint32'),
  path: field('mount.path', 'Path', 'string'),
  status: field('mount.status', 'Status', 'uint32', { values: STATUS_NAMES }),
  flavors: field('mount.flavors', 'Flavors', 'uint32'),
  flavor: field('mount.flavor', 'Flavor', 'uint32', { values: FLAVOR_NAMES }),
};

/** By version. */
const PROCEDURES: Readonly<Record<number, FieldDef>> = { 1: MOUNT.procedure1, 2: MOUNT.procedure2, 3: MOUNT.procedure };

function dissectMount(d: Dissection, start: number, end: number): number {
  const context = d.state(CONTEXT);
  const { exchange, isReply } = context;
  const procedure = exchange === undefined ? undefined : PROCEDURES[exchange.version];
  if (exchange === undefined || procedure === undefined) return REJECTED;
  const { version } = exchange;
  const name: string = MOUNT_PROCEDURE_NAMES.at(exchange.procedure) ?? `proc-${exchange.procedure}`;
  const hasPath = !isReply && (name === 'MNT' || name === 'UMNT');
  const status = isReply && name === 'MNT' ? d.u32(start) : 0;
  if (d.columns !== undefined) {
    const path = hasPath ? ` ${fromLatin1(d.bytes, start + 4, start + 4 + Math.min(1024, d.u32(start)))}` : '';
    const failure = status === 0 ? '' : ` Error:${STATUS_NAMES[status] ?? status}`;
    d.columns.protocol = 'MOUNT';
    d.columns.info = `V${version} ${name} ${isReply ? 'Reply' : 'Call'}${otherFrame(context)}${path}${failure}`;
  }
  d.begin(mountProtocol.field, start, end - start);
  addProcedure(d, procedure, start, name, exchange);
  let at = start;
  if (hasPath) at = addOpaque(d, 'Path', MOUNT.path, at);
  else if (isReply && name === 'MNT') {
    d.add(MOUNT.status, at, 4);
    at = status === 0 ? mounted(d, at + 4, version) : at + 4;
  }
  if (at !== end) d.text(at, end - at, `Not dissected (${end - at} bytes)`);
  d.end();
  return end;
}

function mounted(d: Dissection, start: number, version: number): number {
  if (version < MOUNT_VERSION) return addOldHandle(d, 'fhandle', start);
  const at = addHandle(d, 'fhandle', start);
  const count = d.u32(at);
  d.need(at + 4, 4 * count);
  d.add(MOUNT.flavors, at, 4);
  for (let i = 0; i < count; i++) d.add(MOUNT.flavor, at + 4 + 4 * i, 4);
  return at + 4 + 4 * count;
}

export const mountProtocol = defineProtocol({
  id: 'mount',
  name: 'Mount Service',
  shortName: 'MOUNT',
  fields: MOUNT,
  tables: { 'rpc.program': [MOUNT_PROGRAM] },
  // A body of no bytes is not listed; a file handle of NFS may be in an answer of another program.
  unlistedIn: ['rpc'],
  calls: ['rpc', 'nfs'],
  dissect: dissectMount,
});
