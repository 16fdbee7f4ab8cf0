/** A disk as those see it who read and write blocks: targets of a SAN, the BIOS of a PC, a viewer. */

export type WriteResult = 'ok' | 'read-only' | 'full';

export interface BlockDevice {
  readonly blockSizeBytes: number;
  readonly blockCount: number;
  readonly isReadOnly: boolean;
  /** Blocks that lie inside; the caller checks. Must not be changed. */
  read(lba: number, count: number): Uint8Array;
  /** Whole blocks that lie inside. `full`: there is no room for what is written; then nothing was. */
  write(lba: number, data: Uint8Array): WriteResult;
}

/** What a disk holds before anybody writes. */
export interface DiskContent {
  readonly sizeBytes: number;
  /** Bytes from `start` to before `end`, which lie inside. Must not be changed. */
  slice(start: number, end: number): Uint8Array;
}

/** Where a disk comes from. */
export interface DiskDescription {
  readonly source: { readonly file: string } | { readonly emptyMiB: number };
  readonly readOnly: boolean;
}

/** Who has disks, such as a server. */
export interface DiskSource {
  /** The disk for a target of this name; undefined when its file is not there. */
  open(description: DiskDescription, user: string): BlockDevice | undefined;
}
