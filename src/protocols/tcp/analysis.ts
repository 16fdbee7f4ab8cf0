/**
 * What the order of TCP segments tells, frame by frame: relative numbers, what an ACK acknowledges, resends, gaps,
 * windows. The rules are those of Wireshark's user guide (TCP Analysis), so that the same capture shows the same
 * findings. Runs once for each frame, in the first pass.
 */
import { NS_PER_MS } from '../../base/time/clock.ts';
import { StateKey, type Conversation } from '../core/conversation.ts';
import { FrameColumn } from '../core/frame-column.ts';
import type { TcpFinding } from './dissect-fields.ts';
import { TCP_FLAG } from './fields.ts';
import { Unacknowledged } from './unacknowledged.ts';

/** Bits of `tcp.completeness`. */
const COMPLETE = { syn: 1, synAck: 2, ack: 4, data: 8, fin: 16, rst: 32 } as const;

/** One direction of a stream. */
export class TcpFlow {
  /** The number that is shown as 0; undefined until something was seen. */
  base: number | undefined;
  /** Behind the highest byte sent. */
  next: number | undefined;
  /** The highest number that the other side may acknowledge, as far as the capture shows. */
  mayAck: number | undefined;
  nextTimeNs = 0;
  /** The latest acknowledgment it has sent. */
  lastAck: number | undefined;
  lastAckTimeNs = 0;
  /** Frame of the first ACK with that number. */
  lastAckFrame = 0;
  duplicateAcks = 0;
  /** Window as it was sent, scaled. */
  window: number | undefined;
  /** Shift of its windows; undefined when its SYN was not seen, -1 when it had no such option. */
  scale: number | undefined;
  zeroWindow = false;
  keepAlive = false;
  zeroWindowProbe = false;
  /** Bytes sent since the last PSH. */
  pushBytes = 0;
  hasFin = false;
  /** What the other side's latest ACK says it has behind a gap (RFC 2018 §3). */
  sacked: readonly SackBlock[] = [];
  readonly unacknowledged = new Unacknowledged();
}

/** Sequence numbers of the first byte and behind the last one. */
export interface SackBlock {
  readonly left: number;
  readonly right: number;
}

export class TcpStream {
  readonly flows: readonly [TcpFlow, TcpFlow] = [new TcpFlow(), new TcpFlow()];
  completeness = 0;
  synTimeNs: number | undefined;
  initialRttNs: number | undefined;
  lastFrame = -1;
}

export const TCP_STREAM = new StateKey(() => new TcpStream());

/** What is out of the ordinary about a frame. */
export interface TcpFindings {
  readonly findings: readonly TcpFinding[];
  readonly duplicateAckNumber?: number;
  readonly duplicateAckFrame?: number;
  /** Of a retransmission: the frame that its timer ran for. */
  readonly rtoFrame?: number;
}

/** What is remembered of each frame. */
export class TcpFrames {
  readonly stream = new FrameColumn();
  readonly previous = new FrameColumn();
  readonly acksFrame = new FrameColumn();
  readonly bytesInFlight = new FrameColumn();
  readonly pushBytes = new FrameColumn();
  readonly findings = new Map<number, TcpFindings>();
  /** Frames of the first FIN of a stream, and of the second. */
  readonly finActive = new Set<number>();
  readonly finPassive = new Set<number>();
}
export const TCP_FRAMES = new StateKey(() => new TcpFrames());

export interface SeenSegment {
  readonly frame: number;
  readonly timeNs: number;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: number;
  /** As on the wire. */
  readonly window: number;
  readonly length: number;
  /** Of the option; undefined without one. */
  readonly windowShift: number | undefined;
  readonly sackBlocks: readonly SackBlock[];
}

const FAST_RETRANSMISSION_NS = 20 * NS_PER_MS;
const OUT_OF_ORDER_NS = 3 * NS_PER_MS;
/** SACK blocks that lessen the bytes in flight. */
const COUNTED_BLOCKS = 3;

/** `a - b` in the circle of 32 bits. */
function distance(a: number, b: number): number {
  return (a - b) | 0;
}

function has(flags: number, flag: number): boolean {
  return (flags & flag) !== 0;
}

export function scaledWindow(flow: TcpFlow, other: TcpFlow, flags: number, window: number): number {
  // RFC 7323 §2.2: the window of a SYN is never scaled, others only when both sides offered it.
  if (has(flags, TCP_FLAG.syn) || flow.scale === undefined || flow.scale < 0 || (other.scale ?? 0) < 0) return window;
  return window * 2 ** flow.scale;
}

/** The order in which they are shown. */
const FINDING_ORDER: readonly TcpFinding[] = [
  'fastRetransmission',
  'spuriousRetransmission',
  'retransmission',
  'outOfOrder',
  'reusedPorts',
  'lostSegment',
  'ackLostSegment',
  'windowUpdate',
  'windowFull',
  'keepAlive',
  'keepAliveAck',
  'duplicateAck',
  'zeroWindowProbe',
  'zeroWindow',
  'zeroWindowProbeAck',
];

/** Goes through one segment and writes down what it means. */
export function analyse(conversation: Conversation, direction: 0 | 1, memory: TcpFrames, seen: SeenSegment): void {
  const stream = conversation.state(TCP_STREAM);
  const flow = stream.flows[direction];
  const other = stream.flows[direction === 0 ? 1 : 0];
  const { flags, sequence, acknowledgment, length } = seen;
  const isSyn = has(flags, TCP_FLAG.syn);
  const isFin = has(flags, TCP_FLAG.fin);
  const isRst = has(flags, TCP_FLAG.rst);
  const isAck = has(flags, TCP_FLAG.ack);
  if (isSyn) flow.scale = seen.windowShift ?? -1;
  // Without a SYN the first byte seen counts as 1, as it would after one.
  flow.base ??= isSyn ? sequence : (sequence - 1) >>> 0;
  if (isAck) other.base ??= (acknowledgment - 1) >>> 0;
  const window = scaledWindow(flow, other, flags, seen.window);
  const advance = length + (isSyn ? 1 : 0) + (isFin ? 1 : 0);
  const next = (sequence + advance) >>> 0;

  completenessOf(stream, seen);
  const findings: TcpFinding[] = [];
  let extra: Omit<TcpFindings, 'findings'> = {};

  if (length === 0 && isPlain(flags) && !isZeroWindowAnswer(flow, other, seen, window)) {
    extra = plainAck(flow, other, seen, window, findings);
  } else if (isZeroWindowAnswer(flow, other, seen, window)) findings.push('zeroWindowProbeAck');
  if (seen.window === 0 && isPlain(flags)) findings.push('zeroWindow');
  const isProbe = length === 1 && flow.next === sequence && other.zeroWindow;
  if (isProbe) findings.push('zeroWindowProbe');
  const isKeepAlive =
    length <= 1 && isPlain(flags) && flow.next !== undefined && distance(sequence, flow.next) === -1 && !isProbe;
  if (isKeepAlive) findings.push('keepAlive');
  if (flow.next !== undefined && distance(sequence, flow.next) > 0 && !isRst) findings.push('lostSegment');
  if (isAck && other.mayAck !== undefined && distance(acknowledgment, other.mayAck) > 0) {
    findings.push('ackLostSegment');
    other.mayAck = acknowledgment;
  }
  if (advance > 0 && !isKeepAlive && flow.next !== undefined && distance(sequence, flow.next) < 0 && !isSyn) {
    extra = { ...extra, ...resent(flow, other, seen, next, stream, findings) };
  }
  const isWindowFull =
    length > 0 &&
    !isRst &&
    other.window !== undefined &&
    other.lastAck !== undefined &&
    distance(next, other.lastAck) === other.window &&
    !isProbe;
  if (isWindowFull) findings.push('windowFull');

  acknowledge(flow, other, stream, memory, seen, findings.includes('duplicateAck'));
  if (isAck) other.sacked = seen.sackBlocks;
  const isLost = findings.includes('lostSegment');
  const sentEnd = flow.unacknowledged.end;
  // A probe is sent again as part of the data, once there is room for it.
  if (advance > 0 && !isProbe) {
    flow.unacknowledged.add({ frame: seen.frame, sequence, next });
    if (flow.next === undefined || distance(next, flow.next) > 0) {
      flow.next = next;
      flow.nextTimeNs = seen.timeNs;
    }
  } else flow.next ??= next;
  if (!isLost && (flow.mayAck === undefined || distance(flow.next ?? next, flow.mayAck) > 0)) flow.mayAck = flow.next;
  if (length > 0 && !isLost) inFlight(flow, memory, seen, sentEnd, has(flags, TCP_FLAG.psh));
  flow.window = window;
  flow.zeroWindow = seen.window === 0 && isPlain(flags);
  flow.keepAlive = isKeepAlive;
  flow.zeroWindowProbe = isProbe;
  if (findings.length === 0) return;
  findings.sort((a, b) => FINDING_ORDER.indexOf(a) - FINDING_ORDER.indexOf(b));
  memory.findings.set(seen.frame, { findings, ...extra });
}

function isPlain(flags: number): boolean {
  return !has(flags, TCP_FLAG.syn | TCP_FLAG.fin | TCP_FLAG.rst);
}

function isZeroWindowAnswer(flow: TcpFlow, other: TcpFlow, seen: SeenSegment, window: number): boolean {
  return (
    seen.length === 0 &&
    isPlain(seen.flags) &&
    window === 0 &&
    flow.window === 0 &&
    flow.lastAck === seen.acknowledgment &&
    other.zeroWindowProbe
  );
}

/** An ACK without data: duplicate, window update, or the answer to a keep-alive. */
function plainAck(
  flow: TcpFlow,
  other: TcpFlow,
  seen: SeenSegment,
  window: number,
  findings: TcpFinding[],
): Omit<TcpFindings, 'findings'> {
  const isSame = flow.next === seen.sequence && flow.lastAck === seen.acknowledgment;
  if (!isSame) return {};
  if (other.keepAlive && flow.window === window) {
    findings.push('keepAliveAck');
    return {};
  }
  if (window !== 0 && flow.window !== window) {
    findings.push('windowUpdate');
    return {};
  }
  if (window === 0) return {};
  findings.push('duplicateAck');
  return { duplicateAckNumber: flow.duplicateAcks + 1, duplicateAckFrame: flow.lastAckFrame };
}

/** A segment that begins before what was already sent: which kind of resend. */
function resent(
  flow: TcpFlow,
  other: TcpFlow,
  seen: SeenSegment,
  next: number,
  stream: TcpStream,
  findings: TcpFinding[],
): Omit<TcpFindings, 'findings'> {
  const sinceAckNs = seen.timeNs - other.lastAckTimeNs;
  if (other.lastAck !== undefined && seen.length > 0 && distance(next, other.lastAck) <= 0) {
    findings.push('spuriousRetransmission', 'retransmission');
    return {};
  }
  if (other.duplicateAcks >= 2 && other.lastAck === seen.sequence && sinceAckNs < FAST_RETRANSMISSION_NS) {
    findings.push('fastRetransmission', 'retransmission');
    return {};
  }
  const limitNs = stream.initialRttNs ?? OUT_OF_ORDER_NS;
  if (seen.timeNs - flow.nextTimeNs < limitNs && flow.next !== next) {
    findings.push('outOfOrder');
    return {};
  }
  findings.push('retransmission');
  // The timer runs for the oldest segment that nobody acknowledged (RFC 6298 §5).
  const oldest = flow.unacknowledged.oldestFrame;
  return oldest === undefined ? {} : { rtoFrame: oldest };
}

/** What the ACK of the segment acknowledges. */
function acknowledge(
  flow: TcpFlow,
  other: TcpFlow,
  stream: TcpStream,
  memory: TcpFrames,
  seen: SeenSegment,
  isDuplicate: boolean,
): void {
  if (!has(seen.flags, TCP_FLAG.ack)) return;
  const { acknowledgment } = seen;
  flow.lastAckTimeNs = seen.timeNs;
  // An ACK that says a new window is no duplicate.
  if (isDuplicate) flow.duplicateAcks++;
  else if (flow.lastAck !== acknowledgment) {
    flow.lastAck = acknowledgment;
    flow.lastAckFrame = seen.frame;
    flow.duplicateAcks = 0;
  }
  const acknowledged = other.unacknowledged.acknowledge(acknowledgment);
  if (acknowledged !== undefined) memory.acksFrame.set(seen.frame, acknowledged);
  // The handshake is over with the first ACK of the one who sent the SYN.
  if (stream.initialRttNs === undefined && stream.synTimeNs !== undefined && !has(seen.flags, TCP_FLAG.syn)) {
    stream.initialRttNs = seen.timeNs - stream.synTimeNs;
  }
}

/** `sentEnd`: behind what was sent before this segment and is not acknowledged. */
function inFlight(
  flow: TcpFlow,
  memory: TcpFrames,
  seen: SeenSegment,
  sentEnd: number | undefined,
  isPush: boolean,
): void {
  let lowest = seen.sequence;
  // A FIN has a number, and is no byte.
  let highest = (seen.sequence + seen.length) >>> 0;
  const { start } = flow.unacknowledged;
  if (start !== undefined && distance(start, lowest) < 0) lowest = start;
  if (sentEnd !== undefined && distance(sentEnd, highest) > 0) highest = sentEnd;
  let bytes = distance(highest, lowest) >>> 0;
  // What has arrived behind a gap is in flight no more. As in Wireshark, blocks of bytes that came again (RFC 2883) count too,
  // and the fourth block does not.
  for (const { left, right } of flow.sacked.slice(0, COUNTED_BLOCKS)) bytes -= distance(right, left);
  memory.bytesInFlight.set(seen.frame, Math.max(0, bytes));
  flow.pushBytes += seen.length;
  memory.pushBytes.set(seen.frame, flow.pushBytes);
  if (isPush) flow.pushBytes = 0;
}

function completenessOf(stream: TcpStream, seen: SeenSegment): void {
  const { flags } = seen;
  const isAck = has(flags, TCP_FLAG.ack);
  if (has(flags, TCP_FLAG.syn)) {
    stream.completeness |= isAck ? COMPLETE.synAck : COMPLETE.syn;
    if (!isAck) stream.synTimeNs = seen.timeNs;
  } else if (isAck && seen.length === 0) stream.completeness |= COMPLETE.ack;
  if (seen.length > 0) stream.completeness |= COMPLETE.data;
  if (has(flags, TCP_FLAG.fin)) stream.completeness |= COMPLETE.fin;
  if (has(flags, TCP_FLAG.rst)) stream.completeness |= COMPLETE.rst;
}
