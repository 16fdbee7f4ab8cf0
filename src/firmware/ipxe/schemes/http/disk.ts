/** A disk behind an HTTP server. */
import { err, ok } from '../../../../base/result.ts';
import type { Task } from '../../../../base/task.ts';
import { httpField } from '../../../../protocols/http/codec.ts';
import type { BlockDevice } from '../../../platform.ts';
import { OK } from '../../errors.ts';
import { Progress } from '../../net/job.ts';
import type { Uri } from '../../net/uri.ts';
import type { Outcome } from '../../settings/types.ts';
import { statusOf, type HttpClient } from './client.ts';

const SECTOR_BYTES = 512;

/** A disk behind an HTTP server that answers ranges (RFC 9110 §14). */
class HttpDisk implements BlockDevice {
  readonly name: string;
  readonly sectorBytes = SECTOR_BYTES;
  readonly sectors: number;
  private readonly client: HttpClient;
  private readonly uri: Uri;

  constructor(client: HttpClient, uri: Uri, name: string, sectors: number) {
    this.client = client;
    this.uri = uri;
    this.name = name;
    this.sectors = sectors;
  }

  *read(sector: number, count: number): Task<Uint8Array | undefined> {
    const first = sector * SECTOR_BYTES;
    const range = { first, last: first + count * SECTOR_BYTES - 1 };
    const answer = yield* this.client.fetchRange(this.uri, range, new Progress());
    // 200 instead of 206 would be the whole file.
    if (!answer.ok || answer.value.head.status !== 206) return undefined;
    return answer.value.body.length === count * SECTOR_BYTES ? answer.value.body : undefined;
  }

  // oxlint-disable-next-line require-yield -- there is no way to write
  *write(): Task<boolean> {
    return false;
  }
}

export function* openHttpDisk(client: HttpClient, uri: Uri, name: string): Task<Outcome<BlockDevice>> {
  const answer = yield* client.fetchRange(uri, undefined, new Progress());
  if (!answer.ok) return answer;
  const status = statusOf(answer.value.head.status);
  if (status !== OK) return err(status);
  const bytes = Number(httpField(answer.value.head, 'Content-Length') ?? 0);
  return ok(new HttpDisk(client, uri, name, Math.floor(bytes / SECTOR_BYTES)));
}
