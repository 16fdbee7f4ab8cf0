/**
 * Keyframes of the PCs of the labs that were run here, within a budget of memory. The caller reports what people do in a lab, so that a keyframe is used only where everything up to it was the same.
 */
import type { PcKeyframe, PcKeyframes } from '../../machine/keyframes/keyframe.ts';
import { compactBlocks, ownPages } from '../../machine/keyframes/pages.ts';
import { atLeast } from '../../base/lists/list.ts';
import type { Scenario, ScenarioUserInput } from '../../scenario/schema.ts';
import { runKey } from './run-key.ts';

/** A lab as it was opened, with what was done since. */
interface Run {
  scenario: Scenario;
  /** Where it is to go: what is kept of an earlier run up to there need not be executed again. */
  towardNs: number | undefined;
  /** Those that are recorded here. */
  readonly machines: Set<string>;
  /** Up to then nothing was executed: the machines came there by their tapes. */
  playedToNs: number | undefined;
  /** What its machines go on from. */
  readonly resumed: Map<string, PcKeyframe>;
  /** Machines that can be asked for one while the lab is paused. */
  readonly ready: Map<string, ReadyMachine>;
}

interface ReadyMachine {
  readonly take: () => void;
  /** That it has executed since power-on. */
  readonly instructions: () => number;
}

interface Entry {
  readonly machine: string;
  readonly run: Run;
  readonly keyframe: PcKeyframe;
}

export interface WorthStoring {
  /** What led to it. */
  readonly scenario: Scenario;
  readonly keyframe: PcKeyframe;
}

export interface KeyframeLimits {
  readonly budgetBytes: number;
  /** Wall time between two keyframes of a machine. */
  readonly intervalMs: number;
  /** A keyframe may cost this part of the time. */
  readonly share: number;
  readonly wallMs: () => number;
  /** Other keyframes are kept than before. */
  readonly onChange?: () => void;
  /** There was no memory for one more: all have been dropped. */
  readonly onRunOut?: (machine: string) => void;
}

/** A machine that has executed for so long before it comes to the moment that it was to go to has a keyframe there. */
const LAST_MS = 500;

/** Besides pages of its own, a keyframe takes about this many: its table. */
const SMALL_PAGES = 128;

/** Instructions that take a second, early in a boot: to execute fewer again is as quick as to read a keyframe. */
const WORTH_INSTRUCTIONS = 25e6;
/** The same late in a boot, when the JIT knows the code: so many after the last one that was stored, the next is. */
const MORE_INSTRUCTIONS = 250e6;
/** A keyframe so near to where a machine stands will do. */
const NEAR_INSTRUCTIONS = 5e6;

/** A machine that waits runs few slices: there is nothing to keep. */
const MIN_SLICES = 500;

export class KeyframeStore {
  private readonly limits: KeyframeLimits;
  /** In the order of their time, for each machine. */
  private entries: Entry[] = [];
  private run: Run | undefined;

  constructor(limits: KeyframeLimits) {
    this.limits = limits;
  }

  /** A lab is opened: what its PCs do about keyframes. */
  open(scenario: Scenario): (machine: string) => PcKeyframes {
    const run: Run = {
      scenario,
      towardNs: undefined,
      machines: new Set(),
      playedToNs: undefined,
      resumed: new Map(),
      ready: new Map(),
    };
    this.run = run;
    return (machine) => this.forMachine(machine, run);
  }

  /** Where the lab, which stands at its beginning, is to go. */
  goToward(timeNs: number | undefined): void {
    if (this.run !== undefined) this.run.towardNs = timeNs;
  }

  /** A person has done something to a machine. */
  acted(input: ScenarioUserInput): void {
    const { run } = this;
    if (run !== undefined) run.scenario = { ...run.scenario, inputs: [...run.scenario.inputs, input] };
  }

  /** A person has taken a link down or up. */
  linkSet(link: number, up: boolean, atMs: number): void {
    const { run } = this;
    if (run === undefined) return;
    const links = run.scenario.links.map((each, i) => {
      if (i !== link) return each;
      if (!up)
        return {
          ...each,
          faults: [...each.faults, { kind: 'down' as const, direction: 'both' as const, fromMs: atMs }],
        };
      const last = each.faults.findLastIndex((fault) => fault.kind === 'down' && fault.toMs === undefined);
      return { ...each, faults: each.faults.map((fault, k) => (k === last ? { ...fault, toMs: atMs } : fault)) };
    });
    run.scenario = { ...run.scenario, links };
  }

  /** A keyframe that was stored for a machine of this run. */
  add(machine: string, keyframe: PcKeyframe): void {
    const { run } = this;
    if (run === undefined) return;
    this.insert({ machine, run: { ...run, scenario: run.scenario }, keyframe });
  }

  private insert(entry: Entry): void {
    this.entries.push(entry);
    this.entries.sort((a, b) => a.keyframe.timeNs - b.keyframe.timeNs);
    this.thin();
    this.limits.onChange?.();
  }

  /** Up to then this run is not executed. */
  get playedToNs(): number {
    return this.run?.playedToNs ?? 0;
  }

  /** The machines of this run that are recorded here. */
  get machines(): readonly string[] {
    return [...(this.run?.machines ?? [])];
  }

  /**
   * A keyframe of where a machine of the paused lab stands, or the last one before, if it has executed much since the one
   * that was `stored`, or that it went on from.
   */
  worthStoring(machine: string, stored?: PcKeyframe): WorthStoring | undefined {
    const { run } = this;
    const ready = run?.ready.get(machine);
    if (run === undefined || ready === undefined) return undefined;
    const before = stored ?? run.resumed.get(machine);
    const least = before === undefined ? WORTH_INSTRUCTIONS : before.head.instructionTotal + MORE_INSTRUCTIONS;
    const own = (): PcKeyframe | undefined =>
      this.entries.findLast((entry) => entry.machine === machine && entry.run === run)?.keyframe;
    const now = ready.instructions();
    if (now >= least && (own()?.head.instructionTotal ?? 0) < now - NEAR_INSTRUCTIONS) ready.take();
    const keyframe = own();
    if (keyframe === undefined || keyframe.head.instructionTotal < least - NEAR_INSTRUCTIONS) return undefined;
    return { scenario: run.scenario, keyframe };
  }

  /** A tape did not fit its run, and none is trusted any more; or their memory is needed. */
  clear(): void {
    this.entries = [];
    this.limits.onChange?.();
  }

  /** Memory that is taken. */
  get sizeBytes(): number {
    const parts = new Map<object, number>();
    for (const { keyframe } of this.entries) {
      const { tape, emulator } = keyframe;
      // Keyframes of a run share the beginning of its tape, its pages and its code.
      parts.set(tape.buffer, tape.buffer.byteLength);
      for (const { words } of emulator.memory.blocks) parts.set(words, words.byteLength);
      for (const [, code] of emulator.code) parts.set(code, code.byteLength);
      parts.set(emulator.memory.table, emulator.memory.table.byteLength);
      for (const node of emulator.devices.nodes)
        if (node.kind === 'buffer') parts.set(node.bytes, node.bytes.byteLength);
    }
    return [...parts.values()].reduce((sum, size) => sum + size, 0);
  }

  /** The times of the keyframes that a machine of this run has. */
  timesOf(machine: string): readonly number[] {
    return this.usable(machine, this.run).map(({ keyframe }) => keyframe.timeNs);
  }

  private forMachine(machine: string, run: Run): PcKeyframes {
    run.machines.add(machine);
    const { limits } = this;
    const firstMs = limits.wallMs();
    let dueMs = firstMs + limits.intervalMs;
    let slices = 0;
    let beganMs = firstMs;
    /** Since the last keyframe, or since the emulator runs. */
    let sinceMs: number | undefined;
    /** The next slice would lead past the moment that the lab is to go to. */
    const isLast = (timeNs: number, nextNs = timeNs): boolean =>
      run.towardNs !== undefined && timeNs <= run.towardNs && nextNs > run.towardNs;
    return {
      resume: () => {
        const { towardNs } = run;
        if (towardNs === undefined) return undefined;
        const keyframe = this.usable(machine, run).findLast((each) => each.keyframe.timeNs <= towardNs)?.keyframe;
        run.playedToNs = Math.min(run.playedToNs ?? Number.MAX_SAFE_INTEGER, keyframe?.timeNs ?? 0);
        if (keyframe !== undefined) run.resumed.set(machine, keyframe);
        return keyframe;
      },
      wants: (timeNs, nextNs) => {
        sinceMs ??= limits.wallMs();
        const isAtMoment = isLast(timeNs, nextNs);
        if (++slices < MIN_SLICES && !isAtMoment) return false;
        beganMs = limits.wallMs();
        if (beganMs < (isAtMoment ? sinceMs + LAST_MS : dueMs)) return false;
        slices = 0;
        dueMs = beganMs + limits.intervalMs;
        if (isAtMoment) return true;
        // What an earlier run has kept near here is as good.
        const spacingNs = 0.5 * (timeNs - (this.before(machine, run, timeNs) ?? 0));
        return !this.usable(machine, run).some(({ keyframe }) => Math.abs(keyframe.timeNs - timeNs) < spacingNs);
      },
      keep: (keyframe) => {
        this.insert({ machine, run, keyframe });
        sinceMs = limits.wallMs();
        const costMs = sinceMs - beganMs;
        dueMs = beganMs + costMs + Math.max(limits.intervalMs, costMs / limits.share);
      },
      latest: () =>
        this.entries.findLast((entry) => entry.machine === machine && entry.run === run)?.keyframe ??
        run.resumed.get(machine),
      runOut: () => {
        this.clear();
        limits.onRunOut?.(machine);
      },
      started: (take, instructions) => {
        const ready = (): void => {
          beganMs = limits.wallMs();
          take();
        };
        run.ready.set(machine, { take: ready, instructions });
      },
    };
  }

  private before(machine: string, run: Run, timeNs: number): number | undefined {
    return this.usable(machine, run).findLast(({ keyframe }) => keyframe.timeNs < timeNs)?.keyframe.timeNs;
  }

  /** Those of this run, and of others that were the same up to them. */
  private usable(machine: string, run: Run | undefined): readonly Entry[] {
    if (run === undefined) return [];
    const keys = new Map<Run, Map<number, boolean>>();
    const isSame = (other: Run, timeNs: number): boolean => {
      if (other === run) return true;
      const known = keys.get(other) ?? new Map<number, boolean>();
      keys.set(other, known);
      const same = known.get(timeNs) ?? runKey(other.scenario, timeNs) === runKey(run.scenario, timeNs);
      known.set(timeNs, same);
      return same;
    };
    return this.entries.filter((entry) => entry.machine === machine && isSame(entry.run, entry.keyframe.timeNs));
  }

  /** Drops keyframes of other runs, then those whose neighbours are nearest, until the rest fits. */
  private thin(): void {
    while (this.entries.length > 1 && this.sizeBytes > this.limits.budgetBytes) {
      const foreign = this.entries.find(
        ({ machine, run }) => this.run !== run && !this.usable(machine, this.run).some((entry) => entry.run === run),
      );
      if (foreign !== undefined) this.entries = this.entries.filter(({ run }) => run !== foreign.run);
      else this.entries.splice(this.leastUseful(), 1);
      const kept = new Set([...this.entries.map(({ keyframe }) => keyframe), ...(this.run?.resumed.values() ?? [])]);
      compactBlocks([...kept].map(({ emulator }) => emulator.memory));
    }
  }

  /**
   * The place of the keyframe that leaves the smallest gap, measured by how long ago it was, for the memory that it frees.
   * The last one stays.
   */
  private leastUseful(): number {
    const { entries } = this;
    const nowNs = Math.max(...entries.map(({ keyframe }) => keyframe.timeNs));
    const losses = entries.slice(0, -1).map(({ machine, keyframe: { timeNs, emulator } }, i) => {
      const isSibling = (entry: Entry): boolean => entry.machine === machine;
      const before = entries.slice(0, i).findLast(isSibling)?.keyframe;
      const after = entries.slice(i + 1).find(isSibling)?.keyframe;
      const near = [before, after].flatMap((each) => (each === undefined ? [] : [each.emulator.memory]));
      const gap = ((after?.timeNs ?? nowNs) - (before?.timeNs ?? 0)) / (nowNs - timeNs + 1e9);
      return { i, loss: gap / (ownPages(emulator.memory, near) + SMALL_PAGES) };
    });
    const [least] = atLeast(
      losses.sort((a, b) => a.loss - b.loss),
      1,
    );
    return least.i;
  }
}
