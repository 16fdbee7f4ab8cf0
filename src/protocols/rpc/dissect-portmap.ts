/** The dissection of the portmapper (RFC 1833 §3). */
import type { Dissection } from '../core/dissect.ts';
import { field } from '../core/field.ts';
import { defineProtocol, REJECTED } from '../core/registry.ts';
import { addBootparams } from '../bootparams/dissect.ts';
import { BOOTPARAM_PROCEDURE_NAMES, BOOTPARAM_PROGRAM } from '../bootparams/fields.ts';
import { addProcedure, CONTEXT, otherFrame, PROGRAM_NAMES, RPC } from './dissect-fields.ts';
import { PORTMAP_PROCEDURE, PORTMAP_PROGRAM } from './fields.ts';

/** RFC 1833 §3.2. */
export const PORTMAP_PROCEDURE_NAMES: readonly string[] = ['NULL', 'SET', 'UNSET', 'GETPORT', 'DUMP', 'CALLIT'];

const PORTMAP = {
  procedure: field('portmap.procedure_v2', 'V2 Procedure', 'uint32'),
  program: field('portmap.prog', 'Program', 'uint32', { values: PROGRAM_NAMES }),
  version: field('portmap.version', 'Version', 'uint32'),
  protocol: field('portmap.proto', 'Proto', 'uint32', { values: { 6: 'TCP', 17: 'UDP' } }),
  port: field('portmap.port', 'Port', 'uint32'),
  calledProcedure: field('portmap.proc', 'Procedure', 'uint32'),
};

function dissectPortmap(d: Dissection, start: number, end: number): number {
  const context = d.state(CONTEXT);
  const { exchange, isReply } = context;
  if (exchange === undefined || exchange.version !== 2) return REJECTED;
  const { procedure } = exchange;
  const name = PORTMAP_PROCEDURE_NAMES.at(procedure) ?? `proc-${procedure}`;
  const kind = isReply ? 'Reply' : 'Call';
  const isGetPort = procedure === PORTMAP_PROCEDURE.getPort;
  const [shown, brief] = isGetPort && end > start ? texts(d, start, isReply) : ['', ''];
  if (d.columns !== undefined) {
    d.columns.protocol = 'Portmap';
    d.columns.info = `V2 ${name} ${kind}${otherFrame(context)}${brief}`;
  }
  d.begin(portmapProtocol.field, start, end - start);
  if (d.building) d.labelOpen(`Portmap ${name} ${kind}${shown}`);
  addProcedure(d, PORTMAP.procedure, start, name, exchange);
  if (procedure === PORTMAP_PROCEDURE.callIt && !isReply && end - start >= 16) {
    addIndirectCall(d, start, end);
    d.end();
    return end;
  }
  if (!isGetPort) {
    d.end();
    d.data(start, end);
    return end;
  }
  if (isReply) d.add(PORTMAP.port, start, 4);
  else {
    d.add(PORTMAP.program, start, 4);
    d.add(PORTMAP.version, start + 4, 4);
    d.add(PORTMAP.protocol, start + 8, 4);
    d.add(PORTMAP.port, start + 12, 4);
  }
  d.end();
  return end;
}

/** RFC 1833 §3.2, call_args: a call of another program, which the portmapper makes in place of the client. */
function addIndirectCall(d: Dissection, start: number, end: number): void {
  const [program, procedure] = [d.u32(start), d.u32(start + 8)];
  d.add(PORTMAP.program, start, 4);
  d.add(PORTMAP.version, start + 4, 4);
  d.add(PORTMAP.calledProcedure, start + 8, 4);
  const isBoot = program === BOOTPARAM_PROGRAM;
  if (d.building) {
    const name = (isBoot ? BOOTPARAM_PROCEDURE_NAMES.at(procedure) : undefined) ?? `proc-${procedure}`;
    d.label(`Procedure: ${name} (${procedure})`);
  }
  d.add(RPC.argumentLength, start + 12, 4);
  if (isBoot) d.pushLayer('bootparams');
  const at = isBoot ? addBootparams(d, start + 16, procedure, false) : start + 16;
  if (at < end) d.text(at, end - at, `Argument (${end - at} bytes)`);
}

/** What was asked or answered, for the tree and for the list. */
function texts(d: Dissection, start: number, isReply: boolean): readonly [string, string] {
  if (isReply) {
    const port = d.u32(start);
    const text = port === 0 ? ' PROGRAM_NOT_AVAILABLE' : ` Port:${port}`;
    return [text, text];
  }
  const [program, version, protocol] = [d.u32(start), d.u32(start + 4), d.u32(start + 8)];
  const name = `${PROGRAM_NAMES[program] ?? 'Unknown'}(${program})`;
  const transport = protocol === 6 ? 'TCP' : protocol === 17 ? 'UDP' : String(protocol);
  return [` ${name} Version:${version} ${transport}`, ` ${name} V:${version} ${transport}`];
}

export const portmapProtocol = defineProtocol({
  id: 'portmap',
  name: 'Portmap',
  shortName: 'Portmap',
  fields: PORTMAP,
  tables: { 'rpc.program': [PORTMAP_PROGRAM] },
  // A body of no bytes is not listed; a file handle of NFS may be in an answer of another program.
  unlistedIn: ['rpc'],
  calls: ['rpc'],
  dissect: dissectPortmap,
});
