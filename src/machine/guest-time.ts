/**
 * A PC's own time: instructions executed at a fixed rate, plus the time slept in HLT. It is counted from a base, which is
 * taken at every slice, so that the 32 bits of the emulator's counter cannot wrap in between.
 */
import { instructionCounter, type CpuViews } from './cpu-state.ts';

export class GuestTime {
  /** The machine's time, ns, when the instruction counter stood at `counterStart`. */
  baseNs = 0;
  counterStart = 0;
  /** Instructions executed up to the base, since the first power-on. */
  instructionTotal = 0;
  private views: CpuViews | undefined;
  private readonly nsPerInstruction: number;

  constructor(nsPerInstruction: number) {
    this.nsPerInstruction = nsPerInstruction;
  }

  /** Power is on from this time; nothing is executed before `connect`. */
  begin(nowNs: number): void {
    this.baseNs = nowNs;
    this.counterStart = 0;
  }

  connect(views: CpuViews): void {
    this.views = views;
  }

  /** Power is off. */
  end(): void {
    this.instructionTotal += this.executedSinceBase();
    this.views = undefined;
  }

  get localNs(): number {
    return this.baseNs + Math.round(this.executedSinceBase() * this.nsPerInstruction);
  }

  get instructions(): number {
    return this.instructionTotal + this.executedSinceBase();
  }

  /** Moves the base of time to now, or to a later `timeNs` that was slept through. */
  rebase(timeNs: number): void {
    this.instructionTotal += this.executedSinceBase();
    this.baseNs = Math.max(this.localNs, timeNs);
    this.restartCounter();
  }

  /** The counter begins at another value: v86's reset sets it to 0. */
  restartCounter(): void {
    if (this.views !== undefined) this.counterStart = instructionCounter(this.views);
  }

  private executedSinceBase(): number {
    return this.views === undefined ? 0 : (instructionCounter(this.views) - this.counterStart) >>> 0;
  }
}
