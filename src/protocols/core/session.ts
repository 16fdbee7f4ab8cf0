/**
 * Dissects the frames of one capture. A first pass in order lets the protocols see who talks with whom; after it
 * any frame can be asked for, in any order and as often as wanted, with the same result.
 */
import { assert } from '../../base/result.ts';
import { FieldCollector } from './collector.ts';
import { ConversationTable, StateBag } from './conversation.ts';
import { Dissection, type Columns, type DissectionContext } from './dissect.ts';
import { fieldCount, type FieldDef } from './field.ts';
import type { FrameSource } from './frame-source.ts';
import { protocolCount, type Protocol, type Registry } from './registry.ts';
import { TreeBuilder, type DataSource, type TreeItem } from './tree.ts';

export interface SessionOptions {
  /** Defaults to true. */
  readonly validateChecksums?: boolean;
}

/** One frame, dissected in full. */
export interface FrameTree {
  /** From 1. */
  readonly number: number;
  readonly items: readonly TreeItem[];
  /** What the items' offsets refer to; the first is the frame. */
  readonly sources: readonly DataSource[];
  readonly columns: Readonly<Columns>;
}

export class DissectionSession {
  readonly registry: Registry;
  readonly frames: FrameSource;
  private readonly dissection: Dissection;
  private readonly frameProtocol: Protocol;
  private readonly all = new Uint8Array(protocolCount()).fill(1);
  private readonly everyField = new Uint8Array(fieldCount()).fill(1);
  private readonly noField = new Uint8Array(fieldCount());
  private readonly bag = new StateBag();
  /** Bugs that the first pass met, by frame. */
  private readonly failures = new Map<number, NonNullable<Dissection['failure']>>();
  private passed = 0;

  /** `registry` must have the protocol `frame`. */
  constructor(frames: FrameSource, registry: Registry, options: SessionOptions = {}) {
    const frameProtocol = registry.protocol('frame');
    assert(frameProtocol !== undefined, 'the registry has the protocol frame');
    this.frameProtocol = frameProtocol;
    this.registry = registry;
    this.frames = frames;
    const bag = this.bag;
    const context: DissectionContext = {
      registry,
      frames,
      udp: new ConversationTable(),
      tcp: new ConversationTable(),
      validateChecksums: options.validateChecksums ?? true,
      state: (key) => bag.state(key),
    };
    this.dissection = new Dissection(context);
  }

  /** Frames that the first pass has seen. */
  get seen(): number {
    return this.passed;
  }

  /** Brings the first pass up to `end` frames (all there are, by default), at most `limit` of them. */
  advance(end = this.frames.length, limit = Number.POSITIVE_INFINITY): void {
    const stop = Math.min(end, this.frames.length, this.passed + limit);
    while (this.passed < stop) this.run(this.passed, undefined, undefined, undefined);
  }

  /** The whole tree of the frame at `index`. */
  tree(index: number): FrameTree {
    this.advance(index + 1);
    const builder = new TreeBuilder();
    const columns: Columns = { source: '', destination: '', protocol: '', info: '' };
    this.run(index, builder, undefined, columns);
    return { number: index + 1, items: builder.roots, sources: [...this.dissection.sources], columns };
  }

  /** What the packet list shows of the frame at `index`. */
  columns(index: number): Readonly<Columns> {
    this.advance(index + 1);
    const columns: Columns = { source: '', destination: '', protocol: '', info: '' };
    this.run(index, undefined, undefined, columns);
    return columns;
  }

  /** A collector for `collect`; make one for a filter and keep it. */
  collector(fields: readonly FieldDef[]): FieldCollector {
    return new FieldCollector(this.registry, fields);
  }

  /** Fills `collector` with the occurrences of its fields in the frame at `index`. */
  collect(index: number, collector: FieldCollector): void {
    // Not in the first pass itself: what it concludes about a frame it concludes while going through it.
    this.advance(index + 1);
    collector.reset();
    this.run(index, undefined, collector, undefined);
  }

  private run(
    index: number,
    builder: TreeBuilder | undefined,
    collector: FieldCollector | undefined,
    columns: Columns | undefined,
  ): void {
    const visited = index < this.passed;
    const bytes = this.frames.bytes(index);
    const d = this.dissection;
    const wanted = builder === undefined ? (collector?.wanted ?? this.noField) : this.everyField;
    const needed = collector?.needed ?? this.all;
    d.start(index, bytes, visited, builder, collector, columns, wanted, needed);
    try {
      d.call(this.frameProtocol, 0, bytes.length);
    } catch (error) {
      // Dissectors' own errors are caught where they are called; this one came while that was done.
      builder?.unwind(0);
      d.start(index, bytes, visited, builder, collector, columns, wanted, needed);
      d.bug(this.frameProtocol, 0, error);
    }
    if (!visited) {
      this.passed = index + 1;
      if (d.failure !== undefined) this.failures.set(index, d.failure);
      return;
    }
    // What the first pass could not conclude is missing here, too.
    const before = this.failures.get(index);
    if (before !== undefined && d.failure === undefined) d.bug(before.protocol, 0, before.error);
  }
}
