/** What a debugger of scripts sees: every command before and after it runs. */
import type { Wait } from '../../../base/time/task.ts';
import type { Status } from '../errors.ts';
import type { Expansion } from '../settings/tree.ts';

/** A place in a script: lines count from 1. */
export interface ScriptPlace {
  readonly script: string;
  readonly line: number;
  readonly text: string;
}

export interface StepInfo {
  /** Undefined for a line typed at the shell. */
  readonly place: ScriptPlace | undefined;
  /** How deep scripts are nested, 1 for the outermost; 0 without a script. */
  readonly depth: number;
  readonly tokens: readonly string[];
  readonly expanded: readonly string[];
  /** What each reference was replaced by, and from which block. */
  readonly expansions: readonly Expansion[];
}

export interface StepResult extends StepInfo {
  readonly status: Status;
  readonly errno: Status;
  /** The line that comes next, when the script goes on. */
  readonly nextLine: number | undefined;
}

export interface Stepper {
  /** A wait holds the script there until it is over: breakpoints and single steps. */
  before(step: StepInfo): Wait | undefined;
  after(step: StepResult): void;
}

/** Stops at lines; `pause` stops at the next command wherever it is. */
export class BreakpointStepper implements Stepper {
  /** `script:line`. */
  readonly breakpoints = new Set<string>();
  private readonly onStop: (step: StepInfo) => void;
  private readonly onResult: ((step: StepResult) => void) | undefined;
  private stepping = false;
  private resume: (() => void) | undefined;

  constructor(onStop: (step: StepInfo) => void, onResult?: (step: StepResult) => void) {
    this.onStop = onStop;
    this.onResult = onResult;
  }

  /** A command is held. */
  get isHolding(): boolean {
    return this.resume !== undefined;
  }

  /** The script pauses before the next command. */
  get isPausing(): boolean {
    return this.stepping;
  }

  before(step: StepInfo): Wait | undefined {
    const { place } = step;
    const isBreakpoint = place !== undefined && this.breakpoints.has(`${place.script}:${place.line}`);
    if (!this.stepping && !isBreakpoint) return undefined;
    this.stepping = false;
    return (resume) => {
      this.resume = resume;
      this.onStop(step);
      return () => {
        this.resume = undefined;
      };
    };
  }

  after(step: StepResult): void {
    this.onResult?.(step);
  }

  /** Stop before the next command. */
  pause(): void {
    this.stepping = true;
  }

  /** Runs the command stopped at, and stops before the one after it. */
  step(): void {
    this.stepping = true;
    this.release();
  }

  /** Runs on to the next breakpoint. */
  go(): void {
    this.stepping = false;
    this.release();
  }

  private release(): void {
    const { resume } = this;
    this.resume = undefined;
    resume?.();
  }
}
