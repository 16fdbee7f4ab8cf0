/**
 * A disk over content that is not changed: what is written stays in memory, in pages, and is read instead. Reading costs
 * what is read, and memory grows with what was written, up to a bound.
 */
import type { BlockDevice, DiskContent, WriteResult } from './block-device.ts';

export const SECTOR_BYTES = 512;
/** As the pages of most systems: less would cost more in the table than in bytes. */
const PAGE_BYTES = 4096;

export interface WrittenDiskOptions {
  readonly isReadOnly?: boolean;
  /** Bytes that may be written over, at most; default 256 MiB. */
  readonly maxWrittenBytes?: number;
}

export class WrittenDisk implements BlockDevice {
  readonly blockSizeBytes = SECTOR_BYTES;
  readonly blockCount: number;
  readonly isReadOnly: boolean;
  private readonly content: DiskContent;
  private readonly maxPages: number;
  /** By number. */
  private readonly pages = new Map<number, Uint8Array>();

  /** What is left of the content behind its last whole sector does not belong to the disk. */
  constructor(
    content: DiskContent,
    { isReadOnly = false, maxWrittenBytes = 256 * 1024 * 1024 }: WrittenDiskOptions = {},
  ) {
    this.content = content;
    this.blockCount = Math.floor(content.sizeBytes / SECTOR_BYTES);
    this.isReadOnly = isReadOnly;
    this.maxPages = Math.floor(maxWrittenBytes / PAGE_BYTES);
  }

  /** Bytes of memory that what was written takes. */
  get writtenBytes(): number {
    return this.pages.size * PAGE_BYTES;
  }

  read(lba: number, count: number): Uint8Array {
    const start = lba * SECTOR_BYTES;
    const end = start + count * SECTOR_BYTES;
    if (!this.isWritten(start, end)) return this.content.slice(start, end);
    const out = new Uint8Array(end - start);
    for (let at = start; at < end;) {
      const number = Math.floor(at / PAGE_BYTES);
      const stop = Math.min(end, (number + 1) * PAGE_BYTES);
      const page = this.pages.get(number);
      const from = number * PAGE_BYTES;
      out.set(page?.subarray(at - from, stop - from) ?? this.content.slice(at, stop), at - start);
      at = stop;
    }
    return out;
  }

  write(lba: number, data: Uint8Array): WriteResult {
    if (this.isReadOnly) return 'read-only';
    const start = lba * SECTOR_BYTES;
    const end = start + data.length;
    if (this.pages.size + this.missingPages(start, end) > this.maxPages) return 'full';
    for (let at = start; at < end;) {
      const number = Math.floor(at / PAGE_BYTES);
      const from = number * PAGE_BYTES;
      const stop = Math.min(end, from + PAGE_BYTES);
      this.pageForWriting(number).set(data.subarray(at - start, stop - start), at - from);
      at = stop;
    }
    return 'ok';
  }

  private isWritten(start: number, end: number): boolean {
    if (this.pages.size === 0) return false;
    for (let number = Math.floor(start / PAGE_BYTES); number * PAGE_BYTES < end; number++) {
      if (this.pages.has(number)) return true;
    }
    return false;
  }

  private missingPages(start: number, end: number): number {
    let missing = 0;
    for (let number = Math.floor(start / PAGE_BYTES); number * PAGE_BYTES < end; number++) {
      if (!this.pages.has(number)) missing++;
    }
    return missing;
  }

  private pageForWriting(number: number): Uint8Array {
    const known = this.pages.get(number);
    if (known !== undefined) return known;
    const page = new Uint8Array(PAGE_BYTES);
    const from = number * PAGE_BYTES;
    page.set(this.content.slice(from, Math.min(from + PAGE_BYTES, this.blockCount * SECTOR_BYTES)));
    this.pages.set(number, page);
    return page;
  }
}

/** A disk that nobody has written to: zeros. */
export function emptyContent(sizeBytes: number): DiskContent {
  return { sizeBytes, slice: (start, end) => new Uint8Array(end - start) };
}
