/** Opening URIs: which scheme is spoken by what, and turning the bytes that come into an image's data. */
import { latin1 } from '../../../base/bytes.ts';
import { err, ok } from '../../../base/result.ts';
import type { Task } from '../../../base/task.ts';
import type { FeatureFlag } from '../build.ts';
import { Err, OK, type Status } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import { base64Decode, uriDecode, type Outcome } from '../settings/types.ts';
import { ftpGet } from './ftp.ts';
import { HttpClient } from './http.ts';
import type { Progress } from './job.ts';
import { nfsGet } from './nfs.ts';
import { tftpFetch } from './tftp.ts';
import { formatUri, parseUri, redactedUri, resolveUri, type Uri } from './uri.ts';

/** What a download gives: the bytes, and the URI that they came from after redirections. */
export interface Fetched {
  readonly data: Uint8Array;
  readonly uri: Uri;
}

/** A size that a server announces is believed so far: what comes is stored, not what is said. */
const MAX_BELIEVED_BYTES = 64 * 1024 * 1024;

/** Collects a body whose size may be told late or never. */
export class Collector {
  private buffer = new Uint8Array(0);
  private length = 0;
  private readonly progress: Progress;

  constructor(progress: Progress) {
    this.progress = progress;
  }

  /** So many bytes are announced: room for them at once saves copying. */
  expect(totalBytes: number): void {
    if (this.length === 0) this.buffer = new Uint8Array(Math.min(totalBytes, MAX_BELIEVED_BYTES));
  }

  add(data: Uint8Array): void {
    const end = this.length + data.length;
    if (end > this.buffer.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.buffer.length));
      larger.set(this.buffer.subarray(0, this.length));
      this.buffer = larger;
    }
    this.buffer.set(data, this.length);
    this.length = end;
    this.progress.doneBytes += data.length;
  }

  get bytes(): Uint8Array {
    return this.length === this.buffer.length ? this.buffer : this.buffer.slice(0, this.length);
  }
}

const SCHEMES: ReadonlyMap<string, FeatureFlag | 'always'> = new Map([
  ['tftp', 'DOWNLOAD_PROTO_TFTP'],
  ['http', 'DOWNLOAD_PROTO_HTTP'],
  ['ftp', 'DOWNLOAD_PROTO_FTP'],
  ['nfs', 'DOWNLOAD_PROTO_NFS'],
  ['data', 'always'],
]);

export class Transfers {
  readonly http: HttpClient;
  private readonly ipxe: Ipxe;
  private count = 0;

  constructor(ipxe: Ipxe) {
    this.ipxe = ipxe;
    this.http = new HttpClient(ipxe);
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
    const flag = uri.scheme === undefined ? undefined : SCHEMES.get(uri.scheme);
    if (flag === undefined) return err(Err.unsupportedScheme);
    if (flag !== 'always' && !this.ipxe.build.features.has(flag)) return err(Err.unsupportedScheme);
    const inline = uri.scheme === 'data' ? dataUri(uri) : ok(undefined);
    return inline.ok ? ok(uri) : inline;
  }

  /** Downloads a resolved URI. */
  *fetch(uri: Uri, progress: Progress): Task<Outcome<Fetched>> {
    const { log } = this.ipxe;
    const transfer = `${this.ipxe.platform.name}/ipxe/${++this.count}`;
    const protocol = uri.scheme ?? '';
    const name = redactedUri(uri);
    log.emit({ kind: 'stage', stage: 'file-request', text: `Asks for ${name}` });
    log.emit({ kind: 'transfer', transfer, protocol, name, doneBytes: 0, state: 'active' });
    const result = yield* this.speak(uri, progress);
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
    if (result.ok) log.emit({ kind: 'stage', stage: 'file-done', text: `${name}: ${doneBytes} bytes` });
    return result;
  }

  private *speak(uri: Uri, progress: Progress): Task<Outcome<Fetched>> {
    switch (uri.scheme) {
      case 'tftp':
        return withUri(uri, yield* tftpFetch(this.ipxe, uri, progress));
      case 'http':
        return yield* this.http.get(uri, progress);
      case 'ftp':
        return withUri(uri, yield* ftpGet(this.ipxe, uri, progress));
      case 'nfs':
        return withUri(uri, yield* nfsGet(this.ipxe, uri, progress));
      case 'data':
        return withUri(uri, dataUri(uri));
      case undefined:
      default:
        return err(Err.unsupportedScheme);
    }
  }
}

function withUri(uri: Uri, data: Outcome<Uint8Array>): Outcome<Fetched> {
  return data.ok ? ok({ data: data.value, uri }) : data;
}

/** RFC 2397: `data:[type][;base64],DATA`. */
function dataUri(uri: Uri): Outcome<Uint8Array> {
  const text = uri.opaque ?? '';
  const comma = text.indexOf(',');
  if (comma < 0) return err(Err.dataUri);
  const body = text.slice(comma + 1);
  if (!text.slice(0, comma).endsWith(';base64')) return ok(latin1(uriDecode(body)));
  const raw = base64Decode(body);
  return raw === undefined ? err(Err.base64) : ok(raw);
}

/** The text of a URI as an image keeps it, for `cwuri`. */
export function imageUriText(uri: Uri): string {
  return formatUri({ ...uri, params: undefined });
}

/** How the end of a TCP connection reads as a status. */
export function tcpStatus(error: 'refused' | 'reset' | 'timeout' | 'unreachable' | 'closed' | undefined): Status {
  switch (error) {
    case undefined:
      return OK;
    case 'refused':
    case 'reset':
    case 'closed':
      return Err.tcpReset;
    case 'timeout':
      return Err.tcpTimeout;
    case 'unreachable':
      return Err.tcpTimeout;
  }
}
