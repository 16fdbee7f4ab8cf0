/**
 * The interface between the page and the lab's worker. Calls go through Comlink; changes are pushed as `LabUpdate`s, at
 * most about twenty per second however fast the lab runs. Everything here is plain data.
 */
import type { ChainLink, EventExplanation } from '../../analysis/story/explain/explain.ts';
import type { BootStory } from '../../analysis/story/narrative/narrative.ts';
import type { LabEvent, StageId } from '../../base/event-log.ts';
import type { ListChange } from '../../base/lists/list-change.ts';
import type { Breakpoint, BreakpointProblem } from '../../lab/run-control.ts';
import type { IneffectiveView, LeaseView, LineProblem, ServedFile } from '../../lab/nodes/server-node.ts';
import type { AskAnswer } from '../../services/dnsmasq/ask/ask.ts';
import type { MadeClient } from '../../services/dnsmasq/ask/client.ts';
import type { ImageManifest, ImagePackage } from '../../lab/content/image-manifest.ts';
import type { Medium } from '../../lab/content/medium.ts';
import type { BuildFlagView, BuildView } from '../../lab/observe/ipxe-build.ts';
import type { IpxeAction, IpxeCommandView, IpxeView } from '../../lab/observe/ipxe-debugger.ts';
import type { ScreenCells } from '../../machine/screen/screen-image.ts';
import type { LessonQuestions, Observation } from '../../lessons/watch.ts';
import type { LowMemoryView, MemoryRegion, RegionKind } from '../../lab/observe/memory/low-memory.ts';
import type { NicModel } from '../../lab/nodes/hardware.ts';
import type { RomView } from '../../lab/nodes/rom-firmware.ts';
import type { ChainImage, FileContent, PcNode, Scenario } from '../../scenario/schema.ts';
import type { Message, Sentence } from '../../base/sentence.ts';
import type { DisksApi } from './disks-api.ts';

export type { BuildFlagView, BuildView, ImagePackage, RomView, MemoryRegion, RegionKind, ServedFile };

export type { Breakpoint, BreakpointProblem, IpxeAction, IpxeCommandView, IpxeView };

/** How the lab's time runs. */
export type RunMode =
  | { readonly kind: 'paused' }
  /**
   * As fast as the computer can; up to a virtual time, when one is given. With `waitAtMenus`, in real time while a menu
   * counts down; with `passBreakpoints`, all breakpoints but one are counted and do not stop the run.
   */
  | {
      readonly kind: 'fast';
      readonly untilNs?: number;
      readonly waitAtMenus?: true;
      readonly passBreakpoints?: { readonly but?: string };
      /** Started without a click: the run ends before it costs much. */
      readonly unasked?: true;
    }
  /**
   * Virtual seconds per real second, 16 down to 1/100 000; `quietFactor` applies while no frame is on a cable. A run that is
   * `unasked` ends before it costs much.
   */
  | { readonly kind: 'pace'; readonly factor: number; readonly quietFactor?: number; readonly unasked?: true };

export type Step = 'frame' | 'event';

/** The condition of a _Run until_ that was not met, and how long the run waited for it. */
export interface Missed {
  readonly condition: string;
  /** Virtual time since the run was started, ns. */
  readonly forNs: number;
}

/** Why a run stopped by itself. */
export type StopReason =
  | {
      readonly kind: 'breakpoint';
      readonly condition: string;
      readonly event: number;
      /** Its place among the lab's breakpoints, from 1; undefined for the condition of a _Run until_. */
      readonly number: number | undefined;
    }
  /** Nothing is left to happen, or nothing that matters. */
  | {
      readonly kind: 'idle';
      /**
       * `halted`: all machines have halted; `off`: none is on; `waits`: this machine is on, and only a person
       * can make it go on; `nothing`: no machine is in the lab.
       */
      readonly why: 'halted' | 'off' | 'waits' | 'nothing';
      readonly machine?: string;
      readonly missed: Missed | undefined;
    }
  /** The machines go through the same stages again and again. */
  | { readonly kind: 'repeats'; readonly rounds: number; readonly machine: string; readonly missed: Missed | undefined }
  /** The condition of a _Run until_ timed out. */
  | { readonly kind: 'missed'; readonly missed: Missed }
  | { readonly kind: 'step'; readonly event: number }
  /** The requested time was reached. Up to `playedToNs` the run was not executed: it was played back to a keyframe. */
  | { readonly kind: 'moment'; readonly playedToNs?: number }
  /** It took too long for a run that was started without a click. */
  | { readonly kind: 'unasked' }
  /** What was kept of this machine's run does not fit it, and has been dropped: the lab is to be run in full. */
  | { readonly kind: 'mismatch'; readonly machine: string }
  /** The lab grew too large, or an internal error with its own message. */
  | { readonly kind: 'failure'; readonly message: Message; readonly machine?: string };

/** Why a run at the default speed is in real time now. */
export type Waits =
  /** Absent `untilNs`: the menu has no timeout. */
  | { readonly kind: 'menu'; readonly machine: string; readonly untilNs?: number }
  /** The machine has been doing nothing for a while: it waits for a key, or for the clock. */
  | { readonly kind: 'quiet'; readonly machine: string }
  | { readonly kind: 'repeats'; readonly machine: string; readonly rounds: number };

export interface MachineView {
  readonly name: string;
  readonly kind: 'pc' | 'bare';
  readonly power: 'off' | 'on' | 'halted';
  /** The latest stage, and what there is to say about it. */
  readonly stage: StageId | undefined;
  readonly stageDetail: Message | undefined;
  readonly memMiB: number;
  /** Million instructions executed since power-on; 0 on bare machines. */
  readonly instructionsM: number;
}

/** A cable. A link of the scenario has several, when it stands for a row of machines. */
export interface LinkView {
  /** Index of its link in the scenario. */
  readonly link: number;
  readonly a: string;
  readonly b: string;
  readonly up: boolean;
  readonly framesAToB: number;
  readonly framesBToA: number;
  /** Of the lab as it is now; the history of a cable does not keep them. */
  readonly bytesAToB?: number;
  readonly bytesBToA?: number;
  readonly dropped: number;
}

/** A frame in flight on a cable. */
export interface FlightView {
  /** Index of its link in the scenario. */
  readonly link: number;
  readonly direction: 'a-to-b' | 'b-to-a';
  readonly sentNs: number;
  readonly arrivalNs: number;
  /** The event of the frame as its station sent it, or -1. */
  readonly event: number;
}

/** The cables as they were at a time. */
export interface CablesView {
  readonly links: readonly LinkView[];
  /** Frames in flight then. */
  readonly flights: readonly FlightView[];
}

export interface SwitchView {
  readonly name: string;
  readonly ports: readonly { readonly name: string; readonly state: string; readonly vlans: string }[];
  readonly macTable: readonly {
    readonly vlan: number;
    readonly mac: string;
    readonly port: string;
    readonly ageS: number;
  }[];
  /** Multicast groups that were reported, when the switch snoops. */
  readonly groups: readonly { readonly vlan: number; readonly group: string; readonly ports: readonly string[] }[];
}

/** The lab as the page knows it. */
export interface LabUpdate {
  /**
   * Counts up with every lab that is opened, and when its capture is sent again: updates of an earlier generation are
   * ignored.
   */
  readonly generation: number;
  readonly timeNs: number;
  readonly mode: RunMode;
  readonly stopped: StopReason | undefined;
  readonly waits: Waits | undefined;
  /** Virtual seconds per real second, measured recently. */
  readonly speed: number;
  readonly frames: number;
  readonly machines: readonly MachineView[];
  readonly links: readonly LinkView[];
  /**
   * Frames in flight, the last few per cable and direction; at a fixed speed, and after a step, also those that have
   * arrived since the last update.
   */
  readonly flights: readonly FlightView[];
  /** How often each breakpoint has been met, in the order in which they were set. */
  readonly hits: readonly number[];
  readonly switches: readonly SwitchView[];
  readonly leases: readonly LeaseView[];
}

/** The parts of the lab that are lists: of these, only what has changed is sent. */
export type LabLists = Pick<LabUpdate, 'machines' | 'links' | 'switches' | 'leases'>;

/**
 * An update from the lab's worker: the changes of the lists since the last update (from empty, for a new generation).
 */
export type LabNews = Omit<LabUpdate, keyof LabLists> & {
  readonly [K in keyof LabLists]: ListChange<LabLists[K][number]>;
} & {
  /** Events since the last update, without frames; frames are the analysis worker's. */
  readonly events: readonly LabEvent[];
};

/** A machine's screen, sent when it changed and is displayed. */
export type ScreenUpdate =
  | {
      readonly kind: 'text';
      readonly machine: string;
      readonly columns: number;
      readonly rows: number;
      /** Code page 437 code in the low byte, attribute in the high byte, row by row. */
      readonly cells: Uint16Array<ArrayBuffer>;
      readonly cursor: { readonly row: number; readonly column: number; readonly visible: boolean };
      readonly backdrop?: ScreenCells['backdrop'];
    }
  | {
      readonly kind: 'graphics';
      readonly machine: string;
      readonly width: number;
      readonly height: number;
      readonly rgba: Uint8ClampedArray<ArrayBuffer>;
    };

/** A screen as it was at a time, for looking back. */
export interface PastScreen {
  readonly timeNs: number;
  readonly screen: ScreenUpdate;
}

/** Output of a serial port since the last of these messages. */
export interface SerialUpdate {
  readonly machine: string;
  readonly text: string;
}

/** Progress of getting a lab ready. */
export type OpenProgress =
  | { readonly kind: 'images'; readonly doneBytes: number; readonly totalBytes: number; readonly name: string }
  | { readonly kind: 'ready' };

export interface PlaceProblem {
  /** JSON path, or `FILE:LINE` of a configuration. */
  readonly path: string;
  /** In English. */
  readonly message: string;
  /** The same by id and parameters, for other languages. */
  readonly says: Sentence;
}

export type OpenResult =
  | { readonly ok: true; readonly generation: number; readonly warnings: readonly PlaceProblem[] }
  | { readonly ok: false; readonly problems: readonly PlaceProblem[] };

export type MachineAction =
  | { readonly kind: 'power'; readonly to: 'on' | 'off' | 'reset' }
  /** Names of keys as in scenarios: `Enter`, `F8`, `Ctrl-B`. */
  | { readonly kind: 'keys'; readonly keys: readonly string[] }
  | { readonly kind: 'type'; readonly text: string }
  | { readonly kind: 'serial'; readonly text: string }
  /** To the script of its iPXE. */
  | { readonly kind: 'ipxe'; readonly action: IpxeAction }
  /** Without content the drive is emptied. */
  | { readonly kind: 'medium'; readonly drive: 'floppy' | 'cdrom'; readonly content?: FileContent }
  /** Cancels the remaining key inputs of the scenario. */
  | { readonly kind: 'take-over' };

export type MessageToPage =
  | { readonly kind: 'update'; readonly news: LabNews }
  | { readonly kind: 'screen'; readonly screen: ScreenUpdate }
  | { readonly kind: 'past-screen'; readonly past: PastScreen }
  | { readonly kind: 'serial'; readonly serial: SerialUpdate }
  | { readonly kind: 'progress'; readonly progress: OpenProgress }
  | { readonly kind: 'keyframes'; readonly news: KeyframeNews };

/** What the page shows and says about keyframes. `reason`: in the browser's words. */
export type KeyframeNews =
  /** Up to these moments of the open lab a machine can be played back. */
  | { readonly kind: 'kept'; readonly timesNs: readonly number[] }
  /** The browser denies its storage, or has no room. Said once. */
  | { readonly kind: 'not-stored'; readonly reason: string }
  /** There was no memory for one more: all were dropped, and no more are taken of this machine. */
  | { readonly kind: 'no-memory'; readonly machine: string }
  /** A stored one was damaged, and has been removed. */
  | { readonly kind: 'damaged'; readonly machine: string }
  /** A stored one cannot be read. */
  | { readonly kind: 'unreadable'; readonly machine: string; readonly reason: string }
  /** One that the site ships cannot be used. */
  | { readonly kind: 'not-shipped'; readonly machine: string; readonly reason: string };

/** The page has shown an update. */
export interface MessageFromPage {
  readonly kind: 'shown';
  /** Wall time that it was busy with it. */
  readonly busyMs: number;
}

export interface ConnectOptions {
  readonly baseUrl: string;
  /** Of the computer. */
  readonly cores: number;
  /** The last generation that a previous worker used. */
  readonly generation: number;
  /** Keyframes may outlive the page. */
  readonly stores: boolean;
  /** Keyframes are taken of PCs, and used. */
  readonly takesKeyframes: boolean;
  /** Of the computer, as far as the browser says: some say nothing, and none says more than 8. */
  readonly memoryGiB: number | undefined;
}

/** A machine whose worker is expected to answer. */
export interface MachineSilence {
  readonly machine: string;
  readonly unanswered: number;
}

/** Exposed by `workers/lab.worker.ts`. */
export interface LabApi extends DisksApi {
  /** Where messages to the page and captured frames to the analysis worker go. Called once. */
  connect(page: MessagePort, analysis: MessagePort, options: ConnectOptions): Promise<ImageManifest>;
  /** Another analysis worker: it is sent the whole capture, under the generation that is returned. */
  connectAnalysis(analysis: MessagePort): Promise<number>;
  /** Answers at once, with the number of pings that each machine's worker has not answered. */
  ping(): Promise<readonly MachineSilence[]>;
  /** The font of text screens, from the VGA BIOS of the site; undefined when it is not available. */
  screenFont(): Promise<Uint8Array | undefined>;
  /** Builds the lab from a scenario, paused at time 0. Images are fetched first; `cancelOpen` cancels. */
  open(scenario: Scenario): Promise<OpenResult>;
  cancelOpen(): Promise<void>;
  setMode(mode: RunMode): Promise<void>;
  step(step: Step): Promise<void>;
  /**
   * Conditions as in `lab/conditions/condition.ts`. The errors are returned in their order; valid conditions are set.
   */
  setBreakpoints(breakpoints: readonly Breakpoint[]): Promise<readonly (BreakpointProblem | undefined)[]>;
  /** What is wrong with a condition. */
  checkCondition(condition: string): Promise<BreakpointProblem | undefined>;
  /** The cables as they were at a time of this run. */
  cablesAt(timeNs: number): Promise<CablesView>;
  /** Where on the cables a frame went, in order. */
  wayOf(event: number): Promise<readonly FlightView[]>;
  /** Returns the virtual time at which it was done, ns. */
  machine(name: string, action: MachineAction): Promise<number>;
  /** Settings and script of the machine's iPXE; undefined while none runs. */
  ipxe(machine: string): Promise<IpxeView | undefined>;
  /** Holds its script, runs one command, runs on, sets a breakpoint. Returns the virtual time at which it was done, ns. */
  ipxeStep(machine: string, action: IpxeAction): Promise<number>;
  /** Returns the virtual time at which it was done, ns. */
  setLinkUp(link: number, up: boolean): Promise<number>;
  /** Screens of these machines are sent as they change. */
  watchScreens(machines: readonly string[]): Promise<void>;
  /** Files that a server offers. */
  files(server: string): Promise<readonly ServedFile[]>;
  /** The bytes of such a file; undefined when it is not there. */
  fileBytes(server: string, path: string): Promise<Uint8Array | undefined>;
  /** A medium that the lab makes, as an image to burn or to write; undefined when the site lacks what it is made from. */
  medium(content: Medium): Promise<Uint8Array | undefined>;
  /** A ROM file with the lab's own firmware in it; undefined when its embedded script is too long for one. */
  romFile(firmware: PcNode['firmware'], model: NicModel): Promise<Uint8Array | undefined>;
  /** What is in the flash of a PC's first card, byte by byte; undefined when it is empty or its file is not available. */
  flashedRom(node: PcNode): Promise<RomView | undefined>;
  /** What a server's dnsmasq would answer to a client; nothing is changed. Undefined when it runs none. */
  ask(server: string, question: AskQuestion): Promise<AskAnswer | undefined>;
  /** What a lesson wants to know about this lab, and about those that are opened after it; undefined ends that. */
  watchLesson(questions: LessonQuestions | undefined): Promise<void>;
  /** What the lesson's questions find now; undefined when no lab is open, or nothing is watched. */
  observeLesson(selected: number | undefined): Promise<Observation | undefined>;
  /** The event of the first frame sent that a display filter chooses. */
  firstFrame(filter: string): Promise<number | undefined>;
  /** Directives of the text that have no effect in the lab. */
  ineffectiveLines(config: string): Promise<readonly IneffectiveView[]>;
  stateHash(machine: string): Promise<string | undefined>;
  /** What a PC's UEFI firmware keeps without power, as the document has it; undefined where there is none, or nothing yet. */
  firmwareVariables(machine: string): Promise<PcNode['nvram']>;
  /** The first MiB of a machine's memory as it is now; undefined where there is no CPU, or no power. */
  lowMemory(machine: string): Promise<LowMemoryView | undefined>;
  /** What an event is, why it happened and what came of it, with the chain that led to it. */
  explain(event: number): Promise<EventExplanation | undefined>;
  /** The boots as they are read, a line for each phase; one story for each machine. */
  stories(): Promise<readonly BootStory[]>;
  /** What a line of a story is made of, down to its frames. */
  unfoldStory(machine: string, line: number): Promise<readonly ChainLink[]>;
  /** The iPXE that these options make, whether or not one runs. */
  ipxeBuild(firmware: ChainImage): Promise<BuildView>;
  /** The node whose frame led to each event; undefined for what no frame led to. */
  senders(events: readonly number[]): Promise<readonly (string | undefined)[]>;
  /** What dnsmasq, or dhcpd, would reject in the text, by line from 1. */
  checkConfig(config: string, service?: 'dnsmasq' | 'dhcpd'): Promise<readonly LineProblem[]>;
  /** Names that may follow the beginning of a line. */
  completeConfig(lineStart: string): Promise<readonly { readonly text: string; readonly detail: string }[]>;
}

export type AskQuestion =
  | { readonly from: 'made'; readonly client: MadeClient }
  /** The frame of an event of the running lab. */
  | { readonly from: 'event'; readonly event: number; readonly interfaceName?: string };
