/**
 * The caches and the responses of the service worker. Each build has a cache of its own with exactly its files, which
 * stays while a page of that build is open; images are kept by their hash, and only when their bytes have it. Nothing
 * else is kept: no address with a query, no page that a server sends for what it does not have.
 */
import { blobPath, MANIFEST_FILE, parseManifest } from '../../lab/content/image-manifest.ts';
import type { Build } from '../api/offline-messages.ts';

/** What the worker is built on. */
export interface OfflineHost {
  /** The folder of the page, with a slash at its end. */
  readonly scope: string;
  readonly caches: Pick<CacheStorage, 'open' | 'keys' | 'delete'>;
  fetch(request: Request | string, init?: RequestInit): Promise<Response>;
  /** Lower-case hexadecimal. */
  sha256(bytes: ArrayBuffer): Promise<string>;
  /** Ids of the builds of which a page is open. */
  liveBuilds(): Promise<ReadonlySet<string>>;
}

const PREFIX = 'netboot-lab-';
const BUILD_PREFIX = `${PREFIX}build-`;
const IMAGES = `${PREFIX}images`;
const MANIFEST_PATH = `images/${MANIFEST_FILE}`;
const BLOBS = `images/${blobPath('')}`;
/** Copies have no `Vary`, but a browser may put one into what it matches. */
const MATCH = { ignoreVary: true } as const;

function isHtml(response: Response): boolean {
  return response.headers.get('content-type')?.includes('text/html') === true;
}

/** The same without headers that belong to the transport, and without having been redirected. */
async function copyOf(response: Response): Promise<Response> {
  const type = response.headers.get('content-type');
  return new Response(await response.arrayBuffer(), type === null ? {} : { headers: { 'Content-Type': type } });
}

/** What a request gets. `later` continues after the response and must end before the worker may stop. */
export interface Answer {
  readonly response: Promise<Response>;
  readonly later: Promise<void>;
}

export class OfflineFiles {
  private readonly build: Build;
  private readonly host: OfflineHost;

  constructor(build: Build, host: OfflineHost) {
    this.build = build;
    this.host = host;
  }

  /**
   * Keeps the files of the build. Rejects when a file that the page needs is not available: then the previous worker
   * stays.
   */
  async install(): Promise<void> {
    const cache = await this.host.caches.open(BUILD_PREFIX + this.build.id);
    const fetchInto = async (path: string): Promise<void> => {
      const response = await this.host.fetch(this.url(path), { cache: 'no-cache' });
      if (!response.ok || (isHtml(response) && path !== '' && !path.endsWith('.html')))
        throw new Error(`${path}: HTTP ${response.status}, ${response.headers.get('content-type') ?? 'no type'}`);
      await cache.put(this.url(path), await copyOf(response));
    };
    const paths = this.build.files.map(({ path }) => path);
    const isNeeded = (path: string): boolean => path === '' || path.startsWith('assets/');
    await Promise.all(paths.filter(isNeeded).map(fetchInto));
    // Some hosts refuse endings that they do not know; the page does without these.
    await Promise.allSettled([...paths.filter((path) => !isNeeded(path)).map(fetchInto), this.refreshManifest()]);
  }

  /** Drops builds of which no page is open, and images that the list no longer names. */
  async evict(): Promise<void> {
    const live = await this.host.liveBuilds();
    const mine = BUILD_PREFIX + this.build.id;
    for (const name of await this.host.caches.keys()) {
      if (!name.startsWith(PREFIX) || name === mine || name === IMAGES) continue;
      if (!name.startsWith(BUILD_PREFIX) || !live.has(name.slice(BUILD_PREFIX.length)))
        await this.host.caches.delete(name);
    }
    const isAlone = [...live].every((id) => id === this.build.id);
    if (isAlone) await this.evictImages();
  }

  /** Keeps images that were fetched before this worker had the page. */
  async keepImages(hashes: readonly string[]): Promise<void> {
    const cache = await this.host.caches.open(IMAGES);
    for (const hash of hashes) {
      const url = this.url(BLOBS + hash);
      if ((await cache.match(url, MATCH)) !== undefined) continue;
      try {
        await this.keepImage(hash, await this.host.fetch(url));
      } catch {
        // Offline, or no room: the next lab asks again.
      }
    }
  }

  /** Undefined: this worker does not handle the request. */
  answer(request: Request): Answer | undefined {
    const url = new URL(request.url);
    if (request.method !== 'GET' || !url.href.startsWith(this.host.scope)) return undefined;
    const path = url.pathname.slice(new URL(this.host.scope).pathname.length);
    const isPage = path === '' || path === 'index.html';
    if (isPage) return request.mode === 'navigate' ? only(this.page(request)) : undefined;
    if (url.search !== '') return undefined;
    if (path === MANIFEST_PATH) return only(this.manifest(request));
    if (path.startsWith(BLOBS)) return this.image(request, path.slice(BLOBS.length));
    if (path.startsWith('assets/')) return only(this.asset(request));
    return this.build.files.some((file) => file.path === path) ? only(this.networkFirst(request, path)) : undefined;
  }

  private url(path: string): string {
    return new URL(path, this.host.scope).href;
  }

  private async kept(path: string): Promise<Response | undefined> {
    const cache = await this.host.caches.open(BUILD_PREFIX + this.build.id);
    return await cache.match(this.url(path), MATCH);
  }

  /** A new version is seen at once; its scripts have other names. */
  private async page(request: Request): Promise<Response> {
    try {
      return await this.host.fetch(request);
    } catch (error) {
      const kept = await this.kept('');
      if (kept === undefined) throw error;
      return kept;
    }
  }

  /** Its name contains the hash of its content: the copy of any build will do. */
  private async asset(request: Request): Promise<Response> {
    for (const name of await this.host.caches.keys()) {
      if (!name.startsWith(BUILD_PREFIX)) continue;
      const cache = await this.host.caches.open(name);
      const kept = await cache.match(request.url, MATCH);
      if (kept !== undefined) return kept;
    }
    return await this.host.fetch(request);
  }

  private async networkFirst(request: Request, path: string): Promise<Response> {
    try {
      const response = await this.host.fetch(request);
      // A network that wants a login answers everything with its page.
      if (response.ok && !(isHtml(response) && !path.endsWith('.html'))) return response;
      return (await this.kept(path)) ?? response;
    } catch (error) {
      const kept = await this.kept(path);
      if (kept === undefined) throw error;
      return kept;
    }
  }

  private image(request: Request, hash: string): Answer {
    const keeping: Promise<void>[] = [];
    const response = (async () => {
      const cache = await this.host.caches.open(IMAGES);
      const kept = request.cache === 'reload' ? undefined : await cache.match(request.url, MATCH);
      if (kept !== undefined) return kept;
      const fetched = await this.host.fetch(request);
      if (fetched.ok) keeping.push(this.keepImage(hash, fetched.clone()).catch(() => undefined));
      return fetched;
    })();
    const later = response.then(
      async () => void (await Promise.all(keeping)),
      () => undefined,
    );
    return { response, later };
  }

  /** Keeps a response under a hash, when it is the file of that hash. */
  private async keepImage(hash: string, response: Response): Promise<void> {
    if (!response.ok) return;
    const bytes = await response.arrayBuffer();
    if ((await this.host.sha256(bytes)) !== hash) return;
    const cache = await this.host.caches.open(IMAGES);
    await cache.put(
      this.url(BLOBS + hash),
      new Response(bytes, { headers: { 'Content-Type': 'application/octet-stream' } }),
    );
  }

  private async manifest(request: Request): Promise<Response> {
    try {
      return await this.refreshManifest(request);
    } catch (error) {
      const cache = await this.host.caches.open(IMAGES);
      const kept = await cache.match(this.url(MANIFEST_PATH), MATCH);
      if (kept === undefined) throw error;
      return kept;
    }
  }

  /** Fetches the list of images, and keeps it when it is one. Rejects when the network does. */
  private async refreshManifest(request: Request | string = this.url(MANIFEST_PATH)): Promise<Response> {
    const response = await this.host.fetch(request, { cache: 'no-cache' });
    if (response.ok && parseManifest(await response.clone().text()).ok) {
      const cache = await this.host.caches.open(IMAGES);
      await cache.put(this.url(MANIFEST_PATH), await copyOf(response.clone())).catch(() => undefined);
    }
    return response;
  }

  private async evictImages(): Promise<void> {
    const cache = await this.host.caches.open(IMAGES);
    const list = await cache.match(this.url(MANIFEST_PATH), MATCH);
    const manifest = list === undefined ? undefined : parseManifest(await list.text());
    if (manifest?.ok !== true) return;
    const named = new Set(manifest.value.files.map(({ sha256 }) => this.url(BLOBS + sha256)));
    for (const request of await cache.keys())
      if (request.url !== this.url(MANIFEST_PATH) && !named.has(request.url)) await cache.delete(request);
  }
}

function only(response: Promise<Response>): Answer {
  return { response, later: Promise.resolve() };
}
