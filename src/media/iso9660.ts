/**
 * CDs: ISO 9660 (ECMA-119) with long names by Rock Ridge (SUSP 1.12, RRIP 1.12), and El Torito ("Bootable CD-ROM Format
 * Specification", 1.0) without emulation, or as a floppy or a hard disk. All times are the lab's first day, so that equal
 * files make equal CDs.
 */
import { concatBytes, latin1, utf8 } from '../base/bytes.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { Message } from '../base/sentence.ts';
import { getU16, getU32, setU16, setU32 } from './sectors.ts';
import { mediaMessage } from './messages.ts';
import { foldersOf, folderTree, type Folder, type MediumFile } from './tree.ts';

export const CD_SECTOR_BYTES = 2048;
const FIRST_DESCRIPTOR = 16;
/** Empty sectors after the last file, as `mkisofs -pad` writes: drives and boot loaders read ahead. */
const PADDING_SECTORS = 150;
/** Years since 1900, month, day, hour, minute, second, zone. */
const RECORD_TIME = [126, 1, 1, 0, 0, 0, 0] as const;
const VOLUME_TIME = '2026010100000000';
const IS_FOLDER = 0x02;
const PLATFORM_80X86 = 0;
const MEDIA_TYPES: ReadonlyMap<number, number> = new Map([
  [1_228_800, 1],
  [1_474_560, 2],
  [2_949_120, 3],
]);
const HARD_DISK = 4;

/** What a CD starts from: a file of it. */
export interface ElTorito {
  readonly path: string;
  readonly emulation: 'none' | 'floppy' | 'disk';
  /** Without emulation: how many sectors of 512 bytes the BIOS loads. With one it is always 1. */
  readonly loadSectors?: number;
  /** Writes into the loader where it is and how long: ISOLINUX and GRUB find themselves by it. */
  readonly infoTable?: boolean;
  /** Writes into GRUB's loader where its core goes on. */
  readonly grubTable?: boolean;
}

export interface IsoOptions {
  readonly volumeId: string;
  readonly files: readonly MediumFile[];
  readonly boot?: ElTorito;
}

function both16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >> 8, value >> 8, value & 0xff);
}

function both32(value: number): Uint8Array {
  const little = [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
  return Uint8Array.from([...little, ...little.toReversed()]);
}

/** A system use entry (SUSP §4.1). */
function systemUse(signature: string, data: Uint8Array): Uint8Array {
  return concatBytes([latin1(signature), Uint8Array.of(4 + data.length, 1), data]);
}

const RRIP = 'RRIP_1991A';
/** The root's `.` says that system use entries are used, and by which specification. */
const ROOT_ENTRIES = concatBytes([
  systemUse('SP', Uint8Array.of(0xbe, 0xef, 0)),
  systemUse('ER', concatBytes([Uint8Array.of(RRIP.length, 0, 0, 1), latin1(RRIP)])),
]);

/** Mode and number of links; owner and group are root. */
function posixEntry(mode: number, links: number): Uint8Array {
  return systemUse('PX', concatBytes([both32(mode), both32(links), both32(0), both32(0)]));
}

const FILE_ENTRY = posixEntry(0o100_444, 1);

function folderEntry(folder: Folder): Uint8Array {
  return posixEntry(0o040_555, 2 + folder.folders.length);
}

/** The name's bytes as they are, for systems that read Rock Ridge. */
function nameEntry(name: string): Uint8Array {
  return systemUse('NM', concatBytes([Uint8Array.of(0), utf8(name)]));
}

/** ECMA-119 §9.1; of even length. */
function directoryRecord(
  id: Uint8Array,
  { sector, bytes, flags }: { readonly sector: number; readonly bytes: number; readonly flags: number },
  use: Uint8Array,
): Uint8Array {
  const padded = 33 + id.length + ((id.length + 1) % 2);
  const length = padded + use.length + (use.length % 2);
  const record = new Uint8Array(length);
  record[0] = length;
  record.set(both32(sector), 2);
  record.set(both32(bytes), 10);
  record.set(RECORD_TIME, 18);
  record[25] = flags;
  record.set(both16(1), 28);
  record[32] = id.length;
  record.set(id, 33);
  record.set(use, padded);
  return record;
}

/** Capitals, digits and `_`, eight and three of them as every system reads them, each once in its folder. */
function plainNames(folder: Folder): ReadonlyMap<object, string> {
  const names = new Map<object, string>();
  const taken = new Set<string>();
  const clean = (part: string): string => part.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_');
  for (const each of [...folder.folders, ...folder.files]) {
    const isFolder = 'folders' in each;
    const dot = isFolder ? -1 : each.name.lastIndexOf('.');
    const base = clean(dot > 0 ? each.name.slice(0, dot) : each.name);
    const extension = dot > 0 ? clean(each.name.slice(dot + 1)).slice(0, 3) : '';
    const name = (number: number): string => {
      const tail = number === 0 ? '' : String(number);
      const start = base.slice(0, 8 - tail.length) + tail;
      return isFolder ? start : `${start}.${extension};1`;
    };
    let number = 0;
    while (taken.has(name(number))) number++;
    taken.add(name(number));
    names.set(each, name(number));
  }
  return names;
}

interface Extent {
  readonly sector: number;
  readonly bytes: number;
}

const sectorsOf = (bytes: number): number => Math.ceil(bytes / CD_SECTOR_BYTES);

class IsoWriter {
  private readonly folders: readonly Folder[];
  private readonly names = new Map<object, string>();
  private readonly extents = new Map<object, Extent>();
  private readonly options: IsoOptions;
  /** Where the boot catalogue is: after the descriptors. */
  private readonly catalogueSector: number;

  constructor(root: Folder, options: IsoOptions) {
    this.options = options;
    this.folders = this.inPathTableOrder(root);
    this.catalogueSector = FIRST_DESCRIPTOR + (options.boot === undefined ? 2 : 3);
  }

  write(): Result<Uint8Array, Message> {
    const { boot } = this.options;
    const [root] = this.folders;
    const loader = boot === undefined ? undefined : this.fileAt(boot.path);
    if (boot !== undefined && loader === undefined) return err(mediaMessage('media.no-loader', { path: boot.path }));
    if (boot?.emulation === 'floppy' && !MEDIA_TYPES.has(loader?.data.length ?? 0))
      return err(mediaMessage('media.floppy-size', { bytes: loader?.data.length ?? 0 }));

    const pathTableBytes = this.pathTable(true).length;
    const tableSector = this.catalogueSector + (boot === undefined ? 0 : 1);
    const tableSectors = sectorsOf(pathTableBytes);
    let next = tableSector + 2 * tableSectors;
    const place = (what: object, bytes: number): void => {
      this.extents.set(what, { sector: next, bytes });
      next += sectorsOf(bytes);
    };
    for (const folder of this.folders) place(folder, sectorsOf(this.folderBytes(folder)) * CD_SECTOR_BYTES);
    for (const folder of this.folders) for (const file of folder.files) place(file, file.data.length);

    next += PADDING_SECTORS;
    const image = new Uint8Array(next * CD_SECTOR_BYTES);
    const put = (sector: number, bytes: Uint8Array): void => image.set(bytes, sector * CD_SECTOR_BYTES);
    const rootExtent = root === undefined ? undefined : this.extents.get(root);
    put(FIRST_DESCRIPTOR, this.volumeDescriptor(next, { tableSector, tableSectors, pathTableBytes }, rootExtent));
    let descriptor = FIRST_DESCRIPTOR + 1;
    if (boot !== undefined) put(descriptor++, this.bootDescriptor());
    put(descriptor, concatBytes([Uint8Array.of(255), latin1('CD001'), Uint8Array.of(1)]));
    put(tableSector, this.pathTable(true));
    put(tableSector + tableSectors, this.pathTable(false));
    for (const folder of this.folders) put(this.extentOf(folder).sector, this.folderRecords(folder));
    for (const folder of this.folders) for (const file of folder.files) put(this.extentOf(file).sector, file.data);
    if (boot !== undefined && loader !== undefined) {
      const extent = this.extentOf(loader);
      put(this.catalogueSector, bootCatalogue(boot, loader.data, extent.sector));
      writeLoaderTables(image.subarray(extent.sector * CD_SECTOR_BYTES), boot, extent);
    }
    return ok(image);
  }

  /** Folders by level, then by parent, then by name (ECMA-119 §6.9.1). Names each while it goes. */
  private inPathTableOrder(root: Folder): readonly Folder[] {
    for (const folder of foldersOf(root)) for (const [each, name] of plainNames(folder)) this.names.set(each, name);
    const order = [root];
    // Grows while it is walked.
    for (const folder of order) order.push(...folder.folders.toSorted((a, b) => this.compare(a, b)));
    return order;
  }

  private nameOf(what: object): string {
    return this.names.get(what) ?? '';
  }

  private compare(a: object, b: object): number {
    const [first, second] = [this.nameOf(a), this.nameOf(b)];
    return first < second ? -1 : first > second ? 1 : 0;
  }

  private extentOf(what: object): Extent {
    return this.extents.get(what) ?? { sector: 0, bytes: 0 };
  }

  private fileAt(path: string): Folder['files'][number] | undefined {
    const names = path.split('/').filter((name) => name !== '');
    const last = names.pop();
    let folder = this.folders[0];
    for (const name of names) folder = folder?.folders.find((each) => each.name === name);
    return folder?.files.find(({ name }) => name === last);
  }

  /** The records of a folder; none crosses a sector (ECMA-119 §6.8.1.1). */
  private folderRecords(folder: Folder): Uint8Array {
    const isRoot = folder.parent === undefined;
    const record = (id: Uint8Array, what: Folder, use: Uint8Array): Uint8Array =>
      directoryRecord(id, { ...this.extentOf(what), flags: IS_FOLDER }, concatBytes([use, folderEntry(what)]));
    const records = [
      record(Uint8Array.of(0), folder, isRoot ? ROOT_ENTRIES : new Uint8Array(0)),
      record(Uint8Array.of(1), folder.parent ?? folder, new Uint8Array(0)),
    ];
    for (const each of [...folder.folders, ...folder.files].toSorted((a, b) => this.compare(a, b))) {
      const isFolder = 'folders' in each;
      const extent = { ...this.extentOf(each), flags: isFolder ? IS_FOLDER : 0 };
      const use = concatBytes([nameEntry(each.name), isFolder ? folderEntry(each) : FILE_ENTRY]);
      records.push(directoryRecord(latin1(this.nameOf(each)), extent, use));
    }
    const parts: Uint8Array[] = [];
    let filled = 0;
    for (const each of records) {
      if (filled + each.length > CD_SECTOR_BYTES) {
        parts.push(new Uint8Array(CD_SECTOR_BYTES - filled));
        filled = 0;
      }
      parts.push(each);
      filled += each.length;
    }
    return concatBytes(parts);
  }

  private folderBytes(folder: Folder): number {
    return this.folderRecords(folder).length;
  }

  /** ECMA-119 §9.4; little-endian and big-endian. */
  private pathTable(isLittleEndian: boolean): Uint8Array {
    const numbers = new Map(this.folders.map((folder, index) => [folder, index + 1]));
    const entries = this.folders.map((folder) => {
      const id = folder.parent === undefined ? Uint8Array.of(0) : latin1(this.nameOf(folder));
      const sector = both32(this.extentOf(folder).sector);
      const parent = both16(numbers.get(folder.parent ?? folder) ?? 1);
      const place = isLittleEndian ? sector.subarray(0, 4) : sector.subarray(4);
      const above = isLittleEndian ? parent.subarray(0, 2) : parent.subarray(2);
      return concatBytes([Uint8Array.of(id.length, 0), place, above, id, new Uint8Array(id.length % 2)]);
    });
    return concatBytes(entries);
  }

  private volumeDescriptor(
    sectors: number,
    table: { readonly tableSector: number; readonly tableSectors: number; readonly pathTableBytes: number },
    root: Extent | undefined,
  ): Uint8Array {
    const sector = new Uint8Array(CD_SECTOR_BYTES);
    sector.set(concatBytes([Uint8Array.of(1), latin1('CD001'), Uint8Array.of(1)]));
    sector.fill(0x20, 8, 72);
    const volumeId = this.options.volumeId.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_');
    sector.set(latin1(volumeId.slice(0, 32)), 40);
    sector.set(both32(sectors), 80);
    sector.set(both16(1), 120);
    sector.set(both16(1), 124);
    sector.set(both16(CD_SECTOR_BYTES), 128);
    sector.set(both32(table.pathTableBytes), 132);
    setU32(sector, 140, table.tableSector);
    sector.set(both32(table.tableSector + table.tableSectors).subarray(4), 148);
    if (root !== undefined)
      sector.set(directoryRecord(Uint8Array.of(0), { ...root, flags: IS_FOLDER }, new Uint8Array(0)), 156);
    // Publisher, preparer, application and file identifiers: none.
    sector.fill(0x20, 190, 813);
    for (const at of [813, 830]) sector.set(latin1(VOLUME_TIME), at);
    for (const at of [847, 864]) sector.set(latin1('0'.repeat(16)), at);
    sector[881] = 1;
    return sector;
  }

  /** El Torito, figure 7. */
  private bootDescriptor(): Uint8Array {
    const sector = new Uint8Array(CD_SECTOR_BYTES);
    sector.set(concatBytes([Uint8Array.of(0), latin1('CD001'), Uint8Array.of(1), latin1('EL TORITO SPECIFICATION')]));
    setU32(sector, 0x47, this.catalogueSector);
    return sector;
  }
}

/** The validation entry, whose words add up to 0, and the default entry (El Torito §2.1, §2.2). */
function bootCatalogue({ emulation, loadSectors = 4 }: ElTorito, loader: Uint8Array, sector: number): Uint8Array {
  const entries = new Uint8Array(64);
  entries.set([1, PLATFORM_80X86]);
  entries.set([0x55, 0xaa], 30);
  let sum = 0;
  for (let at = 0; at < 32; at += 2) sum += getU16(entries, at);
  setU16(entries, 28, -sum & 0xffff);
  entries[32] = 0x88;
  entries[33] = emulation === 'none' ? 0 : emulation === 'disk' ? HARD_DISK : (MEDIA_TYPES.get(loader.length) ?? 0);
  // A hard disk's first partition has the type of its system.
  entries[36] = emulation === 'disk' ? (loader[0x1c2] ?? 0) : 0;
  setU16(entries, 38, emulation === 'none' ? loadSectors : 1);
  setU32(entries, 40, sector);
  return entries;
}

/** The table of `mkisofs -boot-info-table`: descriptor, own sector, length, and the sum of what follows 56 bytes on. */
const INFO_TABLE = 8;
const INFO_TABLE_END = 64;
/** Where GRUB's loader has the place of its core, in sectors of 512 bytes: it follows the loader's first 2048 bytes. */
const GRUB_CORE_PLACE = 2548;

function writeLoaderTables(loader: Uint8Array, { infoTable, grubTable }: ElTorito, { sector, bytes }: Extent): void {
  if (grubTable === true) {
    setU32(loader, GRUB_CORE_PLACE, 4 * sector + 5);
    setU32(loader, GRUB_CORE_PLACE + 4, 0);
  }
  if (infoTable !== true) return;
  let sum = 0;
  const whole = new Uint8Array(Math.ceil(bytes / 4) * 4);
  whole.set(loader.subarray(0, bytes));
  for (let at = INFO_TABLE_END; at < whole.length; at += 4) sum = (sum + getU32(whole, at)) >>> 0;
  setU32(loader, INFO_TABLE, FIRST_DESCRIPTOR);
  setU32(loader, INFO_TABLE + 4, sector);
  setU32(loader, INFO_TABLE + 8, bytes);
  setU32(loader, INFO_TABLE + 12, sum);
  loader.fill(0, INFO_TABLE + 16, INFO_TABLE_END);
}

export function makeIso(options: IsoOptions): Result<Uint8Array, Message> {
  const tree = folderTree(options.files);
  return tree.ok ? new IsoWriter(tree.value, options).write() : tree;
}
