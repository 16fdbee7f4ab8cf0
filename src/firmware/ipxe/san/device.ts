/**
 * A drive behind one or several paths. All paths are tried, the first that answers is used, and commands are repeated
 * when they fail: `san-retries` times, ten unless it is set. CDs are recognised by their volume descriptor and then have
 * sectors of 2048 bytes.
 */
import { concatBytes } from '../../../base/bytes.ts';
import { NS_PER_S } from '../../../base/time/clock.ts';
import { err, ok } from '../../../base/result.ts';
import { after, anyOf, Inbox, sleep, startTask, type RunningTask, type Task } from '../../../base/time/task.ts';
import type { DiskGeometry } from '../../platform.ts';
import { Err, OK, type Status } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import { ipxeMessage } from '../messages.ts';
import type { Outcome } from '../settings/types.ts';
import { isCdDescriptor, CD_DESCRIPTOR_SECTOR, CD_SECTOR_BYTES } from './el-torito.ts';
import { guessGeometry } from './geometry.ts';
import type { SanDescription, SanDrive, SanPath } from './path.ts';

/** Longer than the sixteen seconds in which AoE repeats a command. */
const COMMAND_TIMEOUT_NS = 20 * NS_PER_S;
const REOPEN_DELAY_NS = 5 * NS_PER_S;
const DEFAULT_RETRIES = 10;
const DISK_SECTOR_BYTES = 512;

/** Opens one path. */
type OpenPath = () => Task<Outcome<SanPath>>;

interface SanDeviceOptions {
  /** The root paths, for people. */
  readonly name: string;
  readonly paths: readonly OpenPath[];
  readonly isDescribed: boolean;
}

export class SanDevice implements SanDrive {
  readonly name: string;
  readonly isDescribed: boolean;
  private readonly ipxe: Ipxe;
  private readonly paths: readonly OpenPath[];
  private active: SanPath | undefined;
  /** Sectors of the path in one of the drive: 4 for a CD behind a disk. */
  private factor = 1;
  private shape: DiskGeometry | undefined;
  private isClosed = false;

  private constructor(ipxe: Ipxe, { name, paths, isDescribed }: SanDeviceOptions) {
    this.ipxe = ipxe;
    this.name = name;
    this.paths = paths;
    this.isDescribed = isDescribed;
  }

  /** Opens the first path that answers, and looks at what kind of drive it is. */
  static *open(ipxe: Ipxe, options: SanDeviceOptions): Task<Outcome<SanDevice>> {
    const device = new SanDevice(ipxe, options);
    const opened = yield* device.openPaths();
    let status: Status = opened.ok ? OK : opened.error;
    if (status === OK) status = yield* device.look();
    if (status === OK) return ok(device);
    device.close();
    return err(status);
  }

  get sectorBytes(): number {
    return (this.active?.sectorBytes ?? DISK_SECTOR_BYTES) * this.factor;
  }

  get sectors(): number {
    return Math.floor(this.pathSectors / this.factor);
  }

  get isCd(): boolean {
    return this.factor > 1 || this.active?.sectorBytes === CD_SECTOR_BYTES;
  }

  get geometry(): DiskGeometry | undefined {
    return this.shape;
  }

  /** The path in use, as boot tables describe it. */
  get description(): SanDescription | undefined {
    return this.active?.describe?.();
  }

  private pathSectors = 0;

  /** Volume descriptor, then master boot record. */
  private *look(): Task<Status> {
    const { active } = this;
    if (active === undefined) return Err.sanNotConnected;
    this.pathSectors = active.sectors;
    if (active.sectorBytes > CD_SECTOR_BYTES) return OK;
    const factor = CD_SECTOR_BYTES / active.sectorBytes;
    // A disk that ends before the descriptor is no CD.
    if (active.sectors >= (CD_DESCRIPTOR_SECTOR + 1) * factor) {
      const descriptor = yield* this.transfer('read', CD_DESCRIPTOR_SECTOR * factor, factor, undefined);
      if (!descriptor.ok) return descriptor.error;
      if (isCdDescriptor(descriptor.value)) this.factor = factor;
    }
    if (!this.isCd && active.sectorBytes === DISK_SECTOR_BYTES) {
      const first = yield* this.transfer('read', 0, 1, undefined);
      // A disk whose first sector cannot be read is still a disk.
      if (first.ok) this.shape = guessGeometry(first.value);
    }
    return OK;
  }

  *read(sector: number, count: number): Task<Uint8Array | undefined> {
    const { factor } = this;
    const result = yield* this.transfer('read', sector * factor, count * factor, undefined);
    return result.ok ? result.value : undefined;
  }

  *write(sector: number, bytes: Uint8Array): Task<boolean> {
    const { factor } = this;
    const result = yield* this.transfer('write', sector * factor, bytes.length / (this.sectorBytes / factor), bytes);
    return result.ok;
  }

  close(): void {
    this.isClosed = true;
    this.active?.close();
    this.active = undefined;
  }

  /** In sectors of the path, in as many commands as it needs. */
  private *transfer(
    way: 'read' | 'write',
    sector: number,
    count: number,
    data: Uint8Array | undefined,
  ): Task<Outcome<Uint8Array>> {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < count;) {
      const most = this.active?.maxSectors ?? 1;
      const now = Math.min(count - at, most);
      const result = yield* this.command(function* (path): Task<Outcome<Uint8Array>> {
        // A path that was opened again may take less at a time.
        if (way === 'read') return yield* path.read(sector + at, now);
        const bytes = data?.subarray(at * path.sectorBytes, (at + now) * path.sectorBytes) ?? new Uint8Array(0);
        const status = yield* path.write(sector + at, bytes);
        return status === OK ? ok(new Uint8Array(0)) : err(status);
      });
      if (!result.ok) return result;
      parts.push(result.value);
      at += now;
    }
    const [only] = parts;
    return ok(parts.length === 1 && only !== undefined ? only : concatBytes(parts));
  }

  /** One command, with its repetitions. */
  private *command(run: (path: SanPath) => Task<Outcome<Uint8Array>>): Task<Outcome<Uint8Array>> {
    const limit = this.ipxe.settings.getNumber('san-retries', DEFAULT_RETRIES);
    let last: Status = Err.sanNotConnected;
    for (let tries = 0; tries <= limit && !this.isClosed;) {
      if (this.active?.isOpen !== true) {
        const opened = yield* this.openPaths();
        if (!opened.ok) {
          last = opened.error;
          yield* sleep(this.ipxe.clock, REOPEN_DELAY_NS);
          // With several paths one of them will come back.
          if (this.paths.length === 1) tries++;
          continue;
        }
      }
      const { active } = this;
      if (active === undefined) continue;
      const result = yield* this.within(run(active));
      if (result.ok) return result;
      last = result.error;
      tries++;
    }
    return err(last);
  }

  /** The outcome of a command, or that it has taken too long. */
  private *within(task: Task<Outcome<Uint8Array>>): Task<Outcome<Uint8Array>> {
    const { clock } = this.ipxe;
    const done = new Inbox<Outcome<Uint8Array>>();
    const running = startTask(task, (outcome) => done.push(outcome));
    try {
      yield anyOf(done.ready, after(clock, COMMAND_TIMEOUT_NS));
      const outcome = done.poll();
      if (outcome !== undefined) return outcome;
      const about = { disk: this.name, seconds: COMMAND_TIMEOUT_NS / NS_PER_S };
      const message = ipxeMessage('ipxe.san-timeout', about);
      this.ipxe.log.emit({ kind: 'decision', code: 'san-timeout', severity: 'note', ...message });
      return err(Err.sanTimeout);
    } finally {
      running.cancel();
    }
  }

  /** Opens all paths at once and keeps the first that is there. Fails when all have failed. */
  private *openPaths(): Task<Outcome<SanPath>> {
    this.active?.close();
    this.active = undefined;
    const results = new Inbox<Outcome<SanPath>>();
    const running: RunningTask<Outcome<SanPath>>[] = [];
    let last: Status = Err.sanNotConnected;
    let isOver = false;
    try {
      for (const open of this.paths) {
        running.push(
          startTask(open(), (outcome) => {
            if (isOver && outcome.ok) outcome.value.close();
            else results.push(outcome);
          }),
        );
      }
      for (let left = this.paths.length; left > 0; left--) {
        const outcome = yield* results.take();
        if (outcome.ok) {
          this.active = outcome.value;
          return outcome;
        }
        last = outcome.error;
      }
      return err(last);
    } finally {
      isOver = true;
      for (const each of running) each.cancel();
      for (let late = results.poll(); late !== undefined; late = results.poll()) if (late.ok) late.value.close();
    }
  }
}
