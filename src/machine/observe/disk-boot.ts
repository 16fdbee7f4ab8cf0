/**
 * What the BIOS and boot loaders read from the PC's own drives, seen where the drives are read: stages of a boot from a
 * medium (boot sector and its signature, what that loads, what the loader reads on), and all reads as calls of the trace.
 * It ends with the kernel, which drives the drives itself.
 */
import { fromLatin1 } from '../../base/bytes.ts';
import type { EventId, EventSink } from '../../base/event-log.ts';
import type { Message } from '../../base/sentence.ts';
import { machineMessage } from '../messages.ts';

export type DriveKind = 'floppy' | 'disk' | 'cdrom';

export const DRIVE_MESSAGES: Readonly<Record<DriveKind, Message>> = {
  floppy: machineMessage('machine.device.floppy'),
  disk: machineMessage('machine.device.disk'),
  cdrom: machineMessage('machine.device.cd'),
};

export interface DriveRead {
  readonly drive: DriveKind;
  readonly startByte: number;
  readonly data: Uint8Array;
  readonly timeNs: number;
}

const SECTOR_BYTES: Readonly<Record<DriveKind, number>> = { floppy: 512, disk: 512, cdrom: 2048 };
/** How the BIOS numbers the first drive of a kind. */
const DRIVE_NUMBERS: Readonly<Record<DriveKind, string>> = { floppy: '00', disk: '80', cdrom: 'E0' };
/** El Torito: where a CD says that it can be booted, and the words there. */
const BOOT_RECORD = { sector: 17, id: 'EL TORITO SPECIFICATION', idAt: 7, catalogueAt: 0x47 } as const;
/** In the catalogue: the default entry's first sector. */
const CATALOGUE_IMAGE_AT = 40;
/** The BIOS's message about the device that it tries is seen so much later at most; what was read until then waits. */
const ANNOUNCED_NS = 20_000_000;
/** So much of what was read can matter then: a boot sector, or the boot catalogue of a CD. */
const KEPT_BYTES = 2048;
const MAX_EARLY = 256;

/** A run of reads that follow one another on a drive. */
interface Run {
  readonly call: EventId;
  readonly drive: DriveKind;
  readonly first: number;
  /** Sectors of the first read. */
  readonly count: number;
  next: number;
  reads: number;
  readonly startNs: number;
  endNs: number;
}

interface SectorRead {
  readonly drive: DriveKind;
  readonly first: number;
  /** Its beginning. */
  readonly data: Uint8Array;
  readonly timeNs: number;
  /** It goes on where the read before has ended. */
  readonly goesOn: boolean;
}

/** Where each kind of medium says that it can be booted. */
const BOOT_SECTORS: Readonly<Record<DriveKind, number>> = { floppy: 0, disk: 0, cdrom: BOOT_RECORD.sector };

export class DiskBoot {
  private readonly log: EventSink;
  private run: Run | undefined;
  /** The drive that the BIOS boots from, and what of it has been seen. */
  private boot: { readonly drive: DriveKind; seen: 'nothing' | 'boot-sector' | 'loader' | 'more' } | undefined;
  /** Reads from a drive that the BIOS may be about to name. */
  private early: SectorRead[] = [];
  private catalogueSector: number | undefined;
  private imageSector: number | undefined;

  constructor(log: EventSink) {
    this.log = log;
  }

  /** Power-on, or a reset. */
  start(): void {
    this.run = undefined;
    this.boot = undefined;
    this.early = [];
  }

  /** The BIOS has said that it tries this device. */
  tries(drive: DriveKind, timeNs: number): void {
    this.boot = { drive, seen: 'nothing' };
    const { early } = this;
    this.early = [];
    for (const read of early)
      if (read.drive === drive && timeNs - read.timeNs < ANNOUNCED_NS) this.follow({ ...read, timeNs });
  }

  /** The kernel has taken over, or the BIOS goes on to another device. */
  end(): void {
    this.endRun();
    this.boot = undefined;
  }

  read(read: DriveRead): void {
    const bytes = SECTOR_BYTES[read.drive];
    const first = Math.floor(read.startByte / bytes);
    const count = Math.ceil(read.data.length / bytes);
    const { drive, timeNs } = read;
    const goesOn = this.trace(drive, first, count, timeNs);
    const data = read.data.subarray(0, KEPT_BYTES);
    if (this.boot?.drive === drive) this.follow({ drive, first, data, timeNs, goesOn });
    else {
      if (this.early.length === MAX_EARLY) this.early.shift();
      this.early.push({ drive, first, data: data.slice(), timeNs, goesOn });
    }
  }

  private follow(read: SectorRead): void {
    switch (this.boot?.seen) {
      case 'nothing':
        if (read.first === BOOT_SECTORS[read.drive]) this.bootSector(read);
        return;
      case 'boot-sector':
        this.afterBootSector(read);
        return;
      case 'loader':
        this.afterLoader(read);
        return;
      case 'more':
      case undefined:
    }
  }

  private stage(stage: 'boot-sector' | 'boot-loader', message: Message, timeNs: number): void {
    this.log.emit({ kind: 'stage', stage, ...message }, { timeNs });
  }

  private bootSector({ drive, data, timeNs }: SectorRead): void {
    const { boot } = this;
    if (boot === undefined) return;
    boot.seen = 'boot-sector';
    const device = DRIVE_MESSAGES[drive];
    if (drive !== 'cdrom') {
      const isBootable = data[0x1fe] === 0x55 && data[0x1ff] === 0xaa;
      const id = isBootable ? 'machine.boot-sector' : 'machine.no-boot-sector';
      this.stage('boot-sector', machineMessage(id, { device }), timeNs);
      return;
    }
    const { id, idAt, catalogueAt } = BOOT_RECORD;
    if (fromLatin1(data, idAt, idAt + id.length) !== id) {
      this.stage('boot-sector', machineMessage('machine.no-boot-record'), timeNs);
      return;
    }
    const sector = little32(data, catalogueAt);
    this.catalogueSector = sector;
    this.stage('boot-sector', machineMessage('machine.boot-record', { sector }), timeNs);
  }

  private afterBootSector({ drive, first, data, timeNs }: SectorRead): void {
    const { boot } = this;
    if (boot === undefined) return;
    if (drive !== 'cdrom') {
      if (first === 0) return;
      boot.seen = 'loader';
      this.stage('boot-loader', machineMessage('machine.loader-loads', { sector: first }), timeNs);
    } else if (first === this.catalogueSector) this.imageSector = little32(data, CATALOGUE_IMAGE_AT);
    else if (first === this.imageSector) {
      boot.seen = 'loader';
      this.stage('boot-loader', machineMessage('machine.cd-loads', { sector: first }), timeNs);
    }
  }

  /** What the boot sector has loaded reads elsewhere: a file system, as a rule. */
  private afterLoader({ drive, first, timeNs, goesOn }: SectorRead): void {
    // The first sector has the partitions: it is read in search of a file system.
    if (this.boot === undefined || goesOn || first === 0) return;
    this.boot.seen = 'more';
    const message = machineMessage('machine.loader-goes-on', { device: DRIVE_MESSAGES[drive], sector: first });
    this.stage('boot-loader', message, timeNs);
  }

  /**
   * Reads that follow one another are one call of the trace; boot sectors, and single sectors that a loader begins with, are
   * calls of their own. True when the read goes on where the one before has ended.
   */
  private trace(drive: DriveKind, first: number, count: number, timeNs: number): boolean {
    const { run } = this;
    const goesOn = run?.drive === drive && run.next === first;
    const isBeginning = run?.first === BOOT_SECTORS[drive] || (run?.reads === 1 && run.count === 1 && count > 1);
    if (run !== undefined && goesOn && !isBeginning) {
      run.next += count;
      run.reads++;
      run.endNs = timeNs;
      return true;
    }
    this.endRun();
    const call = this.log.emit(
      {
        kind: 'call',
        api: 'int13',
        function: 'Read sectors',
        opcode: 0x02,
        caller: '',
        mode: 'real',
        fields: [
          ['drive', DRIVE_NUMBERS[drive]],
          ['sector', String(first)],
          ['count', String(count)],
        ],
      },
      { timeNs },
    );
    this.run = { call, drive, first, count, next: first + count, reads: 1, startNs: timeNs, endNs: timeNs };
    return goesOn;
  }

  private endRun(): void {
    const { run } = this;
    if (run === undefined) return;
    this.run = undefined;
    const { call, first, next, reads, startNs, endNs } = run;
    this.log.emit(
      {
        kind: 'return',
        api: 'int13',
        function: 'Read sectors',
        status: 'success',
        calls: reads,
        failures: 0,
        durationNs: endNs - startNs,
        fields: [['sectors', String(next - first)]],
      },
      { cause: call, timeNs: endNs },
    );
  }
}

function little32(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
  return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
}
