/**
 * Runs a lab's time in the page's worker: in turns of some milliseconds, at the speed that is asked for, until it is paused
 * or stops by itself. How fast it runs, and how often it gives the thread back, has no effect on what happens.
 */
import { NS_PER_MS } from '../../base/clock.ts';
import type { Lab } from '../../lab/lab.ts';
import type { RunControl, RunStop } from '../../lab/run-control.ts';
import { isFrameUnderWay, runToFrame } from './slow-motion.ts';
import { nextTurn, wallMs, waitMs } from '../api/host.ts';
import type { RunMode, Step, StopReason } from '../api/lab-api.ts';
import { isTooMuchUnasked, overgrowth } from './resource-limits.ts';
import type { MachineThreads } from './machine-threads.ts';
import type { OpenMenus } from './pending-menus.ts';

/** A turn of the lab; then messages are looked at. */
const TURN_MS = 10;
/** In slow motion the lab is looked after this often. */
const PACE_TICK_MS = 8;
/** Virtual time that may pass before a menu is noticed. */
const MENU_LOOK_NS = 100 * NS_PER_MS;

export interface Runnable {
  readonly lab: Lab;
  readonly control: RunControl;
  readonly menus: OpenMenus;
}

export class LabRunner {
  mode: RunMode = { kind: 'paused' };
  stopped: StopReason | undefined;
  private readonly machines: MachineThreads;
  private readonly tell: (now: boolean) => void;
  private opened: Runnable | undefined;
  private isLooping = false;
  /** While something is done to the lab, no machine is set going. */
  private holds = 0;
  /** When the mode was chosen. */
  private runSinceMs = 0;
  /** Where the pace counts from. */
  private paceMark = { wallMs: 0, timeNs: 0, factor: 1 };
  /** The same for the menu that waits. */
  private menuMark: { readonly wallMs: number; readonly timeNs: number } | undefined;

  /** `tell` is called after each turn, with true when the run has just stopped. */
  constructor(machines: MachineThreads, tell: (now: boolean) => void) {
    this.machines = machines;
    this.tell = tell;
  }

  /** Another lab, which stands still; whoever waits for machines of the one before looks again. */
  open(runnable: Runnable): void {
    this.mode = { kind: 'paused' };
    this.stopped = undefined;
    this.opened = runnable;
    this.machines.wake();
  }

  setMode(mode: RunMode): void {
    this.mode = mode;
    this.runSinceMs = wallMs();
    this.stopped = undefined;
    const timeNs = this.opened?.lab.queue.nowNs ?? 0;
    this.paceMark = { wallMs: wallMs(), timeNs, factor: mode.kind === 'pace' ? mode.factor : 1 };
    this.menuMark = undefined;
    if (mode.kind !== 'paused' && !this.isLooping) void this.loop();
    else this.tell(true);
  }

  async step(step: Step): Promise<void> {
    const { opened } = this;
    if (opened === undefined) return;
    this.mode = { kind: 'paused' };
    let stop: RunStop = { kind: 'yield' };
    while (isUnfinished(stop) && opened === this.opened && this.mode.kind === 'paused') {
      const startMs = wallMs();
      stop = opened.control.step(step, () => wallMs() - startMs > TURN_MS);
      if (stop.kind === 'waiting') await this.machines.news();
      else await nextTurn();
    }
    this.stopped = reasonOf(stop);
    this.tell(true);
  }

  /** Does something to the lab, at the time that `act` returns. While time stands, what was done is still to be seen. */
  async act(act: (lab: Lab) => number): Promise<number> {
    const { opened } = this;
    if (opened === undefined) return 0;
    const atNs = await this.quiet(opened, () => act(opened.lab));
    if (this.mode.kind === 'paused') await this.runTo(opened, atNs);
    this.tell(true);
    return atNs;
  }

  /** Lets what is left of the present moment happen. */
  async settle(): Promise<void> {
    const { opened } = this;
    if (opened === undefined) return;
    await this.quiet(opened, () => undefined);
    await this.runTo(opened, opened.lab.queue.nowNs);
  }

  /** Runs the lab in turns until it is paused or stops by itself. */
  private async loop(): Promise<void> {
    this.isLooping = true;
    try {
      while (this.mode.kind !== 'paused' && this.opened !== undefined) {
        if (this.holds > 0) {
          await nextTurn();
          continue;
        }
        const stop = this.turn(this.opened);
        const reason = this.reasonToStop(this.opened.lab, stop);
        if (reason !== undefined) {
          this.mode = { kind: 'paused' };
          this.stopped = reason;
        }
        this.tell(reason !== undefined);
        const isPaced = this.mode.kind === 'pace' || this.menuMark !== undefined;
        if (stop.kind === 'waiting') await this.machines.news();
        else if (stop.kind === 'yield' || stop.kind === 'breakpoint' || !isPaced) await nextTurn();
        else await waitMs(PACE_TICK_MS);
      }
    } catch (error) {
      this.mode = { kind: 'paused' };
      this.stopped = { kind: 'fault', message: error instanceof Error ? error.message : String(error) };
      this.tell(true);
      throw error;
    } finally {
      this.isLooping = false;
    }
  }

  /** Why the run ends after a turn; undefined when it goes on. */
  private reasonToStop(lab: Lab, stop: RunStop): StopReason | undefined {
    const { mode } = this;
    const excess = this.excess(lab);
    if (excess !== undefined) return excess;
    if (stop.kind === 'breakpoint') return this.passes(stop.condition) ? undefined : stop;
    if (mode.kind !== 'fast') return undefined;
    if (stop.kind === 'idle') return stop;
    if (mode.untilNs === undefined) return lab.isAtRest ? { kind: 'idle' } : undefined;
    return stop.kind === 'limit' && lab.queue.nowNs >= mode.untilNs ? { kind: 'moment' } : undefined;
  }

  /** Why the lab must stop for what it costs. */
  private excess(lab: Lab): StopReason | undefined {
    const { mode } = this;
    const message = overgrowth(lab);
    if (message !== undefined) return { kind: 'fault', message };
    const isUnasked = mode.kind === 'fast' && mode.unasked === true;
    return isUnasked && isTooMuchUnasked(lab, wallMs() - this.runSinceMs) ? { kind: 'unasked' } : undefined;
  }

  /** Does something to the lab while no machine is under way. */
  private async quiet<T>({ lab }: Runnable, act: () => T): Promise<T> {
    this.holds++;
    try {
      while (lab.queue.isUnderWay) await this.machines.news();
      return act();
    } finally {
      this.holds--;
    }
  }

  /** Runs on to a moment that is near. */
  private async runTo({ control }: Runnable, timeNs: number): Promise<void> {
    while (control.run(timeNs, () => false).kind === 'waiting') await this.machines.news();
  }

  private turn(opened: Runnable): RunStop {
    const { lab, control } = opened;
    const startMs = wallMs();
    const untilNs = Math.floor(this.limitNs(opened, startMs));
    if (untilNs < lab.queue.nowNs) return { kind: 'limit' };
    const isOver = (): boolean => wallMs() - startMs > TURN_MS;
    const isQuiet = this.mode.kind === 'pace' && this.paceMark.factor === this.mode.quietFactor;
    return isQuiet ? runToFrame(lab, control, untilNs, isOver) : control.run(untilNs, isOver);
  }

  /** How far virtual time may go in this turn. */
  private limitNs({ lab, menus }: Runnable, nowMs: number): number {
    const { nowNs } = lab.queue;
    const { mode } = this;
    switch (mode.kind) {
      case 'paused':
        return nowNs;
      case 'pace': {
        const { factor: slow, quietFactor = slow } = mode;
        const factor = quietFactor === slow || isFrameUnderWay(lab) ? slow : quietFactor;
        if (factor !== this.paceMark.factor) this.paceMark = { wallMs: nowMs, timeNs: nowNs, factor };
        return this.paceMark.timeNs + (nowMs - this.paceMark.wallMs) * NS_PER_MS * factor;
      }
      case 'fast': {
        const limitNs = mode.untilNs ?? Number.MAX_SAFE_INTEGER;
        if (mode.waitAtMenus !== true) return limitNs;
        if (!menus.isWaiting(nowNs)) {
          this.menuMark = undefined;
          return Math.min(limitNs, nowNs + MENU_LOOK_NS);
        }
        this.menuMark ??= { wallMs: nowMs, timeNs: nowNs };
        return Math.min(limitNs, this.menuMark.timeNs + (nowMs - this.menuMark.wallMs) * NS_PER_MS);
      }
    }
  }

  /** Whether a breakpoint does not stop the run. */
  private passes(condition: string): boolean {
    const pass = this.mode.kind === 'fast' ? this.mode.passBreakpoints : undefined;
    return pass !== undefined && pass.but !== condition;
  }
}

function isUnfinished({ kind }: RunStop): boolean {
  return kind === 'yield' || kind === 'waiting';
}

function reasonOf(stop: RunStop): StopReason | undefined {
  switch (stop.kind) {
    case 'breakpoint':
    case 'idle':
    case 'step':
      return stop;
    case 'yield':
    case 'waiting':
    case 'limit':
      return undefined;
  }
}
