/**
 * The disks of a server. A disk is a file of the server, or empty; targets that name the same file serve the same disk,
 * whatever their protocol. What clients write stays while the lab is open, also when they are switched off.
 */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import type { BlockDevice, DiskContent, DiskDescription, DiskSource } from '../../base/disks/block-device.ts';
import { emptyContent, WrittenDisk } from '../../base/disks/written-disk.ts';
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

export class DiskShelf implements DiskSource {
  private readonly files: FileTree;
  /** By file and mode. */
  private readonly disks = new Map<string, WrittenDisk>();

  constructor(files: FileTree) {
    this.files = files;
  }

  /** The disk; undefined when its file is not there. Each empty disk is one by itself. */
  open({ source, readOnly }: DiskDescription): BlockDevice | undefined {
    if ('emptyMiB' in source) {
      return new WrittenDisk(emptyContent(source.emptyMiB * 1024 * 1024), { isReadOnly: readOnly });
    }
    const key = `${readOnly ? 'r' : 'w'} ${source.file}`;
    const known = this.disks.get(key);
    if (known !== undefined) return known;
    const content = this.contentOf(source.file);
    if (content === undefined) return undefined;
    const disk = new WrittenDisk(content, { isReadOnly: readOnly });
    this.disks.set(key, disk);
    return disk;
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
