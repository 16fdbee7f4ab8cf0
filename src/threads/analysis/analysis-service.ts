/**
 * What the analysis worker does: keeps the capture that the lab sends (or a file's), and answers the packet list, the
 * tree, the filter, the ladder, streams and exports. Long work runs in steps, so that a question in between is answered.
 */
import { complete } from '../../analysis/filter/complete.ts';
import type { FilterError } from '../../analysis/filter/ast.ts';
import { compileFilter, type Filter } from '../../analysis/filter/filter.ts';
import { fieldHelp } from '../../analysis/field-help.ts';
import { compareCaptures, type ComparedCapture } from '../../analysis/inferred/compare.ts';
import { sketchNetwork } from '../../analysis/inferred/network-sketch.ts';
import { FrameStore } from '../../analysis/frame-store.ts';
import { fieldFilter } from '../../analysis/filter/field-filter.ts';
import { FrameView, sentView } from '../../analysis/frame-view.ts';
import { Ladder } from '../../analysis/ladder/ladder.ts';
import { ladderSvg, type LadderWords } from '../../analysis/ladder/svg.ts';
import { packetRow } from '../../analysis/packet-list.ts';
import { messageText } from '../../analysis/packets/packet-text.ts';
import { FrameMarks, type MarkKind } from '../../analysis/story/marks.ts';
import { explainEvent } from '../../analysis/story/explain/explain.ts';
import { diagnose } from '../../analysis/story/findings/diagnose.ts';
import { placeFindings } from '../../analysis/story/findings/judge.ts';
import { writePcapng } from '../../analysis/pcapng/writer.ts';
import { followStream } from '../../analysis/streams/follow.ts';
import { tlsHandshake, type HandshakeView } from '../../analysis/streams/handshake.ts';
import { objectSha256, transferredObjects, type TransferredObject } from '../../analysis/streams/objects.ts';
import { ok, type Result } from '../../base/result.ts';
import { formatMac } from '../../base/address.ts';
import { FrameColumn } from '../../protocols/core/frame-column.ts';
import { formatValue } from '../../protocols/core/format.ts';
import type { TreeItem } from '../../protocols/core/tree.ts';
import type {
  AnalysisApi,
  FilterState,
  LadderView,
  MessageToAnalysis,
  ObjectView,
  PacketDetail,
  PacketRow,
  StreamView,
  TreeRow,
} from '../api/analysis-api.ts';
import type { ComparedDocument } from '../api/captures-api.ts';
import { META_FIELDS } from '../api/analysis-api.ts';
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
import { OpenCaptures, type OpenCapture } from './open-captures.ts';
import { StatisticsAnswers } from './statistics-answers.ts';
import { lowerBound, NO_PRESENTATION, View, type DrawnLadder } from './view.ts';

/** The receivers of broadcast and multicast in a ladder. */
const EVERYBODY = '*';
/** What a page shows of a conversation. */
const SHOWN_TURNS = 400;
const SHOWN_TURN_BYTES = 4096;

/** Work of one call for counts. */
const WORK_MS = 50;
/** Fields of what a person has noted. */
const NOTE_FIELDS: ReadonlySet<string> = new Set(['frame.comment', 'frame.marked']);

/** Frames looked at in one step of a filter: some milliseconds of work. */
const STEP_FRAMES = 4000;

export class AnalysisService implements Omit<AnalysisApi, 'connect'> {
  private live = new FrameStore();
  /** For each record of the live store, the event that stands for it, or -1. */
  private liveEvents: number[] = [];
  /** By event: the first record that it stands for. */
  private liveRecords = new FrameColumn();
  private readonly captures = new OpenCaptures();
  /** The capture file that is shown instead of the lab's frames. */
  private shown: OpenCapture | undefined;
  private port: string | undefined;
  private untilNs: number | undefined;
  private filter: Filter | undefined;
  private filterText = '';
  private liveMarks = new FrameMarks(this.live);
  private view = new View(this.live, this.liveMarks, sentView(this.live));
  private generation = -1;
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
    if (message.kind === 'reset') {
      this.generation = message.generation;
      this.live = new FrameStore();
      this.liveMarks = new FrameMarks(this.live);
      for (const name of message.interfaces) this.live.addInterface({ name });
      this.liveEvents = [];
      this.liveRecords = new FrameColumn();
      if (this.shown === undefined) this.show();
      return;
    }
    if (message.generation !== this.generation) return;
    if (message.kind === 'interfaces') {
      for (const name of message.names) this.live.addInterface({ name });
      return;
    }
    if (message.kind === 'secrets') {
      this.live.secrets.addText(message.keyLog);
      return;
    }
    if (message.kind === 'struck') {
      this.liveMarks.update();
      for (const { frameEvent, kind } of message.frames) {
        const record = this.liveRecords.get(frameEvent);
        if (record >= 0) this.liveMarks.struck(record, kind);
      }
      return;
    }
    const { meta, bytes } = message;
    let offset = 0;
    for (let i = 0; i < meta.length; i += META_FIELDS) {
      const [timeNs = 0, interfaceId = 0, isOut = 0, length = 0, event = -1] = meta.subarray(i, i + META_FIELDS);
      const sameAs = this.live.length + length;
      const isKnown = length < 0 && sameAs >= 0;
      const end = offset + Math.max(0, length);
      this.live.append({
        timeNs,
        interfaceId,
        direction: isOut === 1 ? 'out' : 'in',
        bytes: isKnown ? this.live.bytes(sameAs) : bytes.subarray(offset, end),
        ...(isKnown ? { sameAs } : {}),
      });
      offset = end;
      const record = this.liveEvents.push(event) - 1;
      if (event >= 0 && this.liveRecords.get(event) < 0) this.liveRecords.set(event, record);
    }
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
      frames: (this.captures.get(id)?.view.frames ?? sentView(this.live)).ethernet,
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
      tree: items.filter((item) => !item.hidden).map(treeRow),
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
    const { view } = this;
    view.frames.update();
    if (onlyShown) view.filtered?.advance();
    const rows = onlyShown ? view.rows : view.frames.length;
    const store = new FrameStore(view.store.originS);
    for (const info of view.store.interfaces) store.addInterface(info);
    store.secrets.addText(view.store.secrets.text);
    for (let row = 0; row < rows; row++) {
      const frame = onlyShown ? view.frameOf(row) : row;
      if (frame === undefined) continue;
      const { comment: _, ...record } = view.store.record(view.frames.original(frame));
      const comment = view.frames.comment(frame);
      store.append({ ...record, ...(comment === undefined ? {} : { comment }) });
    }
    return Promise.resolve(writePcapng(store));
  }

  ladder(limit: number, side: 'first' | 'last'): Promise<LadderView> {
    const { participants, arrows } = this.drawLadder();
    const name = (at: number | undefined): string => (at === undefined ? EVERYBODY : (participants[at]?.name ?? ''));
    const shown = side === 'first' ? arrows.slice(0, limit) : arrows.slice(-limit);
    const names = participants.map((participant) => participant.name);
    return Promise.resolve({
      total: this.view.frames.length,
      participants: names,
      isPart: arrows.length > shown.length,
      arrows: shown.map((arrow) => ({
        index: arrow.index,
        lastIndex: arrow.lastIndex,
        timeNs: arrow.timeNs,
        from: name(arrow.from),
        to: name(arrow.to),
        label: arrow.label,
        folded: arrow.folded,
        protocol: arrow.protocol,
        count: arrow.count,
        marks: arrow.marks,
      })),
    });
  }

  ladderSvg(limit: number, words: LadderWords): Promise<string> {
    return Promise.resolve(ladderSvg(this.drawLadder(), limit, words));
  }

  /** The ladder of the frames that are listed: its indexes are rows of the list. */
  private drawLadder(): Ladder {
    const { view } = this;
    view.frames.update();
    view.marks.update();
    const { filtered, drawn, marks } = view;
    filtered?.advance();
    const canGoOn =
      drawn !== undefined &&
      drawn.filtered === filtered &&
      drawn.marked === marks.size &&
      drawn.ladder.added <= view.rows;
    const going = canGoOn ? drawn : this.beginLadder();
    view.drawn = going;
    going.frames.update();
    going.ladder.update(view.rows);
    return going.ladder;
  }

  private beginLadder(): DrawnLadder {
    const { view } = this;
    const { filtered } = view;
    const frameAt = (row: number): number => view.frameOf(row) ?? 0;
    let next = 0;
    const frames =
      filtered === undefined
        ? view.frames
        : new FrameView(view.store, (record) => {
            if (next >= filtered.length || view.frames.original(filtered.at(next)) !== record) return false;
            next++;
            return true;
          });
    const ladder = new Ladder(
      frames,
      (index) => view.capture.session.columns(frameAt(index)),
      (index) => this.marksOf(frameAt(index)),
    );
    return { ladder, frames, filtered, marked: view.marks.size };
  }

  follow(index: number, withTrees = false): Promise<StreamView | undefined> {
    const { view } = this;
    const frame = view.listedFrame(index);
    const stream = frame === undefined ? undefined : followStream(view.frames, frame);
    if (stream === undefined) return Promise.resolve(undefined);
    const { endpoints, kind, turns } = stream;
    return Promise.resolve({
      title: `${kind.toUpperCase()} ${endpoints[0]} – ${endpoints[1]}`,
      turns: turns.slice(0, SHOWN_TURNS).map((turn) => ({
        from: endpoints[turn.side],
        timeNs: turn.timeNs,
        bytes: turn.bytes.slice(0, SHOWN_TURN_BYTES),
        index: turn.index,
        tree: withTrees ? messageText(view.capture.session.tree(turn.index)) : undefined,
      })),
      turnCount: turns.length,
    });
  }

  handshake(index: number): Promise<HandshakeView | undefined> {
    const { view } = this;
    const frame = view.listedFrame(index);
    return Promise.resolve(frame === undefined ? undefined : tlsHandshake(view.frames, frame));
  }

  objects(): Promise<readonly ObjectView[]> {
    this.view.frames.update();
    this.found = transferredObjects(this.view.frames.ethernet);
    return Promise.resolve(
      this.found.map((object, id) => ({
        id,
        protocol: object.protocol,
        name: object.name,
        sizeBytes: object.bytes.length,
        sha256: objectSha256(object),
        complete: object.complete,
        index: object.firstFrame,
      })),
    );
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
    if (this.shown === undefined) return this.liveRecords.get(event);
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
        ? this.liveEvents[this.view.frames.original(frame)]
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
    const { live, port } = this;
    const frames =
      port === undefined ? sentView(live) : new FrameView(live, (index) => live.interfaceOf(index).name === port);
    return new View(live, this.liveMarks, frames);
  }
}

function filterProblem({ start, message }: FilterError): FilterState {
  return { ok: false, offset: start, message };
}

function treeRow(item: TreeItem): TreeRow {
  const help = fieldHelp(item.field.name, item.value);
  const filter = fieldFilter(item.field, item.value);
  const value = item.value === undefined ? item.text : formatValue(item.field, item.value);
  const frame = item.field.type === 'framenum' && typeof item.value === 'number' ? item.value : undefined;
  return {
    ...(help === undefined ? {} : { help }),
    ...(filter === undefined ? {} : { filter }),
    ...(frame === undefined ? {} : { frame }),
    value,
    field: item.field.name,
    label: item.generated ? `[${item.text}]` : item.text,
    source: item.source,
    offset: item.start,
    length: item.length,
    generated: item.generated,
    children: item.children.filter((child) => !child.hidden).map(treeRow),
  };
}
