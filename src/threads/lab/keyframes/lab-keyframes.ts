/** The keyframes of the open lab: those that are taken while it runs, and those that this browser or the site has stored. */
import { NS_PER_S } from '../../../base/time/clock.ts';
import { KeyframeStore } from '../../../lab/keyframes/keyframe-store.ts';
import type { PcKeyframe, PcKeyframes } from '../../../machine/keyframes/keyframe.ts';
import type { Host } from '../../api/host.ts';
import type { KeyframeNews } from '../../api/lab-api.ts';
import type { ImageLoader } from '../content/image-loader.ts';
import { fetchShipped, shippedFor } from './site-keyframes.ts';
import type { StoredKeyframes, StoredSubject } from './stored-keyframes.ts';

/** The lab has been paused for so long. */
const STORED_AFTER_MS = 1000;
/** The site's are fetched where they spare so much of the lab's time. */
const FETCHED_ABOVE_NS = 5 * NS_PER_S;
/** How often keyframes are taken: a part of the time at most. */
const RHYTHM = { intervalMs: 1500, share: 0.05 };
/** Memory for them. A boot of the Debian installer, with a keyframe for each second or two, needs 450 MB. */
const BUDGET_MIB = { small: 256, unknown: 384, large: 640 };
const LARGE_FROM_GIB = 8;
/** A computer with less has no memory to spare beside the emulator's: no keyframes are taken. */
const FROM_GIB = 4;

export interface LabKeyframesOptions {
  /** Absent where nothing outlives the page. */
  readonly stored: StoredKeyframes | undefined;
  readonly loader: Pick<ImageLoader, 'keyframes' | 'keyframeUrl'>;
  /** What this build of the page is known by; undefined for one that finds nothing again. */
  readonly build: string | undefined;
  readonly host: Host;
  /** Memory of the computer, as far as it is known. */
  readonly memoryGiB: number | undefined;
  /** The user has switched them off. */
  readonly isOff: boolean;
  readonly onNews: (news: KeyframeNews) => void;
}

export class LabKeyframes {
  readonly taken: KeyframeStore;
  private readonly options: LabKeyframesOptions;
  /** What names the keyframes of the open lab. */
  private lab: Omit<StoredSubject, 'machine'> | undefined;
  /** The last one of each machine that was stored while this lab was open. */
  private readonly lastStored = new Map<string, PcKeyframe>();
  private saidNotStored = false;

  constructor(options: LabKeyframesOptions) {
    this.options = options;
    const { host, memoryGiB, onNews } = options;
    const size = memoryGiB === undefined ? 'unknown' : memoryGiB < LARGE_FROM_GIB ? 'small' : 'large';
    const budgetBytes = BUDGET_MIB[size] * 1024 * 1024;
    this.taken = new KeyframeStore({
      ...RHYTHM,
      budgetBytes,
      wallMs: () => host.wallMs(),
      onChange: () => this.say(),
      onRunOut: (machine) => onNews({ kind: 'no-memory', machine }),
    });
  }

  /** A lab is opened: what its PCs do about keyframes. */
  open(lab: Omit<StoredSubject, 'machine'>): ((machine: string) => PcKeyframes) | undefined {
    const { memoryGiB = FROM_GIB, isOff } = this.options;
    if (memoryGiB < FROM_GIB || isOff) return undefined;
    this.lab = lab;
    this.lastStored.clear();
    return this.taken.open(lab.scenario);
  }

  /** The page shows which moments are kept. */
  say(): void {
    const { taken } = this;
    const timesNs = taken.machines.flatMap((machine) => taken.timesOf(machine));
    this.options.onNews({ kind: 'kept', timesNs });
  }

  /** Where the lab, which stands at its beginning, is to go: reads what this browser, or the site, has stored of the way. */
  async goToward(towardNs: number | undefined): Promise<void> {
    const { taken, lab } = this;
    taken.goToward(towardNs);
    if (lab === undefined || towardNs === undefined) return;
    for (const machine of taken.machines) {
      const last = taken.timesOf(machine).findLast((timeNs) => timeNs <= towardNs) ?? 0;
      await this.findStored({ ...lab, machine }, last, towardNs);
      if (lab !== this.lab) return;
      const found = taken.timesOf(machine).findLast((timeNs) => timeNs <= towardNs) ?? 0;
      await this.findShipped({ ...lab, machine }, found, towardNs);
      if (lab !== this.lab) return;
    }
  }

  private async findStored(subject: StoredSubject, aboveNs: number, untilNs: number): Promise<void> {
    const { stored, onNews } = this.options;
    const found = await stored?.find(subject, aboveNs, untilNs);
    if (found?.ok === false) onNews({ ...found.error, machine: subject.machine });
    else if (found?.value !== undefined && subject.scenario === this.lab?.scenario)
      this.taken.add(subject.machine, found.value);
  }

  private async findShipped(subject: StoredSubject, aboveNs: number, untilNs: number): Promise<void> {
    const { build, loader, onNews } = this.options;
    if (build === undefined) return;
    const { machine } = subject;
    const shipped = shippedFor(loader.keyframes, { ...subject, build }, aboveNs + FETCHED_ABOVE_NS, untilNs);
    if (shipped === undefined) return;
    const found = await fetchShipped(loader.keyframeUrl(shipped.name), shipped);
    if (!found.ok) onNews({ kind: 'not-shipped', machine, reason: found.error });
    else if (subject.scenario === this.lab?.scenario) this.taken.add(machine, found.value);
  }

  /** Stores where each machine stands, when a long run has been paused for a while. */
  async storeSoon(isPaused: () => boolean): Promise<void> {
    const { taken, lab } = this;
    const { stored, host, onNews } = this.options;
    if (stored === undefined || lab === undefined) return;
    await host.waitMs(STORED_AFTER_MS);
    for (const machine of taken.machines) {
      if (lab !== this.lab || !isPaused()) return;
      const worth = taken.worthStoring(machine, this.lastStored.get(machine));
      if (worth === undefined) continue;
      this.lastStored.set(machine, worth.keyframe);
      const kept = await stored.keep({ ...lab, scenario: worth.scenario, machine }, worth.keyframe);
      if (!kept.ok && !this.saidNotStored) onNews({ kind: 'not-stored', reason: kept.error });
      this.saidNotStored ||= !kept.ok;
    }
  }

  /** One did not fit its run: none is trusted any more. */
  clear(): void {
    this.taken.clear();
    void this.options.stored?.clear();
  }
}
