/**
 * What a person has chosen about the packet list: columns, order, colours, how time is shown, marks, and the packet and
 * field that commands are about. Columns and colours are the browser's, unless the open lab brings its own; marks and
 * comments on frames of the lab are part of the document.
 */
import { create } from 'zustand';
import type { ScenarioColourRule, ScenarioColumn } from '../../scenario/schema.ts';
import type { SearchQuery, SortOrder } from '../../threads/api/packets-api.ts';
import type { Message } from '../../base/sentence.ts';
import type { Text } from '../i18n/index.ts';
import { DEFAULT_COLOURS } from './colour-rules.ts';
import { DEFAULT_COLUMNS } from './packet-columns.ts';

/** Seconds since time zero, since the reference before, or since another frame; or the time of day of the capture. */
export const TIME_DISPLAYS = ['start', 'reference', 'previous', 'displayed', 'absolute'] as const;
export type TimeDisplay = (typeof TIME_DISPLAYS)[number];

/** A value of the chosen packet that filters, columns and copies are about. */
export interface ChosenField {
  /** Name of the field, or of the list's column. */
  readonly field: string;
  /** As shown. */
  readonly label: string;
  readonly value: string;
  /** Absent: nothing can be filtered for. */
  readonly filter?: string | undefined;
  /** Of its bytes. */
  readonly range?: { readonly source: number; readonly offset: number; readonly length: number } | undefined;
  /** The frame that it names. */
  readonly frame?: number | undefined;
  /** Whether it can be a column. */
  readonly isColumn: boolean;
}

/** The packet that commands are about, by its number. */
export interface ChosenPacket {
  readonly number: number;
  readonly event: number;
  readonly field?: ChosenField | undefined;
}

export interface FrameNotes {
  readonly marked: readonly number[];
  /** By frame; an empty one takes away that of the file. */
  readonly comments: readonly (readonly [frame: number, text: string])[];
}

export const NO_NOTES: FrameNotes = { marked: [], comments: [] };

export type PacketDialog = 'columns' | 'colours' | 'comment' | 'go-to';

export interface PacketsState {
  readonly columns: readonly ScenarioColumn[];
  readonly colours: readonly ScenarioColourRule[];
  readonly isColoured: boolean;
  readonly sort: SortOrder | undefined;
  readonly time: TimeDisplay;
  /** Frames from which time is counted, by number. */
  readonly references: readonly number[];
  /** On frames of an opened capture. */
  readonly fileNotes: FrameNotes;
  readonly chosen: ChosenPacket | undefined;
  /** A filter that was prepared and is not applied yet. */
  readonly prepared: string | undefined;
  readonly dialog: PacketDialog | undefined;
  /** Where the menu is open, in the window; of a column, or of the chosen packet. */
  readonly menu: { readonly x: number; readonly y: number; readonly column?: string | undefined } | undefined;
  readonly findOpen: boolean;
  readonly query: SearchQuery | undefined;
  /** What the last search came to. */
  readonly found: Text | { readonly problem: Message } | undefined;
  /** Counts up when rows look different. */
  readonly presented: number;
  /** Fields and colouring rules that the analysis does not understand. */
  readonly badFields: readonly string[];
  readonly badColours: readonly number[];
}

export const usePackets = create<PacketsState>()(() => ({
  columns: DEFAULT_COLUMNS,
  colours: DEFAULT_COLOURS,
  isColoured: true,
  sort: undefined,
  time: 'start',
  references: [],
  fileNotes: NO_NOTES,
  chosen: undefined,
  prepared: undefined,
  dialog: undefined,
  menu: undefined,
  findOpen: false,
  query: undefined,
  found: undefined,
  presented: 0,
  badFields: [],
  badColours: [],
}));
