/** A disk behind an HTTP server. */
import { err, ok } from '../../../../base/result.ts';
import type { Task } from '../../../../base/time/task.ts';
import { httpField } from '../../../../protocols/http/codec.ts';
import { Err, OK, type Status } from '../../errors.ts';
import { Progress } from '../../net/transfer/job.ts';
import type { Uri } from '../../net/transfer/uri.ts';
import type { SanPath } from '../../san/path.ts';
import type { Outcome } from '../../settings/types.ts';
import { statusOf, type HttpClient } from './client.ts';

const SECTOR_BYTES = 512;
const MAX_SECTORS = 0xffff;

/** A disk behind an HTTP server that answers ranges (RFC 9110 §14). Each command is a request: no connection ends it. */
class HttpDisk implements SanPath {
  readonly sectorBytes = SECTOR_BYTES;
  readonly maxSectors = MAX_SECTORS;
  readonly isOpen = true;
  readonly sectors: number;
  private readonly client: HttpClient;
  private readonly uri: Uri;

  constructor(client: HttpClient, uri: Uri, sectors: number) {
    this.client = client;
    this.uri = uri;
    this.sectors = sectors;
  }

  *read(sector: number, count: number): Task<Outcome<Uint8Array>> {
    const first = sector * SECTOR_BYTES;
    const range = { first, last: first + count * SECTOR_BYTES - 1 };
    const answer = yield* this.client.fetchRange(this.uri, range, new Progress());
    if (!answer.ok) return answer;
    const { head, body } = answer.value;
    const status = statusOf(head.status);
    if (status !== OK) return err(status);
    // 200 instead of 206 would be the whole file.
    return head.status === PARTIAL_CONTENT && body.length === count * SECTOR_BYTES ? ok(body) : err(Err.httpOther);
  }

  // oxlint-disable-next-line require-yield -- there is no way to write
  *write(): Task<Status> {
    return Err.sanNoBlocks;
  }

  close(): void {}
}

const PARTIAL_CONTENT = 206;

export function* openHttpDisk(client: HttpClient, uri: Uri): Task<Outcome<SanPath>> {
  const answer = yield* client.fetchRange(uri, undefined, new Progress());
  if (!answer.ok) return answer;
  const status = statusOf(answer.value.head.status);
  if (status !== OK) return err(status);
  const bytes = Number(httpField(answer.value.head, 'Content-Length') ?? 0);
  return ok(new HttpDisk(client, uri, Math.floor(bytes / SECTOR_BYTES)));
}
