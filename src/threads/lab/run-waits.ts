/**
 * Detects when running as fast as possible is useless: a menu would take its default before it was seen, a machine that
 * waits for a key would wait for virtual hours, one in a loop would repeat it without end. Such a lab runs in real
 * time, and its thread sleeps meanwhile.
 */
import { NS_PER_MS, NS_PER_S } from '../../base/time/clock.ts';
import type { LabEvent } from '../../base/event-log.ts';
import type { Lab } from '../../lab/lab.ts';
import type { Waits } from '../api/lab-api.ts';
import { Repetition } from './repetition.ts';

/**
 * A machine is quiet after this long: longer than firmware waits before it tries again (SeaBIOS 60 s, DHCP 64 s), so that
 * these times still pass quickly.
 */
const QUIET_NS = 70 * NS_PER_S;
/**
 * The same for an emulated PC that has only answered to a key since: the load of its processor shows when it does more
 * than that.
 */
const ANSWERED_NS = 2 * NS_PER_S;
/** CPU load of a machine that only updates its clock and cursor. */
const IDLE_SHARE = 0.2;
/** Instructions are counted over at least this long. */
const SAMPLE_NS = 50 * NS_PER_MS;
/** Of an emulated PC (`machine/pc.ts`). */
const INSTRUCTIONS_PER_NS = 0.1;

interface Seen {
  /** When it last did something. */
  activeNs: number;
  quietAfterNs: number;
  instructions: number;
  menu: { readonly deadlineNs: number | undefined } | undefined;
  readonly repetition: Repetition;
}

/** The parts of a lab that are examined. */
export type WaitingLab = Pick<Lab, 'machines' | 'log' | 'isPlanned' | 'latestStage'> & {
  readonly queue: { readonly nowNs: number };
};

export class RunWaits {
  private readonly lab: WaitingLab;
  private readonly seen = new Map<string, Seen>();
  private sampledNs = 0;

  constructor(lab: WaitingLab) {
    this.lab = lab;
    lab.log.on((event) => this.onEvent(event));
  }

  /** What a run waits for now. To be called about every 100 virtual milliseconds. */
  get now(): Waits | undefined {
    const { lab } = this;
    const { nowNs } = lab.queue;
    this.sample(nowNs);
    for (const [machine, { menu }] of this.seen)
      if (menu?.deadlineNs !== undefined && menu.deadlineNs > nowNs)
        return { kind: 'menu', machine, untilNs: menu.deadlineNs };
    if (lab.isPlanned) return undefined;
    let found: Waits | undefined;
    for (const [machine, { powered }] of lab.machines) {
      if (!powered || lab.latestStage(machine)?.stage === 'halted') continue;
      const waits = this.waitsOf(machine, nowNs);
      if (waits === undefined) return undefined;
      // Of several, the one that the user can act on.
      if (found === undefined || (found.kind !== 'menu' && waits.kind === 'menu')) found = waits;
    }
    return found;
  }

  /** The first machine that is on and has not halted. */
  get running(): string | undefined {
    for (const [machine, { powered }] of this.lab.machines)
      if (powered && this.lab.latestStage(machine)?.stage !== 'halted') return machine;
    return undefined;
  }

  /** A run begins, or the user acts: the count of repetitions starts over. */
  startRun(): void {
    for (const { repetition } of this.seen.values()) repetition.forget();
  }

  private waitsOf(machine: string, nowNs: number): Waits | undefined {
    const seen = this.of(machine);
    if (seen.menu !== undefined && seen.menu.deadlineNs === undefined) return { kind: 'menu', machine };
    const { rounds } = seen.repetition;
    if (rounds > 0) return { kind: 'repeats', machine, rounds };
    return nowNs - seen.activeNs > seen.quietAfterNs ? { kind: 'quiet', machine } : undefined;
  }

  private onEvent(event: LabEvent): void {
    if (event.kind === 'input') this.startRun();
    const machine = this.lab.machines.get(event.node);
    if (machine === undefined) return;
    const seen = this.of(event.node);
    seen.activeNs = Math.max(seen.activeNs, event.timeNs);
    if (event.kind === 'input' && machine.kind === 'pc') seen.quietAfterNs = ANSWERED_NS;
    else if (event.kind === 'stage' || event.kind === 'frame') seen.quietAfterNs = QUIET_NS;
    if (event.kind === 'menu') {
      const { items, deadlineNs } = event.menu;
      seen.menu = items.length > 0 ? { deadlineNs } : undefined;
    } else if (event.kind === 'stage') {
      // Any stage after a menu means that the menu is gone.
      if (event.stage !== 'menu' && event.stage !== 'boot-menu') seen.menu = undefined;
      seen.repetition.add(`${event.stage} ${event.text}`);
    }
  }

  /** Notes which processors have been working since the last look. */
  private sample(nowNs: number): void {
    const passedNs = nowNs - this.sampledNs;
    if (passedNs < SAMPLE_NS) return;
    this.sampledNs = nowNs;
    for (const [name, { instructions }] of this.lab.machines) {
      const seen = this.of(name);
      const executed = instructions - seen.instructions;
      seen.instructions = instructions;
      if (executed > IDLE_SHARE * INSTRUCTIONS_PER_NS * passedNs) seen.activeNs = nowNs;
    }
  }

  private of(machine: string): Seen {
    const known = this.seen.get(machine);
    if (known !== undefined) return known;
    const repetition = new Repetition();
    const seen: Seen = { activeNs: 0, quietAfterNs: QUIET_NS, instructions: 0, menu: undefined, repetition };
    this.seen.set(machine, seen);
    return seen;
  }
}
