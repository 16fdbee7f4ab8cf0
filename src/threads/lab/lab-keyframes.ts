/** The keyframes of the open lab: those that are taken while it runs, and those that this browser has stored. */
import { NS_PER_S } from '../../base/time/clock.ts';
import { KeyframeStore } from '../../lab/keyframes/keyframe-store.ts';
import type { PcKeyframes } from '../../machine/keyframes/keyframe.ts';
import type { Host } from '../api/host.ts';
import type { StoredKeyframes, StoredLab } from './stored-keyframes.ts';

/** The lab has been paused for so long. */
const STORED_AFTER_MS = 1000;
/** A lab that is paused again and again is not stored each time. */
const STORED_EVERY_NS = 5 * NS_PER_S;
/** How often keyframes are taken: a tenth of the time at most. */
const RHYTHM = { intervalMs: 1500, share: 0.1 };
/** Memory for them. A boot of the Debian installer, with a keyframe for each second or two, needs 450 MB. */
const BUDGET_MIB = { small: 256, unknown: 384, large: 640 };
const LARGE_FROM_GIB = 8;
/** A computer with less has no memory to spare beside the emulator's: no keyframes are taken. */
const FROM_GIB = 4;

export interface LabKeyframesOptions {
  /** Absent where nothing outlives the page. */
  readonly stored: StoredKeyframes | undefined;
  readonly host: Host;
  /** Memory of the computer, as far as it is known. */
  readonly memoryGiB: number | undefined;
  /** The browser stores none. Called once. */
  readonly onNotStored: () => void;
}

export class LabKeyframes {
  readonly taken: KeyframeStore;
  private readonly options: LabKeyframesOptions;
  /** What names the keyframes of the open lab in this browser's storage. */
  private lab: StoredLab | undefined;
  /** The lab's time of the last keyframe that was stored. */
  private storedNs = 0;
  private saidNotStored = false;

  constructor(options: LabKeyframesOptions) {
    this.options = options;
    const { host, memoryGiB } = options;
    const size = memoryGiB === undefined ? 'unknown' : memoryGiB < LARGE_FROM_GIB ? 'small' : 'large';
    const budgetBytes = BUDGET_MIB[size] * 1024 * 1024;
    this.taken = new KeyframeStore({ ...RHYTHM, budgetBytes, wallMs: () => host.wallMs() });
  }

  /** A lab is opened: what its PCs do about keyframes. */
  open(lab: StoredLab): ((machine: string) => PcKeyframes) | undefined {
    const { memoryGiB = FROM_GIB } = this.options;
    if (memoryGiB < FROM_GIB) return undefined;
    this.lab = lab;
    this.storedNs = 0;
    return this.taken.open(lab.scenario);
  }

  /** Where the lab, which stands at its beginning, is to go: reads what this browser has stored of the way. */
  async goToward(towardNs: number | undefined): Promise<void> {
    const { taken, lab } = this;
    const { stored } = this.options;
    taken.goToward(towardNs);
    if (stored === undefined || lab === undefined || towardNs === undefined) return;
    for (const machine of taken.machines) {
      const last = taken.timesOf(machine).findLast((timeNs) => timeNs <= towardNs) ?? 0;
      const found = await stored.find(lab, machine, towardNs);
      if (found !== undefined && found.timeNs > last && lab === this.lab) taken.add(machine, found);
    }
  }

  /** Stores the last keyframe of each machine, when a long run has been paused for a while. */
  async storeSoon(isPaused: () => boolean): Promise<void> {
    const { taken, lab } = this;
    const { stored, host, onNotStored } = this.options;
    if (stored === undefined || lab === undefined) return;
    await host.waitMs(STORED_AFTER_MS);
    for (const machine of taken.machines) {
      if (lab !== this.lab || !isPaused()) return;
      const kept = taken.worthStoring(machine);
      if (kept === undefined || kept.keyframe.timeNs < this.storedNs + STORED_EVERY_NS) continue;
      this.storedNs = kept.keyframe.timeNs;
      const isStored = await stored.keep({ ...lab, scenario: kept.scenario }, machine, kept.keyframe);
      if (!isStored && !this.saidNotStored) onNotStored();
      this.saidNotStored ||= !isStored;
    }
  }

  /** One did not fit its run: none is trusted any more. */
  clear(): void {
    this.taken.clear();
    void this.options.stored?.clear();
  }
}
