/**
 * A log made from frames alone: each frame with its sender and what it answers, and between them the milestones of the
 * boots that the frames show. It has the shape of a lab's log, so that the story, the stages and the explanations of the
 * lab serve captures of real networks too. What only a machine knows (when it was switched on, what is on its screen) is
 * missing; what is a conclusion says so.
 */
import type { EventBody, EventId, LabEvent } from '../../base/event-log.ts';
import { isGroupMac, type MacAddress } from '../../base/address.ts';
import type { FrameView, SentFrames } from '../frame-view.ts';
import { BootFacts } from '../story/facts.ts';
import { readFact, type FrameFact } from '../story/frame-fact.ts';
import type { Cause } from '../story/trace.ts';
import { ClientBoots, type SeenFrame, type Step } from './client-boots.ts';
import { Conversations } from './conversations.ts';
import { Stations } from './stations.ts';

/** A station that has heard something acts on it within this time. */
const AT_ONCE_NS = 50_000_000;
/** Between two steps of one machine that wait for nothing. */
const PAUSE_NS = 20_000_000;

export class InferredLog {
  readonly events: LabEvent[] = [];
  readonly facts: BootFacts;
  readonly stations: Stations;
  private readonly frames: FrameView;
  private readonly sent: SentFrames;
  private readonly conversations = new Conversations();
  private readonly boots: ClientBoots;
  private readonly causes: (Cause | undefined)[] = [];
  /** By frame of the view: its event. */
  private readonly ofFrame: EventId[] = [];
  private readonly last = new Map<string, LabEvent>();
  /** By hardware address: the last frame to it; and the last one to everybody. */
  private readonly heard = new Map<MacAddress, LabEvent>();
  private broadcast: LabEvent | undefined;
  private next = 0;

  constructor(frames: FrameView) {
    this.frames = frames;
    this.sent = frames.ethernet;
    this.facts = new BootFacts(this.sent);
    this.stations = new Stations(frames);
    this.boots = new ClientBoots(this.stations);
  }

  /** Frames looked through. */
  get seen(): number {
    return this.next;
  }

  /** Goes on by so many frames at most; true when all are looked through. */
  advance(limit = Number.POSITIVE_INFINITY): boolean {
    const end = Math.min(this.frames.length, this.next + limit);
    for (; this.next < end; this.next++) this.add(this.next);
    return this.next >= this.frames.length;
  }

  /** The event of a frame of the view. */
  eventOf(frame: number): EventId | undefined {
    return this.ofFrame[frame];
  }

  causeOf(event: EventId): Cause | undefined {
    return this.causes[event];
  }

  private add(index: number): void {
    const { frames, facts, sent } = this;
    const bytes = sent.bytes(index);
    const timeNs = frames.timeNs(index);
    facts.update(index + 1);
    const fact = readFact(bytes);
    const node = fact === undefined ? '?' : this.stations.senderOf(index, fact);
    const seen: SeenFrame | undefined =
      fact === undefined ? undefined : { index, timeNs, node, fact, bytes, file: facts.touched };
    const steps = seen === undefined ? { before: [], after: [] } : this.boots.see(seen);
    for (const step of steps.before) this.emitStep(step, step.timeNs === undefined ? fact : undefined, timeNs);
    const frame = this.emitFrame(index, timeNs, node, fact, steps.before.at(-1)?.node === node);
    for (const step of steps.after) this.emitStep(step, frame, timeNs);
  }

  private emitStep({ node, timeNs, body, rule }: Step, seen: LabEvent | FrameFact | undefined, nowNs: number): void {
    const atNs = timeNs ?? nowNs;
    const cause: Cause | undefined =
      seen === undefined
        ? this.ownCause(node, atNs)
        : 'headers' in seen
          ? (this.heardCause(node, atNs, seen) ?? this.ownCause(node, atNs))
          : { event: seen.id, relation: 'answer' };
    this.emit(node, atNs, body, cause, rule);
  }

  private emitFrame(
    index: number,
    timeNs: number,
    node: string,
    fact: FrameFact | undefined,
    isAnnounced: boolean,
  ): LabEvent {
    const { frames } = this;
    const id = this.events.length;
    const answered = fact === undefined ? undefined : this.conversations.add(id, fact);
    const cause = this.frameCause(node, timeNs, fact, answered, isAnnounced);
    this.ofFrame[index] = id;
    const event = this.emit(
      node,
      timeNs,
      { kind: 'frame', port: frames.interfaceOf(index).name, direction: 'out', frame: frames.original(index) },
      cause,
      undefined,
    );
    if (fact !== undefined) {
      if (isGroupMac(fact.headers.destination)) this.broadcast = event;
      else this.heard.set(fact.headers.destination, event);
    }
    return event;
  }

  private frameCause(
    node: string,
    timeNs: number,
    fact: FrameFact | undefined,
    answered: EventId | undefined,
    isAnnounced: boolean,
  ): Cause | undefined {
    if (answered !== undefined) return { event: answered, relation: 'answer' };
    if (isAnnounced) return this.ownCause(node, timeNs);
    const heard = fact === undefined ? undefined : this.heardCause(node, timeNs, fact);
    return heard ?? (this.boots.isClient(node) ? this.ownCause(node, timeNs) : undefined);
  }

  /** The last frame to the sender of a frame, or to everybody, when it acts on that at once. */
  private heardCause(node: string, timeNs: number, { headers }: FrameFact): Cause | undefined {
    const to = this.heard.get(headers.source);
    const all = this.broadcast?.node === node ? undefined : this.broadcast;
    const heard = to === undefined || (all !== undefined && all.id > to.id) ? all : to;
    if (heard === undefined || timeNs - heard.timeNs > AT_ONCE_NS) return undefined;
    const own = this.last.get(node);
    const isAlso = own?.kind === 'frame' && this.causes[own.id]?.event === heard.id;
    return own === undefined || heard.id > own.id || isAlso ? { event: heard.id, relation: 'answer' } : undefined;
  }

  /** What the node did last. */
  private ownCause(node: string, timeNs: number): Cause | undefined {
    const own = this.last.get(node);
    if (own === undefined) return undefined;
    return { event: own.id, relation: timeNs - own.timeNs > PAUSE_NS ? 'timer' : 'then' };
  }

  private emit(
    node: string,
    timeNs: number,
    body: EventBody,
    cause: Cause | undefined,
    rule: string | undefined,
  ): LabEvent {
    const event: LabEvent = {
      id: this.events.length,
      timeNs,
      node,
      ...body,
      ...(cause === undefined ? {} : { cause: cause.event }),
      ...(rule === undefined ? {} : { rule }),
    };
    this.events.push(event);
    this.causes.push(cause);
    this.last.set(node, event);
    return event;
  }
}
