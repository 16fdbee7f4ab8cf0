/**
 * How a lab's time runs: to a given time, by one frame, by one event, or until a condition is met. A run stops between
 * two events of the clock; the reason for the stop is the last entry of the log.
 */
import type { EventId, LabEvent } from '../base/event-log.ts';
import type { ConditionError } from './conditions/condition.ts';
import type { Lab } from './lab.ts';

export type RunStop =
  /** The caller asked to yield the thread. */
  | { readonly kind: 'yield' }
  /** The report of a machine in another thread is pending: nothing else can happen before it. */
  | { readonly kind: 'waiting' }
  /** The time limit was reached. */
  | { readonly kind: 'limit' }
  | ({ readonly kind: 'breakpoint' } & Hit)
  | { readonly kind: 'step'; readonly event: EventId }
  /** Nothing is left to happen. */
  | { readonly kind: 'idle' };

interface Hit {
  readonly condition: string;
  readonly event: EventId;
  /** Place among the breakpoints that stay, from 1; undefined for one that stops one run, and for a held script. */
  readonly number: number | undefined;
}

export interface Breakpoint {
  readonly condition: string;
  /** The run stops from the n-th time on that the condition is met, since it was set or since power-on. */
  readonly count: number;
  /** False: it is neither met nor counted. */
  readonly enabled?: boolean;
  /** It stops one run, and is then removed. */
  readonly once?: boolean;
}

export interface BreakpointProblem extends ConditionError {
  readonly condition: string;
}

interface Armed {
  readonly key: string;
  readonly once: boolean;
  readonly condition: string;
  hits: number;
  readonly problem?: BreakpointProblem;
  cancel(): void;
}

/** The condition that a stop at a held script names. */
const HELD_SCRIPT = 'script held';

/** Reading the wall clock for every event would cost more than many events do. */
const EVENTS_BETWEEN_YIELDS = 16;

export class RunControl {
  private readonly lab: Lab;
  private hit: Hit | undefined;
  private stepping: 'frame' | 'event' | undefined;
  private stepped: EventId | undefined;
  private armed: readonly Armed[] = [];

  /** `atHeldScripts`: the user steps through scripts, and time stops while one is paused. */
  constructor(lab: Lab, stops: { readonly atHeldScripts?: boolean } = {}) {
    this.lab = lab;
    lab.log.on((event) => {
      this.onEvent(event);
      if (stops.atHeldScripts === true && event.kind === 'decision' && event.code === 'script-held')
        this.hit ??= { condition: HELD_SCRIPT, event: event.id, number: undefined };
    });
  }

  /**
   * Replaces the breakpoints. One that stays as it was goes on counting. Returns what is wrong with each, in their
   * order; those that can be read are set all the same.
   */
  setBreakpoints(breakpoints: readonly Breakpoint[]): readonly (BreakpointProblem | undefined)[] {
    const kept = [...this.armed];
    this.armed = breakpoints.map((breakpoint) => {
      const key = JSON.stringify(breakpoint);
      const at = kept.findIndex((known) => known.key === key);
      const [same] = at >= 0 ? kept.splice(at, 1) : [];
      return same ?? this.arm(key, breakpoint);
    });
    for (const { cancel } of kept) cancel();
    return this.armed.map(({ problem }) => problem);
  }

  /** What is wrong with a condition. */
  check(condition: string): BreakpointProblem | undefined {
    const parsed = this.lab.triggers.parse(condition);
    return parsed.ok ? undefined : { ...parsed.error, condition };
  }

  /** How often each breakpoint has been met, in the order in which they were given. */
  get hits(): readonly number[] {
    return this.armed.map(({ hits }) => hits);
  }

  /** The condition that stops one run, as long as it has not been met. */
  get awaited(): string | undefined {
    return this.armed.find(({ once, hits, problem }) => once && hits === 0 && problem === undefined)?.condition;
  }

  private numberOf(armed: Armed): number | undefined {
    return armed.once ? undefined : this.armed.indexOf(armed) + 1;
  }

  private arm(key: string, { condition, count, enabled, once }: Breakpoint): Armed {
    const { triggers } = this.lab;
    const parsed = triggers.parse(condition);
    const base = { key, condition, once: once === true, hits: 0 };
    if (!parsed.ok) return { ...base, problem: { ...parsed.error, condition }, cancel: () => undefined };
    let cancel = (): void => undefined;
    const armed: Armed = { ...base, cancel: () => cancel() };
    const wait = (): void => {
      cancel = triggers.when(parsed.value, 1, (event) => {
        armed.hits++;
        const stops = armed.hits >= count;
        if (stops) this.hit ??= { condition, event: event.id, number: this.numberOf(armed) };
        if (!stops || once !== true) wait();
      });
    };
    if (enabled !== false) wait();
    return armed;
  }

  /**
   * Runs events up to and including `untilNs`. `shouldYield` is called now and then; time stops at the last event, or
   * at `untilNs` when it was reached.
   */
  run(untilNs: number, shouldYield: () => boolean): RunStop {
    const { queue } = this.lab;
    queue.limitNs = untilNs;
    for (let n = 1; ; n++) {
      const { hit } = this;
      if (hit !== undefined) {
        this.hit = undefined;
        return { kind: 'breakpoint', ...hit };
      }
      const { nextNs } = queue;
      if (nextNs === undefined) return { kind: 'idle' };
      if (nextNs > untilNs) {
        queue.moveTo(untilNs);
        return { kind: 'limit' };
      }
      if (queue.step() === 'waiting') return { kind: 'waiting' };
      if (n % EVENTS_BETWEEN_YIELDS === 0 && this.hit === undefined && shouldYield()) return { kind: 'yield' };
    }
  }

  /** Runs to the next frame that is sent, or the next entry of the log. */
  step(kind: 'frame' | 'event', shouldYield: () => boolean): RunStop {
    const { queue } = this.lab;
    queue.limitNs = Number.MAX_SAFE_INTEGER;
    this.stepping = kind;
    this.stepped = undefined;
    try {
      for (let n = 1; ; n++) {
        const { hit } = this;
        if (hit !== undefined) {
          this.hit = undefined;
          return { kind: 'breakpoint', ...hit };
        }
        if (this.stepped !== undefined) return { kind: 'step', event: this.stepped };
        const done = queue.step();
        if (done !== 'done') return { kind: done };
        if (n % EVENTS_BETWEEN_YIELDS === 0 && this.stepped === undefined && shouldYield()) return { kind: 'yield' };
      }
    } finally {
      this.stepping = undefined;
    }
  }

  private onEvent(event: LabEvent): void {
    if (this.stepping === undefined) return;
    if (this.stepping === 'event' || event.kind === 'frame') this.stepped ??= event.id;
  }
}
