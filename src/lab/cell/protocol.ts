/**
 * The messages between the lab and an emulated PC. A PC is a cell: it has a clock, an event log and random numbers of
 * its own, and shares nothing with the rest of the lab, so that it may live in another thread. The lab orders "run up
 * to t, with these inputs"; the cell reports its output and the time of its next event. Everything here is plain data.
 */
import type { EmitOptions, EventBody, EventId } from '../../base/event-log.ts';
import type { CompiledWasm } from '../../machine/v86/host.ts';
import type { PcNode } from '../../scenario/schema.ts';
import type { DriveRange, MachineAnswers, MachineInput, MachineQuestion } from '../nodes/machine.ts';

/** What a cell is made from. */
export interface CellSpec {
  readonly node: PcNode;
  /** The scenario's; the cell derives its own stream by its name. */
  readonly seed: string;
  readonly wasm: CompiledWasm;
  /** Files of the catalogue by path, and the user's own files by sha256, as far as the node names them. */
  readonly images: readonly (readonly [path: string, bytes: Uint8Array])[];
  readonly userFiles: readonly (readonly [sha256: string, bytes: Uint8Array])[];
}

/**
 * The cause of something that crosses: an event of the cell's own log as its number there (0 and up), an event of the
 * lab's log as -1 - its id.
 */
export type CellCause = number;

export function causeOfLabEvent(id: EventId): CellCause {
  return -1 - id;
}

export function labEventOfCause(cause: CellCause): EventId {
  return -1 - cause;
}

export type CellInput = {
  readonly atNs: number;
  readonly cause?: CellCause;
} & (
  | { readonly kind: 'frame'; readonly port: number; readonly frame: Uint8Array }
  | { readonly kind: 'link'; readonly port: number; readonly up: boolean }
  | { readonly kind: 'user'; readonly do: MachineInput }
);

export interface CellOrder {
  /** Run everything up to and including this time. */
  readonly untilNs: number;
  /** As long as it has no output, the cell may run on up to and including this time: no input will arrive before. */
  readonly horizonNs: number;
  /** In the order of their times, none later than `untilNs`. */
  readonly inputs: readonly CellInput[];
}

export type CellOutput =
  | { readonly kind: 'event'; readonly body: EventBody; readonly options: EmitOptions }
  | { readonly kind: 'frame'; readonly port: number; readonly frame: Uint8Array; readonly cause?: CellCause };

/** Output of one moment. */
export interface CellTurn {
  readonly atNs: number;
  readonly outputs: readonly CellOutput[];
}

/** What the lab knows about the machine without asking. */
export interface CellState {
  readonly powered: boolean;
  readonly screenVersion: number;
  readonly instructions: number;
  /** Output of the first serial port since the last report. */
  readonly serial: string;
  /** What happens up to then is settled: it is played from a tape. */
  readonly playedUpToNs?: number;
  /** Text of the screen, when it has changed. */
  readonly screenText?: string;
}

export interface CellReport {
  /** Absent when there was no output. */
  readonly turn?: CellTurn;
  /** Everything up to here has happened. */
  readonly reachedNs: number;
  /** Time of its next event; absent when it waits for inputs. */
  readonly nextNs?: number;
  readonly state: CellState;
}

/** A cell as the lab drives it, wherever it runs. One order at a time. */
export interface CellDriver {
  /** In a thread of its own: its report comes later than the order, and several such cells run at once. */
  readonly isRemote: boolean;
  /** `done` is called once, before `order` returns or later. */
  order(order: CellOrder, done: (report: CellReport) => void): void;
  ask<Q extends MachineQuestion>(question: Q, done: (answer: MachineAnswers[Q]) => void, range?: DriveRange): void;
  /** The lab is closed. */
  close(): void;
}

/** Makes the driver of a PC that will run in another thread; undefined for one that stays in the lab's thread. */
export type CellFactory = (spec: CellSpec) => CellDriver | undefined;
