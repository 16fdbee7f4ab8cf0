/**
 * Records what a PC and its emulator do to each other, takes keyframes, and plays a tape up to the keyframe at its end.
 * Recording has no effect on the PC.
 */
import type { Clock, Timer } from '../../base/time/clock.ts';
import type { EventId, EventSink } from '../../base/event-log.ts';
import type { Board } from '../powered.ts';
import { compileAhead } from '../v86/host.ts';
import type { MachineState, PcKeyframe, PcKeyframes } from './keyframe.ts';
import { NotCopyable } from './object-graph.ts';
import { MAX_TAPE_BYTES, Tape, TapeMismatch, type Callback, type CpuStatus, type SliceHead } from './tape.ts';

export interface RecordedPc {
  readonly clock: Clock;
  readonly log: EventSink;
  readonly keyframes: PcKeyframes | undefined;
  status(): CpuStatus;
  setStatus(status: CpuStatus): void;
  play(callback: Callback): void;
  /** What a slice begins with. */
  head(): Omit<SliceHead, 'startNs' | 'cause' | 'borderCalls' | 'wakeCalls' | keyof CpuStatus>;
  setHead(head: SliceHead): void;
  runSlice(): void;
  /** A number that changes with what a slice does to its surroundings, besides callbacks of the emulator. */
  traces(): string;
  /** When the next slice begins; undefined when the machine waits for something. */
  nextNs(): number | undefined;
  /** What the next slice is caused by. */
  nextCause(): EventId | undefined;
  /** What is between two slices, where nothing is under way that a keyframe could not hold. */
  state(): MachineState | undefined;
  board(): Board | undefined;
  hasPower(): boolean;
  instructions(): number;
  /** The emulator of the keyframe takes the place of the tape. */
  goOn(keyframe: PcKeyframe): void;
}

/** At one time so many things are waited for before a slice of a tape, which came before it when it was recorded. */
const MAX_LATE = 1_000;

export class PcRecorder {
  readonly tape: Tape;
  private readonly pc: RecordedPc;
  /** The keyframe that the tape leads to. */
  private lead: PcKeyframe | undefined;
  private timer: Timer | undefined;
  private late = 0;
  /** Things that the machine was given to do, and times that it was woken. */
  private borderCalls = 0;
  private wakeCalls = 0;

  constructor(pc: RecordedPc) {
    this.pc = pc;
    this.tape = new Tape(pc);
  }

  /** At the first power-on. */
  start(): void {
    this.lead = this.pc.keyframes?.resume();
    if (this.lead !== undefined) {
      this.tape.load(this.lead.tape);
      compileAhead(this.lead.emulator.code);
    } else if (this.pc.keyframes !== undefined) this.tape.record();
    this.pc.keyframes?.started(
      () => this.takeBetweenSlices(),
      () => this.pc.instructions(),
    );
  }

  get isPlaying(): boolean {
    return this.tape.mode === 'play';
  }

  /** Copies of the emulator's state are made, or it is made from one. */
  get needsCopies(): boolean {
    return this.tape.mode === 'record' || this.lead !== undefined;
  }

  /** Up to then a tape is played; undefined while the emulator runs. */
  get playedUpToNs(): number | undefined {
    return this.isPlaying ? this.lead?.timeNs : undefined;
  }

  countBorderCall(): void {
    this.borderCalls++;
  }

  countWake(): void {
    this.wakeCalls++;
  }

  cancel(): void {
    this.timer?.cancel();
  }

  /** A slice that does nothing to its surroundings leaves no trace on the tape. */
  slice(isIdle: boolean): void {
    const { pc, tape } = this;
    if (tape.mode !== 'record') {
      pc.runSlice();
      return;
    }
    const { position, callbacks } = tape;
    const traces = pc.traces();
    tape.putSlice(this.head());
    pc.runSlice();
    if (tape.mode !== 'record') return;
    if (isIdle && tape.callbacks === callbacks && pc.traces() === traces) tape.rewind(position);
    if (tape.position > MAX_TAPE_BYTES) tape.stop();
    else if (pc.keyframes?.wants(pc.clock.nowNs, pc.nextNs()) === true) this.takeKeyframe(pc.keyframes);
  }

  private head(cause = this.pc.log.currentCause): SliceHead {
    const { pc, borderCalls, wakeCalls } = this;
    const { nowNs: startNs } = pc.clock;
    return { startNs, cause, borderCalls, wakeCalls, ...pc.head(), ...pc.status() };
  }

  /** While the lab is paused. */
  private takeBetweenSlices(): void {
    const { pc, tape } = this;
    if (pc.keyframes !== undefined && tape.mode === 'record' && pc.hasPower())
      this.takeKeyframe(pc.keyframes, pc.nextCause());
  }

  private takeKeyframe(keyframes: PcKeyframes, cause = this.pc.log.currentCause): void {
    const state = this.pc.state();
    const board = this.pc.board();
    if (state === undefined || board?.copier === undefined) return;
    try {
      keyframes.keep({
        timeNs: this.pc.clock.nowNs,
        tape: this.tape.contents(),
        head: this.head(cause),
        ...state,
        emulator: board.copier.capture(keyframes.latest()?.emulator),
      });
    } catch (error) {
      // There is no memory left for a copy: the machine goes on without.
      if (error instanceof RangeError) {
        this.tape.stop();
        keyframes.runOut();
        return;
      }
      // In the middle of something: a later slice will do.
      if (!(error instanceof NotCopyable)) throw error;
    }
  }

  /** Waits for the next slice of the tape. */
  schedule(): void {
    const { clock } = this.pc;
    const timeNs = this.tape.nextSliceNs ?? this.lead?.timeNs ?? clock.nowNs;
    if (timeNs < clock.nowNs) throw new TapeMismatch('a slice that is past');
    this.timer?.cancel();
    this.timer = clock.schedule(timeNs - clock.nowNs, () => this.play());
  }

  private play(): void {
    const { pc, tape, lead } = this;
    const head = tape.isAtEnd ? lead?.head : tape.nextSlice;
    const isDue =
      head?.startNs === pc.clock.nowNs && head.borderCalls === this.borderCalls && head.wakeCalls === this.wakeCalls;
    if (!isDue) {
      // Something else of this moment comes first.
      if (++this.late > MAX_LATE) throw new TapeMismatch('a slice that never begins');
      this.schedule();
      return;
    }
    this.late = 0;
    if (tape.isAtEnd && lead !== undefined) {
      tape.mode = 'off';
      pc.goOn(lead);
      tape.mode = 'record';
      return;
    }
    tape.takeSlice();
    pc.setHead(head);
    pc.setStatus(head);
    pc.log.withCause(head.cause, () => pc.runSlice());
    if (!pc.hasPower()) return;
    if (tape.isAtEnd && lead?.timeNs === pc.clock.nowNs) this.play();
    else this.schedule();
  }
}
