/**
 * The page's state, without React: the lab as a document (with undo), what the worker last said of the running lab,
 * the one selection, and how the page is laid out. Screens and serial text do not pass through here: they are
 * drawn straight from the worker's messages.
 */
import { temporal } from 'zundo';
import { create } from 'zustand';
import { immer } from 'zustand/middleware/immer';
import type { LabEvent } from '../base/event-log.ts';
import type { Scenario } from '../scenario/schema.ts';
import type { Language } from './i18n/index.ts';
import type { LabUpdate, OpenProgress, PlaceFault } from './lab-api.ts';

/** The one thing that is selected, shown by every panel in its own way. */
export type Selection =
  | { readonly kind: 'none' }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'link'; readonly index: number }
  /** A frame, stage, log line, answer: all are events. */
  | { readonly kind: 'event'; readonly id: number };

export type Theme = 'system' | 'light' | 'dark';

/** The lab as a document: edits here are undoable, and take effect when the lab is opened again. */
export interface DocumentState {
  readonly scenario: Scenario | undefined;
  setScenario(scenario: Scenario): void;
  edit(change: (scenario: Scenario) => void): void;
}

export const useDocument = create<DocumentState>()(
  temporal(
    immer((set) => ({
      scenario: undefined,
      setScenario: (scenario) => {
        set((state) => {
          state.scenario = scenario;
        });
      },
      edit: (change) => {
        set((state) => {
          if (state.scenario !== undefined) change(state.scenario);
        });
      },
    })),
    { limit: 200, partialize: ({ scenario }) => ({ scenario }), equality: (a, b) => a.scenario === b.scenario },
  ),
);

export interface LiveState {
  /** The last update; its `events` are already in `events`. */
  readonly update: LabUpdate | undefined;
  /** All events of the running lab but frames, in order. */
  readonly events: readonly LabEvent[];
  readonly progress: OpenProgress | undefined;
  readonly faults: readonly PlaceFault[];
  /** True while the document differs from the lab that runs. */
  readonly stale: boolean;
}

export const useLive = create<LiveState>()(() => ({
  update: undefined,
  events: [],
  progress: undefined,
  faults: [],
  stale: false,
}));

export interface ViewState {
  readonly selection: Selection;
  /** The machine whose console is shown. */
  readonly machine: string | undefined;
  /** The server whose panel is shown. */
  readonly server: string | undefined;
  readonly filter: string;
  readonly theme: Theme;
  readonly language: Language;
  readonly paletteOpen: boolean;
  readonly shareOpen: boolean;
  readonly embed: boolean;
}

export const useView = create<ViewState>()(() => ({
  selection: { kind: 'none' },
  machine: undefined,
  server: undefined,
  filter: '',
  theme: 'system',
  language: 'en',
  paletteOpen: false,
  shareOpen: false,
  embed: false,
}));
