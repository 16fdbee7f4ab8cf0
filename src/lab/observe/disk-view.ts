/**
 * The disks of a lab for people: those that servers offer to others, and those in PCs; what is on them, and who has read or
 * written which sectors by which frames or calls.
 */
import { itemAt } from '../../base/lists/list.ts';
import { DiskJournal, type DiskAccess, type DiskMap } from '../../base/disks/disk-journal.ts';
import { readLayout, type DiskLayout } from '../../base/disks/layout.ts';
import { SECTOR_BYTES } from '../../base/disks/written-disk.ts';
import type { EventId, LabEvent } from '../../base/event-log.ts';
import type { ShelvedDisk } from '../../services/disks/disk-shelf.ts';
import type { DriveKind } from '../../machine/observe/disk-boot.ts';
import type { Lab } from '../lab.ts';
import type { MachineDrive } from '../nodes/machine.ts';

/** Accesses that are listed at once. */
const MAX_LISTED = 60;
/** Accesses that are looked through for those of one event, and causes of each. */
const MAX_LOOKED_AT = 20_000;
const MAX_CAUSES = 60;

/** Which disk: of a server by its place there, or a drive of a PC. */
export type DiskId =
  | { readonly node: string; readonly shelf: number }
  | { readonly node: string; readonly drive: DriveKind };

export interface DiskSummary {
  readonly id: DiskId;
  /** Absent for an empty disk, and for a drive. */
  readonly file?: string;
  /** Targets that serve it. */
  readonly users: readonly string[];
  readonly sizeBytes: number;
  readonly sectorBytes: number;
  readonly isReadOnly: boolean;
  readonly layout: DiskLayout;
}

/** Accesses that follow one another, by one machine. */
export interface ListedAccess {
  readonly kind: DiskAccess['kind'];
  readonly first: number;
  readonly count: number;
  /** Requests that it took. */
  readonly requests: number;
  /** Who sent the frame, or made the call; undefined when it is not known. */
  readonly by: string | undefined;
  /** The event of the first. */
  readonly event: EventId;
  readonly timeNs: number;
  readonly isFrame: boolean;
}

export interface DiskUse {
  readonly map: DiskMap;
  readonly total: number;
  /** The last, the newest first. */
  readonly recent: readonly ListedAccess[];
}

/** Where an event led to. */
export interface DiskPlace {
  readonly id: DiskId;
  readonly kind: DiskAccess['kind'];
  readonly first: number;
  readonly count: number;
}

/** How the trace of calls names the drives that a BIOS numbers; those of the network have an `h` behind. */
const DRIVES: Readonly<Record<string, DriveKind>> = { '00': 'floppy', '80': 'disk', E0: 'cdrom' };
const DRIVE_SECTOR_BYTES: Readonly<Record<DriveKind, number>> = { floppy: 512, disk: 512, cdrom: 2048 };

export function serverDisks(lab: Lab): readonly DiskSummary[] {
  return [...lab.servers.values()].flatMap(({ name: node, disks }) =>
    disks.disks.map(({ file, device, users }, shelf): DiskSummary => {
      const sizeBytes = device.blockCount * SECTOR_BYTES;
      return {
        id: { node, shelf },
        ...(file === undefined ? {} : { file }),
        users,
        sizeBytes,
        sectorBytes: SECTOR_BYTES,
        isReadOnly: device.isReadOnly,
        layout: readLayout((start, bytes) => bytesOf(device, start, bytes)),
      };
    }),
  );
}

export function driveSummary(node: string, { drive, sizeBytes, layout }: MachineDrive): DiskSummary {
  const sectorBytes = DRIVE_SECTOR_BYTES[drive];
  return { id: { node, drive }, users: [], sizeBytes, sectorBytes, isReadOnly: drive === 'cdrom', layout };
}

export function shelvedDisk(lab: Lab, id: DiskId): ShelvedDisk['device'] | undefined {
  return 'shelf' in id ? lab.servers.get(id.node)?.disks.disks[id.shelf]?.device : undefined;
}

/** Bytes of a disk, fewer than asked for at its end. Nobody's access. */
export function bytesOf({ disk }: ShelvedDisk['device'], start: number, bytes: number): Uint8Array {
  const first = Math.floor(start / SECTOR_BYTES);
  const end = Math.min(disk.blockCount, Math.ceil((start + bytes) / SECTOR_BYTES));
  if (first >= end) return new Uint8Array(0);
  const from = start - first * SECTOR_BYTES;
  return disk.read(first, end - first).subarray(from, from + bytes);
}

/** The journal of a disk. A PC's drive has none of its own: its calls are in the log. */
function journalOf(lab: Lab, id: DiskId, sectors: number): DiskJournal {
  const kept = shelvedDisk(lab, id)?.journal;
  if (kept !== undefined) return kept;
  const journal = new DiskJournal(sectors);
  if (!('drive' in id)) return journal;
  const firsts = new Map<EventId, number>();
  for (const event of lab.log.events) {
    if (event.node !== id.node) continue;
    if (event.kind === 'call') {
      const place = driveCall(event);
      if (place?.drive === id.drive) firsts.set(event.id, place.first);
    } else if (event.kind === 'return' && event.cause !== undefined) {
      // Reads that follow one another are one call, whose return says how many sectors it has been.
      const first = firsts.get(event.cause);
      const count = Number(event.fields.find(([name]) => name === 'sectors')?.[1] ?? 0);
      if (first !== undefined) journal.add({ kind: 'read', first, count, event: event.cause });
    }
  }
  return journal;
}

function driveCall(
  event: LabEvent & { readonly kind: 'call' },
): { readonly drive: DriveKind; readonly first: number; readonly count: number } | undefined {
  if (event.api !== 'int13') return undefined;
  const fields = new Map(event.fields);
  const drive = DRIVES[fields.get('drive') ?? ''];
  const sector = fields.get('sector');
  return drive === undefined || sector === undefined
    ? undefined
    : { drive, first: Number(sector), count: Number(fields.get('count') ?? 1) };
}

/** `sector`: only accesses to it. */
export function diskUse(lab: Lab, id: DiskId, sectors: number, sector?: number): DiskUse {
  const { map, accesses, total } = journalOf(lab, id, sectors);
  const recent: ListedAccess[] = [];
  for (let at = accesses.length - 1; at >= 0 && recent.length < MAX_LISTED; at--) {
    const access = itemAt(accesses, at);
    if (sector !== undefined && (sector < access.first || sector >= access.first + access.count)) continue;
    const listed = list(lab, access);
    const next = recent.at(-1);
    if (next !== undefined && sector === undefined && goesOn(listed, next)) {
      recent[recent.length - 1] = { ...listed, count: listed.count + next.count, requests: next.requests + 1 };
    } else recent.push(listed);
  }
  return { map, total, recent };
}

const goesOn = (before: ListedAccess, after: ListedAccess): boolean =>
  before.kind === after.kind && before.by === after.by && before.first + before.count === after.first;

function list(lab: Lab, { kind, first, count, event }: DiskAccess): ListedAccess {
  const cause = lab.log.events[event];
  const sent = causesOf(lab, event).find((one) => one.kind === 'frame');
  return {
    kind,
    first,
    count,
    requests: 1,
    by: sent?.node ?? cause?.node,
    event: sent?.id ?? event,
    timeNs: sent?.timeNs ?? cause?.timeNs ?? 0,
    isFrame: sent !== undefined,
  };
}

/** The event itself, then what led to it. */
function causesOf(lab: Lab, id: EventId): readonly LabEvent[] {
  const found: LabEvent[] = [];
  for (let at: EventId | undefined = id; at !== undefined && found.length < MAX_CAUSES;) {
    const event: LabEvent | undefined = lab.log.events[at];
    if (event === undefined) break;
    found.push(event);
    at = event.cause;
  }
  return found;
}

/**
 * Whether an access is there because of an event: a call, also when it took several commands, or a frame of the command. What
 * the other side had sent before only led to the command, as everything in a boot leads to what follows.
 */
function isBecauseOf(lab: Lab, { event }: DiskAccess, id: EventId): boolean {
  const causes = causesOf(lab, event);
  const at = causes.findIndex((cause) => cause.id === id);
  if (at < 0 || causes[at]?.kind === 'call') return at >= 0;
  const sender = causes.find(({ kind }) => kind === 'frame')?.node;
  return causes.slice(0, at + 1).every(({ kind, node }) => kind !== 'frame' || node === sender);
}

/** The sectors that an event has led to, or that it is the answer for: a frame, a call, or what a machine did. */
export function diskPlaces(lab: Lab, id: EventId): readonly DiskPlace[] {
  const event = lab.log.events[id];
  if (event === undefined) return [];
  if (event.kind === 'call') {
    const own = driveCall(event);
    if (own !== undefined)
      return [{ id: { node: event.node, drive: own.drive }, kind: 'read', first: own.first, count: own.count }];
  }
  const before = new Set(causesOf(lab, id).map((one) => one.id));
  for (const { name: node, disks } of lab.servers.values()) {
    for (const [shelf, { device }] of disks.disks.entries()) {
      const found = placesIn(lab, device.journal, id, before);
      if (found.length > 0) return found.map(({ kind, first, count }) => ({ id: { node, shelf }, kind, first, count }));
    }
  }
  return [];
}

function placesIn(
  lab: Lab,
  { accesses }: DiskJournal,
  id: EventId,
  before: ReadonlySet<EventId>,
): readonly DiskAccess[] {
  // They are in the order of their events, or nearly so: what an event leads to comes behind it.
  let low = 0;
  for (let high = accesses.length; low < high;) {
    const middle = (low + high) >>> 1;
    if (itemAt(accesses, middle).event < id) low = middle + 1;
    else high = middle;
  }
  const later = accesses.slice(low, low + MAX_LOOKED_AT).filter((access) => isBecauseOf(lab, access, id));
  if (later.length > 0) return later.slice(0, MAX_LISTED);
  // An answer: the access that is its nearest cause.
  const earlier = accesses.slice(Math.max(0, low - MAX_LISTED), low).filter(({ event }) => before.has(event));
  const nearest = earlier.at(-1)?.event;
  return earlier.filter(({ event }) => event === nearest);
}
