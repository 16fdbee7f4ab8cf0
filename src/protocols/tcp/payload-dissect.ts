/** Hands the bytes of a TCP stream to the protocol above, whole messages at a time. */
import { itemAt } from '../../base/lists/list.ts';
import type { Conversation, StateBag } from '../core/conversation.ts';
import { GENERATED, ONE_MORE_SEGMENT, UNTIL_END, type Dissection } from '../core/dissect.ts';
import { REJECTED, type Protocol } from '../core/registry.ts';
import type { TreeItem } from '../core/tree.ts';
import { TCP_FIELDS } from './dissect-fields.ts';
import {
  bytesToComplete,
  partsFrom,
  PendingMessage,
  TCP_ASSEMBLERS,
  TCP_PLANS,
  type DataStep,
  type Plan,
  type PlanStep,
  type RepeatedSegment,
  type SegmentPart,
  type TcpAssembler,
} from './segments.ts';

/** A protocol may give each of its parts a scope of its own, so many in a step. */
export const SCOPES_OF_A_STEP = 64;

/** The payload of one segment. */
export interface SegmentPayload {
  readonly start: number;
  readonly end: number;
  /** Of its first byte. */
  readonly sequence: number;
  /** The segment has a FIN. */
  readonly isEnd: boolean;
  /** Where the header of TCP is. */
  readonly tcpStart: number;
  /** The item of TCP, which shows the bytes that are part of a longer message. */
  readonly heading: TreeItem | undefined;
}

export function dissectTcpPayload(d: Dissection, conversation: Conversation, segment: SegmentPayload): void {
  const { start, end } = segment;
  const protocols = protocolsOf(d, conversation);
  if (protocols.length === 0) {
    d.data(start, end);
    return;
  }
  const plans = d.state(TCP_PLANS);
  const layer = new Payload(d, protocols, segment);
  if (d.visited) {
    const plan = plans.get(d.index);
    if (plan !== undefined) layer.follow(plan);
    else if (end > start) layer.direct(0, end - start);
    return;
  }
  const assembler = conversation.state(TCP_ASSEMBLERS)[d.direction];
  const plan = layer.decide(assembler);
  const [step] = plan;
  const isPlain = plan.length === 1 && step?.kind === 'direct' && step.tail === undefined && step.end === end - start;
  if (!isPlain && (plan.length > 0 || end > start)) plans.set(d.index, plan);
}

function protocolsOf(d: Dissection, conversation: Conversation): Protocol[] {
  const table = d.context.registry.table('tcp.port');
  const low = Math.min(d.sourcePort, d.destinationPort);
  const high = Math.max(d.sourcePort, d.destinationPort);
  const found = [conversation.expectation?.protocol, table.get(low), table.get(high)];
  return found.filter((one): one is Protocol => one !== undefined);
}

/** The payload of one frame. Steps are carried out as they are decided, and again in later passes. */
class Payload {
  private readonly d: Dissection;
  private readonly protocols: readonly Protocol[];
  private readonly start: number;
  private readonly end: number;
  private readonly segment: SegmentPayload;
  /** Nothing follows these bytes: what is there is all that there will be. */
  private readonly isLast: boolean;

  constructor(d: Dissection, protocols: readonly Protocol[], segment: SegmentPayload) {
    this.d = d;
    this.protocols = protocols;
    this.start = segment.start;
    this.end = segment.end;
    this.segment = segment;
    this.isLast = segment.isEnd && segment.end > segment.start;
  }

  follow(plan: Plan): void {
    for (const [which, step] of plan.entries()) {
      this.atStep(which);
      switch (step.kind) {
        case 'direct':
          this.direct(step.start, step.end);
          if (step.tail !== undefined) this.addData(step.end - itemAt(step.tail.parts, 0).length, step.end, step.tail);
          break;
        case 'assembled':
          this.assembled(step.message, step.end);
          break;
        case 'data':
          this.addData(step.start, step.end, step.message);
          break;
        case 'seen':
          break;
      }
    }
  }

  /** What a protocol remembers of one step must not be taken for what it remembers of another. */
  private atStep(which: number): void {
    this.d.memoScope = which * SCOPES_OF_A_STEP;
  }

  /** In the first pass: decides what is dissected with this frame, and does it. */
  decide(assembler: TcpAssembler): Plan {
    const { sequence } = this.segment;
    const length = this.end - this.start;
    assembler.next ??= sequence;
    const ahead = (sequence - assembler.next) | 0;
    // A FIN behind a gap ends nothing yet.
    const isEnd = this.segment.isEnd && ahead <= 0;
    const steps: PlanStep[] = [];
    if (length > 0 && ahead > 0) {
      const step: DataStep = { kind: 'data', start: 0, end: length, message: undefined };
      assembler.early.push({ sequence, part: this.part(0, length), step });
      steps.push(step);
      this.addData(0, length, undefined);
      if (!assembler.mustGiveUp) return steps;
      // The bytes between never came: go on where they begin again.
      assembler.restart();
      this.append(assembler, [], isEnd, steps);
      return steps;
    }
    const fresh = length + ahead;
    if (length > 0 && fresh <= 0) return [this.repeated(assembler.pending, ahead, length)];
    const skip = length - fresh;
    assembler.next = (assembler.next + Math.max(0, fresh)) >>> 0;
    if (assembler.early.length > 0 && length > 0) this.append(assembler, [this.part(skip, length)], isEnd, steps);
    else if (length > 0 || isEnd) this.inOrder(assembler, skip, length, isEnd, steps);
    return steps;
  }

  /** All of it was seen before, `ahead` of where the stream stands (negative). */
  private repeated(pending: PendingMessage | undefined, ahead: number, length: number): PlanStep {
    const offset = (pending?.length ?? 0) + ahead;
    if (pending === undefined || offset < 0) return { kind: 'seen' };
    pending.repeats.push({ frame: this.d.index, offset, length });
    this.addData(0, length, pending);
    return { kind: 'data', start: 0, end: length, message: pending };
  }

  private part(start: number, end: number): SegmentPart {
    const { d } = this;
    const isFrame = d.bytes === itemAt(d.sources, 0).bytes;
    return {
      frame: d.index,
      offset: isFrame ? this.start + start : -1,
      length: end - start,
      bytes: isFrame ? undefined : d.bytes.slice(this.start + start, this.start + end),
    };
  }

  /** Bytes that fit where the stream stands, offsets in the payload. */
  private inOrder(assembler: TcpAssembler, start: number, end: number, isEnd: boolean, steps: PlanStep[]): void {
    let from = start;
    const pending = assembler.pending;
    if (pending !== undefined) {
      const needed = bytesToComplete(pending, end - from, isEnd);
      const taken = needed ?? end - from;
      if (taken > 0) pending.push(this.part(from, from + taken));
      if (needed === undefined) {
        const step: PlanStep = { kind: 'data', start: from, end, message: pending };
        steps.push(step);
        if (end > from) this.addData(from, end, pending);
        return;
      }
      from += taken;
      assembler.pending = undefined;
      this.complete(assembler, pending, from, steps);
      if (from < end && assembler.pending !== undefined) {
        this.inOrder(assembler, from, end, isEnd, steps);
        return;
      }
    }
    if (from >= end) return;
    const step: PlanStep = { kind: 'direct', start: from, end, tail: undefined };
    this.atStep(steps.length);
    const left = this.direct(from, end);
    steps.push(step);
    if (left === undefined) return;
    const tail = new PendingMessage(left.wanted, [this.part(left.at, end)]);
    step.tail = tail;
    assembler.pending = tail;
    this.addData(left.at, end, tail);
  }

  /** `parts` and the segments that came before their time and now follow. */
  private append(assembler: TcpAssembler, parts: readonly SegmentPart[], isEnd: boolean, steps: PlanStep[]): void {
    const message = assembler.pending ?? new PendingMessage(0);
    const added = parts.reduce((sum, part) => sum + part.length, 0);
    const early = assembler.releaseEarly(message, added);
    const length = this.end - this.start;
    if (early.length === 0) {
      this.inOrder(assembler, length - added, length, isEnd, steps);
      return;
    }
    const all = [...parts, ...early];
    const available = all.reduce((sum, part) => sum + part.length, 0);
    const isWhole = bytesToComplete(message, available, isEnd) !== undefined;
    for (const part of all) message.push(part);
    assembler.pending = message;
    if (!isWhole) {
      steps.push({ kind: 'data', start: 0, end: length, message });
      this.addData(0, length, message);
      return;
    }
    assembler.pending = undefined;
    this.complete(assembler, message, length, steps);
  }

  /** `end`: where the message ends in this frame's payload. */
  private complete(assembler: TcpAssembler, message: PendingMessage, end: number, steps: PlanStep[]): void {
    message.completedIn = this.d.index;
    const step: PlanStep = { kind: 'assembled', message, end, tail: undefined };
    steps.push(step);
    this.atStep(steps.length - 1);
    const left = this.assembled(message, end);
    if (left === undefined) {
      message.close();
      return;
    }
    if (left.at === 0) {
      // Still not whole: the same message goes on, and all its frames will point to the one that ends it.
      message.completedIn = -1;
      message.wanted = left.wanted;
      assembler.pending = message;
      const own = message.bytesOf(this.d.index);
      steps[steps.length - 1] = { kind: 'data', start: Math.max(0, end - own), end, message };
      return;
    }
    message.close();
    const tail = new PendingMessage(left.wanted, partsFrom(message.parts, left.at));
    step.tail = tail;
    assembler.pending = tail;
  }

  /** Dissects payload in place; says what the dissector left for later. */
  direct(start: number, end: number): Left | undefined {
    const left = this.call(this.start + start, this.start + end);
    return left === undefined ? undefined : { at: left.at - this.start, wanted: left.wanted };
  }

  private assembled(message: PendingMessage, end: number): Left | undefined {
    const { d } = this;
    const own = message.bytesOf(d.index);
    if (own > 0) addSegmentData(d, this.segment.heading, this.start + Math.max(0, end - own), this.start + end);
    const bytes = message.bytes(d.context.frames);
    let left: Left | undefined;
    d.within('Reassembled TCP', bytes, () => {
      // Nobody looks while the first pass tries whether the message is whole.
      if (d.visited) addSegments(d, message, bytes);
      left = this.call(0, bytes.length, message.progress);
    });
    return left;
  }

  private call(start: number, end: number, progress?: StateBag): Left | undefined {
    const { d } = this;
    d.progress = progress;
    d.canDesegment = !this.isLast;
    d.desegmentLength = 0;
    d.desegmentOffset = start;
    const layerCount = d.layers.length;
    const isTaken = this.protocols.some((protocol) => d.call(protocol, start, end) !== REJECTED);
    d.canDesegment = false;
    d.progress = undefined;
    const wanted = d.desegmentLength;
    const at = d.desegmentOffset;
    d.desegmentLength = 0;
    // Nothing was shown of it: then it is not one of the frame's protocols yet.
    if (wanted !== 0 && at === start) d.truncateLayers(layerCount);
    if (!isTaken) d.data(start, end);
    if (wanted === 0 || at < start || at >= end) return undefined;
    return { at, wanted: wanted === ONE_MORE_SEGMENT ? 0 : wanted === UNTIL_END ? UNTIL_END : end - at + wanted };
  }

  /** Shows bytes of this frame that are part of a message of another. */
  private addData(start: number, end: number, message: PendingMessage | undefined): void {
    const { d } = this;
    if (d.columns !== undefined && message !== undefined && d.columns.protocol === 'TCP') {
      d.columns.info += ' [TCP segment of a reassembled PDU]';
    }
    if (message !== undefined && message.completedIn >= 0) {
      d.reopen(this.segment.heading);
      d.add(TCP_FIELDS.reassembledIn, this.segment.tcpStart, 0, message.completedIn + 1, GENERATED);
      d.end();
    }
    if (end > start) addSegmentData(d, this.segment.heading, this.start + start, this.start + end);
  }
}

/** Shows bytes in the item of TCP that are part of a message of several segments. */
export function addSegmentData(d: Dissection, heading: TreeItem | undefined, start: number, end: number): void {
  d.reopen(heading);
  d.add(TCP_FIELDS.segmentData, start, end - start);
  if (d.building) d.label(`TCP segment data (${end - start} byte${end - start === 1 ? '' : 's'})`);
  d.end();
}

interface Left {
  /** Offset of the first byte that waits. */
  readonly at: number;
  /** As in `PendingMessage`. */
  readonly wanted: number;
}

/** The parts in their order, each followed by those that repeat it. */
function listSegments({ parts, repeats }: PendingMessage): readonly (RepeatedSegment & { isRepeat: boolean })[] {
  let at = 0;
  const list = parts.map(({ frame, length }) => {
    const offset = at;
    at += length;
    return { frame, offset, length, isRepeat: false };
  });
  if (repeats.length === 0) return list;
  list.push(...repeats.map((repeat) => ({ ...repeat, isRepeat: true })));
  return list.sort((a, b) => a.offset - b.offset);
}

function addSegments(d: Dissection, message: PendingMessage, bytes: Uint8Array): void {
  const segments = listSegments(message);
  d.begin(TCP_FIELDS.segments, 0, bytes.length, undefined, GENERATED);
  if (d.building) {
    const list = segments.map(({ frame, length }) => `#${frame + 1}(${length})`).join(', ');
    d.labelOpen(`${segments.length} Reassembled TCP Segments (${bytes.length} bytes): ${list}`);
  }
  for (const { frame, offset, length, isRepeat } of segments) {
    d.begin(TCP_FIELDS.segment, offset, length, frame + 1, GENERATED);
    if (d.building) d.labelOpen(`Frame: ${frame + 1}, payload: ${offset}-${offset + length - 1} (${length} bytes)`);
    if (isRepeat) d.add(TCP_FIELDS.segmentOverlap, offset, 0, true, GENERATED);
    d.end();
  }
  d.add(TCP_FIELDS.segmentCount, 0, 0, segments.length, GENERATED);
  d.add(TCP_FIELDS.reassembledLength, 0, 0, bytes.length, GENERATED);
  d.add(TCP_FIELDS.reassembledData, 0, bytes.length, undefined, GENERATED);
  d.end();
}
