/**
 * The interface between the page and the analysis worker, and what the lab's worker sends to that: frames, the list and the
 * tree made from them, the ladder, streams and transferred objects. Everything here is plain data.
 */
import type { FoldedKind } from '../../analysis/ladder/ladder.ts';
import type { LadderWords } from '../../analysis/ladder/svg.ts';
import type { HandshakeView } from '../../analysis/streams/handshake.ts';
import type { FieldHelp } from '../../analysis/field-help.ts';
import type { MarkKind } from '../../analysis/story/marks.ts';
import type { PlacedFinding } from '../../analysis/story/findings/judge.ts';
import type { Message } from '../../base/sentence.ts';
import type { CapturesApi } from './captures-api.ts';
import type { PacketsApi } from './packets-api.ts';
import type { StatisticsApi } from './statistics-api.ts';

/** Sent by the lab's worker to the analysis worker: captured records, packed. */
export type MessageToAnalysis =
  | { readonly kind: 'reset'; readonly generation: number; readonly interfaces: readonly string[] }
  /** Further interfaces of the capture, numbered on. */
  | { readonly kind: 'interfaces'; readonly generation: number; readonly names: readonly string[] }
  /** Keys of encrypted connections, sent before the first frames under them. */
  | { readonly kind: 'secrets'; readonly generation: number; readonly keyLog: string }
  | {
      readonly kind: 'frames';
      readonly generation: number;
      /**
       * For each record: time (ns), interface, direction (0 in, 1 out), length of its bytes in `bytes`
       * (-n: the same frame as the record n before), event id or -1.
       */
      readonly meta: Float64Array<ArrayBuffer>;
      readonly bytes: Uint8Array<ArrayBuffer>;
    }
  /** Faults of the lab that struck frames: the frames' events. Sent after the frames. */
  | {
      readonly kind: 'struck';
      readonly generation: number;
      readonly frames: readonly { readonly frameEvent: number; readonly kind: MarkKind }[];
    };

export const META_FIELDS = 5;

export interface FrameCounts {
  readonly shown: number;
  readonly total: number;
  readonly filtering: boolean;
  /** The first pass through the capture, and its marks, go on with each call. */
  readonly working: boolean;
  /** Frames that have marks: rows look different when it changes. */
  readonly marked: number;
}

/** One row of the packet list. */
export interface PacketRow {
  /** Index in the view. */
  readonly index: number;
  readonly number: number;
  readonly timeNs: number;
  readonly port: string;
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly info: string;
  readonly length: number;
  /** Id of the colouring rule. */
  readonly colour: string | undefined;
  readonly event: number;
  /** Whether it was lost, sent again and the like; the worst first. */
  readonly marks: readonly MarkKind[];
  /** Number of the colouring rule of the presentation that it meets. */
  readonly rule: number | undefined;
  /** What the presentation's fields hold. */
  readonly cells: readonly string[];
  /** Times of the frame before, of the one listed before, and of the reference. */
  readonly previousNs: number | undefined;
  readonly listedBeforeNs: number | undefined;
  readonly referenceNs: number;
  /** What time zero is, since 1970; 0 in the lab, whose time is virtual. */
  readonly epochNs: number;
  readonly notes: { readonly isReference: boolean; readonly isMarked: boolean; readonly comment: string | undefined };
}

/** A frame that was lost, sent again and the like. */
export interface MarkedFrame {
  readonly number: number;
  readonly event: number;
  readonly timeNs: number;
  readonly marks: readonly MarkKind[];
}

/** A node of the layer tree, with all texts formatted. */
export interface TreeRow {
  readonly field: string;
  readonly label: string;
  readonly source: number;
  readonly offset: number;
  readonly length: number;
  readonly generated: boolean;
  readonly severity?: 'chat' | 'note' | 'warn' | 'error';
  /** What the field is good for. */
  readonly help?: FieldHelp;
  /** The display filter for this value; absent for lines without a field. */
  readonly filter?: string;
  /** Without its name, as copied. */
  readonly value: string;
  /** The number of another frame that it names. */
  readonly frame?: number;
  readonly children: readonly TreeRow[];
}

export interface PacketDetail {
  readonly row: PacketRow;
  readonly tree: readonly TreeRow[];
  /** Byte sources that offsets refer to: the frame, then what was reassembled. */
  readonly sources: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** Whether a filter can be read, or where and why not; `offset` from 0. */
export type FilterState =
  | { readonly ok: true }
  | { readonly ok: false; readonly offset: number; readonly message: Message };

/** Exposed by `workers/analysis.worker.ts`. */
export interface AnalysisApi extends CapturesApi, PacketsApi, StatisticsApi {
  connect(lab: MessagePort): Promise<void>;
  /** Answers at once. */
  ping(): Promise<void>;
  /** Which records are listed: each frame once as sent (undefined), or all that a port saw. */
  setPort(port: string | undefined): Promise<void>;
  setFilter(filter: string): Promise<FilterState>;
  /** Whether a filter can be read; nothing is changed. */
  checkFilter(filter: string): Promise<FilterState>;
  complete(
    filter: string,
    cursor: number,
  ): Promise<readonly { readonly text: string; readonly label: string; readonly detail: Message }[]>;
  /** Number of rows in the view now, and of captured frames. */
  counts(): Promise<FrameCounts>;
  /** The last frames with marks, at most `limit`, up to the time that is looked at. */
  markedFrames(limit: number): Promise<readonly MarkedFrame[]>;
  rows(from: number, to: number): Promise<readonly PacketRow[]>;
  /** Only frames up to this time are listed, followed and drawn; undefined: all. */
  setUntil(timeNs: number | undefined): Promise<void>;
  /** The last listed frame before a time, or the first one after it, regardless of `setUntil`. */
  neighbour(timeNs: number, side: 'before' | 'after'): Promise<PacketRow | undefined>;
  /** How many frames lie in each of the spans between the times, and the colouring rule of the first. */
  density(edgesNs: readonly number[]): Promise<readonly DensityView[]>;
  /** The event of the frame of that number, from 1. */
  eventOfFrame(number: number): Promise<number | undefined>;
  detail(index: number): Promise<PacketDetail | undefined>;
  /** The view's index of the frame of an event, or undefined when the filter hides it. */
  indexOfEvent(event: number): Promise<number | undefined>;
  /** The view's index of the frame of that number, from 1, or undefined when the filter hides it. */
  indexOfFrame(number: number): Promise<number | undefined>;
  /** The list's row for the frames of events, regardless of the filter; undefined for events that are not frames. */
  rowsOfEvents(events: readonly number[]): Promise<readonly (PacketRow | undefined)[]>;
  /** What looks wrong in the frames, worst first. Names of machines by MAC address (`52:54:00:…`). */
  findings(names: Readonly<Record<string, string>>): Promise<readonly PlacedFinding[]>;
  /** The capture (or the frames that the filter shows) as pcapng. */
  exportPcapng(onlyShown: boolean): Promise<Uint8Array>;
  /** At most `limit` arrows, from the beginning or up to the end. */
  ladder(limit: number, side: 'first' | 'last'): Promise<LadderView>;
  ladderSvg(limit: number, words: LadderWords): Promise<string>;
  /** `withTrees`: each turn as its protocol's tree too. */
  follow(index: number, withTrees?: boolean): Promise<StreamView | undefined>;
  /** Of the stream that the frame is in; undefined without TLS. */
  handshake(index: number): Promise<HandshakeView | undefined>;
  objects(): Promise<readonly ObjectView[]>;
  objectBytes(id: number): Promise<Uint8Array | undefined>;
}

export interface DensityView {
  readonly count: number;
  readonly colour: string | undefined;
}

export interface LadderView {
  /** Captured frames that were known. */
  readonly total: number;
  readonly participants: readonly string[];
  /** Whether there are more arrows than these. */
  readonly isPart: boolean;
  readonly arrows: readonly {
    readonly index: number;
    /** Row of the last frame that is folded into it. */
    readonly lastIndex: number;
    readonly timeNs: number;
    readonly from: string;
    readonly to: string;
    readonly label: string;
    readonly folded: FoldedKind | undefined;
    readonly protocol: string;
    /** How many frames are folded into it. */
    readonly count: number;
    readonly marks: readonly MarkKind[];
  }[];
}

export interface StreamView {
  readonly title: string;
  readonly turns: readonly {
    readonly from: string;
    readonly timeNs: number;
    readonly bytes: Uint8Array;
    readonly index: number;
    readonly tree: string | undefined;
  }[];
  /** Of all; of long streams only the first turns are here. */
  readonly turnCount: number;
}

export interface ObjectView {
  readonly id: number;
  readonly protocol: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly complete: boolean;
  readonly index: number;
}
