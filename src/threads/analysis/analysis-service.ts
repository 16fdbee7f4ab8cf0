/**
 * What the analysis worker does: keeps the capture that the lab sends (or a file's), and answers the packet list, the
 * tree, the filter, the ladder, streams and exports. Long work runs in steps, so that a question in between is answered.
 */
import { complete } from '../../analysis/filter/complete.ts';
import type { FilterError } from '../../analysis/filter/ast.ts';
import { compileFilter, type Filter } from '../../analysis/filter/filter.ts';
import { compareCaptures, type ComparedCapture } from '../../analysis/inferred/compare.ts';
import { sketchNetwork } from '../../analysis/inferred/network-sketch.ts';
import { FrameView, sentView } from '../../analysis/frame-view.ts';
import type { Ladder } from '../../analysis/ladder/ladder.ts';
import { ladderSvg, type LadderWords } from '../../analysis/ladder/svg.ts';
import { packetRow } from '../../analysis/packet-list.ts';
import type { MarkKind } from '../../analysis/story/marks.ts';
import { explainEvent } from '../../analysis/story/explain/explain.ts';
import { diagnose } from '../../analysis/story/findings/diagnose.ts';
import { placeFindings } from '../../analysis/story/findings/judge.ts';
import { tlsHandshake, type HandshakeView } from '../../analysis/streams/handshake.ts';
import { transferredObjects, type TransferredObject } from '../../analysis/streams/objects.ts';
import { ok, type Result } from '../../base/result.ts';
import { formatMac } from '../../base/address.ts';
import type {
  AnalysisApi,
  FilterState,
  LadderView,
  MessageToAnalysis,
  ObjectView,
  PacketDetail,
  PacketRow,
  StreamView,
} from '../api/analysis-api.ts';
import type { ComparedDocument } from '../api/captures-api.ts';
import type { TrafficLayer } from '../api/statistics-api.ts';
import type {
  ByteRange,
  CopyFormat,
  Presentation,
  PresentationProblems,
  Relation,
  Search,
  SearchResult,
} from '../api/packets-api.ts';
import { cellFilterOf, conversationFilterOf, copyFrame, relatedFrame, searchFrames } from './packet-tools.ts';
import { drawLadder, ladderView } from './ladder-answers.ts';
import { listedPcapng } from './listed-pcapng.ts';
import { LiveCapture } from './live-capture.ts';
import { OpenCaptures, type OpenCapture } from './open-captures.ts';
import { followedStream, objectView } from './stream-answers.ts';
import { treeRows } from './tree-rows.ts';
import { StatisticsAnswers } from './statistics-answers.ts';
import { lowerBound, NO_PRESENTATION, View } from './view.ts';

/** Work of one call for counts. */
const WORK_MS = 50;
/** Fields of what a person has noted. */
const NOTE_FIELDS: ReadonlySet<string> = new Set(['frame.comment', 'frame.marked']);

/** Frames looked at in one step of a filter: some milliseconds of work. */
const STEP_FRAMES = 4000;

export class AnalysisService implements Omit<AnalysisApi, 'connect'> {
  private readonly live = new LiveCapture();
  private readonly captures = new OpenCaptures();
  /** The capture file that is shown instead of the lab's frames. */
  private shown: OpenCapture | undefined;
  private port: string | undefined;
  private untilNs: number | undefined;
  private filter: Filter | undefined;
  private filterText = '';
  private view = new View(this.live.store, this.live.marks, sentView(this.live.store));
  private presentation: Presentation = NO_PRESENTATION;
  private searches = 0;
  private statistics: { readonly view: View; readonly answers: StatisticsAnswers } | undefined;
  private found: readonly TransferredObject[] = [];
  private readonly pause: () => Promise<void>;
  private readonly wallMs: () => number;

  /** `pause` gives other messages their turn; `wallMs` bounds the work of one call. */
  constructor(pause: () => Promise<void>, wallMs: () => number = () => 0) {
    this.pause = pause;
    this.wallMs = wallMs;
  }

  receive(message: MessageToAnalysis): void {
    if (this.live.receive(message) === 'new' && this.shown === undefined) this.show();
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  openCapture(id: string, bytes: Uint8Array): ReturnType<AnalysisApi['openCapture']> {
    return Promise.resolve(this.captures.open(id, bytes));
  }

  showCapture(id: string | undefined): Promise<void> {
    this.shown = this.captures.get(id);
    this.show();
    return Promise.resolve();
  }

  closeCapture(id: string): Promise<void> {
    if (this.shown !== undefined && this.shown === this.captures.get(id)) {
      this.shown = undefined;
      this.show();
    }
    this.captures.close(id);
    return Promise.resolve();
  }

  async captureLog(id: string): ReturnType<AnalysisApi['captureLog']> {
    const capture = this.captures.get(id);
    await capture?.learn(this.pause);
    return capture?.log();
  }

  async captureFindings(): ReturnType<AnalysisApi['captureFindings']> {
    const { shown } = this;
    await shown?.learn(this.pause);
    return shown?.story.findings() ?? [];
  }

  async captureSketch(): ReturnType<AnalysisApi['captureSketch']> {
    const { shown } = this;
    await shown?.learn(this.pause);
    return shown === undefined ? undefined : sketchNetwork(shown.view.frames, shown.story);
  }

  compareDocuments(a: ComparedDocument, b: ComparedDocument): ReturnType<AnalysisApi['compareDocuments']> {
    const open = ({ id, name }: ComparedDocument): ComparedCapture => ({
      name,
      frames: (this.captures.get(id)?.view.frames ?? sentView(this.live.store)).ethernet,
    });
    return Promise.resolve(compareCaptures(open(a), open(b)));
  }

  explain(event: number): ReturnType<AnalysisApi['explain']> {
    const { shown } = this;
    return Promise.resolve(shown === undefined ? undefined : explainEvent(shown.story.trace, event));
  }

  stories(): ReturnType<AnalysisApi['stories']> {
    return Promise.resolve(this.shown?.story.narrative.stories() ?? []);
  }

  unfoldStory(machine: string, line: number): ReturnType<AnalysisApi['unfoldStory']> {
    return Promise.resolve(this.shown?.story.narrative.unfold(machine, line) ?? []);
  }

  setPort(port: string | undefined): Promise<void> {
    this.port = port;
    this.show();
    return Promise.resolve();
  }

  setFilter(text: string): Promise<FilterState> {
    const compiled = this.compile(text);
    if (!compiled.ok) return Promise.resolve(filterProblem(compiled.error));
    // What was found so far stays: a command and the box of the filter both set it.
    if (text === this.filterText) return Promise.resolve({ ok: true });
    this.filterText = text;
    this.filter = compiled.value;
    this.view.setFilter(compiled.value);
    return Promise.resolve({ ok: true });
  }

  checkFilter(text: string): Promise<FilterState> {
    const compiled = this.compile(text);
    return Promise.resolve(compiled.ok ? { ok: true } : filterProblem(compiled.error));
  }

  complete(filter: string, cursor: number): ReturnType<AnalysisApi['complete']> {
    const { from, to, items } = complete(filter, cursor, this.view.capture.registry);
    return Promise.resolve(
      items.map(({ label, detail }) => ({
        text: `${filter.slice(0, from)}${label}${filter.slice(to)}`,
        label,
        detail,
      })),
    );
  }

  /** Filtering, sorting and what the list needs of the whole capture go on with each call, for some milliseconds. */
  async counts(): ReturnType<AnalysisApi['counts']> {
    const { view } = this;
    view.frames.update();
    const endMs = this.wallMs() + WORK_MS;
    let isListed = view.advance(STEP_FRAMES);
    let isKnown = view.learn(STEP_FRAMES);
    while (!(isListed && isKnown) && this.wallMs() < endMs) {
      await this.pause();
      if (view !== this.view) break;
      if (!isListed) isListed = view.advance(STEP_FRAMES);
      else isKnown = view.learn(STEP_FRAMES);
    }
    const { view: now } = this;
    return {
      shown: now.rows,
      total: now.frames.length,
      filtering: !isListed,
      working: !isKnown,
      marked: now.marks.size,
    };
  }

  async rows(from: number, to: number): Promise<readonly PacketRow[]> {
    const { view } = this;
    view.frames.update();
    view.marks.update(0, STEP_FRAMES);
    // The end of a large file is reached in steps, so that other questions are answered meanwhile.
    const end = Math.min(to, view.rows);
    const last = (end > from ? view.listedFrame(end - 1) : undefined) ?? -1;
    while (view.capture.session.seen <= last && view === this.view) {
      view.capture.session.advance(last + 1, STEP_FRAMES);
      if (view.capture.session.seen <= last) await this.pause();
    }
    const rows: PacketRow[] = [];
    if (view === this.view) for (let row = from; row < Math.min(to, view.rows); row++) rows.push(this.row(row));
    return rows;
  }

  setUntil(timeNs: number | undefined): Promise<void> {
    this.untilNs = timeNs;
    this.view.lookUntil(timeNs);
    return Promise.resolve();
  }

  neighbour(timeNs: number, side: 'before' | 'after'): Promise<PacketRow | undefined> {
    const { view } = this;
    view.frames.update();
    const at = view.framesBefore(side === 'before' ? timeNs : timeNs + 1);
    const { filtered } = view;
    const place = (filtered?.position(at) ?? at) - (side === 'before' ? 1 : 0);
    if (place < 0 || place >= (filtered?.length ?? view.frames.length)) return Promise.resolve(undefined);
    const frame = filtered === undefined ? place : filtered.at(place);
    return Promise.resolve({ ...this.rowOfFrame(frame), index: place });
  }

  markedFrames(limit: number): ReturnType<AnalysisApi['markedFrames']> {
    const { view } = this;
    view.frames.update();
    view.marks.update();
    const frames = view.marks
      .records()
      .map((record) => view.frames.placeOf(record))
      .filter((frame) => frame !== undefined && frame < view.end)
      .slice(-limit);
    return Promise.resolve(
      frames.flatMap((frame) =>
        frame === undefined
          ? []
          : [
              {
                number: frame + 1,
                event: this.eventOf(frame),
                timeNs: view.frames.timeNs(frame),
                marks: this.marksOf(frame),
              },
            ],
      ),
    );
  }

  density(edgesNs: readonly number[]): ReturnType<AnalysisApi['density']> {
    const { view } = this;
    view.frames.update();
    const places = edgesNs.map((timeNs) => view.framesBefore(timeNs));
    return Promise.resolve(
      places.slice(1).map((end, i) => {
        const from = places[i] ?? end;
        const count = end - from;
        return { count, colour: count > 0 ? packetRow(view.capture, from, view.colouring).colour : undefined };
      }),
    );
  }

  eventOfFrame(number: number): Promise<number | undefined> {
    this.view.frames.update();
    const event = number >= 1 && number <= this.view.frames.length ? this.eventOf(number - 1) : -1;
    return Promise.resolve(event < 0 ? undefined : event);
  }

  detail(index: number): Promise<PacketDetail | undefined> {
    const { view } = this;
    const frame = view.listedFrame(index);
    if (frame === undefined) return Promise.resolve(undefined);
    const { items, sources } = view.capture.session.tree(frame);
    return Promise.resolve({
      row: this.row(index),
      tree: treeRows(items),
      sources: sources.map(({ name, bytes }) => ({ name, bytes: bytes.slice() })),
    });
  }

  indexOfEvent(event: number): Promise<number | undefined> {
    const { view } = this;
    view.frames.update();
    return Promise.resolve(view.rowOf(this.frameOfEvent(event)));
  }

  indexOfFrame(number: number): Promise<number | undefined> {
    this.view.frames.update();
    return Promise.resolve(this.view.rowOf(number - 1));
  }

  rowsOfEvents(events: readonly number[]): Promise<readonly (PacketRow | undefined)[]> {
    const { view } = this;
    view.frames.update();
    return Promise.resolve(
      events.map((event) => {
        const frame = this.frameOfEvent(event);
        if (frame === undefined) return undefined;
        return { ...this.rowOfFrame(frame), event };
      }),
    );
  }

  present(presentation: Presentation): Promise<PresentationProblems> {
    const { view, presentation: before } = this;
    this.presentation = presentation;
    view.frames.update();
    view.present(presentation);
    const isNoted = presentation.marked !== before.marked || presentation.comments !== before.comments;
    if (isNoted && this.filter?.fields.some(({ name }) => NOTE_FIELDS.has(name)) === true) view.refilter();
    return Promise.resolve(view.problems);
  }

  async search(search: Search): Promise<SearchResult> {
    const { view } = this;
    const mine = ++this.searches;
    view.frames.update();
    return await searchFrames(view, search, this.pause, () => mine === this.searches && view === this.view);
  }

  copy(number: number, format: CopyFormat, range?: ByteRange): Promise<string | undefined> {
    return this.ofFrame(number, (frame) => copyFrame(this.view, frame, format, range));
  }

  cellFilter(number: number, column: string): Promise<string | undefined> {
    return this.ofFrame(number, (frame) => cellFilterOf(this.view, frame, column));
  }

  conversationFilter(number: number): Promise<string | undefined> {
    return this.ofFrame(number, (frame) => conversationFilterOf(this.view, frame));
  }

  related(number: number, relation: Relation): Promise<number | undefined> {
    return this.ofFrame(number, (frame) => relatedFrame(this.view, frame, relation));
  }

  private ofFrame<T>(number: number, answer: (frame: number) => T | undefined): Promise<T | undefined> {
    this.view.frames.update();
    const isThere = number >= 1 && number <= this.view.frames.length;
    return Promise.resolve(isThere ? answer(number - 1) : undefined);
  }

  traffic(layer: TrafficLayer, onlyShown: boolean): ReturnType<AnalysisApi['traffic']> {
    return Promise.resolve(this.counted().traffic(layer, onlyShown));
  }

  responses(onlyShown: boolean): ReturnType<AnalysisApi['responses']> {
    return Promise.resolve(this.counted().responses(onlyShown));
  }

  ioGraph(filters: readonly string[]): ReturnType<AnalysisApi['ioGraph']> {
    return Promise.resolve(this.counted().ioGraph(filters));
  }

  private counted(): StatisticsAnswers {
    this.view.frames.update();
    if (this.statistics?.view !== this.view)
      this.statistics = { view: this.view, answers: new StatisticsAnswers(this.view) };
    return this.statistics.answers;
  }

  findings(names: Readonly<Record<string, string>>): ReturnType<AnalysisApi['findings']> {
    const { view } = this;
    view.frames.update();
    view.facts.update();
    const found = diagnose(view.facts, (mac) => names[formatMac(mac)] ?? formatMac(mac));
    return Promise.resolve(
      placeFindings(
        found,
        (frame) => view.frames.timeNs(frame),
        (frame) => {
          const event = this.eventOf(frame);
          return event < 0 ? undefined : event;
        },
      ),
    );
  }

  exportPcapng(onlyShown: boolean): Promise<Uint8Array> {
    return Promise.resolve(listedPcapng(this.view, onlyShown));
  }

  ladder(limit: number, side: 'first' | 'last'): Promise<LadderView> {
    return Promise.resolve(ladderView(this.drawLadder(), this.view.frames.length, limit, side));
  }

  ladderSvg(limit: number, words: LadderWords): Promise<string> {
    return Promise.resolve(ladderSvg(this.drawLadder(), limit, words));
  }

  private drawLadder(): Ladder {
    return drawLadder(this.view, (frame) => this.marksOf(frame));
  }

  follow(index: number, withTrees = false): Promise<StreamView | undefined> {
    return Promise.resolve(followedStream(this.view, index, withTrees));
  }

  handshake(index: number): Promise<HandshakeView | undefined> {
    const { view } = this;
    const frame = view.listedFrame(index);
    return Promise.resolve(frame === undefined ? undefined : tlsHandshake(view.frames, frame));
  }

  objects(): Promise<readonly ObjectView[]> {
    this.view.frames.update();
    this.found = transferredObjects(this.view.frames.ethernet);
    return Promise.resolve(this.found.map(objectView));
  }

  objectBytes(id: number): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.found.at(id)?.bytes);
  }

  /** Index in the view, before the filter, of the frame of an event. */
  private frameOfEvent(event: number): number | undefined {
    const { frames } = this.view;
    const record = event < 0 ? -1 : this.recordOf(event);
    if (record < 0) return undefined;
    const frame = lowerBound(frames.length, (n) => frames.original(n) < record);
    return frame < frames.length && frames.original(frame) === record ? frame : undefined;
  }

  /** The record that an event stands for, or -1. */
  private recordOf(event: number): number {
    if (this.shown === undefined) return this.live.recordOf(event);
    const found = this.shown.story.log.events[event];
    return found?.kind === 'frame' ? found.frame : -1;
  }

  private row(row: number): PacketRow {
    const { view } = this;
    return { ...this.rowOfFrame(view.listedFrame(row) ?? 0), index: row };
  }

  /** With the index in the view before the filter. */
  private rowOfFrame(frame: number): PacketRow {
    const { view } = this;
    return {
      ...packetRow(view.capture, frame, view.colouring),
      ...this.presented(frame),
      event: this.eventOf(frame),
      marks: this.marksOf(frame),
    };
  }

  private presented(
    frame: number,
  ): Pick<PacketRow, 'rule' | 'cells' | 'previousNs' | 'listedBeforeNs' | 'referenceNs' | 'epochNs' | 'notes'> {
    const { view } = this;
    const { frames } = view;
    const before = view.listedBefore(frame);
    return {
      rule: view.ruleOf(frame),
      cells: view.cellsOf(frame),
      previousNs: frame === 0 ? undefined : frames.timeNs(frame - 1),
      listedBeforeNs: before === undefined ? undefined : frames.timeNs(before),
      referenceNs: frames.timeNs(view.referenceOf(frame)),
      epochNs: frames.originS * 1e9,
      notes: {
        isReference: view.isReference(frame),
        isMarked: frames.marked(frame),
        comment: frames.comment(frame),
      },
    };
  }

  private marksOf(frame: number): readonly MarkKind[] {
    const { view } = this;
    return view.marks.of(view.frames.original(frame)).map(({ kind }) => kind);
  }

  /** The event that a frame of the view is, or -1. */
  private eventOf(frame: number): number {
    return (
      (this.shown === undefined
        ? this.live.eventOf(this.view.frames.original(frame))
        : this.shown.story.log.eventOf(frame)) ?? -1
    );
  }

  /** Undefined for the empty filter. */
  private compile(text: string): Result<Filter | undefined, FilterError> {
    return text.trim() === '' ? ok(undefined) : compileFilter(text, this.view.capture.registry);
  }

  private show(): void {
    this.view = this.shown?.view ?? this.liveView();
    this.view.lookUntil(this.untilNs);
    this.view.setFilter(this.filter);
    this.view.present(this.presentation);
  }

  private liveView(): View {
    const { port } = this;
    const { store, marks } = this.live;
    const frames =
      port === undefined ? sentView(store) : new FrameView(store, (index) => store.interfaceOf(index).name === port);
    return new View(store, marks, frames);
  }
}

function filterProblem({ start, message }: FilterError): FilterState {
  return { ok: false, offset: start, message };
}
