/** SAN devices: root paths, the drives that they become, and booting from them. Schemes open the disks. */
import type { Task } from '../../../base/task.ts';
import { Err, OK, strerror, type Status } from '../errors.ts';
import { le16 } from '../images/memory.ts';
import { pxeContext } from '../images/programs.ts';
import type { Ipxe } from '../ipxe.ts';
import { parseUri, resolveUri, type Uri } from '../net/uri.ts';

const DEFAULT_DRIVE = 0x80;
const BOOT_SECTOR_ADDRESS = 0x7c00;
const BOOT_SIGNATURE = 0xaa55;

const hexDrive = (drive: number): string => `0x${drive.toString(16).padStart(2, '0')}`;

/** A root path as a URI, with the working URI under it. */
function sanUri(ipxe: Ipxe, rootPath: string): Uri {
  const given = parseUri(rootPath);
  return ipxe.cwuri === undefined ? given : resolveUri(parseUri(ipxe.cwuri), given);
}

/** Whether a root path is one that this build can attach. */
export function hasSanScheme(ipxe: Ipxe, rootPath: string): boolean {
  return ipxe.transfers.attaches(parseUri(rootPath).scheme);
}

/** The drive number that is meant: given, else the setting, else 0x80. */
export function driveNumber(ipxe: Ipxe, given: number | undefined): number {
  const drive = given ?? ipxe.settings.getNumber('san-drive', DEFAULT_DRIVE);
  return drive | DEFAULT_DRIVE;
}

/** Attaches a root path as a drive. Says what it did. */
export function* hookSan(ipxe: Ipxe, rootPaths: readonly string[], drive: number): Task<Status> {
  let last: Status = Err.unsupportedScheme;
  if (ipxe.sanDrives.has(drive)) last = Err.sanInUse;
  else {
    for (const rootPath of rootPaths) {
      const disk = yield* ipxe.transfers.openDisk(sanUri(ipxe, rootPath), rootPath);
      if (disk.ok) {
        ipxe.sanDrives.set(drive, disk.value);
        ipxe.platform.setDrive(drive, disk.value);
        yield* ipxe.print(`Registered SAN device ${hexDrive(drive)}\n`);
        return OK;
      }
      last = disk.error;
    }
  }
  yield* ipxe.print(`Could not open SAN device: ${strerror(last)}\n`);
  return last;
}

/** Enters the boot sector of a drive. */
export function* startSan(ipxe: Ipxe, drive: number, filename: string | undefined): Task<Status> {
  if (ipxe.settings.getNumber('skip-san-boot') !== 0) {
    yield* ipxe.print(`Skipping boot from SAN device ${hexDrive(drive)}\n`);
    return OK;
  }
  const what = filename === undefined || filename === '' ? '' : `${filename} `;
  yield* ipxe.print(`Booting ${what}from SAN device ${hexDrive(drive)}\n`);
  const status = yield* enterBootSector(ipxe, drive);
  if (status !== OK || !ipxe.isEnding) {
    yield* ipxe.print(`Boot from SAN device ${hexDrive(drive)} failed: ${strerror(status)}\n`);
  }
  return status;
}

function* enterBootSector(ipxe: Ipxe, drive: number): Task<Status> {
  const disk = ipxe.sanDrives.get(drive);
  if (disk === undefined) return Err.bootSectorUnreadable;
  const sector = yield* disk.read(0, 1);
  if (sector === undefined) return Err.bootSectorUnreadable;
  if (le16(sector, 510) !== BOOT_SIGNATURE) return Err.bootSectorUnreadable;
  const { platform, pxeDevice } = ipxe;
  platform.memory.write(BOOT_SECTOR_ADDRESS, sector);
  const pxe = pxeDevice === undefined ? undefined : pxeContext(ipxe, pxeDevice);
  yield* platform.console.setGraphics(undefined);
  const outcome = yield* platform.startProgram({
    ...(pxe === undefined ? {} : { pxe }),
    kind: 'boot-sector',
    name: disk.name,
    entry: { mode: 'real', cs: 0, ip: BOOT_SECTOR_ADDRESS, interrupts: true, registers: { edx: drive } },
  });
  if (outcome.kind === 'stopped') ipxe.ending = { kind: 'stopped' };
  return OK;
}

/** The SAN part of an automatic boot: attach, let a file run first, boot, detach. */
export function* bootSan(
  ipxe: Ipxe,
  rootPath: string,
  filename: string | undefined,
  first: (() => Task<Status>) | undefined,
): Task<Status> {
  const drive = driveNumber(ipxe, undefined);
  let status = yield* hookSan(ipxe, [rootPath], drive);
  if (status !== OK) return status;
  if (first !== undefined) status = yield* first();
  if (!ipxe.isEnding) status = yield* startSan(ipxe, drive, filename);
  if (!ipxe.isEnding) yield* releaseSan(ipxe, drive);
  return status;
}

/** Detaches a drive unless `keep-san` says that it stays. */
export function* releaseSan(ipxe: Ipxe, drive: number): Task<void> {
  if (ipxe.settings.getNumber('keep-san') !== 0) {
    yield* ipxe.print(`Preserving SAN device ${hexDrive(drive)}\n`);
    return;
  }
  if (ipxe.sanDrives.delete(drive)) ipxe.platform.setDrive(drive, undefined);
  yield* ipxe.print(`Unregistered SAN device ${hexDrive(drive)}\n`);
}
