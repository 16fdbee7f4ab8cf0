/** The automatic boot of one interface: configure it, then whatever the answers name: a menu, a file, a SAN device. */
import { formatIpv4 } from '../../../base/address.ts';
import type { Task } from '../../../base/time/task.ts';
import { Err, OK, strerror, type Status } from '../errors.ts';
import { downloadUri, executeImage } from '../images/manage.ts';
import type { Ipxe } from '../ipxe.ts';
import { configureDevice, openDevice } from '../net/link/manage.ts';
import { addressIn, type NetDevice } from '../net/link/netdev.ts';
import { parseUri, redactedUri, tftpUri, type Uri } from '../net/transfer/uri.ts';
import { bootSan, hasSanScheme } from '../san/san.ts';
import type { SettingsBlock } from '../settings/block.ts';
import { predefined } from '../settings/predefined.ts';
import type { Found } from '../settings/tree.ts';
import { pxeMenuApplies, runPxeMenu } from './pxe-menu.ts';
import { ipxeMessage } from '../messages.ts';

/** The text of a setting below a block, expanded; undefined when it is not set. */
function textIn(ipxe: Ipxe, block: SettingsBlock, name: string): string | undefined {
  const found = ipxe.settings.fetch({ block, setting: predefined(name) });
  if (!found.ok) return undefined;
  const text = found.value.type.format(found.value.raw);
  return text.ok ? ipxe.settings.expand(text.value) : undefined;
}

function find(ipxe: Ipxe, block: SettingsBlock, name: string): Found | undefined {
  const found = ipxe.settings.fetch({ block, setting: predefined(name) });
  return found.ok ? found.value : undefined;
}

/** Opens and configures a device, and boots as its settings say. The status is that of the attempt. */
export function* autobootDevice(ipxe: Ipxe, device: NetDevice): Task<Status> {
  ipxe.netdevs.closeAll(device);
  const opened = yield* openDevice(ipxe, device);
  if (opened !== OK) return opened;
  yield* ipxe.print(device.description);
  const configured = yield* configureDevice(ipxe, device, undefined, 0);
  if (configured !== OK) {
    reportFailure(ipxe, device.name, configured);
    return configured;
  }
  for (const each of ipxe.netdevs.all) yield* ipxe.print(ipxe.ip.describe(each));
  if (pxeMenuApplies(ipxe)) {
    yield* ipxe.print('Booting from PXE menu\n');
    return yield* runPxeMenu(ipxe, device, bootBySettings);
  }
  return yield* bootBySettings(ipxe, ipxe.settings.root, device);
}

/** The URI of a boot file: as it is when it is one, else a file of the TFTP server. Without a server it leads nowhere. */
function filenameUri(server: string | undefined, filename: string): Uri {
  const uri = parseUri(filename);
  return uri.scheme !== undefined || server === undefined ? uri : tftpUri(server, filename);
}

interface BootFile {
  readonly found: Found | undefined;
  readonly server: string | undefined;
  readonly filename: string | undefined;
  readonly uri: Uri | undefined;
}

/** The boot file that the settings below a block name. */
export function bootFileIn(ipxe: Ipxe, from: SettingsBlock): BootFile {
  const found = find(ipxe, from, 'filename');
  // Server and file belong together: the one that named the file also says where it is.
  const origin = found?.origin ?? from;
  const serverRaw = find(ipxe, origin, 'next-server')?.raw;
  const address = addressIn(serverRaw);
  const server = address === 0 ? undefined : formatIpv4(address);
  const filename = found === undefined ? undefined : textIn(ipxe, origin, 'filename');
  const uri = filename === undefined || filename === '' ? undefined : filenameUri(server, filename);
  return { found, server, filename, uri };
}

/** Boots what `filename` and `root-path` below a block name. */
function* bootBySettings(ipxe: Ipxe, from: SettingsBlock, device: NetDevice): Task<Status> {
  const { found, server, filename, uri: fileUri } = bootFileIn(ipxe, from);
  const rootPath = textIn(ipxe, from, 'root-path');
  const sanFilename = textIn(ipxe, from, 'san-filename');
  if (server !== undefined && found !== undefined) yield* ipxe.print(`Next server: ${server}\n`);
  if (filename !== undefined) yield* ipxe.print(`Filename: ${filename}\n`);
  if (rootPath !== undefined) yield* ipxe.print(`Root path: ${rootPath}\n`);
  if (sanFilename !== undefined) yield* ipxe.print(`SAN filename: ${sanFilename}\n`);
  explainOrigin(ipxe, found, filename);

  const hasSan = rootPath !== undefined && rootPath !== '' && hasSanScheme(ipxe, rootPath);
  if (rootPath !== undefined && rootPath !== '' && !hasSan && fileUri !== undefined) {
    yield* ipxe.print('Ignoring unsupported root path\n');
  }
  if (hasSan || (rootPath !== undefined && rootPath !== '' && fileUri === undefined)) {
    const afterHook = fileUri === undefined ? undefined : () => bootFile(ipxe, fileUri);
    return yield* bootSan(ipxe, rootPath, sanFilename, afterHook);
  }
  if (fileUri !== undefined) return yield* bootFile(ipxe, fileUri);
  yield* ipxe.print(`Nothing to boot: ${strerror(Err.nothingToBoot)}\n`);
  const named = device.fileWithoutServer;
  const why =
    named === undefined ? ipxeMessage('ipxe.no-file-named') : ipxeMessage('ipxe.file-without-server', { ...named });
  ipxe.log.emit({ kind: 'stage', stage: 'boot-failed', ...why });
  return Err.nothingToBoot;
}

export function reportFailure(ipxe: Ipxe, what: string, status: Status): void {
  const message = ipxeMessage('ipxe.boot-failed', { what, error: strerror(status) });
  ipxe.log.emit({ kind: 'stage', stage: 'boot-failed', ...message });
}

function explainOrigin(ipxe: Ipxe, found: Found | undefined, filename: string | undefined): void {
  if (found === undefined || filename === undefined) return;
  const block = found.origin.path === '' ? ipxeMessage('ipxe.filename-origin.root') : found.origin.path;
  ipxe.log.emit({
    kind: 'decision',
    code: 'filename-origin',
    severity: 'info',
    ...ipxeMessage('ipxe.filename-origin', { file: filename, block }),
  });
}

function* bootFile(ipxe: Ipxe, uri: Uri): Task<Status> {
  const checked = ipxe.transfers.check(uri);
  if (!checked.ok) {
    yield* ipxe.print(`Could not start download: ${strerror(checked.error)}\n`);
    reportFailure(ipxe, redactedUri(uri), checked.error);
    return checked.error;
  }
  const image = yield* downloadUri(ipxe, uri, redactedUri(uri), {});
  if (!image.ok) {
    reportFailure(ipxe, redactedUri(uri), image.error);
    return image.error;
  }
  yield* ipxe.print(`${image.value.description}\n`);
  image.value.autofree = true;
  const status = yield* executeImage(ipxe, image.value);
  if (status !== OK) {
    ipxe.images.unregister(image.value);
    yield* ipxe.print(`Could not boot image: ${strerror(status)}\n`);
    reportFailure(ipxe, image.value.name, status);
  } else if (!ipxe.isEnding) yield* ipxe.print('\n');
  return status;
}
