/** A PC at a moment between two slices, and how it came there: enough to go on from in another instance of the lab. */
import type { LoopState } from '../observe/loop-state.ts';
import type { EmulatorState } from './emulator-state.ts';
import type { SliceHead } from './tape.ts';

/** Besides what is at the head of a slice, and what the tape leads to. */
export interface MachineState {
  /** When the next slice begins; undefined when the machine waits for something. */
  readonly nextNs: number | undefined;
  /** Random numbers that the emulator has drawn since power-on. */
  readonly draws: number;
  readonly loops: LoopState;
}

/** Plain data. */
export interface PcKeyframe extends MachineState {
  /** The lab's time when it was taken. */
  readonly timeNs: number;
  /** From the first power-on to the keyframe. */
  readonly tape: Uint8Array;
  readonly head: SliceHead;
  readonly emulator: EmulatorState;
}

/** What a machine does with keyframes. */
export interface PcKeyframes {
  /** Asked at the first power-on: everything up to it is played from its tape. */
  resume(): PcKeyframe | undefined;
  /** Asked after each slice, before the one at `nextNs`; no answer has an effect on what the machine does. */
  wants(timeNs: number, nextNs: number | undefined): boolean;
  keep(keyframe: PcKeyframe): void;
  /** The last one that was kept, whose pages are shared. */
  latest(): PcKeyframe | undefined;
  /** There is no memory for one more. The machine asks for none from now on. */
  runOut(): void;
  /**
   * The machine is switched on for the first time. `take` has it keep one at once, if it can, between two slices;
   * `instructions` says how many it has executed since.
   */
  started(take: () => void, instructions: () => number): void;
}
