/** The dissection of Sun's bootparam program, version 1. */
import type { Dissection } from '../core/dissect.ts';
import { field } from '../core/field.ts';
import { defineProtocol, REJECTED } from '../core/registry.ts';
import { addOpaque, addProcedure, CONTEXT, otherFrame } from '../rpc/dissect-fields.ts';
import { BOOTPARAM_PROCEDURE, BOOTPARAM_PROCEDURE_NAMES, BOOTPARAM_PROGRAM, BOOTPARAM_VERSION } from './fields.ts';

const BOOTPARAMS = {
  procedure: field('bootparams.procedure_v1', 'V1 Procedure', 'uint32'),
  host: field('bootparams.host', 'Client Host', 'string'),
  domain: field('bootparams.domain', 'Client Domain', 'string'),
  fileId: field('bootparams.fileid', 'File ID', 'string'),
  filePath: field('bootparams.filepath', 'File Path', 'string'),
  hostAddress: field('bootparams.hostaddr', 'Client Address', 'ipv4'),
  routerAddress: field('bootparams.routeraddr', 'Router Address', 'ipv4'),
  type: field('bootparams.type', 'Address Type', 'uint32', { values: { 1: 'IPv4-ADDR' } }),
};

function addAddress(d: Dissection, def: (typeof BOOTPARAMS)['hostAddress'], at: number): number {
  d.need(at, 20);
  d.add(BOOTPARAMS.type, at, 4);
  const value = [4, 8, 12, 16].reduce((address, offset) => ((address << 8) | d.u8(at + offset + 3)) >>> 0, 0);
  d.add(def, at + 4, 16, value);
  return at + 20;
}

/** Arguments or results of a procedure, also inside the portmapper's CALLIT. Returns the offset behind them. */
export function addBootparams(d: Dissection, start: number, procedure: number, isReply: boolean): number {
  switch (procedure) {
    case BOOTPARAM_PROCEDURE.whoami: {
      if (!isReply) return addAddress(d, BOOTPARAMS.hostAddress, start);
      const domain = addOpaque(d, 'Client Host', BOOTPARAMS.host, start);
      return addAddress(d, BOOTPARAMS.routerAddress, addOpaque(d, 'Client Domain', BOOTPARAMS.domain, domain));
    }
    case BOOTPARAM_PROCEDURE.getFile: {
      const next = addOpaque(d, 'Client Host', BOOTPARAMS.host, start);
      if (!isReply) return addOpaque(d, 'File ID', BOOTPARAMS.fileId, next);
      return addOpaque(d, 'File Path', BOOTPARAMS.filePath, addAddress(d, BOOTPARAMS.hostAddress, next));
    }
    default:
      return start;
  }
}

function dissectBootparams(d: Dissection, start: number, end: number): number {
  const context = d.state(CONTEXT);
  const { exchange, isReply } = context;
  if (exchange === undefined) return REJECTED;
  const { version, procedure } = exchange;
  const isKnown = version === BOOTPARAM_VERSION;
  const name = (isKnown ? BOOTPARAM_PROCEDURE_NAMES.at(procedure) : undefined) ?? `proc-${procedure}`;
  if (d.columns !== undefined) {
    d.columns.protocol = 'BOOTPARAMS';
    d.columns.info = `V${version} ${name} ${isReply ? 'Reply' : 'Call'}${otherFrame(context)}`;
  }
  if (!isKnown || BOOTPARAM_PROCEDURE_NAMES.at(procedure) === undefined) return REJECTED;
  d.begin(bootparamsProtocol.field, start, end - start);
  addProcedure(d, BOOTPARAMS.procedure, start, name, exchange);
  const at = end > start ? addBootparams(d, start, procedure, isReply) : start;
  if (at < end) d.text(at, end - at, `Not dissected (${end - at} bytes)`);
  d.end();
  return end;
}

export const bootparamsProtocol = defineProtocol({
  id: 'bootparams',
  name: 'Boot Parameters',
  shortName: 'BOOTPARAMS',
  fields: BOOTPARAMS,
  tables: { 'rpc.program': [BOOTPARAM_PROGRAM] },
  // A body of no bytes is not listed; a file handle of NFS may be in an answer of another program.
  unlistedIn: ['rpc'],
  calls: ['rpc'],
  dissect: dissectBootparams,
});
