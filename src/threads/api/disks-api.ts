/** What the page asks of the lab's worker about disks. */
import type { DiskMap } from '../../base/disks/disk-journal.ts';
import type { DiskId, DiskPlace, DiskSummary, ListedAccess } from '../../lab/observe/disk-view.ts';

export type { DiskId, DiskMap, DiskPlace, DiskSummary };

export interface NumberedAccess extends ListedAccess {
  /** Of its frame, from 1, as lists count; undefined for a call. */
  readonly frame: number | undefined;
}

/** A disk and a part of it as they are now. */
export interface DiskLook {
  readonly map: DiskMap;
  /** Accesses of all. */
  readonly total: number;
  /** The last, the newest first. */
  readonly recent: readonly NumberedAccess[];
  /** Of the sector that was asked for; fewer at the end of the disk. */
  readonly bytes: Uint8Array;
  /** Accesses to that sector, the newest first. */
  readonly accesses: readonly NumberedAccess[];
}

export interface DisksApi {
  /** Disks of servers, then the drives of PCs that have been switched on. */
  disks(): Promise<readonly DiskSummary[]>;
  /** Undefined when there is no such disk. */
  lookAtDisk(id: DiskId, sector: number): Promise<DiskLook | undefined>;
  /** Which sectors an event has led to. */
  diskPlaces(event: number): Promise<readonly DiskPlace[]>;
}
