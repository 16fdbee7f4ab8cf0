/**
 * What the lab and an emulated PC say to each other. A PC is a cell: it has a clock, an event log and random numbers of
 * its own, and shares nothing with the rest of the lab, so that it may live in another thread. The lab orders "run up to
 * t, with these inputs"; the cell reports what came out, and when it wants to go on. Everything here is plain data.
 */
import type { EmitOptions, EventBody, EventId } from '../../base/event-log.ts';
import type { CompiledWasm } from '../../machine/v86/host.ts';
import type { PcNode } from '../../scenario/schema.ts';
import type { MachineAnswers, MachineInput, MachineQuestion } from '../nodes/machine.ts';

/** What a cell is made from. */
export interface CellSpec {
  readonly node: PcNode;
  /** The scenario's; the cell derives its own stream by its name. */
  readonly seed: string;
  readonly wasm: CompiledWasm;
  /** Files of the catalogue by path, and a person's own by sha256, as far as the node names them. */
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
  /** Everything up to and including this time is to happen. */
  readonly untilNs: number;
  /** As long as nothing comes out, the cell may go on up to and including this time: nothing will come in before. */
  readonly horizonNs: number;
  /** In the order of their times, none later than `untilNs`. */
  readonly inputs: readonly CellInput[];
}

export type CellOutput =
  | { readonly kind: 'event'; readonly body: EventBody; readonly options: EmitOptions }
  | { readonly kind: 'frame'; readonly port: number; readonly frame: Uint8Array; readonly cause?: CellCause };

/** What came out at one moment. */
export interface CellTurn {
  readonly atNs: number;
  readonly outputs: readonly CellOutput[];
}

/** What the lab knows about the machine without asking. */
export interface CellState {
  readonly powered: boolean;
  readonly screenVersion: number;
  readonly instructions: number;
  /** What came out of the first serial port since the last report. */
  readonly serial: string;
  /** Text of the screen, when the turn reports a change of it. */
  readonly screenText?: string;
}

export interface CellReport {
  /** Absent when nothing came out. */
  readonly turn?: CellTurn;
  /** Everything up to here has happened. */
  readonly reachedNs: number;
  /** When it wants to go on by itself; absent when it waits for inputs. */
  readonly nextNs?: number;
  readonly state: CellState;
}

/** A cell as the lab drives it, wherever it runs. One order at a time. */
export interface CellDriver {
  /** In a thread of its own: its report comes later than the order, and several such cells run at once. */
  readonly isRemote: boolean;
  /** `tell` is called once, before `order` returns or later. */
  order(order: CellOrder, tell: (report: CellReport) => void): void;
  ask<Q extends MachineQuestion>(question: Q, tell: (answer: MachineAnswers[Q]) => void): void;
  /** The lab is given up. */
  close(): void;
}

/** Makes the driver of a PC that is to live in another thread; undefined for one that is to stay in the lab's. */
export type CellFactory = (spec: CellSpec) => CellDriver | undefined;
