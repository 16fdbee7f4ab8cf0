/**
 * Which frames were lost, sent again, late, doubled, damaged or overtaken, worked out once for all views: the list, the
 * ladder, the cables, the stages and the explanations. It rests on what the capture shows (a frame that left and never
 * arrived, the same message of the same sender), and on the faults that the lab reports.
 */
import { isGroupMac, MAC_BROADCAST, readMac } from '../../base/address.ts';
import type { LabEvent } from '../../base/event-log.ts';
import { RecentMap } from '../../base/lists/recent-map.ts';
import { ETHERNET, ETHERNET_HEADER_LENGTH } from '../../protocols/ethernet/fields.ts';
import type { FrameStore } from '../frame-store.ts';
import { isSameUntagged } from '../../protocols/vlan/codec.ts';
import { readFact, type FrameFact } from './frame-fact.ts';

export const MARK_KINDS = ['lost', 'again', 'late', 'duplicate', 'out-of-order', 'damaged'] as const;

export type MarkKind = (typeof MARK_KINDS)[number];

export interface FrameMark {
  readonly kind: MarkKind;
  /** The record that it is about: the same message before (`again`), the frame that overtook it. */
  readonly other?: number;
  /** The time since then, ns. */
  readonly afterNs?: number;
}

/** What a fault of the lab did to a frame, by the id of the sentence that says so. */
const FAULT_MARKS: Readonly<Record<string, MarkKind>> = {
  'net.dropped': 'lost',
  'net.held-back': 'late',
  'net.sent-twice': 'duplicate',
  'net.turned-over': 'damaged',
};

/** What a fault did to the frame of an event; undefined when it is about no single frame. */
export function faultMarkOf(event: LabEvent): { readonly frameEvent: number; readonly kind: MarkKind } | undefined {
  if (event.kind !== 'fault' || event.cause === undefined) return undefined;
  const kind = Object.hasOwn(FAULT_MARKS, event.says.id) ? FAULT_MARKS[event.says.id] : undefined;
  return kind === undefined ? undefined : { frameEvent: event.cause, kind };
}

/** Messages that may be sent again are remembered for so many others. */
const REMEMBERED = 16_384;
/**
 * A frame that has not arrived by then is lost, unless frames that its port sent before it are still arriving: it waits for
 * the cable. No fault of a sane lab is slower.
 */
const ARRIVES_WITHIN_NS = 1_000_000_000;
/** Asking for the same station again later is another question. */
const ARP_AGAIN_NS = 10_000_000_000;
/** A byte for byte copy so soon is no second attempt, but the same frame twice. */
const COPY_WITHIN_NS = 1_000_000;

/** So many frames under way are compared with one that has arrived with other tags than it was sent with. */
const MOST_COMPARED = 256;

const NO_MARKS: readonly FrameMark[] = [];

/** A group may have no members, and some are for the next switch alone: such a frame need not arrive at a station. */
function isForGroup(bytes: Uint8Array): boolean {
  if (bytes.length < ETHERNET_HEADER_LENGTH) return false;
  const destination = readMac(bytes, ETHERNET.destination);
  return isGroupMac(destination) && destination !== MAC_BROADCAST;
}

export class FrameMarks {
  private readonly store: FrameStore;
  private readonly seesArrivals: boolean;
  private next = 0;
  /** By body: the frame is the same at every port that saw it. */
  private readonly marked = new Map<number, FrameMark[]>();
  private readonly first: number[] = [];
  private inOrder: readonly number[] | undefined;
  private readonly sentBefore = new RecentMap<string, number>(REMEMBERED);
  /** By body, in order: the record of a frame that left a station and has not arrived anywhere. */
  private readonly underWay = new Map<number, number>();
  /** By body: the record of the frame as it was sent. */
  private readonly sent = new RecentMap<number, number>(REMEMBERED);
  /** Ports at which a body arrived. */
  private readonly arrived = new RecentMap<string, true>(REMEMBERED);
  /** By sending port: the last of its records that has arrived anywhere, and when. */
  private readonly delivered = new Map<number, { readonly record: number; readonly atNs: number }>();
  /** By port and sending port: the last sent record that has arrived. */
  private readonly lastArrived = new Map<string, number>();

  /** `seesArrivals`: frames are captured where they arrive too, so that one that does not is lost. */
  constructor(store: FrameStore, { seesArrivals = true }: { readonly seesArrivals?: boolean } = {}) {
    this.store = store;
    this.seesArrivals = seesArrivals;
  }

  /**
   * Takes in what the capture has got since, at most `limit` records; true when nothing is left. `nowNs`: how far the lab
   * is, which may be past the last frame.
   */
  update(nowNs = 0, limit = Number.POSITIVE_INFINITY): boolean {
    const { store } = this;
    const stop = Math.min(store.length, this.next + limit);
    for (; this.next < stop; this.next++) this.addRecord(this.next);
    if (this.next < store.length) return false;
    const endNs = Math.max(nowNs, store.length === 0 ? 0 : store.timeNs(store.length - 1));
    for (const [body, record] of this.underWay) {
      if (store.timeNs(record) + ARRIVES_WITHIN_NS > endNs) break;
      const last = this.delivered.get(store.interfaceId(record));
      if (last !== undefined && last.record < record && last.atNs + ARRIVES_WITHIN_NS > endNs) continue;
      this.underWay.delete(body);
      this.add(record, { kind: 'lost' });
    }
    return true;
  }

  /** A fault of the lab struck the frame of a record. */
  struck(record: number, kind: MarkKind): void {
    if (kind === 'lost' || kind === 'damaged') this.underWay.delete(this.store.body(record));
    this.add(record, { kind });
  }

  /** Marks of the frame of a record, the worst first. */
  of(record: number): readonly FrameMark[] {
    return this.marked.get(this.store.body(record)) ?? NO_MARKS;
  }

  /** The first record of each marked frame, in order. */
  records(): readonly number[] {
    this.inOrder ??= [...this.first].sort((a, b) => a - b);
    return this.inOrder;
  }

  /** Number of marked frames. */
  get size(): number {
    return this.marked.size;
  }

  private addRecord(record: number): void {
    const { store } = this;
    const direction = store.direction(record);
    if (direction === 'in' && this.addArrival(record)) return;
    const body = store.body(record);
    this.sent.set(body, record);
    const bytes = store.ethernet(record);
    if (this.seesArrivals && direction === 'out' && !isForGroup(bytes)) this.underWay.set(body, record);
    const fact = readFact(bytes);
    if (fact !== undefined) this.compare(record, fact);
  }

  /** False when the frame was not seen as it was sent: a file of one port, or a frame that was changed on its way. */
  private addArrival(record: number): boolean {
    const { store } = this;
    const body = store.body(record);
    const sent = this.sent.get(body) ?? this.sentWithOtherTags(record);
    if (sent === undefined || store.direction(sent) !== 'out') return false;
    this.underWay.delete(store.body(sent));
    const sender = store.interfaceId(sent);
    if ((this.delivered.get(sender)?.record ?? -1) <= sent) {
      this.delivered.set(sender, { record: sent, atNs: store.timeNs(record) });
    }
    const port = store.interfaceId(record);
    const arrival = `${port} ${body}`;
    if (this.arrived.get(arrival) === true) this.add(sent, { kind: 'duplicate' });
    this.arrived.set(arrival, true);
    const way = `${port} ${sender}`;
    const last = this.lastArrived.get(way) ?? -1;
    if (last > sent) this.add(sent, { kind: 'out-of-order', other: last });
    else this.lastArrived.set(way, sent);
    return true;
  }

  /** The record of the frame under way to which a switch has given a VLAN tag, or from which it has taken one. */
  private sentWithOtherTags(record: number): number | undefined {
    const { store } = this;
    const bytes = store.ethernet(record);
    let left = MOST_COMPARED;
    for (const sent of this.underWay.values()) {
      if (left-- === 0) return undefined;
      if (!isSameUntagged(bytes, store.ethernet(sent))) continue;
      // It may arrive at other ports as well.
      this.sent.set(store.body(record), sent);
      return sent;
    }
    return undefined;
  }

  private compare(record: number, { key, meaning }: FrameFact): void {
    const { store } = this;
    if (key === undefined) return;
    const before = this.sentBefore.get(key);
    this.sentBefore.set(key, record);
    if (before === undefined) return;
    const afterNs = store.timeNs(record) - store.timeNs(before);
    if (meaning.kind === 'arp' && afterNs > ARP_AGAIN_NS) return;
    const isCopy = afterNs < COPY_WITHIN_NS && isSame(store.bytes(before), store.bytes(record));
    this.add(record, { kind: isCopy ? 'duplicate' : 'again', other: before, afterNs });
  }

  private add(record: number, mark: FrameMark): void {
    const body = this.store.body(record);
    const known = this.marked.get(body) ?? [];
    if (known.length === 0) {
      this.first.push(record);
      this.inOrder = undefined;
      this.marked.set(body, known);
    }
    if (known.some(({ kind }) => kind === mark.kind)) return;
    known.push(mark);
    known.sort((a, b) => MARK_KINDS.indexOf(a.kind) - MARK_KINDS.indexOf(b.kind));
  }
}

/** Marks of a file, which may have been captured at one place only. */
export function marksOfFile(store: FrameStore): FrameMarks {
  let [isSent, isReceived] = [false, false];
  for (let record = 0; record < store.length && !(isSent && isReceived); record++) {
    isSent ||= store.direction(record) === 'out';
    isReceived ||= store.direction(record) === 'in';
  }
  // A file of one host says which frames it has sent: those arrive at others.
  const names = new Set(store.interfaces.map(({ name }) => name));
  return new FrameMarks(store, { seesArrivals: isSent && isReceived && names.size > 1 });
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
