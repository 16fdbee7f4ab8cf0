/** SAN devices: root paths, the drives that they become, and booting from them. Schemes open the disks. */
import type { Task } from '../../../base/time/task.ts';
import { NBP_ADDRESS, type ProgramEntry } from '../../platform.ts';
import { Err, OK, strerror, type Status } from '../errors.ts';
import { le16 } from '../images/memory.ts';
import { pxeContext } from '../images/programs.ts';
import type { Ipxe } from '../ipxe.ts';
import { ipxeMessage } from '../messages.ts';
import { parseUri, resolveUri, type Uri } from '../net/transfer/uri.ts';
import { SanDevice } from './device.ts';
import { readBootImage } from './el-torito.ts';
import type { SanDrive } from './path.ts';
import { encodeTables, tableName } from './tables.ts';

const DEFAULT_DRIVE = 0x80;
const BOOT_SIGNATURE = 0xaa55;

export const hexDrive = (drive: number): string => `0x${drive.toString(16).padStart(2, '0')}`;

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

interface HookOptions {
  /** Boot tables name it for operating systems. */
  readonly describe: boolean;
}

/** Attaches root paths, which lead to the same disk, as a drive. Says what it did. */
export function* hookSan(
  ipxe: Ipxe,
  rootPaths: readonly string[],
  drive: number,
  { describe }: HookOptions,
): Task<Status> {
  let status: Status = OK;
  if (ipxe.sanDrives.has(drive)) status = Err.sanInUse;
  else {
    const name = rootPaths.join(' ');
    const say = (code: 'san-attach' | 'san-attached'): void => {
      const message = ipxeMessage(`ipxe.${code}`, { disk: name, drive: hexDrive(drive) });
      ipxe.log.emit({ kind: 'decision', code, severity: 'info', ...message });
    };
    say('san-attach');
    const paths = rootPaths.map((rootPath) => () => ipxe.transfers.openDisk(sanUri(ipxe, rootPath)));
    const device = yield* SanDevice.open(ipxe, { name, paths, isDescribed: describe });
    if (device.ok) {
      ipxe.sanDrives.set(drive, device.value);
      ipxe.platform.setDrive(drive, device.value);
      say('san-attached');
    } else status = device.error;
  }
  if (status !== OK) {
    yield* ipxe.print(`Could not open SAN device: ${strerror(status)}\n`);
    return status;
  }
  yield* ipxe.print(`Registered SAN device ${hexDrive(drive)}\n`);
  if (!describe) return OK;
  status = describeDrives(ipxe);
  if (status !== OK) yield* ipxe.print(`Could not describe SAN devices: ${strerror(status)}\n`);
  return status;
}

/** Writes the boot tables of all drives that are to be described. */
function describeDrives(ipxe: Ipxe): Status {
  const descriptions = [...ipxe.sanDrives.values()].flatMap(({ description, isDescribed }) =>
    isDescribed && description !== undefined ? [description] : [],
  );
  const tables = encodeTables(ipxe, descriptions);
  if (!ipxe.platform.setBootTables(tables)) return Err.ibftNoRoom;
  if (tables.length > 0) {
    const names = tables.map(tableName).join(', ');
    ipxe.log.emit({
      kind: 'decision',
      code: 'boot-tables',
      severity: 'info',
      ...ipxeMessage('ipxe.boot-tables', { names }),
    });
  }
  return OK;
}

/** Enters the boot sector of a drive, or the boot image of a CD. */
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
  const device = ipxe.sanDrives.get(drive);
  if (device === undefined) return Err.bootSectorUnreadable;
  const loaded = yield* device.isCd ? loadCd(ipxe, device) : loadDisk(ipxe, device);
  if (typeof loaded === 'number') return loaded;
  const { platform, pxeDevice } = ipxe;
  const pxe = pxeDevice === undefined ? undefined : pxeContext(ipxe, pxeDevice);
  yield* platform.console.setGraphics(undefined);
  const outcome = yield* platform.startProgram({
    ...(pxe === undefined ? {} : { pxe }),
    kind: 'boot-sector',
    name: device.name,
    entry: { ...loaded, registers: { edx: drive } },
  });
  if (outcome.kind === 'stopped') ipxe.ending = { kind: 'stopped' };
  return OK;
}

type Loaded = Extract<ProgramEntry, { readonly mode: 'real' }>;

function* loadDisk(ipxe: Ipxe, device: SanDrive): Task<Loaded | Status> {
  const sector = yield* device.read(0, 1);
  if (sector === undefined) return Err.bootSectorUnreadable;
  if (le16(sector, 510) !== BOOT_SIGNATURE) {
    const message = ipxeMessage('ipxe.no-boot-signature', { disk: device.name });
    ipxe.log.emit({ kind: 'decision', code: 'no-boot-signature', severity: 'warn', ...message });
    return Err.bootSectorUnreadable;
  }
  ipxe.platform.memory.write(NBP_ADDRESS, sector);
  return { mode: 'real', cs: 0, ip: NBP_ADDRESS, interrupts: true };
}

function* loadCd(ipxe: Ipxe, device: SanDrive): Task<Loaded | Status> {
  const image = yield* readBootImage(device);
  if (image === undefined) return Err.bootSectorUnreadable;
  ipxe.platform.memory.write(image.segment * 16, image.data);
  return { mode: 'real', cs: image.segment, ip: 0, interrupts: true };
}

/** The SAN part of an automatic boot: attach, let a file run first, boot, detach. */
export function* bootSan(
  ipxe: Ipxe,
  rootPath: string,
  filename: string | undefined,
  first: (() => Task<Status>) | undefined,
): Task<Status> {
  const drive = driveNumber(ipxe, undefined);
  let status = yield* hookSan(ipxe, [rootPath], drive, { describe: true });
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
  const attached = ipxe.sanDrives.get(drive);
  if (attached !== undefined) {
    ipxe.sanDrives.delete(drive);
    ipxe.platform.setDrive(drive, undefined);
    attached.close();
    describeDrives(ipxe);
  }
  yield* ipxe.print(`Unregistered SAN device ${hexDrive(drive)}\n`);
}
