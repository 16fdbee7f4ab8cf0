/**
 * A URI scheme: the build option that it needs, and its implementation. `all.ts` lists them; a scheme is a folder and a
 * line there.
 */
import type { Task } from '../../../base/time/task.ts';
import type { FeatureFlag } from '../build.ts';
import type { Ipxe } from '../ipxe.ts';
import type { Progress } from '../net/transfer/job.ts';
import type { Uri } from '../net/transfer/uri.ts';
import type { SanPath } from '../san/path.ts';
import type { Outcome } from '../settings/types.ts';

/** The result of a download: the bytes, and the URI that they came from after redirections. */
export interface Fetched {
  readonly data: Uint8Array;
  readonly uri: Uri;
}

/** Speaks a scheme for one iPXE. */
export interface SchemeClient {
  /** Why a URI of the scheme cannot be opened, when that is known without any network access. */
  check?(uri: Uri): Outcome<unknown>;
  /** Downloads a resolved URI. */
  fetch?(uri: Uri, progress: Progress): Task<Outcome<Fetched>>;
  /** Opens what the URI names as a disk. */
  openDisk?(uri: Uri): Task<Outcome<SanPath>>;
  /** Closes connections that are kept for later. */
  forgetIdle?(): void;
}

export interface SchemeSpec {
  /** As URIs begin, without the colon. */
  readonly id: string;
  /** The option of a build that lets it download; `always`: every build does. */
  readonly download?: FeatureFlag | 'always';
  /** The option that lets it attach disks. */
  readonly disk?: FeatureFlag;
  start(ipxe: Ipxe): SchemeClient;
}

/** A scheme whose downloads are a function from a URI to bytes, and end where they began. */
export function downloadScheme(
  id: string,
  download: FeatureFlag | 'always',
  fetch: (ipxe: Ipxe, uri: Uri, progress: Progress) => Task<Outcome<Uint8Array>>,
): SchemeSpec {
  return {
    id,
    download,
    start: (ipxe) => ({
      *fetch(uri, progress) {
        const data = yield* fetch(ipxe, uri, progress);
        return data.ok ? { ok: true, value: { data: data.value, uri } } : data;
      },
    }),
  };
}
