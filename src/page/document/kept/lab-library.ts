/**
 * "Your labs": the list of what this browser keeps, and what can be done to its entries. `useLabs` is what the page
 * shows of it.
 */
import { create } from 'zustand';
import type { Result } from '../../../base/result.ts';
import { sameJson } from '../../../scenario/compact.ts';
import { parseScenarioText } from '../../../scenario/parse.ts';
import type { Scenario } from '../../../scenario/schema.ts';
import { copyName } from './copy-name.ts';
import { LabKeeper, type KeeperHost } from './lab-keeper.ts';
import { sketchOf } from './lab-sketch.ts';
import type { LabStorage, LabSummary, StorageTrouble, StoredLab } from './stored-labs.ts';
import type { UnsavedLabs } from './unsaved-labs.ts';

/** Time until storing is tried again by itself. */
const RETRY_MS = 15_000;

export interface LabsState {
  /** The reader's labs, the latest change first. */
  readonly labs: readonly LabSummary[];
  /** Why the last edits are not stored. */
  readonly trouble: StorageTrouble | undefined;
  /** The entry of the lab that is open. */
  readonly current: string | undefined;
  /** Name of the lab that was deleted last and can be brought back. */
  readonly removed: string | undefined;
}

export const useLabs = create<LabsState>()(() => ({
  labs: [],
  trouble: undefined,
  current: undefined,
  removed: undefined,
}));

export interface LibraryHost extends Pick<KeeperHost, 'writer' | 'nowMs' | 'newId' | 'parted'> {
  readonly storage: LabStorage;
  readonly unsaved: UnsavedLabs;
  /** "copy" in the reader's language. */
  wordForCopy(): string;
  /** Tells other tabs that the list has changed. */
  announce(): void;
  later(ms: number, run: () => void): void;
}

export interface OpenedEntry {
  readonly summary: LabSummary;
  /** False: its last edits are only among the unsaved edits of a page. */
  readonly isStored: boolean;
  readonly parsed: ReturnType<typeof parseScenarioText>;
}

export class LabLibrary {
  readonly keeper: LabKeeper;
  private readonly host: LibraryHost;
  private retryIsSet = false;
  private removed: StoredLab | undefined;

  constructor(host: LibraryHost) {
    this.host = host;
    this.keeper = new LabKeeper({
      storage: host.storage,
      unsaved: host.unsaved,
      writer: host.writer,
      nowMs: () => host.nowMs(),
      newId: () => host.newId(),
      nameOfCopy: (name) => this.nameOfCopy(name),
      stored: (lab) => this.putSummary(lab),
      parted: (lab, before) => host.parted(lab, before),
      trouble: (kind) => this.setTrouble(kind),
    });
  }

  /** Reads the list again. */
  async refresh(): Promise<void> {
    const labs = await this.host.storage.list();
    if (labs.ok) useLabs.setState({ labs: labs.value });
  }

  /** An entry with its document, also when its last edits are not in the storage yet. */
  async read(id: string): Promise<OpenedEntry | undefined> {
    const read = await this.host.storage.read(id);
    const stored = read.ok ? read.value : undefined;
    const unsaved = this.host.unsaved.get(id);
    const isLater =
      unsaved !== undefined &&
      (stored === undefined || unsaved.version > stored.version || unsaved.writer === stored.writer);
    const found = isLater ? unsaved : stored;
    if (found === undefined) return undefined;
    const { text, ...summary } = found;
    const version = stored?.version ?? (isLater ? found.version - 1 : found.version);
    return { summary: { ...summary, version }, isStored: !isLater, parsed: parseScenarioText(text) };
  }

  /** The entry that holds just this lab. */
  async findSame(scenario: Scenario): Promise<LabSummary | undefined> {
    for (const summary of useLabs.getState().labs.filter(({ name }) => name === scenario.name)) {
      const entry = await this.read(summary.id);
      if (entry?.parsed.ok === true && sameJson(entry.parsed.value, scenario)) return entry.summary;
    }
    return undefined;
  }

  async rename(id: string, name: string): Promise<boolean> {
    return await this.rewrite(id, (scenario) => ({ ...scenario, name }));
  }

  /** Returns the name of the copy; undefined when it could not be stored. */
  async duplicate(id: string): Promise<string | undefined> {
    const entry = await this.read(id);
    if (entry?.parsed.ok !== true) return undefined;
    const scenario = { ...entry.parsed.value, name: this.nameOfCopy(entry.parsed.value.name) };
    return (await this.put(this.host.newId(), 1, scenario)) ? scenario.name : undefined;
  }

  /** Deletes an entry; `restore` brings the last one back. Returns whether it was deleted. */
  async remove(id: string): Promise<boolean> {
    const stored = await this.host.storage.read(id);
    if (!this.heed(stored) || stored.value === undefined) return false;
    const gone = await this.host.storage.remove(id);
    if (!this.heed(gone)) return false;
    this.removed = stored.value;
    this.host.unsaved.remove(id);
    useLabs.setState(({ labs }) => ({ labs: labs.filter((lab) => lab.id !== id), removed: stored.value?.name }));
    this.host.announce();
    // There may be room now.
    if (this.keeper.isWaiting) void this.keeper.retry();
    return true;
  }

  /** Restores the lab that was deleted last. */
  async restore(): Promise<LabSummary | undefined> {
    const { removed } = this;
    if (removed === undefined) return undefined;
    this.removed = undefined;
    const { text, ...summary } = removed;
    const written = await this.host.storage.write(removed);
    if (!this.heed(written)) {
      this.removed = removed;
      return undefined;
    }
    // Another tab has stored it again meanwhile: both stay.
    const back = written.value === undefined ? { ...summary, id: this.host.newId(), version: 1 } : summary;
    if (written.value === undefined && !this.heed(await this.host.storage.write({ ...back, text }))) return undefined;
    this.putSummary(back);
    useLabs.setState({ removed: undefined });
    return back;
  }

  private async rewrite(id: string, change: (scenario: Scenario) => Scenario): Promise<boolean> {
    const entry = await this.read(id);
    if (entry?.parsed.ok !== true) return false;
    return await this.put(id, entry.summary.version + 1, change(entry.parsed.value));
  }

  private async put(id: string, version: number, scenario: Scenario): Promise<boolean> {
    const { name } = scenario;
    const { writer } = this.host;
    const summary = { id, name, changedMs: this.host.nowMs(), version, writer, sketch: sketchOf(scenario) };
    const written = await this.host.storage.write({ ...summary, text: JSON.stringify(scenario) });
    if (!this.heed(written) || written.value === undefined) return false;
    this.putSummary({ ...summary, version: written.value });
    return true;
  }

  private nameOfCopy(name: string): string {
    const taken = useLabs.getState().labs.map((lab) => lab.name);
    return copyName(name, taken, this.host.wordForCopy());
  }

  private putSummary(lab: LabSummary): void {
    useLabs.setState(({ labs }) => ({
      labs: [lab, ...labs.filter(({ id }) => id !== lab.id)].sort((a, b) => b.changedMs - a.changedMs),
    }));
    this.host.announce();
  }

  /** Reports why storing fails, or that it works again. */
  private heed<T>(result: Result<T, StorageTrouble>): result is { readonly ok: true; readonly value: T } {
    if (!result.ok) useLabs.setState({ trouble: result.error });
    return result.ok;
  }

  private setTrouble(trouble: StorageTrouble | undefined): void {
    useLabs.setState({ trouble });
    if (trouble === undefined || this.retryIsSet) return;
    this.retryIsSet = true;
    this.host.later(RETRY_MS, () => {
      this.retryIsSet = false;
      if (this.keeper.isWaiting) void this.keeper.retry();
    });
  }
}
