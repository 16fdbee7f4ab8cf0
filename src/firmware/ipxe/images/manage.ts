/** Getting images and running them: what `imgfetch`, `chain`, `boot` and the automatic boot share. */
import { err, ok, unreachable } from '../../../base/result.ts';
import type { Task } from '../../../base/time/task.ts';
import { Err, OK, strerror, type Status } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import { runJob } from '../net/transfer/job.ts';
import { imageUriText } from '../net/transfer/transfer.ts';
import { parseUri, redactedUri, uriBaseName, type Uri } from '../net/transfer/uri.ts';
import { runScript } from '../script/script.ts';
import type { Outcome } from '../settings/types.ts';
import { unpack, unpackedName } from './archive.ts';
import { startElf } from './elf.ts';
import { startNbi } from './nbi.ts';
import { startKernel } from './linux.ts';
import { startMultiboot } from './multiboot.ts';
import { startNbp } from './programs.ts';
import { Image } from './image.ts';
import { probeImage } from './types.ts';

export interface DownloadOptions {
  readonly name?: string | undefined;
  readonly timeoutMs?: number | undefined;
  readonly quiet?: boolean;
}

/** Memory that no image takes. */
export function freeImageBytes(ipxe: Ipxe): number {
  return Math.max(0, ipxe.platform.memory.sizeBytes - ipxe.images.heldBytes);
}

/** Registers an image whose bytes are there already, if the machine's memory holds it beside the others. */
export function addImage(ipxe: Ipxe, image: Image): Outcome<Image> {
  if (image.data.length > freeImageBytes(ipxe)) return err(Err.imageNoMemory);
  image.type = probeImage(image.data, ipxe.build);
  ipxe.images.register(image);
  return ok(image);
}

/** Downloads by the text of a URI and registers the image. Prints the progress under the text as given. */
export function* downloadImage(ipxe: Ipxe, text: string, options: DownloadOptions): Task<Outcome<Image>> {
  const resolved = ipxe.transfers.resolve(text);
  if (!resolved.ok) {
    yield* ipxe.print(`Could not start download: ${strerror(resolved.error)}\n`);
    return resolved;
  }
  return yield* downloadUri(ipxe, resolved.value, redactedUri(parseUri(text)), options);
}

/** Downloads an absolute URI; `shown` is printed before the dots. */
export function* downloadUri(ipxe: Ipxe, uri: Uri, shown: string, options: DownloadOptions): Task<Outcome<Image>> {
  const got: { image?: Image } = {};
  const title = options.quiet === true ? undefined : shown;
  const status = yield* runJob(ipxe, { title, timeoutMs: options.timeoutMs ?? 0 }, function* (progress) {
    const fetched = yield* ipxe.transfers.fetch(uri, progress);
    if (!fetched.ok) return fetched.error;
    const { data, uri: final } = fetched.value;
    const added = addImage(ipxe, new Image(options.name ?? uriBaseName(final), data, imageUriText(final)));
    if (!added.ok) return added.error;
    got.image = added.value;
    return OK;
  });
  return status !== OK || got.image === undefined ? err(status) : ok(got.image);
}

/** A registered image of exactly that name, or else a download. */
export function* acquireImage(ipxe: Ipxe, nameOrUri: string, options: DownloadOptions): Task<Outcome<Image>> {
  const image = ipxe.images.find(nameOrUri);
  return image === undefined ? yield* downloadImage(ipxe, nameOrUri, options) : ok(image);
}

export function isExecutable(image: Image): boolean {
  switch (image.type) {
    case 'script':
    case 'Multiboot':
    case 'bzImage':
    case 'ELF':
    case 'NBI':
    case 'PXE-NBP':
    case 'PXE-NBP (may be EFI?)':
    case 'gzip':
    case 'zlib':
    case 'MIME':
      return true;
    case 'DER':
    case 'PEM':
    case 'PNG':
    case undefined:
      return false;
    default:
      return unreachable(image.type);
  }
}

/** Runs an image, with its URI as the working URI; then the image that has replaced it. */
export function* executeImage(ipxe: Ipxe, first: Image): Task<Status> {
  let image = first;
  for (;;) {
    if (!isExecutable(image)) return Err.notExecutable;
    if (ipxe.images.requireTrust && !image.isTrusted) return Err.imageUntrusted;
    const { cwuri } = ipxe;
    if (image.uri !== undefined) ipxe.cwuri = image.uri;
    image.isCurrent = true;
    let status: Status;
    try {
      status = yield* run(ipxe, image);
    } finally {
      image.isCurrent = false;
      ipxe.cwuri = cwuri;
      if (image.autofree) ipxe.images.unregister(image);
    }
    const { replacement } = image;
    image.replacement = undefined;
    if (replacement === undefined) return status;
    image = replacement;
  }
}

function* run(ipxe: Ipxe, image: Image): Task<Status> {
  switch (image.type) {
    case 'script':
      return yield* runScript(ipxe, image);
    case 'bzImage':
      return yield* startKernel(ipxe, image);
    case 'Multiboot':
      return yield* startMultiboot(ipxe, image);
    case 'ELF':
      return yield* startElf(ipxe, image);
    case 'NBI':
      return yield* startNbi(ipxe, image);
    case 'PXE-NBP':
    case 'PXE-NBP (may be EFI?)':
      return yield* startNbp(ipxe, image);
    case 'gzip':
    case 'zlib':
    case 'MIME':
      return runUnpacked(ipxe, image);
    case 'DER':
    case 'PEM':
    case 'PNG':
    case undefined:
      return Err.notExecutable;
    default:
      return unreachable(image.type);
  }
}

/** What is in an archive runs in its place, with its command line, and is freed afterwards. */
function runUnpacked(ipxe: Ipxe, image: Image): Status {
  const data = unpack(image, freeImageBytes(ipxe));
  if (!data.ok) return data.error;
  const added = addImage(ipxe, new Image(unpackedName(image.name), data.value, image.uri));
  if (!added.ok) return added.error;
  Object.assign(added.value, { cmdline: image.cmdline, isTrusted: image.isTrusted, autofree: true });
  if (!isExecutable(added.value)) {
    ipxe.images.unregister(added.value);
    return Err.notExecutable;
  }
  image.replacement = added.value;
  return OK;
}

/** Makes an image run in the place of the script that is running (`chain --replace`). */
export function replaceScript(ipxe: Ipxe, image: Image): Status {
  const { script } = ipxe;
  if (script === undefined) return Err.imageReplaceOutsideScript;
  if (!isExecutable(image)) return Err.notExecutable;
  script.image.replacement = image;
  ipxe.stop = 'sequence';
  return OK;
}
