/**
 * A disk that remembers who has read and written what: for each access its sectors and the event that led to it, and for each
 * part of the disk how much. Of very many accesses the first ones are kept by themselves; the parts count all.
 */
import type { EventId } from '../event-log.ts';
import type { BlockDevice, WriteResult } from './block-device.ts';

/** Parts of a disk in its map, at most. */
export const MAP_CELLS = 512;
const MAX_KEPT = 200_000;

export interface DiskAccess {
  readonly kind: 'read' | 'write';
  readonly first: number;
  readonly count: number;
  /** What was being handled, such as the frame with the command. */
  readonly event: EventId;
}

/** Sectors read and written in each part of a disk. */
export interface DiskMap {
  readonly sectorsPerCell: number;
  readonly read: Uint32Array<ArrayBuffer>;
  readonly written: Uint32Array<ArrayBuffer>;
}

export class DiskJournal {
  readonly sectors: number;
  readonly accesses: DiskAccess[] = [];
  /** All, also those that are not kept. */
  total = 0;
  readonly map: DiskMap;

  constructor(sectors: number) {
    this.sectors = sectors;
    const cells = Math.max(1, Math.min(MAP_CELLS, sectors));
    const sectorsPerCell = Math.max(1, Math.ceil(sectors / cells));
    this.map = { sectorsPerCell, read: new Uint32Array(cells), written: new Uint32Array(cells) };
  }

  add(access: DiskAccess): void {
    const { kind, first, count } = access;
    this.total++;
    if (this.accesses.length < MAX_KEPT) this.accesses.push(access);
    const { sectorsPerCell } = this.map;
    const cells = kind === 'read' ? this.map.read : this.map.written;
    for (let at = first; at < first + count;) {
      const cell = Math.floor(at / sectorsPerCell);
      const stop = Math.min(first + count, (cell + 1) * sectorsPerCell);
      if (cell < cells.length) cells[cell] = (cells[cell] ?? 0) + stop - at;
      at = stop;
    }
  }
}

/** `cause` is what is being handled now; accesses without one are the lab's own. */
export class JournalledDisk implements BlockDevice {
  readonly blockSizeBytes: number;
  readonly blockCount: number;
  readonly isReadOnly: boolean;
  readonly journal: DiskJournal;
  /** The disk itself, for those whose reads are not to be remembered. */
  readonly disk: BlockDevice;
  private readonly cause: () => EventId | undefined;

  constructor(disk: BlockDevice, cause: () => EventId | undefined) {
    this.disk = disk;
    this.cause = cause;
    this.blockSizeBytes = disk.blockSizeBytes;
    this.blockCount = disk.blockCount;
    this.isReadOnly = disk.isReadOnly;
    this.journal = new DiskJournal(disk.blockCount);
  }

  read(lba: number, count: number): Uint8Array {
    this.remember('read', lba, count);
    return this.disk.read(lba, count);
  }

  write(lba: number, data: Uint8Array): WriteResult {
    const result = this.disk.write(lba, data);
    if (result === 'ok') this.remember('write', lba, data.length / this.blockSizeBytes);
    return result;
  }

  private remember(kind: DiskAccess['kind'], first: number, count: number): void {
    const event = this.cause();
    if (event !== undefined && count > 0) this.journal.add({ kind, first, count, event });
  }
}
