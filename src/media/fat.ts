/**
 * FAT12 and FAT16 volumes with their files (Microsoft, "FAT: General Overview of On-Disk Format", 1.03; "Long Filename
 * Specification"). Names that are not 8.3 names in capitals get long names. All times are the lab's first day, so that
 * equal files make equal volumes.
 */
import { latin1 } from '../base/bytes.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { Message } from '../base/sentence.ts';
import { getU16, SECTOR_BYTES, setU16, setU32 } from './sectors.ts';
import { mediaMessage } from './messages.ts';
import { folderTree, foldersOf, type Folder, type MediumFile } from './tree.ts';

const ENTRY_BYTES = 32;
/** 2026-01-01: year since 1980, month and day. */
const DATE = ((2026 - 1980) << 9) | (1 << 5) | 1;
const ATTRIBUTE = { volumeLabel: 0x08, folder: 0x10, archive: 0x20, longName: 0x0f } as const;
const LONG_NAME_PART = 13;
/** Where the thirteen UTF-16 units of a part of a long name stand in its entry. */
const LONG_NAME_PLACES = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30] as const;
/** A volume with fewer clusters is FAT12, one with fewer than the second number FAT16; other ones this cannot make. */
const FAT12_CLUSTERS = 4085;
const FAT16_CLUSTERS = 65_525;
/** Programs disagree about volumes this near to the limit. */
const LIMIT_MARGIN = 16;

export interface FatGeometry {
  readonly heads: number;
  readonly sectorsPerTrack: number;
}

export interface FatOptions {
  /** All sectors of the volume, of 512 bytes. */
  readonly sectors: number;
  readonly files: readonly MediumFile[];
  readonly label: string;
  readonly geometry: FatGeometry;
  /** F0h: a 3.5-inch floppy; F8h: a hard disk. */
  readonly mediaDescriptor: 0xf0 | 0xf8;
  readonly rootEntries: number;
  /** Sectors before the first FAT: the boot sector and what a boot loader keeps there. */
  readonly reservedSectors?: number;
  /** Sectors of the disk before the volume. */
  readonly hiddenSectors?: number;
  /** The drive's number in the BIOS, for boot sectors that look for it. */
  readonly driveNumber: 0x00 | 0x80;
}

interface Layout {
  readonly isFat16: boolean;
  readonly sectorsPerCluster: number;
  readonly clusters: number;
  readonly fatSectors: number;
  readonly rootStart: number;
  readonly dataStart: number;
}

function layout({ sectors, rootEntries, reservedSectors = 1 }: FatOptions): Layout {
  const rootSectors = Math.ceil((rootEntries * ENTRY_BYTES) / SECTOR_BYTES);
  for (let sectorsPerCluster = 1; ; sectorsPerCluster *= 2) {
    const room = sectors - reservedSectors - rootSectors;
    // The FATs take a little of the room themselves: this counts them as clusters, and is at most a sector too large.
    const about = Math.floor(room / sectorsPerCluster);
    const isFat16 = about >= FAT12_CLUSTERS;
    const fatBytes = isFat16 ? 2 * (about + 2) : Math.ceil((3 * (about + 2)) / 2);
    const fatSectors = Math.ceil(fatBytes / SECTOR_BYTES);
    const clusters = Math.floor((room - 2 * fatSectors) / sectorsPerCluster);
    const isNearLimit = Math.abs(clusters - FAT12_CLUSTERS) < LIMIT_MARGIN || isFat16 !== clusters >= FAT12_CLUSTERS;
    if (isNearLimit || clusters > FAT16_CLUSTERS / 2) continue;
    const rootStart = reservedSectors + 2 * fatSectors;
    return { isFat16, sectorsPerCluster, clusters, fatSectors, rootStart, dataStart: rootStart + rootSectors };
  }
}

const SHORT_CHARACTERS = /^[A-Z0-9!#$%&'()@^_`{}~-]+$/;

/** The name in the form of a directory entry, or undefined when it needs a long one. */
function plainShortName(name: string): string | undefined {
  const [base = '', extension = '', ...rest] = name.split('.');
  if (rest.length > 0 || (extension === '' && name.includes('.'))) return undefined;
  if (base.length > 8 || extension.length > 3 || !SHORT_CHARACTERS.test(base + extension) || base === '')
    return undefined;
  return base.padEnd(8) + extension.padEnd(3);
}

/** The name in capitals when that is all the difference, or else NAME~1 and so on: the first that the folder does not have. */
function shortAlias(name: string, taken: ReadonlySet<string>): string {
  const clean = (part: string): string => part.toUpperCase().replaceAll(/[^A-Z0-9!#$%&'()@^_`{}~-]/g, '');
  const dot = name.lastIndexOf('.');
  const base = clean(dot > 0 ? name.slice(0, dot) : name) || 'FILE';
  const extension = dot > 0 ? clean(name.slice(dot + 1)).slice(0, 3) : '';
  const inCapitals = plainShortName(name.toUpperCase());
  if (inCapitals !== undefined && !taken.has(inCapitals)) return inCapitals;
  for (let number = 1; ; number++) {
    const tail = `~${number}`;
    const alias = (base.slice(0, 8 - tail.length) + tail).padEnd(8) + extension.padEnd(3);
    if (!taken.has(alias)) return alias;
  }
}

function shortNameSum(short: string): number {
  let sum = 0;
  for (const byte of latin1(short)) sum = (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff;
  return sum;
}

/** The entries of one name: parts of the long name, the last first, then the entry itself. */
function entriesOf(name: string, attribute: number, cluster: number, bytes: number, taken: Set<string>): Uint8Array[] {
  const plain = plainShortName(name);
  const short = plain ?? shortAlias(name, taken);
  taken.add(short);
  const entry = new Uint8Array(ENTRY_BYTES);
  entry.set(latin1(short));
  entry[11] = attribute;
  for (const at of [16, 18, 24]) setU16(entry, at, DATE);
  setU16(entry, 26, cluster);
  setU32(entry, 28, bytes);
  if (plain !== undefined) return [entry];
  const parts = Math.ceil(name.length / LONG_NAME_PART);
  const long = Array.from({ length: parts }, (_, index) => {
    const number = parts - index;
    const part = new Uint8Array(ENTRY_BYTES);
    part[0] = number | (index === 0 ? 0x40 : 0);
    part[11] = ATTRIBUTE.longName;
    part[13] = shortNameSum(short);
    LONG_NAME_PLACES.forEach((place, i) => {
      const at = (number - 1) * LONG_NAME_PART + i;
      // After the name one zero, then ones.
      setU16(part, place, at < name.length ? name.charCodeAt(at) : at === name.length ? 0 : 0xffff);
    });
    return part;
  });
  return [...long, entry];
}

/** An entry whose name is no file's: the volume's label, and a folder's `.` and `..`. */
function specialEntry(name: string, attribute: number, cluster: number): Uint8Array {
  const entry = new Uint8Array(ENTRY_BYTES);
  entry.set(latin1(name.padEnd(11)));
  entry[11] = attribute;
  setU16(entry, 24, DATE);
  setU16(entry, 26, cluster);
  return entry;
}

class FatWriter {
  private readonly options: FatOptions;
  private readonly volume: Uint8Array;
  private readonly layout: Layout;
  private next = 2;
  /** The first cluster of each folder but the root. */
  private readonly starts = new Map<Folder, number>();

  constructor(options: FatOptions) {
    this.options = options;
    this.layout = layout(options);
    this.volume = new Uint8Array(options.sectors * SECTOR_BYTES);
  }

  write(root: Folder): Result<Uint8Array, Message> {
    const { clusters, isFat16 } = this.layout;
    const folders = foldersOf(root);
    const needed =
      folders.slice(1).reduce((sum, folder) => sum + this.clustersFor(this.folderBytes(folder)), 0) +
      folders.flatMap(({ files }) => files).reduce((sum, { data }) => sum + this.clustersFor(data.length), 0);
    if (needed > clusters) {
      const clusterBytes = this.clusterBytes;
      return err(
        mediaMessage('media.full', { needed: needed * clusterBytes, room: Math.max(0, clusters) * clusterBytes }),
      );
    }
    const { rootEntries, mediaDescriptor } = this.options;
    if (this.folderBytes(root) > rootEntries * ENTRY_BYTES)
      return err(mediaMessage('media.folder-full', { room: rootEntries }));
    this.setFat(0, (isFat16 ? 0xff00 : 0xf00) | mediaDescriptor);
    this.setFat(1, isFat16 ? 0xffff : 0xfff);
    for (const folder of folders.slice(1)) this.starts.set(folder, this.chain(this.folderBytes(folder)));
    for (const folder of folders) this.writeFolder(folder);
    this.volume.set(this.bootSector());
    return ok(this.volume);
  }

  private get clusterBytes(): number {
    return this.layout.sectorsPerCluster * SECTOR_BYTES;
  }

  private clustersFor(bytes: number): number {
    return Math.ceil(bytes / this.clusterBytes);
  }

  /** What a folder takes: two entries more than its contents, or the label in the root. */
  private folderBytes(folder: Folder): number {
    const names = [...folder.folders, ...folder.files];
    const entries = names.reduce(
      (sum, { name }) => sum + 1 + (plainShortName(name) === undefined ? Math.ceil(name.length / LONG_NAME_PART) : 0),
      2,
    );
    return entries * ENTRY_BYTES;
  }

  /** Reserves room; the first of its clusters, or 0 for no bytes. */
  private chain(bytes: number): number {
    const count = this.clustersFor(bytes);
    if (count === 0) return 0;
    const first = this.next;
    this.next += count;
    for (let cluster = first; cluster < this.next; cluster++)
      this.setFat(cluster, cluster + 1 === this.next ? (this.layout.isFat16 ? 0xffff : 0xfff) : cluster + 1);
    return first;
  }

  private placeOf(cluster: number): number {
    return (this.layout.dataStart + (cluster - 2) * this.layout.sectorsPerCluster) * SECTOR_BYTES;
  }

  /** An entry in both copies of the table. */
  private setFat(cluster: number, value: number): void {
    const { isFat16, fatSectors } = this.layout;
    for (const copy of [0, 1]) {
      const start = ((this.options.reservedSectors ?? 1) + copy * fatSectors) * SECTOR_BYTES;
      if (isFat16) setU16(this.volume, start + 2 * cluster, value);
      else {
        const at = start + Math.floor((3 * cluster) / 2);
        const isOdd = cluster % 2 === 1;
        const before = getU16(this.volume, at);
        setU16(this.volume, at, isOdd ? (before & 0x000f) | (value << 4) : (before & 0xf000) | value);
      }
    }
  }

  private writeFolder(folder: Folder): void {
    const { parent } = folder;
    const taken = new Set<string>();
    const own = this.starts.get(folder) ?? 0;
    const entries =
      parent === undefined
        ? [specialEntry(this.options.label.toUpperCase().slice(0, 11), ATTRIBUTE.volumeLabel, 0)]
        : [
            specialEntry('.', ATTRIBUTE.folder, own),
            specialEntry('..', ATTRIBUTE.folder, this.starts.get(parent) ?? 0),
          ];
    for (const below of folder.folders)
      entries.push(...entriesOf(below.name, ATTRIBUTE.folder, this.starts.get(below) ?? 0, 0, taken));
    for (const { name, data } of folder.files) {
      const cluster = this.chain(data.length);
      if (cluster !== 0) this.volume.set(data, this.placeOf(cluster));
      entries.push(...entriesOf(name, ATTRIBUTE.archive, cluster, data.length, taken));
    }
    const start = parent === undefined ? this.layout.rootStart * SECTOR_BYTES : this.placeOf(own);
    entries.forEach((entry, index) => this.volume.set(entry, start + index * ENTRY_BYTES));
  }

  /** The parameters of the volume; a jump over them, and no program: the medium's maker puts one there. */
  private bootSector(): Uint8Array {
    const { sectors, label, geometry, mediaDescriptor, rootEntries, driveNumber } = this.options;
    const { reservedSectors = 1, hiddenSectors = 0 } = this.options;
    const { isFat16, sectorsPerCluster, fatSectors } = this.layout;
    const sector = new Uint8Array(SECTOR_BYTES);
    sector.set([0xeb, 0x3c, 0x90]);
    sector.set(latin1('MSDOS5.0'), 3);
    setU16(sector, 11, SECTOR_BYTES);
    sector[13] = sectorsPerCluster;
    setU16(sector, 14, reservedSectors);
    sector[16] = 2;
    setU16(sector, 17, rootEntries);
    if (sectors < 0x1_0000) setU16(sector, 19, sectors);
    else setU32(sector, 32, sectors);
    sector[21] = mediaDescriptor;
    setU16(sector, 22, fatSectors);
    setU16(sector, 24, geometry.sectorsPerTrack);
    setU16(sector, 26, geometry.heads);
    setU32(sector, 28, hiddenSectors);
    sector[36] = driveNumber;
    sector[38] = 0x29;
    setU32(sector, 39, 0x4e42_4c42);
    sector.set(latin1(label.toUpperCase().slice(0, 11).padEnd(11)), 43);
    sector.set(latin1(isFat16 ? 'FAT16   ' : 'FAT12   '), 54);
    setU16(sector, 510, 0xaa55);
    return sector;
  }
}

export function makeFatVolume(options: FatOptions): Result<Uint8Array, Message> {
  const tree = folderTree(options.files);
  return tree.ok ? new FatWriter(options).write(tree.value) : tree;
}
