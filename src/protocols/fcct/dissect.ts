/** The name server of a fabric as Wireshark shows it: the header of common transport (fcct), then its requests (fcdns). */
import { GENERATED, type Dissection } from '../core/dissect.ts';
import { field } from '../core/field.ts';
import { defineProtocol } from '../core/registry.ts';
import { currentExchange, unlisted } from '../fc/exchange.ts';
import { FC_TYPE } from '../fc/fields.ts';
import { formatFcId, formatWwn, readWwn } from '../fc/wwn.ts';
import { CT_DIRECTORY, CT_HEADER_LENGTH, CT_NAME_SERVER, NS } from './codec.ts';

const hex = { base: 'hex' } as const;
const NAME_SERVER_INDEX = 1;

/** As Wireshark lists them. */
const COMMAND_NAMES: Readonly<Record<number, string>> = {
  [NS.gaNxt]: 'GA_NXT',
  [NS.gpnId]: 'GPN_ID',
  [NS.gnnId]: 'GNN_ID',
  [NS.gidPn]: 'GID_PN',
  [NS.gidFt]: 'GID_FT',
  [NS.gpnFt]: 'GPN_FT',
  [NS.rpnId]: 'RPN_ID',
  [NS.rnnId]: 'RNN_ID',
  [NS.rftId]: 'RFT_ID',
  [NS.rspnId]: 'RSPN_ID',
  [NS.rffId]: 'RFF_ID',
  [NS.rsnnNn]: 'RSNN_NN',
  [NS.reject]: 'MSG_RJT',
  [NS.accept]: 'MSG_ACC',
};

const CT_FIELDS = {
  revision: field('fcct.revision', 'Revision', 'uint8'),
  inId: field('fcct.in_id', 'IN_ID', 'string'),
  type: field('fcct.gstype', 'GS Type', 'uint8', {
    ...hex,
    values: { [CT_DIRECTORY]: 'Directory Service', 0xfa: 'Management Service' },
  }),
  subtype: field('fcct.gssubtype', 'GS Subtype', 'uint8', hex),
  server: field('fcct.server', 'Server', 'uint8', { ...hex, values: { [NAME_SERVER_INDEX]: 'dNS' } }),
  options: field('fcct.options', 'Options', 'uint8', hex),
};

function dissectCt(d: Dissection, start: number, end: number): number {
  unlisted(d);
  d.begin(ctProtocol.field, start, CT_HEADER_LENGTH);
  d.add(CT_FIELDS.revision, start, 1);
  d.add(CT_FIELDS.inId, start + 1, 3, formatFcId(d.u32(start) & 0xff_ffff));
  d.add(CT_FIELDS.type, start + 4, 1);
  d.add(CT_FIELDS.subtype, start + 5, 1);
  const isNameServer = d.u8(start + 4) === CT_DIRECTORY && d.u8(start + 5) === CT_NAME_SERVER;
  if (isNameServer) d.add(CT_FIELDS.server, start + 5, 1, NAME_SERVER_INDEX, GENERATED);
  d.add(CT_FIELDS.options, start + 6, 1);
  d.end();
  if (d.columns !== undefined) d.columns.protocol = 'FC_CT';
  if (isNameServer) d.call(dnsProtocol, start, end);
  else d.data(start + CT_HEADER_LENGTH, end);
  return end;
}

export const ctProtocol = defineProtocol({
  id: 'fcct',
  name: 'Fibre Channel Common Transport',
  shortName: 'FC_CT',
  fields: CT_FIELDS,
  tables: { 'fc.type': [FC_TYPE.ct] },
  calls: ['fcdns'],
  unlistedIn: ['fc'],
  dissect: dissectCt,
});

const NS_FIELDS = {
  opcode: field('fcdns.opcode', 'Opcode', 'uint16', { ...hex, values: COMMAND_NAMES }),
  size: field('fcdns.maxres_size', 'Maximum/Residual Size', 'uint16'),
  reason: field('fcdns.rply.reason', 'Reason Code', 'uint8', {
    ...hex,
    values: { 0x09: 'Unable to Perform Cmd', 0x0b: 'Cmd Not Supported' },
  }),
  explanation: field('fcdns.rply.reasondet', 'Reason Code Explanation', 'uint8', {
    ...hex,
    values: {
      0: 'No Additional Explanation',
      1: 'PortID Not Regd.',
      2: 'PortName Not Regd.',
      7: 'FC-4 Types Not Regd.',
    },
  }),
  vendor: field('fcdns.rply.vendor', 'Vendor Unique Reject Code', 'uint8', hex),
  askedPort: field('fcdns.req.portid', 'Port Identifier', 'string'),
  askedPortName: field('fcdns.req.portname', 'Port Name', 'string'),
  askedNodeName: field('fcdns.req.nname', 'Node Name', 'string'),
  port: field('fcdns.rply.portid', 'Port Identifier', 'string'),
  portName: field('fcdns.rply.pname', 'Port Name', 'string'),
  nodeName: field('fcdns.rply.nname', 'Node Name', 'string'),
  domain: field('fcdns.req.domainid', 'Domain ID Scope', 'uint8', hex),
  area: field('fcdns.req.areaid', 'Area ID Scope', 'uint8', hex),
  fc4Type: field('fcdns.req.fc4type', 'FC-4 Type', 'uint8', { ...hex, values: { 8: 'FCP' } }),
  nameLength: field('fcdns.req.snamelen', 'Symbolic Name Length', 'uint8'),
  symbolicName: field('fcdns.req.sname', 'Symbolic Port Name', 'string'),
  portNameLength: field('fcdns.req.spnamelen', 'Symbolic Port Name Length', 'uint8'),
  symbolicPortName: field('fcdns.req.spname', 'Symbolic Port Name', 'string'),
  types: field('fcdns.req.fc4types', 'FC-4 Types Supported', 'none'),
  typeFcp: typeField('fcp', 'FCP', 0x100),
  typeIp: typeField('ip', 'IP', 0x20),
  typeLlc: typeField('llc_snap', 'LLC/SNAP', 0x10),
  typeSwils: typeField('swils', 'SW_ILS', 0x10),
  typeSnmp: typeField('snmp', 'SNMP', 0x04),
  typeGs3: typeField('gs3', 'GS3', 0x01),
  typeVi: typeField('vi', 'VI', 0x01),
  features: field('fcdns.fc4features', 'FC-4 Feature Bits', 'uint8', hex),
  isInitiator: field('fcdns.fc4features.i', 'I', 'bool', { mask: 0x02, trueFalse: ['Set', 'Not set'] }),
  isTarget: field('fcdns.fc4features.t', 'T', 'bool', { mask: 0x01, trueFalse: ['Set', 'Not set'] }),
};

function typeField(name: string, label: string, mask: number): ReturnType<typeof field> {
  return field(`fcdns.fc4types.${name}`, label, 'bool', { bits: 32, mask, trueFalse: ['Set', 'Not set'] });
}

function dissectNames(d: Dissection, start: number, end: number): number {
  const command = d.u16(start + 8);
  const { exchange } = currentExchange(d);
  const isAnswer = command === NS.accept || command === NS.reject;
  if (!isAnswer && !d.visited) exchange.command ??= command;
  const asked = exchange.command;
  if (d.columns !== undefined) {
    d.columns.protocol = 'dNS';
    const name = COMMAND_NAMES[asked ?? command] ?? `0x${(asked ?? command).toString(16)}`;
    d.columns.info = isAnswer ? `${command === NS.accept ? 'ACC' : 'RJT'} (${name})` : name;
  }
  d.begin(dnsProtocol.field, start, end - start);
  d.add(NS_FIELDS.opcode, start + 8, 2);
  d.add(NS_FIELDS.size, start + 10, 2);
  const at = start + CT_HEADER_LENGTH;
  if (command === NS.reject) {
    d.add(NS_FIELDS.reason, start + 13, 1);
    d.add(NS_FIELDS.explanation, start + 14, 1);
    d.add(NS_FIELDS.vendor, start + 15, 1);
  } else if (isAnswer) answer(d, at, end, asked ?? 0);
  else request(d, at, command);
  d.end();
  return end;
}

function id(d: Dissection, field: (typeof NS_FIELDS)['port'], at: number): void {
  d.add(field, at + 1, 3, formatFcId(d.u32(at) & 0xff_ffff));
}

function wwn(d: Dissection, field: (typeof NS_FIELDS)['port'], at: number): void {
  d.need(at, 8);
  d.add(field, at, 8, formatWwn(readWwn(d.bytes, at)));
}

function request(d: Dissection, at: number, command: number): void {
  switch (command) {
    case NS.gaNxt:
    case NS.gpnId:
    case NS.gnnId:
      id(d, NS_FIELDS.askedPort, at);
      break;
    case NS.gidPn:
      wwn(d, NS_FIELDS.askedPortName, at);
      break;
    case NS.gidFt:
    case NS.gpnFt:
      d.add(NS_FIELDS.domain, at + 1, 1);
      d.add(NS_FIELDS.area, at + 2, 1);
      d.add(NS_FIELDS.fc4Type, at + 3, 1);
      break;
    case NS.rpnId:
      id(d, NS_FIELDS.askedPort, at);
      wwn(d, NS_FIELDS.askedPortName, at + 4);
      break;
    case NS.rnnId:
      id(d, NS_FIELDS.askedPort, at);
      wwn(d, NS_FIELDS.askedNodeName, at + 4);
      break;
    case NS.rftId:
      id(d, NS_FIELDS.askedPort, at);
      types(d, at + 4);
      break;
    case NS.rspnId:
      id(d, NS_FIELDS.askedPort, at);
      d.add(NS_FIELDS.portNameLength, at + 4, 1);
      d.add(NS_FIELDS.symbolicPortName, at + 5, d.u8(at + 4));
      break;
    case NS.rffId:
      id(d, NS_FIELDS.askedPort, at);
      d.begin(NS_FIELDS.features, at + 6, 1);
      d.add(NS_FIELDS.isInitiator, at + 6, 1);
      d.add(NS_FIELDS.isTarget, at + 6, 1);
      d.end();
      d.add(NS_FIELDS.fc4Type, at + 7, 1);
      break;
    case NS.rsnnNn:
      wwn(d, NS_FIELDS.askedNodeName, at);
      d.add(NS_FIELDS.nameLength, at + 8, 1);
      d.add(NS_FIELDS.symbolicName, at + 9, d.u8(at + 8));
      break;
    default:
  }
}

function types(d: Dissection, at: number): void {
  d.begin(NS_FIELDS.types, at, 32);
  for (const one of [NS_FIELDS.typeFcp, NS_FIELDS.typeIp, NS_FIELDS.typeLlc]) d.add(one, at, 4);
  for (const one of [NS_FIELDS.typeSwils, NS_FIELDS.typeSnmp, NS_FIELDS.typeGs3]) d.add(one, at + 4, 4);
  d.add(NS_FIELDS.typeVi, at + 8, 4);
  d.end();
}

function answer(d: Dissection, start: number, end: number, asked: number): void {
  switch (asked) {
    case NS.gpnId:
      wwn(d, NS_FIELDS.portName, start);
      break;
    case NS.gnnId:
      wwn(d, NS_FIELDS.nodeName, start);
      break;
    case NS.gidPn:
      id(d, NS_FIELDS.port, start);
      break;
    case NS.gidFt:
      for (let at = start; at + 4 <= end; at += 4) id(d, NS_FIELDS.port, at);
      break;
    case NS.gpnFt:
      for (let at = start; at + 16 <= end; at += 16) {
        id(d, NS_FIELDS.port, at);
        wwn(d, NS_FIELDS.portName, at + 8);
      }
      break;
    default:
  }
}

export const dnsProtocol = defineProtocol({
  id: 'fcdns',
  name: 'Fibre Channel Name Server',
  shortName: 'FC-dNS',
  fields: NS_FIELDS,
  dissect: dissectNames,
});
