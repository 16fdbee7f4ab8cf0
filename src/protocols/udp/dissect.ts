/** UDP, and which protocol a datagram carries: by an expectation of its conversation, then by its ports. */
import { itemAt } from '../../base/lists/list.ts';
import { addChecksum, CHECKSUM_STATUS, CHECKSUM_STATUS_NAMES, wantsCheck } from '../core/checksum-fields.ts';
import { transportChecksum } from '../core/checksum.ts';
import { StateKey, type Conversation } from '../core/conversation.ts';
import { GENERATED, HIDDEN, type Dissection } from '../core/dissect.ts';
import { expertField, field } from '../core/field.ts';
import { FrameColumn } from '../core/frame-column.ts';
import { IP_PROTOCOL } from '../ipv4/fields.ts';
import { defineProtocol, REJECTED } from '../core/registry.ts';
import { UDP, UDP_HEADER_LENGTH } from './fields.ts';

const FIELDS = {
  sourcePort: field('udp.srcport', 'Source Port', 'uint16'),
  destinationPort: field('udp.dstport', 'Destination Port', 'uint16'),
  port: field('udp.port', 'Source or Destination Port', 'uint16'),
  length: field('udp.length', 'Length', 'uint16'),
  checksum: field('udp.checksum', 'Checksum', 'uint16', { base: 'hex' }),
  calculated: field('udp.checksum_calculated', 'Calculated Checksum', 'uint16', { base: 'hex' }),
  status: field('udp.checksum.status', 'Checksum Status', 'uint8', { base: 'none', values: CHECKSUM_STATUS_NAMES }),
  bad: expertField('udp.checksum.bad', 'error', 'Checksum', 'Bad checksum'),
  lengthBad: expertField('udp.length.bad', 'error', 'Malformed', 'Bad length value'),
  stream: field('udp.stream', 'Stream index', 'uint32'),
  timeRelative: field('udp.time_relative', 'Time since first frame', 'relative-time'),
  timeDelta: field('udp.time_delta', 'Time since previous frame', 'relative-time'),
  payload: field('udp.payload', 'Payload', 'bytes'),
};

/** What is remembered of each frame, so that no later pass has to look for it. */
class UdpFrames {
  /** Index of the conversation. */
  readonly stream = new FrameColumn();
  /** Frame before this one in the conversation. */
  readonly previous = new FrameColumn();
}
const UDP_FRAMES = new StateKey(() => new UdpFrames());
const LAST_FRAME = new StateKey(() => ({ index: -1 }));

function dissectUdp(d: Dissection, start: number, end: number): number {
  d.begin(udpProtocol.field, start, Math.min(UDP_HEADER_LENGTH, end - start));
  const sourcePort = d.u16(start + UDP.sourcePort);
  const destinationPort = d.u16(start + UDP.destinationPort);
  d.sourcePort = sourcePort;
  d.destinationPort = destinationPort;
  d.add(FIELDS.sourcePort, start + UDP.sourcePort, 2);
  d.add(FIELDS.destinationPort, start + UDP.destinationPort, 2);
  d.add(FIELDS.port, start + UDP.sourcePort, 2, undefined, HIDDEN);
  d.add(FIELDS.port, start + UDP.destinationPort, 2, undefined, HIDDEN);
  const length = d.u16(start + UDP.length);
  if (d.building) d.labelOpen(`User Datagram Protocol, Src Port: ${sourcePort}, Dst Port: ${destinationPort}`);
  if (d.columns !== undefined) {
    d.columns.protocol = 'UDP';
    d.columns.info = `${sourcePort} → ${destinationPort} Len=${Math.max(0, length - UDP_HEADER_LENGTH)}`;
  }
  d.add(FIELDS.length, start + UDP.length, 2);
  let stop = start + length;
  if (length < UDP_HEADER_LENGTH || (stop > end && !d.quoted)) {
    d.expert(
      FIELDS.lengthBad,
      `Bad length value ${length} ${length < UDP_HEADER_LENGTH ? '< 8' : '> IP payload length'}`,
    );
    if (length < UDP_HEADER_LENGTH) {
      d.end();
      return end;
    }
  }
  stop = Math.min(stop, end);
  addUdpChecksum(d, start, length, stop);
  addStream(d, start, sourcePort, destinationPort);
  const payload = start + UDP_HEADER_LENGTH;
  if (stop > payload) {
    d.add(FIELDS.payload, payload, stop - payload);
    if (d.building) d.label(`UDP payload (${stop - payload} byte${stop - payload === 1 ? '' : 's'})`);
  }
  d.end();
  if (stop > payload) dissectPayload(d, payload, stop, sourcePort, destinationPort);
  return end;
}

function addUdpChecksum(d: Dissection, start: number, length: number, stop: number): void {
  const at = start + UDP.checksum;
  const found = d.u16(at);
  if (found === 0) {
    // RFC 768: the sender made none.
    d.add(FIELDS.checksum, at, 2);
    if (d.building) d.label('Checksum: 0x0000 [zero-value ignored]');
    d.add(FIELDS.status, at, 2, CHECKSUM_STATUS.notPresent, GENERATED);
    return;
  }
  let expected: number | undefined;
  if (wantsCheck(d, FIELDS) && stop - start === length) {
    const { bytes, networkSource: from, networkDestination: to } = d;
    const right = transportChecksum(bytes, start, length, IP_PROTOCOL.udp, from, to, found);
    expected = right === 0 ? 0xffff : right;
  }
  addChecksum(d, FIELDS, at, expected, true);
}

/** Finds or makes the conversation of the datagram; shows its index and times. */
function addStream(d: Dissection, start: number, sourcePort: number, destinationPort: number): void {
  if (d.quoted) {
    // The error is about that stream, without being part of it.
    const from = { address: d.networkSource, port: sourcePort };
    const about = d.context.udp.find(from, { address: d.networkDestination, port: destinationPort }, d.index);
    if (about !== undefined) d.add(FIELDS.stream, start + UDP_HEADER_LENGTH, 0, about.index, GENERATED);
    return;
  }
  const conversation = conversationOf(d, sourcePort, destinationPort);
  d.conversation = conversation;
  d.direction = conversation.directionFrom(d.networkSource, sourcePort);
  const payload = start + UDP_HEADER_LENGTH;
  d.add(FIELDS.stream, payload, 0, conversation.index, GENERATED);
  if (!d.building && !d.wants(FIELDS.timeRelative) && !d.wants(FIELDS.timeDelta)) return;
  const { frames } = d.context;
  const timeNs = frames.timeNs(d.index);
  const before = d.state(UDP_FRAMES).previous.get(d.index);
  d.beginText(start, 0, 'Timestamps');
  d.add(FIELDS.timeRelative, start, 0, timeNs - frames.timeNs(conversation.firstFrame), GENERATED);
  d.add(FIELDS.timeDelta, start, 0, before < 0 ? 0 : timeNs - frames.timeNs(before), GENERATED);
  d.end();
}

function conversationOf(d: Dissection, sourcePort: number, destinationPort: number): Conversation {
  const table = d.context.udp;
  const memory = d.state(UDP_FRAMES);
  const known = memory.stream.get(d.index);
  if (known >= 0) return itemAt(table.conversations, known);
  const from = { address: d.networkSource, port: sourcePort };
  const to = { address: d.networkDestination, port: destinationPort };
  const conversation = table.find(from, to, d.index) ?? table.create(from, to, d.index);
  const last = conversation.state(LAST_FRAME);
  memory.stream.set(d.index, conversation.index);
  if (last.index >= 0) memory.previous.set(d.index, last.index);
  last.index = d.index;
  return conversation;
}

function dissectPayload(d: Dissection, start: number, end: number, sourcePort: number, destinationPort: number): void {
  const expected = d.conversation?.expectation;
  if (expected !== undefined && d.call(expected.protocol, start, end) !== REJECTED) return;
  const low = Math.min(sourcePort, destinationPort);
  const high = Math.max(sourcePort, destinationPort);
  if (d.dispatch('udp.port', low, start, end) !== REJECTED) return;
  if (high !== low && d.dispatch('udp.port', high, start, end) !== REJECTED) return;
  // Protocols without a port of their own look whether the payload is theirs.
  if (d.dispatch('udp.any', 0, start, end) !== REJECTED) return;
  d.data(start, end);
}

export const udpProtocol = defineProtocol({
  id: 'udp',
  name: 'User Datagram Protocol',
  shortName: 'UDP',
  fields: FIELDS,
  tables: { 'ip.proto': [IP_PROTOCOL.udp] },
  calls: ['udp.port', 'udp.any'],
  dissect: dissectUdp,
});
