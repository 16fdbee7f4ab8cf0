/**
 * Runs a lab's time in the page's worker: in turns of some milliseconds, at the requested speed, until it is paused or
 * stops by itself. Neither the speed nor the length of the turns affects what happens.
 */
import { NS_PER_MS, NS_PER_S } from '../../base/time/clock.ts';
import { reasonOf } from '../../base/failures.ts';
import { verbatim } from '../../base/sentence.ts';
import type { Lab } from '../../lab/lab.ts';
import { TapeMismatch } from '../../machine/keyframes/tape.ts';
import type { RunControl, RunStop } from '../../lab/run-control.ts';
import type { Host } from '../api/host.ts';
import type { Missed, RunMode, Step, StopReason, Waits } from '../api/lab-api.ts';
import { MachineFailure, type MachineThreads } from './machine-threads.ts';
import { isTooMuchUnasked, overgrowth } from './resource-limits.ts';
import type { RunWaits } from './run-waits.ts';
import { isFrameUnderWay, runToFrame } from './slow-motion.ts';

/** Length of a turn; messages are handled between turns. */
const TURN_MS = 10;
/** Interval between turns in slow motion and while a menu counts down. */
const PACE_TICK_MS = 8;
/** The same while machines only wait: screens are still updated, and the thread sleeps. */
const WAIT_TICK_MS = 250;
/** Pause after a turn of a lab that only repeats itself, however much it does: nobody waits for it. */
const REPEAT_PAUSE_MS = 3 * TURN_MS;
/** Virtual time between two checks whether machines only wait. */
const LOOK_NS = 100 * NS_PER_MS;
/** Timeout of a condition, in virtual time. */
const MISSED_NS = 20 * 60 * NS_PER_S;

export interface Runnable {
  readonly lab: Lab;
  readonly control: RunControl;
  readonly waits: RunWaits;
  /** Up to then the run is not executed but played back; absent or 0 where it is run in full. */
  readonly playedToNs?: () => number;
}

export class LabRunner {
  mode: RunMode = { kind: 'paused' };
  stopped: StopReason | undefined;
  /** Why the run goes in real time now, though it could go faster. */
  waits: Waits | undefined;
  /** Keyframes did not fit the run that they were taken for. */
  onTapeMismatch = (): void => undefined;
  private readonly machines: Pick<MachineThreads, 'news' | 'wake'>;
  private readonly report: (now: boolean) => void;
  private readonly host: Host;
  private opened: Runnable | undefined;
  private isLooping = false;
  /** While the lab is modified, no machine is started. */
  private holds = 0;
  /** When the mode was chosen. */
  private runSince = { wallMs: 0, timeNs: 0 };
  /** What was running before the run ended by itself. */
  private endedMode: RunMode | undefined;
  /** Where the pace counts from. */
  private paceMark = { wallMs: 0, timeNs: 0, factor: 1 };
  /** The same while the lab waits. */
  private waitMark: { readonly wallMs: number; readonly timeNs: number } | undefined;
  private wakeUp = (): void => undefined;

  /** `report` is called after each turn of the run, with true when the run has just stopped. */
  constructor(machines: Pick<MachineThreads, 'news' | 'wake'>, report: (now: boolean) => void, host: Host) {
    this.machines = machines;
    this.report = report;
    this.host = host;
  }

  /** Replaces the lab with one that is paused; waiters for machines of the previous one check again. */
  open(runnable: Runnable): void {
    this.mode = { kind: 'paused' };
    this.stopped = undefined;
    this.waits = undefined;
    this.endedMode = undefined;
    this.opened = runnable;
    this.machines.wake();
    this.wakeUp();
  }

  setMode(mode: RunMode): void {
    const wallMs = this.host.wallMs();
    const timeNs = this.opened?.lab.queue.nowNs ?? 0;
    this.mode = mode;
    this.runSince = { wallMs, timeNs };
    this.stopped = undefined;
    this.endedMode = undefined;
    this.paceMark = { wallMs, timeNs, factor: mode.kind === 'pace' ? mode.factor : 1 };
    this.waits = undefined;
    this.waitMark = undefined;
    this.opened?.waits.startRun();
    this.wakeUp();
    if (mode.kind !== 'paused' && !this.isLooping) void this.loop();
    else this.report(true);
  }

  async step(step: Step): Promise<void> {
    const { opened } = this;
    if (opened === undefined) return;
    this.mode = { kind: 'paused' };
    this.wakeUp();
    let stop: RunStop = { kind: 'yield' };
    await this.guarded(async () => {
      while (isUnfinished(stop) && opened === this.opened && this.mode.kind === 'paused') {
        const startMs = this.host.wallMs();
        stop = opened.control.step(step, () => this.host.wallMs() - startMs > TURN_MS);
        if (stop.kind === 'waiting') await this.machines.news();
        else await this.host.nextTurn();
      }
      this.stopped = this.reasonOf(opened, stop);
    });
    this.report(true);
  }

  /**
   * Modifies the lab, at the time that `act` returns. While the lab is paused, it runs just far enough to show the
   * effect.
   */
  async act(act: (lab: Lab) => number): Promise<number> {
    const { opened } = this;
    if (opened === undefined) return 0;
    let atNs = opened.lab.queue.nowNs;
    await this.guarded(async () => {
      atNs = await this.quiet(opened, () => act(opened.lab));
      opened.waits.startRun();
      this.wakeUp();
      if (this.mode.kind === 'paused') await this.runTo(opened, atNs);
    });
    const { endedMode } = this;
    // A run that had ended continues with what a person does.
    if (this.mode.kind === 'paused' && endedMode !== undefined) this.setMode(endedMode);
    this.report(true);
    return atNs;
  }

  /** Runs what is left of the current moment. */
  async settle(): Promise<void> {
    const { opened } = this;
    if (opened === undefined) return;
    await this.quiet(opened, () => undefined);
    await this.runTo(opened, opened.lab.queue.nowNs);
  }

  /** A machine, or the lab itself, cannot go on. */
  fail(error: unknown): void {
    if (error instanceof TapeMismatch) this.onTapeMismatch();
    this.mode = { kind: 'paused' };
    this.waits = undefined;
    this.endedMode = undefined;
    this.stopped =
      error instanceof TapeMismatch
        ? { kind: 'mismatch', machine: error.machine ?? '' }
        : {
            kind: 'failure',
            ...(error instanceof MachineFailure
              ? { message: error.reason, machine: error.machine }
              : { message: verbatim(reasonOf(error)) }),
          };
    this.report(true);
  }

  /** Runs the lab in turns until it is paused or stops by itself. */
  private async loop(): Promise<void> {
    this.isLooping = true;
    await this.guarded(async () => {
      while (this.mode.kind !== 'paused' && this.opened !== undefined) {
        if (this.holds > 0) await this.host.nextTurn();
        else await this.goOn(this.opened);
      }
    });
    this.isLooping = false;
  }

  /** One turn, and the pause after it. */
  private async goOn(opened: Runnable): Promise<void> {
    const stop = this.turn(opened);
    const reason = this.reasonToStop(opened, stop);
    if (reason !== undefined) {
      // A key, or the power switch, can resume these.
      this.endedMode = reason.kind === 'idle' ? this.mode : undefined;
      this.mode = { kind: 'paused' };
      this.waits = undefined;
      this.stopped = reason;
    }
    this.report(reason !== undefined);
    const isPaced = this.mode.kind === 'pace' || this.waitMark !== undefined;
    if (stop.kind === 'waiting') await this.machines.news();
    else if (stop.kind === 'yield' && this.waits?.kind === 'repeats') await this.sleep(REPEAT_PAUSE_MS);
    else if (stop.kind === 'yield' || stop.kind === 'breakpoint' || !isPaced) await this.host.nextTurn();
    else await this.sleep(this.isCalm ? WAIT_TICK_MS : PACE_TICK_MS);
  }

  /** Nothing happens that must be shown at once. */
  get isCalm(): boolean {
    const { waits } = this;
    return waits !== undefined && !(waits.kind === 'menu' && waits.untilNs !== undefined);
  }

  /** Sleeps until the timeout, or until the lab is modified. */
  private async sleep(ms: number): Promise<void> {
    await Promise.race([
      this.host.waitMs(ms),
      new Promise<void>((resolve) => {
        this.wakeUp = resolve;
      }),
    ]);
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    const { opened } = this;
    try {
      await work();
    } catch (error) {
      if (opened === this.opened) this.fail(error);
    }
  }

  /** Why the run ends after a turn; undefined when it goes on. */
  private reasonToStop(opened: Runnable, stop: RunStop): StopReason | undefined {
    const { mode } = this;
    const { lab } = opened;
    const excess = this.excess(lab);
    if (excess !== undefined) return excess;
    if (stop.kind === 'breakpoint') return this.passes(stop.condition) ? undefined : stop;
    if (mode.kind === 'paused') return undefined;
    if (stop.kind === 'idle') return this.idle(opened);
    if (mode.kind === 'pace') return lab.isAtRest ? this.idle(opened) : this.missedFor(opened);
    if (mode.untilNs !== undefined)
      return stop.kind === 'limit' && lab.queue.nowNs >= mode.untilNs ? momentOf(opened) : undefined;
    if (lab.isAtRest) return this.idle(opened);
    const waits = this.updateWaits(opened);
    const missed = this.missed(opened);
    if (waits?.kind === 'repeats' && (mode.waitAtMenus !== true || missed !== undefined))
      return { kind: 'repeats', machine: waits.machine, rounds: waits.rounds, missed };
    return this.missedFor(opened);
  }

  /** Checks whether the machines only wait; if so, the run continues in real time. */
  private updateWaits({ lab, waits }: Runnable): Waits | undefined {
    const { mode } = this;
    const found = waits.now;
    const isSlowed = found !== undefined && mode.kind === 'fast' && mode.waitAtMenus === true;
    this.waits = isSlowed ? found : undefined;
    if (!isSlowed) this.waitMark = undefined;
    else this.waitMark ??= { wallMs: this.host.wallMs(), timeNs: lab.queue.nowNs };
    return found;
  }

  /** Nothing is left to happen: what the page reports about that. */
  private idle(opened: Runnable): StopReason {
    const { lab, waits } = opened;
    const missed = this.missed(opened);
    const machine = waits.running;
    if (machine !== undefined) return { kind: 'idle', why: 'waits', machine, missed };
    if (lab.machines.size === 0) return { kind: 'idle', why: 'nothing', missed };
    const hasRun = [...lab.machines.keys()].some((name) => lab.latestStage(name) !== undefined);
    return { kind: 'idle', why: hasRun ? 'halted' : 'off', missed };
  }

  private missed({ lab, control }: Runnable): Missed | undefined {
    const { awaited } = control;
    return awaited === undefined ? undefined : { condition: awaited, forNs: lab.queue.nowNs - this.runSince.timeNs };
  }

  /** The condition of the run has timed out. */
  private missedFor(opened: Runnable): StopReason | undefined {
    const missed = this.missed(opened);
    return missed !== undefined && missed.forNs > MISSED_NS ? { kind: 'missed', missed } : undefined;
  }

  /** Why the lab must stop because of its cost. */
  private excess(lab: Lab): StopReason | undefined {
    const { mode } = this;
    const message = overgrowth(lab);
    if (message !== undefined) return { kind: 'failure', message };
    if (mode.kind === 'paused' || mode.unasked !== true) return undefined;
    const runMs = this.host.wallMs() - this.runSince.wallMs;
    return isTooMuchUnasked(lab, mode.kind, runMs) ? { kind: 'unasked' } : undefined;
  }

  /** Modifies the lab while no machine is running. */
  private async quiet<T>({ lab }: Runnable, act: () => T): Promise<T> {
    this.holds++;
    try {
      while (lab.queue.isUnderWay) await this.machines.news();
      return act();
    } finally {
      this.holds--;
    }
  }

  /** Runs on to a time in the near future. */
  private async runTo({ control }: Runnable, timeNs: number): Promise<void> {
    while (control.run(timeNs, () => false).kind === 'waiting') await this.machines.news();
  }

  private turn(opened: Runnable): RunStop {
    const { lab, control } = opened;
    const startMs = this.host.wallMs();
    const untilNs = Math.floor(this.limitNs(opened, startMs));
    if (untilNs < lab.queue.nowNs) return { kind: 'limit' };
    const isOver = (): boolean => this.host.wallMs() - startMs > TURN_MS;
    const isQuiet = this.mode.kind === 'pace' && this.paceMark.factor === this.mode.quietFactor;
    return isQuiet ? runToFrame(lab, control, untilNs, isOver) : control.run(untilNs, isOver);
  }

  /** How far virtual time may go in this turn. */
  private limitNs({ lab }: Runnable, nowMs: number): number {
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
        if (mode.untilNs !== undefined) return mode.untilNs;
        if (mode.waitAtMenus !== true) return Number.MAX_SAFE_INTEGER;
        if (this.waitMark === undefined) return nowNs + LOOK_NS;
        return this.waitMark.timeNs + (nowMs - this.waitMark.wallMs) * NS_PER_MS;
      }
    }
  }

  /** Whether a breakpoint does not stop the run. */
  private passes(condition: string): boolean {
    const pass = this.mode.kind === 'fast' ? this.mode.passBreakpoints : undefined;
    return pass !== undefined && pass.but !== condition;
  }

  private reasonOf(opened: Runnable, stop: RunStop): StopReason | undefined {
    switch (stop.kind) {
      case 'breakpoint':
      case 'step':
        return stop;
      case 'idle':
        return this.idle(opened);
      case 'yield':
      case 'waiting':
      case 'limit':
        return undefined;
    }
  }
}

function momentOf({ playedToNs }: Runnable): StopReason {
  const timeNs = playedToNs?.() ?? 0;
  return { kind: 'moment', ...(timeNs === 0 ? {} : { playedToNs: timeNs }) };
}

function isUnfinished({ kind }: RunStop): boolean {
  return kind === 'yield' || kind === 'waiting';
}
