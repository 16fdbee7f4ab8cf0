/**
 * The reader's own labs as this browser keeps them: what is stored of each, and the interface of a storage for them.
 * `lab-database.ts` is that storage in the browser.
 */
import type { Result } from '../../../base/result.ts';
import type { LabSketch } from './lab-sketch.ts';

/** Why nothing could be stored: no room is left, or the browser keeps nothing for this page. */
export type StorageTrouble = 'full' | 'refused';

/** What the list of labs shows of one. */
export interface LabSummary {
  readonly id: string;
  readonly name: string;
  /** Time of the last change, ms since 1970. */
  readonly changedMs: number;
  /** Counts the changes, from 1: a writer says which version it replaces. */
  readonly version: number;
  /** Id of the page load that stored it: every load has another one. */
  readonly writer: string;
  readonly sketch: LabSketch;
}

export interface StoredLab extends LabSummary {
  /** The scenario as JSON. */
  readonly text: string;
}

export interface LabStorage {
  /** The latest change first. */
  list(): Promise<Result<readonly LabSummary[], StorageTrouble>>;
  read(id: string): Promise<Result<StoredLab | undefined, StorageTrouble>>;
  /**
   * Stores a lab in place of the version before it, or of whatever the same page has stored. Returns the version that is
   * stored then; undefined, with nothing changed, when another page has stored something else meanwhile.
   */
  write(lab: StoredLab): Promise<Result<number | undefined, StorageTrouble>>;
  remove(id: string): Promise<Result<undefined, StorageTrouble>>;
}
