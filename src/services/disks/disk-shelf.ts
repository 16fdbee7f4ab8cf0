/**
 * The disks of a server. A disk is a file of the server, or empty; targets that name the same file serve the same disk,
 * whatever their protocol. What clients write stays while the lab is open, also when they are switched off.
 */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import type { BlockDevice, DiskContent, DiskDescription, DiskSource } from '../../base/disks/block-device.ts';
import { JournalledDisk } from '../../base/disks/disk-journal.ts';
import { emptyContent, WrittenDisk } from '../../base/disks/written-disk.ts';
import type { EventId } from '../../base/event-log.ts';
import type { FileTree } from '../files/file-tree.ts';
import { settingParts } from '../service.ts';

/** At most 1 TiB: an empty disk costs nothing until it is written to. */
const MAX_EMPTY_MIB = 1024 * 1024;

/** Where a disk comes from, as a setting of services. */
export const diskSetting = z.strictObject({
  source: z.union([
    z.strictObject({ file: settingParts.absolutePath }),
    z.strictObject({ emptyMiB: z.int().check(z.gte(1), z.lte(MAX_EMPTY_MIB)) }),
  ]),
  readOnly: withDefault(z.boolean(), false),
});

/** A disk that is served. */
export interface ShelvedDisk {
  /** Undefined for an empty one. */
  readonly file: string | undefined;
  readonly device: JournalledDisk;
  /** The targets that serve it. */
  readonly users: readonly string[];
}

export class DiskShelf implements DiskSource {
  private readonly files: FileTree;
  private readonly cause: () => EventId | undefined;
  /** By file and mode; an empty disk by its place. */
  private readonly shelved = new Map<string, ShelvedDisk & { readonly users: string[] }>();

  /** `cause`: what is being handled when a disk is read; without it nothing is remembered. */
  constructor(files: FileTree, cause: () => EventId | undefined = () => undefined) {
    this.files = files;
    this.cause = cause;
  }

  get disks(): readonly ShelvedDisk[] {
    return [...this.shelved.values()];
  }

  /** The disk for a target; undefined when its file is not there. Each empty disk is one by itself. */
  open({ source, readOnly }: DiskDescription, user: string): BlockDevice | undefined {
    const file = 'file' in source ? source.file : undefined;
    const key = file === undefined ? String(this.shelved.size) : `${readOnly ? 'r' : 'w'} ${file}`;
    const known = this.shelved.get(key);
    if (known !== undefined) {
      known.users.push(user);
      return known.device;
    }
    const content = 'emptyMiB' in source ? emptyContent(source.emptyMiB * 1024 * 1024) : this.contentOf(source.file);
    if (content === undefined) return undefined;
    const device = new JournalledDisk(new WrittenDisk(content, { isReadOnly: readOnly }), this.cause);
    this.shelved.set(key, { file, device, users: [user] });
    return device;
  }

  /** A file is opened when its first block is read: until then its bytes need not be there. */
  private contentOf(path: string): DiskContent | undefined {
    const stat = this.files.stat(path);
    if (stat?.kind !== 'file') return undefined;
    let file: ReturnType<FileTree['open']>;
    return {
      sizeBytes: stat.size,
      slice: (start, end) => {
        file ??= this.files.open(path);
        const bytes = file?.slice(start, end) ?? new Uint8Array(0);
        if (bytes.length === end - start) return bytes;
        // The file was cut short meanwhile.
        const out = new Uint8Array(end - start);
        out.set(bytes);
        return out;
      },
    };
  }
}
