/** Opens URIs with the schemes that the build speaks, and reports each download. */
import { err, ok } from '../../../../base/result.ts';
import type { Task } from '../../../../base/time/task.ts';
import { Err } from '../../errors.ts';
import type { Ipxe } from '../../ipxe.ts';
import type { SanPath } from '../../san/path.ts';
import type { Fetched, SchemeClient, SchemeSpec } from '../../schemes/scheme.ts';
import type { Outcome } from '../../settings/types.ts';
import type { Progress } from './job.ts';
import { formatUri, parseUri, redactedUri, resolveUri, type Uri } from './uri.ts';
import { ipxeMessage } from '../../messages.ts';

export class Transfers {
  private readonly ipxe: Ipxe;
  private readonly schemes: ReadonlyMap<string, SchemeSpec>;
  private readonly clients = new Map<string, SchemeClient>();
  private count = 0;

  constructor(ipxe: Ipxe, schemes: readonly SchemeSpec[]) {
    this.ipxe = ipxe;
    this.schemes = new Map(schemes.map((scheme) => [scheme.id, scheme]));
  }

  /** A URI with the current working URI under it; or why it cannot be opened. */
  resolve(text: string): Outcome<Uri> {
    const { cwuri } = this.ipxe;
    const given = parseUri(text);
    const uri = cwuri === undefined ? given : resolveUri(parseUri(cwuri), given);
    return this.check(uri);
  }

  /** Whether the build speaks the scheme of a URI. */
  check(uri: Uri): Outcome<Uri> {
    const scheme = this.scheme(uri.scheme);
    if (scheme === undefined || !this.downloads(scheme)) return err(Err.unsupportedScheme);
    const checked = this.client(scheme).check?.(uri);
    return checked === undefined || checked.ok ? ok(uri) : checked;
  }

  /** Whether the build can attach disks by URIs of a scheme. */
  attaches(id: string | undefined): boolean {
    const disk = this.scheme(id)?.disk;
    return disk !== undefined && this.ipxe.build.features.has(disk);
  }

  /** Opens what a URI names as a disk. */
  *openDisk(uri: Uri): Task<Outcome<SanPath>> {
    const scheme = this.scheme(uri.scheme);
    if (scheme === undefined) return err(Err.unsupportedScheme);
    const client = this.client(scheme);
    if (this.attaches(scheme.id) && client.openDisk !== undefined) return yield* client.openDisk(uri);
    // A URI of a file on a server has no blocks; one that contains the data itself is not a device.
    const isFile = scheme.download !== 'always' && this.downloads(scheme);
    return err(isFile ? Err.sanNoBlocks : Err.unsupportedScheme);
  }

  /** Closes connections that are kept for another request. */
  forgetIdle(): void {
    for (const client of this.clients.values()) client.forgetIdle?.();
  }

  private scheme(id: string | undefined): SchemeSpec | undefined {
    return id === undefined ? undefined : this.schemes.get(id);
  }

  private downloads({ download }: SchemeSpec): boolean {
    return download === 'always' || (download !== undefined && this.ipxe.build.features.has(download));
  }

  private client(scheme: SchemeSpec): SchemeClient {
    const known = this.clients.get(scheme.id);
    if (known !== undefined) return known;
    const client = scheme.start(this.ipxe);
    this.clients.set(scheme.id, client);
    return client;
  }

  /** Downloads a resolved URI. */
  *fetch(uri: Uri, progress: Progress): Task<Outcome<Fetched>> {
    const { log } = this.ipxe;
    const transfer = `${this.ipxe.platform.name}/ipxe/${++this.count}`;
    const protocol = uri.scheme ?? '';
    const name = redactedUri(uri);
    log.emit({ kind: 'stage', stage: 'file-request', ...ipxeMessage('ipxe.file-request', { uri: name }) });
    log.emit({ kind: 'transfer', transfer, protocol, name, doneBytes: 0, state: 'active' });
    const scheme = this.scheme(protocol);
    const fetching = scheme === undefined ? undefined : this.client(scheme).fetch?.(uri, progress);
    const result: Outcome<Fetched> = fetching === undefined ? err(Err.unsupportedScheme) : yield* fetching;
    const doneBytes = result.ok ? result.value.data.length : progress.doneBytes;
    log.emit({
      kind: 'transfer',
      transfer,
      protocol,
      name,
      doneBytes,
      ...(progress.totalBytes > 0 ? { totalBytes: progress.totalBytes } : {}),
      state: result.ok ? 'done' : 'failed',
    });
    if (result.ok) {
      const about = { uri: name, bytes: doneBytes };
      log.emit({ kind: 'stage', stage: 'file-done', ...ipxeMessage('ipxe.file-done', about) });
    }
    return result;
  }
}

/** The text of a URI as an image keeps it, for `cwuri`. */
export function imageUriText(uri: Uri): string {
  return formatUri({ ...uri, params: undefined });
}
