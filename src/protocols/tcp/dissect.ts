/** TCP: the header, what the order of segments tells, and the messages put together from them. */
import { itemAt } from '../../base/lists/list.ts';
import { addChecksum, wantsCheck } from '../core/checksum-fields.ts';
import { transportChecksum } from '../core/checksum.ts';
import type { Conversation } from '../core/conversation.ts';
import { GENERATED, HIDDEN, type Dissection } from '../core/dissect.ts';
import type { FieldDef } from '../core/field.ts';
import { IP_PROTOCOL } from '../ipv4/fields.ts';
import { defineProtocol } from '../core/registry.ts';
import { analyse, scaledWindow, TCP_FRAMES, TCP_STREAM, type TcpFrames, type TcpStream } from './analysis.ts';
import { TCP_FIELDS, TCP_FINDINGS } from './dissect-fields.ts';
import { TCP, TCP_FLAG, TCP_HEADER_LENGTH } from './fields.ts';
import { addTcpOptions, TCP_OPTION_FIELDS, windowShift, sackBlocks } from './options-dissect.ts';
import { addSegmentData, dissectTcpPayload } from './payload-dissect.ts';

const F = TCP_FIELDS;
const FLAG_NAMES = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR', 'AE'];

function flagNames(flags: number): string {
  return FLAG_NAMES.filter((_, bit) => (flags & (1 << bit)) !== 0).join(', ');
}

function flagLetters(flags: number): string {
  const letters = 'RRRACEUAPRSF';
  let out = '';
  for (let i = 0; i < 12; i++) out += (flags & (0x800 >> i)) === 0 ? '·' : letters[i];
  return out;
}

/** One segment, as the parts of the dissector hand it to each other. */
interface Segment {
  readonly start: number;
  readonly payload: number;
  readonly end: number;
  readonly flags: number;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly window: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

function dissectTcp(d: Dissection, start: number, end: number): number {
  d.begin(tcpProtocol.field, start, Math.min(TCP_HEADER_LENGTH, end - start));
  const sourcePort = d.u16(start + TCP.sourcePort);
  const destinationPort = d.u16(start + TCP.destinationPort);
  d.sourcePort = sourcePort;
  d.destinationPort = destinationPort;
  d.add(F.sourcePort, start + TCP.sourcePort, 2);
  d.add(F.destinationPort, start + TCP.destinationPort, 2);
  d.add(F.port, start + TCP.sourcePort, 2, undefined, HIDDEN);
  d.add(F.port, start + TCP.destinationPort, 2, undefined, HIDDEN);
  if (d.building) d.labelOpen(`Transmission Control Protocol, Src Port: ${sourcePort}, Dst Port: ${destinationPort}`);
  if (d.columns !== undefined) {
    d.columns.protocol = 'TCP';
    d.columns.info = `${sourcePort} → ${destinationPort}`;
  }
  if (d.quoted && end - start < TCP_HEADER_LENGTH) {
    // RFC 792: an ICMP error need quote no more than 8 bytes.
    d.add(F.sequence, start + TCP.sequence, 4);
    d.end();
    return end;
  }
  const headerLength = (d.u8(start + TCP.offsetAndFlags) >>> 4) * 4;
  const segment: Segment = {
    start,
    payload: start + headerLength,
    end,
    flags: d.u16(start + TCP.offsetAndFlags) & 0xfff,
    sequence: d.u32(start + TCP.sequence),
    acknowledgment: d.u32(start + TCP.acknowledgment),
    window: d.u16(start + TCP.window),
    sourcePort,
    destinationPort,
  };
  if (headerLength < TCP_HEADER_LENGTH) {
    d.add(F.headerLength, start + TCP.offsetAndFlags, 1, headerLength);
    d.expert(F.bogusHeaderLength, `Bogus TCP header length (${headerLength}, must be at least 20)`);
    d.end();
    return end;
  }
  d.need(start, headerLength);
  d.endAt(segment.payload);
  const conversation = d.quoted ? undefined : findConversation(d, segment);
  addHeader(d, segment, conversation?.state(TCP_STREAM), conversation);
  if (conversation !== undefined) addConversation(d, segment, conversation);
  if (segment.end > segment.payload) {
    d.add(F.payload, segment.payload, end - segment.payload);
    if (d.building) d.label(`TCP payload (${end - segment.payload} byte${end - segment.payload === 1 ? '' : 's'})`);
  }
  const heading = d.openItem;
  d.end();
  if (conversation === undefined) d.data(segment.payload, end);
  else {
    const isEnd = (segment.flags & TCP_FLAG.fin) !== 0;
    const isSyn = (segment.flags & TCP_FLAG.syn) !== 0;
    const sequence = isSyn ? (segment.sequence + 1) >>> 0 : segment.sequence;
    // The byte of a window probe comes again with the data.
    const isProbe = d.state(TCP_FRAMES).findings.get(d.index)?.findings.includes('zeroWindowProbe') ?? false;
    if (isProbe) addSegmentData(d, heading, segment.payload, end);
    else dissectTcpPayload(d, conversation, { start: segment.payload, end, sequence, isEnd, tcpStart: start, heading });
  }
  return end;
}

/** The stream that the segment belongs to; a SYN with another initial number begins a new one on the same ports. */
function findConversation(d: Dissection, segment: Segment): Conversation {
  const table = d.context.tcp;
  const memory = d.state(TCP_FRAMES);
  const known = memory.stream.get(d.index);
  if (known >= 0) {
    const conversation = itemAt(table.conversations, known);
    d.conversation = conversation;
    d.direction = conversation.directionFrom(d.networkSource, segment.sourcePort);
    return conversation;
  }
  const from = { address: d.networkSource, port: segment.sourcePort };
  const to = { address: d.networkDestination, port: segment.destinationPort };
  let conversation = table.find(from, to, d.index);
  const isSyn = (segment.flags & (TCP_FLAG.syn | TCP_FLAG.ack)) === TCP_FLAG.syn;
  let isReused = false;
  if (conversation !== undefined && isSyn) {
    const direction = conversation.directionFrom(from.address, from.port);
    const { base } = conversation.state(TCP_STREAM).flows[direction];
    isReused = base !== undefined && base !== segment.sequence;
  }
  if (conversation === undefined || isReused) conversation = table.create(from, to, d.index);
  d.conversation = conversation;
  d.direction = conversation.directionFrom(from.address, from.port);
  rememberSegment(d, segment, conversation, memory);
  if (isReused) {
    const found = memory.findings.get(d.index);
    memory.findings.set(d.index, { ...found, findings: [...(found?.findings ?? []), 'reusedPorts'] });
  }
  return conversation;
}

function rememberSegment(d: Dissection, segment: Segment, conversation: Conversation, memory: TcpFrames): void {
  const stream = conversation.state(TCP_STREAM);
  const hasFin = stream.flows[0].hasFin || stream.flows[1].hasFin;
  const flow = stream.flows[d.direction];
  if ((segment.flags & TCP_FLAG.fin) !== 0 && !flow.hasFin) {
    (hasFin ? memory.finPassive : memory.finActive).add(d.index);
    flow.hasFin = true;
  }
  memory.stream.set(d.index, conversation.index);
  if (stream.lastFrame >= 0) memory.previous.set(d.index, stream.lastFrame);
  stream.lastFrame = d.index;
  analyse(conversation, d.direction, memory, {
    frame: d.index,
    timeNs: d.context.frames.timeNs(d.index),
    sequence: segment.sequence,
    acknowledgment: segment.acknowledgment,
    flags: segment.flags,
    window: segment.window,
    length: segment.end - segment.payload,
    windowShift: windowShift(d.bytes, segment.start + TCP_HEADER_LENGTH, segment.payload),
    sackBlocks: sackBlocks(d.bytes, segment.start + TCP_HEADER_LENGTH, segment.payload),
  });
}

function addHeader(
  d: Dissection,
  segment: Segment,
  stream: TcpStream | undefined,
  conversation: Conversation | undefined,
): void {
  const { start, flags, payload, end } = segment;
  const length = end - payload;
  const isAck = (flags & TCP_FLAG.ack) !== 0;
  const flow = stream?.flows[d.direction];
  const other = stream?.flows[d.direction === 0 ? 1 : 0];
  const sequence = (segment.sequence - (flow?.base ?? 0)) >>> 0;
  const ackBase = isAck ? (other?.base ?? 0) : 0;
  const acknowledgment = (segment.acknowledgment - ackBase) >>> 0;
  const advance = length + ((flags & TCP_FLAG.syn) === 0 ? 0 : 1) + ((flags & TCP_FLAG.fin) === 0 ? 0 : 1);
  if (d.building) d.appendOpen(`, Seq: ${sequence}${isAck ? `, Ack: ${acknowledgment}` : ''}, Len: ${length}`);
  if (d.columns !== undefined) {
    const window =
      flow === undefined || other === undefined ? segment.window : scaledWindow(flow, other, flags, segment.window);
    d.columns.info += ` [${flagNames(flags)}] Seq=${sequence}${isAck ? ` Ack=${acknowledgment}` : ''} Win=${window} Len=${length}`;
  }
  if (conversation !== undefined && stream !== undefined) {
    d.add(F.stream, start, 0, conversation.index, GENERATED);
    d.add(F.completeness, start, 0, stream.completeness, GENERATED);
    if (d.building) d.label(`Conversation completeness: ${completenessText(stream.completeness)}`);
  }
  d.add(F.length, start, 0, length, GENERATED);
  d.add(F.sequence, start + TCP.sequence, 4, sequence);
  d.add(F.sequenceRaw, start + TCP.sequence, 4);
  d.add(F.nextSequence, start, 0, (sequence + advance) >>> 0, GENERATED);
  d.add(F.acknowledgment, start + TCP.acknowledgment, 4, acknowledgment);
  if (d.building && !isAck) d.label(`Acknowledgment Number: ${acknowledgment}`);
  d.add(F.acknowledgmentRaw, start + TCP.acknowledgment, 4);
  d.add(F.headerLength, start + TCP.offsetAndFlags, 1, payload - start);
  if (d.building) {
    const words = (payload - start) / 4;
    d.label(`${words.toString(2).padStart(4, '0')} .... = Header Length: ${payload - start} bytes (${words})`);
  }
  addFlags(d, segment);
  addWindow(d, segment, stream);
  addTcpChecksum(d, segment);
  d.add(F.urgentPointer, start + TCP.urgentPointer, 2);
  if ((flags & TCP_FLAG.urg) === 0 && d.u16(start + TCP.urgentPointer) !== 0) d.expert(F.urgentWithoutFlag);
  if (payload > start + TCP_HEADER_LENGTH) {
    const ack = { acknowledgment: segment.acknowledgment, base: other?.base ?? 0 };
    addTcpOptions(d, start + TCP_HEADER_LENGTH, payload, ack, (flags & TCP_FLAG.syn) !== 0);
  }
}

const INCOMPLETE: Readonly<Record<number, string>> = {
  1: 'SYN_SENT',
  3: 'CLIENT_ESTABLISHED',
  7: 'ESTABLISHED',
  15: 'DATA',
};

function completenessText(value: number): string {
  if ((value & 32) === 0 && value === 31) return `Complete, WITH_DATA (${value})`;
  if (value === 23) return `Complete, NO_DATA (${value})`;
  if ((value & 7) === 7 && (value & 48) !== 0)
    return `Complete, ${(value & 8) === 0 ? 'NO_DATA' : 'WITH_DATA'} (${value})`;
  const stage = INCOMPLETE[value];
  return `Incomplete${stage === undefined ? '' : `, ${stage}`} (${value})`;
}

/** The words of a masked bit, over the two bytes at `at` or in its second one. */
function addFlag(d: Dissection, def: FieldDef, at: number, flags: number): void {
  d.add(def, def.mask > 0xff ? at : at + 1, 1, (flags & def.mask) !== 0);
}

function addFlags(d: Dissection, segment: Segment): void {
  const { flags } = segment;
  const at = segment.start + TCP.offsetAndFlags;
  d.begin(F.flags, at, 2, flags);
  if (d.building) d.labelOpen(`Flags: 0x${flags.toString(16).padStart(3, '0')} (${flagNames(flags) || '<None>'})`);
  addFlag(d, F.reserved, at, flags);
  addFlag(d, F.accurateEcn, at, flags);
  addFlag(d, F.cwr, at, flags);
  addFlag(d, F.ece, at, flags);
  addFlag(d, F.urg, at, flags);
  addFlag(d, F.ack, at, flags);
  addFlag(d, F.push, at, flags);
  addFlag(d, F.reset, at, flags);
  if ((flags & TCP_FLAG.rst) !== 0) d.expert(F.rstFinding);
  addFlag(d, F.syn, at, flags);
  if ((flags & TCP_FLAG.syn) !== 0) {
    const isAnswer = (flags & TCP_FLAG.ack) !== 0;
    const finding = isAnswer ? F.synAckFinding : F.synFinding;
    const port = isAnswer ? segment.sourcePort : segment.destinationPort;
    d.expert(finding, d.saysFindings ? `${finding.label}: server port ${port}` : undefined);
  }
  addFlag(d, F.fin, at, flags);
  if ((flags & TCP_FLAG.fin) !== 0) d.expert(F.finFinding);
  if (d.wants(F.flagsText)) d.add(F.flagsText, at, 2, flagLetters(flags), GENERATED);
  if ((flags & TCP_FLAG.fin) !== 0 && !d.quoted) {
    const memory = d.state(TCP_FRAMES);
    if (memory.finActive.has(d.index)) d.expert(F.finActive);
    if (memory.finPassive.has(d.index)) d.expert(F.finPassive);
  }
  d.end();
}

function addWindow(d: Dissection, segment: Segment, stream: TcpStream | undefined): void {
  const at = segment.start + TCP.window;
  d.add(F.windowValue, at, 2);
  const flow = stream?.flows[d.direction];
  const other = stream?.flows[d.direction === 0 ? 1 : 0];
  if (flow === undefined || other === undefined) return;
  d.add(F.window, at, 2, scaledWindow(flow, other, segment.flags, segment.window), GENERATED);
  if ((segment.flags & TCP_FLAG.syn) !== 0) return;
  const { scale } = flow;
  const isOff = scale !== undefined && (scale < 0 || (other.scale ?? 0) < 0);
  // Wireshark's numbers for "not known" and "not used".
  const factor = scale === undefined ? -1 : isOff ? -2 : 2 ** scale;
  d.add(F.windowScale, at, 2, factor, GENERATED);
  if (!d.building) return;
  const words = factor === -1 ? '-1 (unknown)' : factor === -2 ? '-2 (no window scaling used)' : String(factor);
  d.label(`Window size scaling factor: ${words}`);
}

function addTcpChecksum(d: Dissection, segment: Segment): void {
  const { start, end } = segment;
  const at = start + TCP.checksum;
  let expected: number | undefined;
  if (wantsCheck(d, F) && !d.quoted) {
    const { bytes, networkSource: from, networkDestination: to } = d;
    expected = transportChecksum(bytes, start, end - start, IP_PROTOCOL.tcp, from, to, d.u16(at));
  }
  addChecksum(d, F, at, expected, false);
}

function addConversation(d: Dissection, segment: Segment, conversation: Conversation): void {
  const memory = d.state(TCP_FRAMES);
  const stream = conversation.state(TCP_STREAM);
  const { frames } = d.context;
  const { start } = segment;
  const timeNs = frames.timeNs(d.index);
  if (d.building || d.wants(F.timeRelative) || d.wants(F.timeDelta)) {
    const before = memory.previous.get(d.index);
    d.beginText(start, 0, 'Timestamps');
    d.add(F.timeRelative, start, 0, timeNs - frames.timeNs(conversation.firstFrame), GENERATED);
    d.add(F.timeDelta, start, 0, before < 0 ? 0 : timeNs - frames.timeNs(before), GENERATED);
    d.end();
  }
  const acks = memory.acksFrame.get(d.index);
  const inFlight = memory.bytesInFlight.get(d.index);
  const found = memory.findings.get(d.index);
  if (d.columns !== undefined && found !== undefined) {
    const titles = found.findings.map((name) => `[${TITLES[name]}] `);
    d.columns.info = titles.join('') + d.columns.info;
  }
  if (acks < 0 && inFlight < 0 && found === undefined) return;
  d.begin(F.analysis, start, 0, undefined, GENERATED);
  if (acks >= 0) {
    d.add(F.acksFrame, start, 0, acks + 1, GENERATED);
    d.add(F.ackRtt, start, 0, timeNs - frames.timeNs(acks), GENERATED);
  }
  if (stream.initialRttNs !== undefined) d.add(F.initialRtt, start, 0, stream.initialRttNs, GENERATED);
  if (inFlight > 0) {
    d.add(F.bytesInFlight, start, 0, inFlight, GENERATED);
    d.add(F.pushBytes, start, 0, memory.pushBytes.get(d.index), GENERATED);
  }
  if (found !== undefined) {
    d.begin(F.analysisFlags, start, 0, undefined, GENERATED);
    for (const name of found.findings) {
      const finding = TCP_FINDINGS[name];
      if (name === 'duplicateAck') d.add(finding, start, 0, undefined, GENERATED);
      const isDuplicate = name === 'duplicateAck' && found.duplicateAckNumber !== undefined;
      d.expert(finding, isDuplicate && d.saysFindings ? `Duplicate ACK (#${found.duplicateAckNumber})` : undefined);
    }
    d.end();
    if (found.rtoFrame !== undefined) {
      d.add(F.rto, start, 0, timeNs - frames.timeNs(found.rtoFrame), GENERATED);
      d.add(F.rtoFrame, start, 0, found.rtoFrame + 1, GENERATED);
    }
    if (found.duplicateAckNumber !== undefined && found.duplicateAckFrame !== undefined) {
      d.add(F.duplicateAckNumber, start, 0, found.duplicateAckNumber, GENERATED);
      d.add(F.duplicateAckFrame, start, 0, found.duplicateAckFrame + 1, GENERATED);
    }
  }
  d.end();
}

/** What the packet list says in brackets. */
const TITLES: Readonly<Record<keyof typeof TCP_FINDINGS, string>> = {
  retransmission: 'TCP Retransmission',
  fastRetransmission: 'TCP Fast Retransmission',
  spuriousRetransmission: 'TCP Spurious Retransmission',
  outOfOrder: 'TCP Out-Of-Order',
  lostSegment: 'TCP Previous segment not captured',
  ackLostSegment: 'TCP ACKed unseen segment',
  duplicateAck: 'TCP Dup ACK',
  keepAlive: 'TCP Keep-Alive',
  keepAliveAck: 'TCP Keep-Alive ACK',
  zeroWindow: 'TCP ZeroWindow',
  zeroWindowProbe: 'TCP ZeroWindowProbe',
  zeroWindowProbeAck: 'TCP ZeroWindowProbeAck',
  windowFull: 'TCP Window Full',
  windowUpdate: 'TCP Window Update',
  reusedPorts: 'TCP Port numbers reused',
};

export const tcpProtocol = defineProtocol({
  id: 'tcp',
  name: 'Transmission Control Protocol',
  shortName: 'TCP',
  fields: [TCP_FIELDS, TCP_FINDINGS, TCP_OPTION_FIELDS],
  tables: { 'ip.proto': [IP_PROTOCOL.tcp] },
  calls: ['tcp.port'],
  dissect: dissectTcp,
});
