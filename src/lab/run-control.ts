/**
 * How a lab's time runs: as far as one likes, one frame, one event, or until a condition is met. A run stops between
 * two events of the clock; what it stops for is the last thing in the log.
 */
import type { EventId, LabEvent } from '../base/event-log.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { ConditionError } from './condition.ts';
import type { Lab } from './lab.ts';

export type RunStop =
  /** The caller asked to be given the thread back. */
  | { readonly kind: 'yield' }
  /** Time has come to the limit. */
  | { readonly kind: 'limit' }
  | { readonly kind: 'breakpoint'; readonly condition: string; readonly event: EventId }
  | { readonly kind: 'step' }
  /** Nothing is left to happen. */
  | { readonly kind: 'idle' };

export interface Breakpoint {
  readonly condition: string;
  readonly count: number;
}

/** Looking at the wall clock for every event would cost more than many an event. */
const EVENTS_BETWEEN_YIELDS = 16;

export class RunControl {
  private readonly lab: Lab;
  private hit: { readonly condition: string; readonly event: EventId } | undefined;
  private stepping: 'frame' | 'event' | undefined;
  private stepped = false;
  private cancels: (() => void)[] = [];

  constructor(lab: Lab) {
    this.lab = lab;
    lab.log.on((event) => this.look(event));
  }

  /** Replaces the breakpoints; nothing changes when one of them cannot be read. */
  setBreakpoints(
    breakpoints: readonly Breakpoint[],
  ): Result<undefined, ConditionError & { readonly condition: string }> {
    const parsed = [];
    for (const { condition, count } of breakpoints) {
      const result = this.lab.triggers.parse(condition);
      if (!result.ok) return err({ ...result.error, condition });
      parsed.push({ condition, count, value: result.value });
    }
    for (const cancel of this.cancels) cancel();
    this.cancels = parsed.map(({ condition, count, value }) =>
      this.lab.triggers.when(value, count, (event) => {
        this.hit ??= { condition, event: event.id };
      }),
    );
    return ok(undefined);
  }

  /**
   * Runs events up to and including `untilNs`. `shouldYield` is asked now and then; time stands where the last event
   * stood, or at `untilNs` when it was reached.
   */
  run(untilNs: number, shouldYield: () => boolean): RunStop {
    const { queue } = this.lab;
    for (let n = 1; ; n++) {
      const { hit } = this;
      if (hit !== undefined) {
        this.hit = undefined;
        return { kind: 'breakpoint', ...hit };
      }
      const { nextNs } = queue;
      if (nextNs === undefined) return { kind: 'idle' };
      if (nextNs > untilNs) {
        queue.runUntil(untilNs);
        return { kind: 'limit' };
      }
      queue.step();
      if (n % EVENTS_BETWEEN_YIELDS === 0 && this.hit === undefined && shouldYield()) return { kind: 'yield' };
    }
  }

  /** Runs to the next frame that is sent, or the next entry of the log. */
  step(kind: 'frame' | 'event', shouldYield: () => boolean): RunStop {
    this.stepping = kind;
    this.stepped = false;
    try {
      for (let n = 1; ; n++) {
        const { hit } = this;
        if (hit !== undefined) {
          this.hit = undefined;
          return { kind: 'breakpoint', ...hit };
        }
        if (this.stepped) return { kind: 'step' };
        if (!this.lab.queue.step()) return { kind: 'idle' };
        if (n % EVENTS_BETWEEN_YIELDS === 0 && !this.stepped && shouldYield()) return { kind: 'yield' };
      }
    } finally {
      this.stepping = undefined;
    }
  }

  private look(event: LabEvent): void {
    if (this.stepping === undefined) return;
    if (this.stepping === 'event' || event.kind === 'frame') this.stepped = true;
  }
}
