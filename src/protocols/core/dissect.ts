/**
 * The one object that dissectors write to. What becomes of a field depends on who asked: a tree for the details
 * pane, the occurrences of a few fields for a filter, two texts for the packet list, or nothing (the first pass,
 * which only lets protocols see all frames in order). Dissectors do not know which; they add fields, and make texts
 * only when `building` or `columns` says that somebody reads them.
 *
 * Reading or adding beyond `limit` throws inside a dissector and is caught by the caller: the protocol ends
 * as `Malformed Packet`. So dissectors need no length checks of their own, and nothing is ever shown that lies
 * outside the frame.
 */
import type { Ipv4Address, MacAddress } from '../../base/address.ts';
import { byteAt, readU16, readU32 } from '../../base/bytes.ts';
import { itemAt } from '../../base/lists/list.ts';
import { assert } from '../../base/result.ts';
import {
  BUG_EXPERT,
  DATA,
  EXPERT,
  GROUP_VALUE,
  MALFORMED_EXPERT,
  MALFORMED_FIELD,
  SEVERITY_NAME,
  SEVERITY_VALUE,
} from './builtin.ts';
import { SHORT_FIELD, TEXT_FIELD } from './builtin.ts';
import type { FieldCollector, FieldHits } from './collector.ts';
import type { Conversation, ConversationTable, FrameKey, StateBag, StateKey } from './conversation.ts';
import type { FieldDef, FieldValue } from './field.ts';
import type { FrameSource } from './frame-source.ts';
import { LayerList } from './layer-list.ts';
import { protocolCount, REJECTED, type Protocol, type Registry } from './registry.ts';
import { GENERATED, HIDDEN, TreeBuilder, TreeItem, type DataSource } from './tree.ts';

export { GENERATED, HIDDEN };

/** What the packet list shows of a frame. */
export interface Columns {
  source: string;
  destination: string;
  protocol: string;
  info: string;
}

/** What a session lends to the dissection of its frames. */
export interface DissectionContext {
  readonly registry: Registry;
  readonly frames: FrameSource;
  readonly udp: ConversationTable;
  readonly tcp: ConversationTable;
  /** Whether checksums are checked and findings made of wrong ones. */
  readonly validateChecksums: boolean;
  state<T>(key: StateKey<T>): T;
}

/** `desegmentLength`: ask again with the next segment, however long it is. */
export const ONE_MORE_SEGMENT = -1;
/** `desegmentLength`: all bytes up to the end of the stream. */
export const UNTIL_END = -2;

/** Not an error of the program, and thrown often on fuzzed input: no stack is wanted. */
const OUT_OF_BOUNDS = { outOfBounds: true };

/**
 * Protocols inside protocols, at most: Wireshark's limit of layers. A packet that quotes a packet that quotes a packet
 * ... would use up the stack.
 */
const MAX_NESTED = 499;
/** Bits of a memo's key: 2^22 messages in a frame, 2^9 nested protocols, 2^22 frames. */
const MEMO_WHICH = 0x40_0000;
/** Messages that each of the scopes in a frame may have. */
const MEMO_SCOPE = 0x400;
const MEMO_NESTED = 0x200;

const NOTHING = new Uint8Array(0);

export class Dissection {
  readonly context: DissectionContext;
  /** Index of the frame, from 0; its number is one more. */
  index = 0;
  /** False in the first pass, the only one in which protocols may change what they remember. */
  visited = false;
  /** True inside a packet that another one quotes (ICMP errors): it belongs to no conversation. */
  quoted = false;

  /** The current data source; all offsets refer to it. */
  bytes: Uint8Array = NOTHING;
  /** First offset that does not belong to the current protocol. */
  limit = 0;
  private readonly layerList = new LayerList(protocolCount());
  readonly sources: DataSource[] = [];

  /** A tree is being built: labels are worth making. */
  building = false;
  /** Present when the texts of the packet list are asked for. */
  columns: Columns | undefined;

  // What outer protocols tell inner ones.
  macSource: MacAddress = 0;
  macDestination: MacAddress = 0;
  networkSource = 0;
  networkDestination = 0;
  sourcePort = 0;
  destinationPort = 0;
  /** Of the innermost UDP or TCP; undefined elsewhere. */
  conversation: Conversation | undefined;
  /** 0 from the conversation's initiator, 1 from its responder. */
  direction: 0 | 1 = 0;

  /** The caller can put stream segments together: a dissector may set the two below and return. */
  canDesegment = false;
  /** Offset of the first byte that waits for more. */
  desegmentOffset = 0;
  /** Bytes missing behind those that are there, `ONE_MORE_SEGMENT` or `UNTIL_END`; 0 for none. */
  desegmentLength = 0;
  /**
   * What the dissector keeps while a message comes in piece by piece, so that it need not read its beginning again
   * with each piece. Present only when `start` is 0 and the bytes are those of the last call and more.
   */
  progress: StateBag | undefined;

  /** Tells apart what `remember` keeps of a protocol that is called several times in a frame: 0, or one for each call. */
  memoScope = 0;

  /** The first bug that was met in the frame. */
  failure: { readonly protocol: Protocol; readonly error: unknown } | undefined;

  builder: TreeBuilder | undefined;
  private source = 0;
  private collector: FieldCollector | undefined;
  private wanted: Uint8Array = NOTHING;
  private needed: Uint8Array = NOTHING;
  private layer = 1;
  private nested = 0;
  private depth = 0;
  private readonly openHits: (FieldHits | undefined)[] = [];
  private readonly openAt: number[] = [];

  constructor(context: DissectionContext) {
    this.context = context;
  }

  /** The current frame's number, as shown. */
  get number(): number {
    return this.index + 1;
  }

  /** Ids of the protocols met so far: `eth`, `ethertype`, `ip` ... */
  get layers(): readonly string[] {
    return this.layerList.ids;
  }

  /** Which one of its protocol in the frame the current one is, from 1. */
  get occurrence(): number {
    return this.layer;
  }

  /** Adds what is no protocol of its own to the list of protocols. */
  pushLayer(id: string): void {
    this.layerList.addName(id);
  }

  /** Takes layers off the list until `length` are left. */
  truncateLayers(length: number): void {
    this.layerList.truncate(length);
  }

  // ---- adding

  /**
   * Adds a field at `[start, start + length)`. Without `value` it is read from there, by the field's type, when
   * somebody looks at it.
   */
  add(field: FieldDef, start: number, length: number, value?: FieldValue, flags = 0): void {
    if (start + length > this.limit || length < 0) throw OUT_OF_BOUNDS;
    if (this.wanted[field.index] !== 0) this.record(field, start, length, value, flags);
  }

  /** Adds a field and opens it: what is added until `end` are its children. */
  begin(field: FieldDef, start: number, length: number, value?: FieldValue, flags = 0): void {
    if (start + length > this.limit || length < 0) throw OUT_OF_BOUNDS;
    const depth = this.depth++;
    if (this.building) {
      this.builder?.begin(new TreeItem(field, this.bytes, this.source, start, length, value, flags));
      return;
    }
    const hits = this.wanted[field.index] === 0 ? undefined : this.collector?.hitsOf(field);
    this.openHits[depth] = hits;
    if (hits === undefined) return;
    this.openAt[depth] = hits.count;
    hits.push(this.bytes, start, length, value, this.layer);
  }

  end(): void {
    this.depth--;
    if (this.building) this.builder?.end();
  }

  /** A heading without a filter name. */
  beginText(start: number, length: number, text: string): void {
    this.begin(TEXT_FIELD, start, length);
    this.label(text);
  }

  /** A line without a filter name. */
  text(start: number, length: number, text: string): void {
    this.add(TEXT_FIELD, start, length);
    this.label(text);
  }

  /** Moves the end of the open item to the offset `end`. */
  endAt(end: number): void {
    if (end > this.limit) throw OUT_OF_BOUNDS;
    const top = this.builder?.top;
    if (top !== undefined) top.length = end - top.start;
    const hits = this.building ? undefined : this.openHits[this.depth - 1];
    if (hits === undefined) return;
    const at = itemAt(this.openAt, this.depth - 1);
    hits.lengths[at] = end - itemAt(hits.starts, at);
  }

  private record(field: FieldDef, start: number, length: number, value: FieldValue, flags: number): void {
    if (this.building) {
      this.builder?.add(new TreeItem(field, this.bytes, this.source, start, length, value, flags));
    } else this.collector?.hitsOf(field)?.push(this.bytes, start, length, value, this.layer);
  }

  /** Whether a field would be noticed: for what is dear to work out. */
  wants(field: FieldDef): boolean {
    return this.wanted[field.index] !== 0;
  }

  /** Whether anybody reads the sentences of findings. */
  get saysFindings(): boolean {
    return this.building || this.wants(EXPERT.message);
  }

  // ---- texts of the tree: make them only when `building`

  /** Replaces the line of the item added last. */
  label(text: string): void {
    this.builder?.last?.setText(text);
  }

  append(text: string): void {
    this.builder?.last?.appendText(text);
  }

  /** Replaces the line of the innermost open item. */
  labelOpen(text: string): void {
    this.builder?.top?.setText(text);
  }

  appendOpen(text: string): void {
    this.builder?.top?.appendText(text);
  }

  /** The innermost open item, to be opened again later; undefined when no tree is built. */
  get openItem(): TreeItem | undefined {
    return this.builder?.top;
  }

  /** Opens an item again (the one added last, by default) for further children. Ended by `end`. */
  reopen(item?: TreeItem): void {
    this.openHits[this.depth++] = undefined;
    if (this.building) this.builder?.reopen(item);
  }

  /**
   * Reports a finding about the item added last. `text` replaces the sentence of the field.
   */
  expert(finding: FieldDef, text?: string): void {
    const about = finding.expert;
    assert(about !== undefined, 'an expert field says its severity and group');
    if (!this.building) {
      this.add(finding, 0, 0);
      this.add(EXPERT.heading, 0, 0);
      if (this.wants(EXPERT.message)) this.add(EXPERT.message, 0, 0, text ?? finding.label);
      this.add(EXPERT.severity, 0, 0, SEVERITY_VALUE[about.severity]);
      this.add(EXPERT.group, 0, 0, GROUP_VALUE[about.group]);
      return;
    }
    const message = text ?? finding.label;
    const at = Math.min(this.builder?.last?.start ?? 0, this.limit);
    this.reopen();
    this.begin(EXPERT.heading, at, 0, undefined, GENERATED);
    this.label(`Expert Info (${SEVERITY_NAME[about.severity]}/${about.group}): ${message}`);
    this.add(finding, 0, 0, undefined, GENERATED);
    this.label(message);
    this.add(EXPERT.message, 0, 0, message, GENERATED | HIDDEN);
    this.add(EXPERT.severity, 0, 0, SEVERITY_VALUE[about.severity], GENERATED);
    this.add(EXPERT.group, 0, 0, GROUP_VALUE[about.group], GENERATED);
    this.end();
    this.end();
  }

  // ---- reading

  u8(at: number): number {
    if (at >= this.limit) throw OUT_OF_BOUNDS;
    return byteAt(this.bytes, at);
  }

  u16(at: number): number {
    if (at + 2 > this.limit) throw OUT_OF_BOUNDS;
    return readU16(this.bytes, at);
  }

  u32(at: number): number {
    if (at + 4 > this.limit) throw OUT_OF_BOUNDS;
    return readU32(this.bytes, at);
  }

  ipv4(at: number): Ipv4Address {
    return this.u32(at);
  }

  mac(at: number): MacAddress {
    return this.u16(at) * 0x1_0000_0000 + this.u32(at + 2);
  }

  /** Ends the current protocol as malformed unless `[start, start + length)` is there. */
  need(start: number, length: number): void {
    if (start + length > this.limit || length < 0) throw OUT_OF_BOUNDS;
  }

  // ---- handing bytes on

  /**
   * Lets a protocol dissect `[start, end)` of the current source. Returns the offset it left, `end` when it was
   * malformed or nobody asks for it, or `REJECTED`.
   */
  call(protocol: Protocol, start: number, end: number, argument = 0): number {
    if (this.needed[protocol.index] === 0) return end;
    if (this.nested >= MAX_NESTED) {
      this.malformed(protocol, start, `more than ${MAX_NESTED} protocols inside each other`);
      return end;
    }
    const { limit, layer, depth, source, bytes } = this;
    const layerCount = this.layerList.ids.length;
    this.limit = Math.min(end, limit);
    this.layer = this.layerList.add(protocol);
    this.nested++;
    let result = end;
    try {
      result = protocol.dissect(this, start, this.limit, argument);
      if (result === REJECTED) this.truncateLayers(layerCount);
    } catch (error) {
      this.depth = depth;
      this.builder?.unwind(depth);
      if (error === OUT_OF_BOUNDS) this.malformed(protocol, start);
      else this.bug(protocol, start, error);
    }
    this.nested--;
    this.limit = limit;
    this.layer = layer;
    this.source = source;
    this.bytes = bytes;
    return result;
  }

  /** Looks the key up in a table and calls what is there. `REJECTED` when there is nothing or it declines. */
  dispatch(table: string, key: number, start: number, end: number, argument = 0): number {
    const protocol = this.context.registry.table(table).get(key);
    return protocol === undefined ? REJECTED : this.call(protocol, start, end, argument);
  }

  /** Shows bytes that no protocol takes. Nothing for an empty range. */
  data(start: number, end: number): void {
    if (end <= start) return;
    this.pushLayer('data');
    const length = end - start;
    this.begin(DATA.heading, start, length);
    if (this.building) this.label(`Data (${length} byte${length === 1 ? '' : 's'})`);
    this.add(DATA.data, start, length);
    this.add(DATA.length, start, 0, length, GENERATED);
    this.end();
    if (this.columns !== undefined && this.columns.info === '') this.columns.info = `Len=${length}`;
  }

  /**
   * Calls `protocol` on a buffer put together from several frames. Its items refer to the new source.
   */
  callOn(name: string, bytes: Uint8Array, protocol: Protocol, argument = 0): number {
    const { limit, source, bytes: before } = this;
    this.source = this.sources.push({ name, bytes }) - 1;
    this.bytes = bytes;
    this.limit = bytes.length;
    const result = this.call(protocol, 0, bytes.length, argument);
    this.limit = limit;
    this.source = source;
    this.bytes = before;
    return result;
  }

  /** Like `callOn`, for what is not a protocol's own dissector: `body` adds to the new source. */
  within(name: string, bytes: Uint8Array, body: () => void): void {
    const { limit, source, bytes: before } = this;
    this.source = this.sources.push({ name, bytes }) - 1;
    this.bytes = bytes;
    this.limit = bytes.length;
    body();
    this.limit = limit;
    this.source = source;
    this.bytes = before;
  }

  /** Shows that a protocol broke off; `reason` when it is not for want of bytes. */
  private malformed(protocol: Protocol, start: number, reason?: string): void {
    const frames = this.context.frames;
    const short = reason === undefined && frames.bytes(this.index).length < frames.origLen(this.index);
    const name = protocol.shortName;
    const label = short
      ? `[${SHORT_FIELD.label}: ${name} truncated]`
      : `[Malformed Packet: ${name}${reason === undefined ? '' : `, ${reason}`}]`;
    this.brokenOff(short ? SHORT_FIELD : MALFORMED_FIELD, start, label, short ? undefined : MALFORMED_EXPERT);
    if (!short) this.appendInfo('[Malformed Packet]');
  }

  /** Shows that a dissector has failed: its frame is lost, the others are not. */
  bug(protocol: Protocol, start: number, error: unknown): void {
    this.failure ??= { protocol, error };
    const name = protocol.shortName;
    this.brokenOff(MALFORMED_FIELD, start, `[Dissector bug, protocol ${name}: ${String(error)}]`, BUG_EXPERT);
    this.appendInfo(`[Dissector bug, protocol ${name}]`);
  }

  private appendInfo(text: string): void {
    if (this.columns !== undefined) this.columns.info += this.columns.info === '' ? text : ` ${text}`;
  }

  private brokenOff(field: FieldDef, start: number, label: string, finding: FieldDef | undefined): void {
    const { limit, depth } = this;
    this.limit = this.bytes.length;
    // It stands beside the protocols, not inside the one that broke off.
    this.begin(field, Math.min(start, this.limit), 0);
    if (this.building) this.label(label);
    if (finding !== undefined) this.expert(finding);
    this.end();
    this.depth = depth;
    this.limit = limit;
  }

  // ---- remembering

  /** State of the whole session. */
  state<T>(key: StateKey<T>): T {
    return this.context.state(key);
  }

  /**
   * Computes a value in the first pass, gives the same one back in every later pass: for all that depends on what
   * was seen before (request and response, block numbers, resends). `which` tells several in one protocol apart.
   */
  remember<T>(key: FrameKey<T>, compute: () => T, which = 0): T {
    const values = this.context.state(key);
    const at = this.memoKey(which);
    const known = values.get(at);
    if (known !== undefined || values.has(at)) return known as T;
    const value = compute();
    values.set(at, value);
    return value;
  }

  /** What `remember` kept, without computing. */
  recall<T>(key: FrameKey<T>, which = 0): T | undefined {
    return this.context.state(key).get(this.memoKey(which));
  }

  private memoKey(which: number): number {
    return (
      (this.index * MEMO_NESTED + this.nested) * MEMO_WHICH +
      Math.min(this.memoScope * MEMO_SCOPE + which, MEMO_WHICH - 1)
    );
  }

  // ---- for the session

  /** Makes ready for a frame. */
  start(
    index: number,
    bytes: Uint8Array,
    visited: boolean,
    builder: TreeBuilder | undefined,
    collector: FieldCollector | undefined,
    columns: Columns | undefined,
    wanted: Uint8Array,
    needed: Uint8Array,
  ): void {
    this.index = index;
    this.visited = visited;
    this.quoted = false;
    this.memoScope = 0;
    this.bytes = bytes;
    this.limit = bytes.length;
    this.source = 0;
    this.truncateLayers(0);
    this.sources.length = 0;
    this.sources.push({ name: 'Frame', bytes });
    this.builder = builder;
    this.building = builder !== undefined;
    this.collector = collector;
    this.columns = columns;
    this.wanted = wanted;
    this.needed = needed;
    this.layer = 1;
    this.nested = 0;
    this.depth = 0;
    this.macSource = 0;
    this.macDestination = 0;
    this.networkSource = 0;
    this.networkDestination = 0;
    this.sourcePort = 0;
    this.destinationPort = 0;
    this.conversation = undefined;
    this.direction = 0;
    this.canDesegment = false;
    this.desegmentLength = 0;
    this.progress = undefined;
    this.failure = undefined;
  }
}
