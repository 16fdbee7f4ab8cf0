/**
 * What led to what in a lab: the events of its log joined with its capture. The log gives each event the event that was
 * being handled; here the nearer cause is found, which a person would name: the frame that was sent again, the choice
 * that a machine had made, the power switch. It grows with the log, at a constant cost per event.
 */
import { formatMac, type Ipv4Address, type MacAddress } from '../../base/address.ts';
import type { EventId, LabEvent } from '../../base/event-log.ts';
import type { Sentence } from '../../base/sentence.ts';
import { RecentMap } from '../../base/lists/recent-map.ts';
import type { FrameStore } from '../frame-store.ts';
import { FrameColumn } from '../../protocols/core/frame-column.ts';
import { readFact, type FrameFact } from './frame-fact.ts';
import { faultMarkOf, FrameMarks, type FrameMark } from './marks.ts';

export type Relation =
  /** It answers a frame. */
  | 'answer'
  /** The next thing that the same station did, at the same moment. */
  | 'then'
  /** The station had waited. */
  | 'timer'
  /** Sent again, for want of an answer. */
  | 'again'
  /** A person, or the scenario, did it. */
  | 'input'
  /** A fault of the lab struck a frame. */
  | 'fault';

export interface Cause {
  readonly event: EventId;
  readonly relation: Relation;
}

export type FrameEvent = LabEvent & { readonly kind: 'frame' };

const RELATIONS: readonly Relation[] = ['answer', 'then', 'timer', 'again', 'input', 'fault'];

/** A machine that has a frame answers it within this time; later, something else made it act. */
const AT_ONCE_NS = 50_000_000;
/** Between two steps of one machine that wait for nothing. */
const PAUSE_NS = 20_000_000;
/** What a station does, one after the other. */
const STEPS: ReadonlySet<LabEvent['kind']> = new Set(['stage', 'decision', 'server', 'input', 'call']);
/** Arrivals that are remembered. */
const RECENT = 16_384;

export class LabTrace {
  readonly events: readonly LabEvent[];
  readonly store: FrameStore;
  readonly marks: FrameMarks;
  private readonly known: ((id: EventId) => Cause | undefined) | undefined;
  private added = 0;
  private records = 0;
  private readonly causes = new FrameColumn();
  private readonly relations = new FrameColumn();
  /** By event: which frame of the lab it is, from 1. */
  private readonly numbers = new FrameColumn();
  private frames = 0;
  /** By record: its frame event. */
  private readonly eventOfRecord = new FrameColumn();
  /** By node and body: when a frame arrived there. */
  private readonly arrivals = new RecentMap<string, number>(RECENT);
  private readonly lastReported = new Map<string, LabEvent>();
  private readonly lastSent = new Map<string, LabEvent>();
  /** By machine and offer: the stage in which it came. */
  private readonly offers = new Map<string, LabEvent>();
  private readonly machines = new Set<string>();
  private readonly macs = new Map<MacAddress, string>();
  private readonly addresses = new Map<Ipv4Address, string>();

  /** `known` gives the causes where they have been worked out already, as of a capture file. */
  constructor(
    events: readonly LabEvent[],
    store: FrameStore,
    { marks = new FrameMarks(store), known }: { marks?: FrameMarks; known?: (id: EventId) => Cause | undefined } = {},
  ) {
    this.events = events;
    this.store = store;
    this.marks = marks;
    this.known = known;
  }

  /** Takes in what has happened since. `nowNs`: virtual time. */
  update(nowNs = 0): void {
    for (; this.added < this.events.length; this.added++) {
      const event = this.events[this.added];
      if (event !== undefined) this.add(event);
    }
    this.addRecords(Number.POSITIVE_INFINITY);
    this.marks.update(nowNs);
  }

  /** Whether it is a PC or a bare machine: those have stages. */
  isMachine(node: string): boolean {
    return this.machines.has(node);
  }

  /** Number of the frame, from 1, as lists count; undefined for other events. */
  numberOf(event: EventId): number | undefined {
    const number = this.numbers.get(event);
    return number < 0 ? undefined : number;
  }

  factOf(event: LabEvent): FrameFact | undefined {
    return event.kind === 'frame' ? readFact(this.store.ethernet(event.frame)) : undefined;
  }

  marksOf(event: LabEvent): readonly FrameMark[] {
    return event.kind === 'frame' ? this.marks.of(event.frame) : [];
  }

  /** The event of a record of the capture. */
  frameEvent(record: number): LabEvent | undefined {
    const event = this.eventOfRecord.get(record);
    return event < 0 ? undefined : this.events[event];
  }

  /** The machine or server of that hardware address, else the address. */
  nameOfMac(mac: MacAddress): string {
    return this.macs.get(mac) ?? formatMac(mac);
  }

  nameOfIp(address: Ipv4Address): string | undefined {
    return this.addresses.get(address);
  }

  causeOf(id: EventId): Cause | undefined {
    const event = this.causes.get(id);
    const relation = RELATIONS[this.relations.get(id)];
    return event < 0 || relation === undefined ? undefined : { event, relation };
  }

  /** From the event's cause back to the beginning, the nearest first. */
  chainOf(id: EventId): readonly EventId[] {
    const chain: EventId[] = [];
    for (let at = this.causeOf(id); at !== undefined; at = this.causeOf(at.event)) chain.push(at.event);
    return chain;
  }

  /** What the event led to itself, in order, at most `limit`. */
  effectsOf(id: EventId, limit: number): readonly EventId[] {
    const found: EventId[] = [];
    for (let at = id + 1; at < this.added && found.length < limit; at++) if (this.causes.get(at) === id) found.push(at);
    return found;
  }

  /** Of the effects of an event the one that the rest of the boot comes from: it leads to the latest stage, else frame. */
  mainEffectOf(id: EventId): EventId | undefined {
    const reach = new Float64Array(this.added - id);
    let next: EventId | undefined;
    let best = -1;
    for (let at = this.added - 1; at > id; at--) {
      const event = this.events[at];
      const cause = this.causes.get(at);
      if (event === undefined || cause < id) continue;
      const far = Math.max(reach[at - id] ?? 0, this.weightOf(event));
      if (cause > id) reach[cause - id] = Math.max(reach[cause - id] ?? 0, far);
      else if (far > 0 && far > best) [best, next] = [far, at];
    }
    return next;
  }

  private weightOf(event: LabEvent): number {
    if (event.kind === 'stage') return event.id + this.added;
    return isNoise(event) ? 0 : event.id;
  }

  private add(event: LabEvent): void {
    const { id, kind, node } = event;
    if (kind === 'frame') {
      this.numbers.set(id, ++this.frames);
      this.eventOfRecord.set(event.frame, id);
    }
    this.addRecords(event.timeNs);
    if (kind === 'frame') this.learn(event);
    const struck = faultMarkOf(event);
    const struckFrame = struck === undefined ? undefined : this.events[struck.frameEvent];
    if (struck !== undefined && struckFrame?.kind === 'frame') this.marks.struck(struckFrame.frame, struck.kind);
    const cause = this.findCause(event);
    if (cause !== undefined) {
      this.causes.set(id, cause.event);
      this.relations.set(id, RELATIONS.indexOf(cause.relation));
    }
    if (kind === 'stage') {
      this.machines.add(node);
      const offer = offerKey(event);
      if (event.stage === 'dhcp-offer' && offer !== '') this.offers.set(offer, event);
    }
    if (STEPS.has(kind)) this.lastReported.set(node, event);
    else if (kind === 'frame') this.lastSent.set(node, event);
  }

  private addRecords(untilNs: number): void {
    const { store } = this;
    for (; this.records < store.length && store.timeNs(this.records) <= untilNs; this.records++) {
      if (store.direction(this.records) !== 'in') continue;
      const node = nodeOfPort(store.interfaceOf(this.records).name);
      this.arrivals.set(`${node} ${store.body(this.records)}`, store.timeNs(this.records));
    }
    this.marks.update();
  }

  private learn({ frame, node }: FrameEvent): void {
    const fact = readFact(this.store.ethernet(frame));
    if (fact === undefined) return;
    const { source, ip } = fact.headers;
    this.macs.set(source, node);
    const address = fact.meaning.kind === 'arp' ? fact.meaning.sender : ip?.source;
    // A router sends packets of others too.
    if (address !== undefined && address !== 0 && !this.addresses.has(address)) this.addresses.set(address, node);
  }

  private arrivedAt(node: string, frame: FrameEvent): number | undefined {
    return this.arrivals.get(`${node} ${this.store.body(frame.frame)}`);
  }

  private findCause(event: LabEvent): Cause | undefined {
    if (this.known !== undefined) {
      const known = this.known(event.id);
      const before = this.again(event);
      // A second answer to what was asked a second time is no repetition for want of one.
      const isAnswer = known?.relation === 'answer' && before !== undefined && known.event > before.id;
      return before === undefined || isAnswer ? known : { event: before.id, relation: 'again' };
    }
    const given = event.cause === undefined ? undefined : this.events[event.cause];
    if (event.kind === 'fault' && given !== undefined) return { event: given.id, relation: 'fault' };
    const arrivedNs = given?.kind === 'frame' ? this.arrivedAt(event.node, given) : undefined;
    const isAtOnce = arrivedNs !== undefined && event.timeNs - arrivedNs <= AT_ONCE_NS;
    const offer = event.kind === 'decision' ? this.offers.get(offerKey(event)) : undefined;
    if (offer !== undefined) return later(offer, event);
    const reported = this.lastReported.get(event.node);
    if (isAtOnce && given !== undefined) {
      const isStep = reported !== undefined && reported.id > given.id && reported.cause === given.id;
      return isStep ? { event: reported.id, relation: 'then' } : { event: given.id, relation: 'answer' };
    }
    const again = this.again(event);
    // A station that says what it does next, and then sends the same again, has decided to.
    const hasReported = reported !== undefined && reported.timeNs === event.timeNs;
    if (again !== undefined && !(hasReported && reported.id > again.id)) return { event: again.id, relation: 'again' };
    if (event.kind === 'stage' && event.stage === 'power-on') return given === undefined ? undefined : inputOf(given);
    if (!this.isMachine(event.node)) return given === undefined ? undefined : later(given, event);
    const sent = this.lastSent.get(event.node);
    const nearest = latest(reported, sent, given?.kind === 'frame' ? undefined : given) ?? given;
    if (nearest === undefined) return undefined;
    return nearest.kind === 'input' ? inputOf(nearest) : later(nearest, event);
  }

  /** The frame that this one repeats. */
  private again(event: LabEvent): LabEvent | undefined {
    const mark = this.marksOf(event).find(({ kind }) => kind === 'again');
    return mark?.other === undefined ? undefined : this.frameEvent(mark.other);
  }
}

/** The offer that a stage or a decision is about; the same for none. */
function offerKey({ node, says }: LabEvent & { readonly says: Sentence }): string {
  const { offer } = says.parameters;
  return offer === undefined ? '' : `${node} ${JSON.stringify(offer)}`;
}

function inputOf({ id }: LabEvent): Cause {
  return { event: id, relation: 'input' };
}

function later(cause: LabEvent, event: LabEvent): Cause {
  return { event: cause.id, relation: event.timeNs - cause.timeNs > PAUSE_NS ? 'timer' : 'then' };
}

function latest(...events: readonly (LabEvent | undefined)[]): LabEvent | undefined {
  return events.reduce((a, b) => (a === undefined || (b !== undefined && b.id > a.id) ? b : a), undefined);
}

/** The node of `node.port`. */
export function nodeOfPort(port: string): string {
  const dot = port.indexOf('.');
  return dot < 0 ? port : port.slice(0, dot);
}

/** What a chain passes over: output, logs, and progress between the beginning and the end of a file. */
export function isNoise(event: LabEvent): boolean {
  return event.kind === 'log' || event.kind === 'console' || (event.kind === 'transfer' && event.state === 'active');
}
