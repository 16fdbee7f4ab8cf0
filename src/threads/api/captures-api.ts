/** Capture files in the analysis thread: each is a document beside the lab's own capture, and one of them is shown. */
import type { LabEvent } from '../../base/event-log.ts';
import type { Message } from '../../base/sentence.ts';
import type { Difference } from '../../analysis/inferred/compare.ts';
import type { NetworkSketch } from '../../analysis/inferred/network-sketch.ts';
import type { ChainLink, EventExplanation } from '../../analysis/story/explain/explain.ts';
import type { Finding } from '../../analysis/story/findings/judge.ts';
import type { BootStory } from '../../analysis/story/narrative/narrative.ts';

/** Maximum size of a capture file, unpacked: a larger one would not fit into a browser's memory. */
export const MAX_CAPTURE_FRAMES = 2_000_000;
export const MAX_CAPTURE_BYTES = 1024 ** 3;

/** Why a file is not a capture, and at which byte. */
export interface CaptureProblem {
  readonly reason: Message;
  readonly offset: number;
  /** It is a capture, with more frames than there is room for. */
  readonly isTooLarge: boolean;
}

export interface OpenedCapture {
  readonly problem: CaptureProblem | undefined;
  readonly frames: number;
  /** It breaks off: what is before the damage is shown. */
  readonly isDamaged: boolean;
}

/** What the frames show of boots, in the shape of a lab's log. */
export interface CaptureLog {
  /** Without frames, which the packet list has. */
  readonly events: readonly LabEvent[];
  /** Clients whose boots are in it, in the order of their first frames. */
  readonly machines: readonly string[];
  /** Hardware addresses of clients, with the names that sentences use. */
  readonly cards: readonly (readonly [mac: string, name: string])[];
  /** Time of the last frame. */
  readonly endNs: number;
  /** Frames looked through, when the file has more than are. */
  readonly cutAt: number | undefined;
}

/** The lab's thread answers this for the lab, the analysis thread for the capture that is shown. */
export interface StoryApi {
  explain(event: number): Promise<EventExplanation | undefined>;
  stories(): Promise<readonly BootStory[]>;
  unfoldStory(machine: string, line: number): Promise<readonly ChainLink[]>;
}

export interface ComparedDocument {
  /** Of a capture that is open; undefined: the lab. */
  readonly id: string | undefined;
  /** As sentences call it. */
  readonly name: string;
}

export interface CapturesApi extends StoryApi {
  /** Reads a file; it is not shown by that. */
  openCapture(id: string, bytes: Uint8Array): Promise<OpenedCapture>;
  /** Shows the frames of a capture that is open; `undefined` shows the lab's own. */
  showCapture(id: string | undefined): Promise<void>;
  closeCapture(id: string): Promise<void>;
  /** Goes through its frames once; undefined when it is not open. */
  captureLog(id: string): Promise<CaptureLog | undefined>;
  /** The network that its frames show, to make a lab from; undefined when no capture is shown. */
  captureSketch(): Promise<NetworkSketch | undefined>;
  /** How the boots in the second document differ from those in the first; `undefined` is the lab. */
  compareDocuments(a: ComparedDocument, b: ComparedDocument): Promise<readonly Difference[]>;
  /** What looks wrong in the capture that is shown. */
  captureFindings(): Promise<readonly Finding[]>;
}
