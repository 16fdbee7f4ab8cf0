/** ICMP: echo with its answers, and errors with the packet that they are about. */
import { addChecksum, CHECKSUM_STATUS_NAMES, wantsCheck } from '../core/checksum-fields.ts';
import { checksumAdd, checksumFinish } from '../core/checksum.ts';
import { StateKey } from '../core/conversation.ts';
import { GENERATED, type Dissection } from '../core/dissect.ts';
import { expertField, field } from '../core/field.ts';
import { IP_PROTOCOL } from '../ipv4/fields.ts';
import { defineProtocol, REJECTED } from '../core/registry.ts';
import { ICMP, ICMP_TYPE, ICMP_UNREACHABLE } from './fields.ts';

const TYPE_NAMES: Readonly<Record<number, string>> = {
  0: 'Echo (ping) reply',
  3: 'Destination unreachable',
  4: 'Source quench (flow control)',
  5: 'Redirect',
  8: 'Echo (ping) request',
  9: 'Router advertisement',
  10: 'Router solicitation',
  11: 'Time-to-live exceeded',
  12: 'Parameter problem',
  13: 'Timestamp request',
  14: 'Timestamp reply',
  15: 'Information request',
  16: 'Information reply',
  17: 'Address mask request',
  18: 'Address mask reply',
};
const CODE_NAMES: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  3: {
    0: 'Network unreachable',
    1: 'Host unreachable',
    2: 'Protocol unreachable',
    3: 'Port unreachable',
    4: 'Fragmentation needed',
    5: 'Source route failed',
    6: 'Network unknown',
    7: 'Host unknown',
    8: 'Source host isolated',
    9: 'Network administratively prohibited',
    10: 'Host administratively prohibited',
    11: 'Network unreachable for TOS',
    12: 'Host unreachable for TOS',
    13: 'Communication administratively filtered',
    14: 'Host precedence violation',
    15: 'Precedence cutoff in effect',
  },
  5: {
    0: 'Redirect for network',
    1: 'Redirect for host',
    2: 'Redirect for TOS and network',
    3: 'Redirect for TOS and host',
  },
  11: { 0: 'Time to live exceeded in transit', 1: 'Fragment reassembly time exceeded' },
};

const FIELDS = {
  type: field('icmp.type', 'Type', 'uint8'),
  code: field('icmp.code', 'Code', 'uint8'),
  checksum: field('icmp.checksum', 'Checksum', 'uint16', { base: 'hex' }),
  status: field('icmp.checksum.status', 'Checksum Status', 'uint8', { base: 'none', values: CHECKSUM_STATUS_NAMES }),
  bad: expertField('icmp.checksum_bad', 'warn', 'Checksum', 'Bad checksum'),
  unused: field('icmp.unused', 'Unused', 'bytes'),
  identifier: field('icmp.ident', 'Identifier (BE)', 'uint16', { base: 'dec-hex' }),
  identifierLe: field('icmp.ident_le', 'Identifier (LE)', 'uint16', { base: 'dec-hex', littleEndian: true }),
  sequence: field('icmp.seq', 'Sequence Number (BE)', 'uint16', { base: 'dec-hex' }),
  sequenceLe: field('icmp.seq_le', 'Sequence Number (LE)', 'uint16', { base: 'dec-hex', littleEndian: true }),
  mtu: field('icmp.mtu', 'MTU of next hop', 'uint16'),
  gateway: field('icmp.redir_gw', 'Gateway Address', 'ipv4'),
  responseIn: field('icmp.resp_in', 'Response frame', 'framenum'),
  responseTo: field('icmp.resp_to', 'Request frame', 'framenum'),
  responseTime: field('icmp.resptime', 'Response time', 'double', { unit: ' ms' }),
  noResponse: field('icmp.no_resp', 'No response seen', 'none'),
  responseNotFound: expertField('icmp.resp_not_found', 'warn', 'Sequence', 'No response seen to ICMP request'),
};
const CHECKSUM = { ...FIELDS, calculated: undefined };

/** Which request an answer belongs to, and the other way round; indexes of frames. */
class EchoPairs {
  readonly open = new Map<string, number>();
  readonly requestOf = new Map<number, number>();
  readonly responseOf = new Map<number, number>();
}
const ECHO_PAIRS = new StateKey(() => new EchoPairs());

function dissectIcmp(d: Dissection, start: number, end: number): number {
  const type = d.u8(start);
  const code = d.u8(start + ICMP.code);
  d.begin(icmpProtocol.field, start, end - start);
  if (d.columns !== undefined) {
    const codeName = CODE_NAMES[type]?.[code];
    d.columns.protocol = 'ICMP';
    d.columns.info = (TYPE_NAMES[type] ?? `Type ${type}`) + (codeName === undefined ? '' : ` (${codeName})`);
  }
  d.add(FIELDS.type, start, 1);
  if (d.building) d.label(`Type: ${type} (${TYPE_NAMES[type] ?? 'Unknown'})`);
  d.add(FIELDS.code, start + ICMP.code, 1);
  const codeName = CODE_NAMES[type]?.[code];
  if (d.building && codeName !== undefined) d.label(`Code: ${code} (${codeName})`);
  addIcmpChecksum(d, start, end);
  if (type === ICMP_TYPE.echoRequest || type === ICMP_TYPE.echoReply) {
    addEcho(d, start, end, type === ICMP_TYPE.echoRequest);
  } else if (isError(type)) addError(d, start, end, type, code);
  else if (end > start + ICMP.identifier) d.data(start + ICMP.identifier, end);
  d.end();
  return end;
}

function isError(type: number): boolean {
  switch (type) {
    case ICMP_TYPE.destinationUnreachable:
    case ICMP_TYPE.sourceQuench:
    case ICMP_TYPE.redirect:
    case ICMP_TYPE.timeExceeded:
    case ICMP_TYPE.parameterProblem:
      return true;
    default:
      return false;
  }
}

function addIcmpChecksum(d: Dissection, start: number, end: number): void {
  const at = start + ICMP.checksum;
  let expected: number | undefined;
  // A quoted message is cut off: its checksum cannot be checked.
  if (wantsCheck(d, CHECKSUM) && !d.quoted) {
    expected = checksumFinish(checksumAdd(d.bytes, start, end, -d.u16(at)));
  }
  addChecksum(d, CHECKSUM, at, expected, false);
}

function addEcho(d: Dissection, start: number, end: number, isRequest: boolean): void {
  const identifier = d.u16(start + ICMP.identifier);
  const sequence = d.u16(start + ICMP.sequence);
  d.add(FIELDS.identifier, start + ICMP.identifier, 2);
  d.add(FIELDS.identifierLe, start + ICMP.identifier, 2);
  d.add(FIELDS.sequence, start + ICMP.sequence, 2);
  d.add(FIELDS.sequenceLe, start + ICMP.sequence, 2);
  const pairs = d.state(ECHO_PAIRS);
  if (!d.visited && !d.quoted) {
    const asker = isRequest ? d.networkSource : d.networkDestination;
    const answerer = isRequest ? d.networkDestination : d.networkSource;
    const key = `${asker}/${answerer}/${identifier}/${sequence}`;
    const request = pairs.open.get(key);
    if (isRequest) pairs.open.set(key, d.index);
    else if (request !== undefined) {
      pairs.open.delete(key);
      pairs.requestOf.set(d.index, request);
      pairs.responseOf.set(request, d.index);
    }
  }
  const partner = d.quoted ? undefined : (isRequest ? pairs.responseOf : pairs.requestOf).get(d.index);
  if (d.columns !== undefined) {
    const swapped = ((sequence & 0xff) << 8) | (sequence >>> 8);
    d.columns.info += `  id=0x${identifier.toString(16).padStart(4, '0')}, seq=${sequence}/${swapped}`;
    if (partner !== undefined) d.columns.info += ` (${isRequest ? 'reply' : 'request'} in ${partner + 1})`;
  }
  if (partner !== undefined) {
    d.add(isRequest ? FIELDS.responseIn : FIELDS.responseTo, start, 0, partner + 1, GENERATED);
    if (!isRequest) {
      const spanNs = d.context.frames.timeNs(d.index) - d.context.frames.timeNs(partner);
      d.add(FIELDS.responseTime, start, 0, spanNs / 1e6, GENERATED);
    }
  } else if (isRequest && !d.quoted && !isGroup(d.networkDestination) && d.visited) {
    d.add(FIELDS.noResponse, start, 0, undefined, GENERATED);
    d.expert(FIELDS.responseNotFound);
  }
  d.data(start + ICMP.data, end);
}

function isGroup(address: number): boolean {
  return address >= 0xe000_0000;
}

/** The message quotes the packet that it is about: shown as a packet, but it belongs to no conversation. */
function addError(d: Dissection, start: number, end: number, type: number, code: number): void {
  if (type === ICMP_TYPE.redirect) d.add(FIELDS.gateway, start + ICMP.gateway, 4);
  else if (type === ICMP_TYPE.destinationUnreachable && code === ICMP_UNREACHABLE.fragmentationNeeded) {
    d.add(FIELDS.unused, start + 4, 2);
    d.add(FIELDS.mtu, start + ICMP.nextHopMtu, 2);
  } else d.add(FIELDS.unused, start + 4, 4);
  const { columns, quoted, networkSource, networkDestination, sourcePort, destinationPort } = d;
  d.columns = undefined;
  d.quoted = true;
  const payload = start + ICMP.data;
  if (end > payload && d.dispatch('ethertype', 0x0800, payload, end) === REJECTED) d.data(payload, end);
  d.columns = columns;
  d.quoted = quoted;
  d.networkSource = networkSource;
  d.networkDestination = networkDestination;
  d.sourcePort = sourcePort;
  d.destinationPort = destinationPort;
}

export const icmpProtocol = defineProtocol({
  id: 'icmp',
  name: 'Internet Control Message Protocol',
  shortName: 'ICMP',
  fields: FIELDS,
  tables: { 'ip.proto': [IP_PROTOCOL.icmp] },
  calls: ['ethertype'],
  dissect: dissectIcmp,
});
