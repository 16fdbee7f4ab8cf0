/**
 * The page's state, without React: the lab as a document (with undo), the worker's last report about the running lab,
 * the one selection, and how the page is laid out. Screens and serial text do not pass through here: they are
 * drawn straight from the worker's messages.
 */
import { temporal } from 'zundo';
import { create } from 'zustand';
import { immer } from 'zustand/middleware/immer';
import type { Scenario, ScenarioUserInput } from '../scenario/schema.ts';
import type { ManualOutage } from './document/edits/user-actions.ts';
import type { Language, Text, TextId } from './i18n/index.ts';
import { EventHistory } from './time/event-history.ts';
import type { BreakpointProblem, LabUpdate, OpenProgress, PlaceProblem } from '../threads/api/lab-api.ts';

/** The one thing that is selected, shown by every panel in its own way. */
export type Selection =
  | { readonly kind: 'none' }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'link'; readonly index: number }
  | { readonly kind: 'note'; readonly index: number }
  /** A frame, stage, log line, answer: all are events. */
  | { readonly kind: 'event'; readonly id: number }
  /** A frame of a capture file, by its number from 1: it is no event of the lab. */
  | { readonly kind: 'frame'; readonly number: number };

/** The views of a machine's console. */
export const CONSOLE_VIEWS = ['screen', 'serial', 'menu', 'script', 'settings', 'build', 'memory'] as const;

export type ConsoleView = (typeof CONSOLE_VIEWS)[number];

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

export interface Notice extends Text {
  /** What can be done about it. */
  readonly action?: { readonly label: TextId; readonly run: () => void };
}

export interface LiveState {
  /** The lab as last reported by its thread. */
  readonly update: LabUpdate | undefined;
  /** All events of the running lab but frames: the same object until another lab is opened. */
  readonly history: EventHistory;
  /** How many events and stages it has: they change when something was added. */
  readonly count: number;
  readonly stageCount: number;
  readonly progress: OpenProgress | undefined;
  /** Why a lab could not be opened, or a file not accepted. */
  readonly problems: readonly PlaceProblem[];
  /** Problems of the running lab that do not prevent a run. */
  readonly warnings: readonly PlaceProblem[];
  /** User actions on machines since the lab was opened; shared with the lab. */
  readonly inputs: readonly ScenarioUserInput[];
  /** Links that the user took down or up since the lab was opened; shared with the lab. */
  readonly outages: readonly ManualOutage[];
  /** What is wrong with each breakpoint of the document. */
  readonly breakpointProblems: readonly (BreakpointProblem | undefined)[];
  /** A notice about an action; only the last one is shown. */
  readonly notice: Notice | undefined;
  /** True while the document differs from the lab that runs. */
  readonly stale: boolean;
}

export const useLive = create<LiveState>()(() => ({
  update: undefined,
  history: new EventHistory(),
  count: 0,
  stageCount: 0,
  progress: undefined,
  problems: [],
  warnings: [],
  inputs: [],
  outages: [],
  breakpointProblems: [],
  notice: undefined,
  stale: false,
}));

export function notify(notice: Notice): void {
  useLive.setState({ notice });
}

/** The moment that the lab is running to: a link's, or one that the user went back to. */
export interface Moment {
  /** A time, or the first stop at a condition. */
  readonly at: { readonly timeNs: number } | { readonly condition: string };
  /** Selected there, or the frame of that number. */
  readonly event: number | undefined;
  readonly frame: number | undefined;
  /** Emulated PCs need memory and CPU time: starting them takes a click. */
  readonly needsClick: boolean;
  /** An automatic run to this moment has hung before. */
  readonly hasHung: boolean;
}

/**
 * Speed of a run: virtual seconds per real second; 0: as fast as possible; undefined: the same, but real time in menus;
 * `frames`: slow while a frame is on a cable, else in real time.
 */
export type Pace = number | 'frames' | undefined;

export interface ViewState {
  readonly selection: Selection;
  /** The machine whose console is shown. */
  readonly machine: string | undefined;
  readonly consoleView: ConsoleView;
  /** The server whose panel is shown. */
  readonly server: string | undefined;
  readonly filter: string;
  /** The past time that the views show; undefined: they are live. */
  readonly pastNs: number | undefined;
  readonly theme: Theme;
  readonly language: Language;
  readonly paletteOpen: boolean;
  readonly shareOpen: boolean;
  readonly aboutOpen: boolean;
  /** The catalogue of labs. */
  readonly labsOpen: boolean;
  /** What the lab is about. */
  readonly describedOpen: boolean;
  /** Large type and one panel at a time, for a room. */
  readonly projector: boolean;
  readonly embed: boolean;
  /** The panels that an embedding page chose; undefined: all. */
  readonly panels: readonly string[] | undefined;
  /** The panel that is shown where all are tabs of one area: on small screens, and for a projector. */
  readonly shownPanel: string;
  readonly moment: Moment | undefined;
  readonly pace: Pace;
  /** The capture file that the packet panels show instead of the lab's own frames. */
  readonly capture: { readonly id: string; readonly name: string; readonly frames: number } | undefined;
}

export const useView = create<ViewState>()(() => ({
  selection: { kind: 'none' },
  machine: undefined,
  consoleView: 'screen',
  server: undefined,
  filter: '',
  pastNs: undefined,
  theme: 'system',
  language: 'en',
  paletteOpen: false,
  shareOpen: false,
  aboutOpen: false,
  labsOpen: false,
  describedOpen: false,
  projector: false,
  embed: false,
  panels: undefined,
  shownPanel: 'console',
  moment: undefined,
  pace: undefined,
  capture: undefined,
}));
