/**
 * Saves the labs that the reader makes or changes automatically: every edit is stored at once, as the next version of
 * its entry. A lab that the page opened by itself gets an entry with the first edit. An edit that could not be stored
 * stays in memory, and storing it is retried.
 */
import type { Scenario } from '../../../scenario/schema.ts';
import { sketchOf } from './lab-sketch.ts';
import type { LabStorage, LabSummary, StorageTrouble, StoredLab } from './stored-labs.ts';
import type { UnsavedLabs } from './unsaved-labs.ts';

/** A lab that is open, or was before in this tab. */
export interface KeptLab {
  /** Its entry in the storage; undefined: it is not the reader's own. */
  id: string | undefined;
  /** The version that is stored, as far as this tab knows; 0: none. */
  version: number;
  /** As the document holds it now. */
  latest: Scenario;
  /** As it is stored, or as it was opened when it has no entry: it needs no storing. */
  stored: Scenario | undefined;
  changedMs: number;
}

export interface KeeperHost {
  readonly storage: LabStorage;
  readonly unsaved: UnsavedLabs;
  /** This page, among those that store labs. */
  readonly writer: string;
  nowMs(): number;
  newId(): string;
  /** The name of a copy of a lab. */
  nameOfCopy(name: string): string;
  /** An entry was stored, here or as another version. */
  stored(lab: LabSummary): void;
  /**
   * Another tab has changed the entry `before` meanwhile: what this tab has is now an entry of its own, and `lab.latest`
   * has another name.
   */
  parted(lab: KeptLab, before: string): void;
  /** Storing fails, or works again. */
  trouble(kind: StorageTrouble | undefined): void;
}

export class LabKeeper {
  private readonly host: KeeperHost;
  private readonly waiting = new Set<KeptLab>();
  private writing: Promise<void> | undefined;

  constructor(host: KeeperHost) {
    this.host = host;
  }

  /** A lab that the page has opened by itself: no entry until it is edited. */
  foreign(scenario: Scenario): KeptLab {
    return { id: undefined, version: 0, latest: scenario, stored: scenario, changedMs: 0 };
  }

  /** One of the reader's labs; what is not stored of it is stored from now on. */
  own({ id, version, changedMs }: LabSummary, scenario: Scenario, isStored: boolean): KeptLab {
    const lab = { id, version, latest: scenario, stored: isStored ? scenario : undefined, changedMs };
    if (!isStored) this.wait(lab);
    return lab;
  }

  /** A lab that the reader makes, stored from now on. */
  made(scenario: Scenario): KeptLab {
    const lab = { ...this.foreign(scenario), stored: undefined };
    this.store(lab);
    return lab;
  }

  /** An edit, or its undoing. */
  edited(lab: KeptLab, scenario: Scenario): void {
    lab.latest = scenario;
    if (lab.id !== undefined || scenario !== lab.stored) this.store(lab);
  }

  /** Whether there is something that is not stored. */
  get isWaiting(): boolean {
    return this.waiting.size > 0;
  }

  isWaitingFor(lab: KeptLab): boolean {
    return this.waiting.has(lab);
  }

  /** Forgets an entry that was deleted: the lab is no longer one of the reader's. */
  forget(lab: KeptLab): void {
    this.waiting.delete(lab);
    if (lab.id !== undefined) this.host.unsaved.remove(lab.id);
    Object.assign(lab, this.foreign(lab.latest));
  }

  /** Tries again to store what waits; resolves when all is stored, or it fails again. */
  async retry(): Promise<void> {
    this.writing ??= this.write().finally(() => {
      this.writing = undefined;
    });
    await this.writing;
  }

  /** The page may be closed: puts unsaved labs into a safe place at once. Returns whether all of them are safe. */
  secure(): boolean {
    return [...this.waiting].map((lab) => this.host.unsaved.put(this.entryOf(lab))).every(Boolean);
  }

  /** Stores what an earlier page could not store, as far as the storage allows. */
  async storeUnsaved(): Promise<void> {
    for (const left of this.host.unsaved.all()) {
      let written = await this.host.storage.write(left);
      let entry = left;
      if (written.ok && written.value === undefined) {
        entry = { ...left, id: this.host.newId(), version: 1 };
        written = await this.host.storage.write(entry);
      }
      if (!written.ok) return;
      this.host.unsaved.remove(left.id);
      this.host.stored({ ...withoutText(entry), version: written.value ?? entry.version });
    }
  }

  private store(lab: KeptLab): void {
    lab.id ??= this.host.newId();
    lab.changedMs = this.host.nowMs();
    this.wait(lab);
  }

  private wait(lab: KeptLab): void {
    this.waiting.add(lab);
    void this.retry();
  }

  private async write(): Promise<void> {
    for (;;) {
      const [lab] = this.waiting;
      if (lab?.id === undefined) break;
      const scenario = lab.latest;
      const entry = this.entryOf(lab);
      const written = await this.host.storage.write(entry);
      if (!written.ok) {
        this.host.trouble(written.error);
        return;
      }
      // It may have been deleted while it was written.
      if (!this.waiting.has(lab)) continue;
      this.host.unsaved.remove(entry.id);
      if (written.value === undefined) {
        const { name } = scenario;
        lab.id = this.host.newId();
        lab.version = 0;
        lab.latest = { ...lab.latest, name: this.host.nameOfCopy(name) };
        this.host.parted(lab, name);
        continue;
      }
      lab.version = written.value;
      lab.stored = scenario;
      if (lab.latest === scenario) this.waiting.delete(lab);
      this.host.stored({ ...withoutText(entry), version: written.value });
    }
    this.host.trouble(undefined);
  }

  /** The next version of a lab to store. */
  private entryOf({ id, version, latest, changedMs }: KeptLab): StoredLab {
    return {
      id: id ?? '',
      name: latest.name,
      changedMs,
      version: version + 1,
      writer: this.host.writer,
      sketch: sketchOf(latest),
      text: JSON.stringify(latest),
    };
  }
}

function withoutText({ text: _text, ...summary }: StoredLab): LabSummary {
  return summary;
}
