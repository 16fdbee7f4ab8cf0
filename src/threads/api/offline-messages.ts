/** The shared names and messages of the build, the page and the service worker. */

export interface Build {
  /** The name of its first script, with its hash. */
  readonly id: string;
  /** Relative to the page; the page itself is ''. The hash tells the browser that this worker is a new one. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

/** The images of the lab that is open, by hash. */
export interface FromPage {
  readonly images: readonly string[];
}

/** A build has been put in place of the one before. */
export interface ToPage {
  readonly kind: 'build';
  readonly lock: string;
}

const PREFIX = 'netboot-lab-build:';

/** A page holds this lock while it is open, so that the worker knows whose files are still needed. */
export function buildLock(id: string): string {
  return PREFIX + id;
}

/** The builds of which a page is open. */
export function lockedBuilds({
  held = [],
}: {
  readonly held?: readonly { readonly name?: string }[];
}): ReadonlySet<string> {
  return new Set(held.flatMap(({ name }) => (name?.startsWith(PREFIX) === true ? [name.slice(PREFIX.length)] : [])));
}
