/** What the page asks of the packet list beyond its rows: how it is presented, searched, copied and counted. */
import type { TextPlace } from '../../analysis/packets/search.ts';
import type { Message } from '../../base/sentence.ts';

/** `column`: `no`, `time`, `port`, `source`, `destination`, `protocol`, `length`, `info`, or the name of a field. */
export interface SortOrder {
  readonly column: string;
  readonly descending: boolean;
}

/** How frames are listed. Numbers of frames count from 1. */
export interface Presentation {
  /** Fields of columns; rows have their values in `cells`, in this order. */
  readonly fields: readonly string[];
  /** Undefined: the order of the capture. */
  readonly sort: SortOrder | undefined;
  /** Filters of the colouring rules; the first that matches counts. */
  readonly colours: readonly string[];
  /** Frames from which time is counted. */
  readonly references: readonly number[];
  readonly marked: readonly number[];
  /** Instead of the comment that the file has; an empty text takes it away. */
  readonly comments: readonly (readonly [frame: number, text: string])[];
}

/** What the registry does not know: names of fields, and places of colouring rules. */
export interface PresentationProblems {
  readonly fields: readonly string[];
  readonly colours: readonly number[];
}

export type SearchQuery =
  | { readonly kind: 'filter'; readonly text: string }
  | { readonly kind: 'hex'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string; readonly place: TextPlace };

export interface Search {
  readonly query: SearchQuery;
  /** The row from which to look on; undefined: from the first, or the last. */
  readonly from: number | undefined;
  readonly back: boolean;
}

export type SearchResult =
  | {
      readonly ok: true;
      readonly row: number | undefined;
      readonly number: number | undefined;
      readonly wrapped: boolean;
    }
  | { readonly ok: false; readonly problem: Message };

export const COPY_FORMATS = ['summary', 'tree', 'json', 'hex', 'hex-stream', 'c'] as const;
export type CopyFormat = (typeof COPY_FORMATS)[number];

/** A stretch of a source of a frame; absent: the whole frame. */
export interface ByteRange {
  readonly source: number;
  readonly offset: number;
  readonly length: number;
}

/** Frames that belong to a frame. */
export type Relation = 'request' | 'reply' | 'next' | 'previous';

/** Calls of the analysis thread about packets as they are listed. */
export interface PacketsApi {
  present(presentation: Presentation): Promise<PresentationProblems>;
  /** Looks for a frame from a row on, and again from the other end. A later search ends an earlier one. */
  search(search: Search): Promise<SearchResult>;
  /** The frame of that number as text; undefined when there is none. */
  copy(number: number, format: CopyFormat, range?: ByteRange): Promise<string | undefined>;
  /** The filter for what a column shows of a frame. */
  cellFilter(number: number, column: string): Promise<string | undefined>;
  /** The filter for the conversation of a frame; undefined when it has none. */
  conversationFilter(number: number): Promise<string | undefined>;
  /** Number of the frame's request or reply, or of the next or previous frame of its conversation. */
  related(number: number, relation: Relation): Promise<number | undefined>;
}
