/** The service worker: `src/threads/offline/offline-files.ts` on the events of a browser. */
import { OfflineFiles } from '../src/threads/offline/offline-files.ts';
import {
  buildLock,
  lockedBuilds,
  type Build,
  type FromPage,
  type ToPage,
} from '../src/threads/api/offline-messages.ts';

/** The build puts it in (`tools/vite/offline.ts`). */
declare const THIS_BUILD: Build;

interface WaitingEvent extends Event {
  waitUntil(until: Promise<unknown>): void;
}

interface AnsweredEvent extends WaitingEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

/** The part of a service worker's global scope that is used; the DOM library does not know it. */
interface ServiceScope {
  readonly registration: { readonly scope: string };
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: {
      readonly includeUncontrolled: true;
    }): Promise<readonly { postMessage(message: ToPage, transfer: readonly Transferable[]): void }[]>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(kind: 'install' | 'activate', listener: (event: WaitingEvent) => void): void;
  addEventListener(kind: 'message', listener: (event: WaitingEvent & { readonly data: unknown }) => void): void;
  addEventListener(kind: 'fetch', listener: (event: AnsweredEvent) => void): void;
}

const build = THIS_BUILD;
const scope = globalThis as unknown as ServiceScope;

const files = new OfflineFiles(build, {
  scope: scope.registration.scope,
  caches,
  fetch: async (request, init) => await fetch(request, init),
  sha256: async (bytes) =>
    [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(''),
  liveBuilds: async () => lockedBuilds(await navigator.locks.query()),
});

scope.addEventListener('install', (event) => {
  event.waitUntil(files.install().then(() => scope.skipWaiting()));
});

scope.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      await scope.clients.claim();
      await files.evict();
      const clients = await scope.clients.matchAll({ includeUncontrolled: true });
      for (const client of clients) client.postMessage({ kind: 'build', lock: buildLock(build.id) }, []);
    })(),
  );
});

scope.addEventListener('message', (event) => {
  const { images } = (event.data ?? {}) as Partial<FromPage>;
  if (!Array.isArray(images)) return;
  const hashes = images.filter((hash) => /^[0-9a-f]{64}$/.test(hash));
  event.waitUntil(files.keepImages(hashes).then(() => files.evict()));
});

scope.addEventListener('fetch', (event) => {
  const answer = files.answer(event.request);
  if (answer === undefined) return;
  event.respondWith(answer.response);
  event.waitUntil(answer.later);
});
