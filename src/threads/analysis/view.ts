/**
 * What the packet panels show of one store: which records, dissected how, in which order, and with which columns,
 * colours, marks and comments. Everything here follows from the store, the port, the filter and the presentation.
 */
import { Capture, FilteredFrames } from '../../analysis/capture.ts';
import { compileFilter, type Filter } from '../../analysis/filter/filter.ts';
import type { FrameStore } from '../../analysis/frame-store.ts';
import type { FrameView } from '../../analysis/frame-view.ts';
import type { Ladder } from '../../analysis/ladder/ladder.ts';
import { Colouring, DEFAULT_COLOUR_RULES } from '../../analysis/packet-list.ts';
import { cellText, sortValue } from '../../analysis/packets/cells.ts';
import { SortedFrames, type SortValue } from '../../analysis/packets/sorted-frames.ts';
import { BootFacts } from '../../analysis/story/facts.ts';
import type { FrameMarks } from '../../analysis/story/marks.ts';
import type { FieldCollector } from '../../protocols/core/collector.ts';
import type { FieldDef } from '../../protocols/core/field.ts';
import type { Presentation, PresentationProblems, SortOrder } from '../api/packets-api.ts';

/** A ladder that grows with its capture. */
export interface DrawnLadder {
  readonly ladder: Ladder;
  readonly frames: FrameView;
  readonly filtered: FilteredFrames | undefined;
  /** Number of marked frames when it was begun: marks that came later may split what is folded. */
  readonly marked: number;
}

export const NO_PRESENTATION: Presentation = {
  fields: [],
  sort: undefined,
  colours: [],
  references: [],
  marked: [],
  comments: [],
};

export class View {
  readonly store: FrameStore;
  readonly frames: FrameView;
  readonly capture: Capture;
  readonly colouring: Colouring;
  readonly facts: BootFacts;
  readonly marks: FrameMarks;
  filtered: FilteredFrames | undefined;
  drawn: DrawnLadder | undefined;
  problems: PresentationProblems = { fields: [], colours: [] };
  /** Frames from which times are counted, in order. */
  private references: readonly number[] = [];
  private rules: readonly { readonly place: number; readonly filter: Filter }[] = [];
  private cells: { readonly defs: readonly (FieldDef | undefined)[]; readonly collector: FieldCollector } | undefined;
  private order: SortOrder | undefined;
  private sorting: SortedFrames | undefined;
  private untilNs: number | undefined;

  constructor(store: FrameStore, marks: FrameMarks, frames: FrameView) {
    this.store = store;
    this.marks = marks;
    this.frames = frames;
    this.capture = new Capture(this.frames);
    this.facts = new BootFacts(this.frames);
    this.colouring = new Colouring(DEFAULT_COLOUR_RULES, this.capture.registry);
  }

  setFilter(filter: Filter | undefined): void {
    // What was found so far stays when another document was shown meanwhile.
    if (this.filtered !== undefined && filter === this.filtered.filter) return;
    this.filter(filter);
  }

  private filter(filter: Filter | undefined): void {
    this.filtered = filter === undefined ? undefined : new FilteredFrames(this.capture, filter);
    this.sort();
  }

  /** Only frames up to this time are listed; undefined: all. */
  lookUntil(timeNs: number | undefined): void {
    if (timeNs === this.untilNs) return;
    this.untilNs = timeNs;
    this.sort();
  }

  present(next: Presentation): void {
    const { registry, session } = this.capture;
    const defs = next.fields.map((name) => registry.field(name));
    const known = defs.filter((def) => def !== undefined);
    this.cells = known.length === 0 ? undefined : { defs, collector: session.collector(known) };
    this.rules = [];
    const badColours: number[] = [];
    this.rules = next.colours.flatMap((text, place) => {
      const compiled = compileFilter(text, registry);
      if (compiled.ok) return [{ place, filter: compiled.value }];
      badColours.push(place);
      return [];
    });
    this.problems = { fields: next.fields.filter((_, i) => defs[i] === undefined), colours: badColours };
    this.references = next.references.map((number) => number - 1).sort((a, b) => a - b);
    this.frames.note(next.marked, next.comments);
    if (this.order?.column !== next.sort?.column || this.order?.descending !== next.sort?.descending) {
      this.order = next.sort;
      this.sort();
    }
  }

  /** A filter that asks for marks and comments is answered again. */
  refilter(): void {
    if (this.filtered !== undefined) this.filter(this.filtered.filter);
  }

  /** The frame of a row of the list. */
  listedFrame(row: number): number | undefined {
    if (row >= this.rows) return undefined;
    return this.frameAt(this.sorting?.at(row) ?? row);
  }

  /** The n-th frame that is listed, in the order of the capture, up to the time that is looked at. */
  frameOf(place: number): number | undefined {
    return place >= this.rows ? undefined : this.frameAt(place);
  }

  get rows(): number {
    const { end } = this;
    return this.filtered?.position(end) ?? end;
  }

  /** The row of a frame, unless the filter or the time that is looked back at hides it. */
  rowOf(frame: number | undefined): number | undefined {
    const { filtered, end } = this;
    if (frame === undefined || frame < 0 || frame >= end) return undefined;
    const place = filtered === undefined ? frame : filtered.position(frame);
    if (filtered !== undefined && (place >= filtered.length || filtered.at(place) !== frame)) return undefined;
    return this.sorting?.rowOf(place) ?? place;
  }

  /** Frames up to the time that is looked at. */
  get end(): number {
    const { untilNs } = this;
    return untilNs === undefined ? this.frames.length : this.framesBefore(untilNs + 1);
  }

  /** Number of earlier frames. */
  framesBefore(timeNs: number): number {
    return lowerBound(this.frames.length, (n) => this.frames.timeNs(n) < timeNs);
  }

  /** Goes on with filtering and sorting; true when both are done for now. */
  advance(limit: number): boolean {
    if (this.filtered?.advance(limit) === false) return false;
    return this.sorting?.advance(this.rows, (place) => this.frameAt(place), limit) ?? true;
  }

  /** Goes on with the first pass through all frames and with their marks; true when both are done for now. */
  learn(limit: number): boolean {
    const { layers } = this.capture;
    layers.advance(this.frames.length, limit);
    return layers.length >= this.frames.length && this.marks.update(0, limit);
  }

  /** Number of the first colouring rule that matches the frame. */
  ruleOf(frame: number): number | undefined {
    return this.rules.find(({ filter }) => this.capture.matches(filter, frame))?.place;
  }

  /** What the columns of fields show of a frame. */
  cellsOf(frame: number): readonly string[] {
    const { cells } = this;
    if (cells === undefined) return [];
    this.capture.session.collect(frame, cells.collector);
    return cells.defs.map((def) => {
      const hits = def === undefined ? undefined : cells.collector.hitsOf(def);
      return hits === undefined ? '' : cellText(hits);
    });
  }

  /** The last reference frame up to this one; the first frame when there is none. */
  referenceOf(frame: number): number {
    return this.references.findLast((reference) => reference <= frame) ?? 0;
  }

  isReference(frame: number): boolean {
    return this.references.includes(frame);
  }

  /** The frame that is listed above, by the order of the capture. */
  listedBefore(frame: number): number | undefined {
    const { filtered } = this;
    const place = (filtered?.position(frame) ?? frame) - 1;
    return place < 0 ? undefined : (filtered?.at(place) ?? place);
  }

  private frameAt(place: number): number {
    return this.filtered === undefined ? place : this.filtered.at(place);
  }

  private sort(): void {
    const { order } = this;
    this.sorting = order === undefined ? undefined : new SortedFrames(this.valuesOf(order.column), order.descending);
  }

  private valuesOf(column: string): (frame: number) => SortValue {
    const { frames, capture } = this;
    const { session } = capture;
    switch (column) {
      case 'no':
        return (frame) => frame;
      case 'time':
        return (frame) => frames.timeNs(frame);
      case 'length':
        return (frame) => frames.origLen(frame);
      case 'port':
        return (frame) => frames.interfaceOf(frame).name;
      case 'source':
      case 'destination':
      case 'protocol':
      case 'info':
        return (frame) => session.columns(frame)[column];
    }
    const def = capture.registry.field(column);
    if (def === undefined) return () => undefined;
    const collector = session.collector([def]);
    return (frame) => {
      session.collect(frame, collector);
      const hits = collector.hitsOf(def);
      return hits === undefined ? undefined : sortValue(hits);
    };
  }
}

/** The first number in [0, end) for which `isBefore` is false. */
export function lowerBound(end: number, isBefore: (n: number) => boolean): number {
  let low = 0;
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
