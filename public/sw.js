/**
 * Keeps the page for use without a network. The page itself, scenarios and lists are asked of the network first, so that
 * a new version is seen at once; files with a hash in their name and images come from the cache first.
 */
const CACHE = 'netboot-lab-1';
const SHELL = ['./', './icon.svg', './manifest.webmanifest', './images/manifest.json', './scenarios/index.json'];
/** A file of the build, as the page and its scripts name it. */
const BUILT = /[\w.-]+-[\w-]{8}\.(?:js|css|wasm)/g;

self.addEventListener('install', (event) => {
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys())
        if (name.startsWith('netboot-lab-') && name !== CACHE) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

/** The page says which images its lab uses: they were fetched before this worker was there. */
self.addEventListener('message', (event) => {
  const paths = Array.isArray(event.data?.keep) ? event.data.keep : [];
  event.waitUntil(keepShell().then(() => keepAll(paths.filter((path) => typeof path === 'string'))));
});

async function keepAll(addresses) {
  const cache = await caches.open(CACHE);
  await Promise.allSettled(
    addresses.map(async (address) => {
      const request = new Request(new URL(address, self.registration.scope));
      if (request.url.startsWith(self.registration.scope)) await cacheFirst(request, cache);
    }),
  );
}

/** The page, and all files of the build that it leads to. */
async function keepShell() {
  const cache = await caches.open(CACHE);
  await Promise.allSettled(SHELL.map((file) => cache.add(file)));
  const page = await cache.match('./');
  const found = new Set();
  const follow = async (response) => {
    const text = response === undefined ? '' : await response.clone().text();
    const names = [...new Set(text.match(BUILT) ?? [])].filter((name) => !found.has(name));
    for (const name of names) found.add(name);
    await Promise.allSettled(
      names.map(async (name) => {
        const request = new Request(new URL(`assets/${name}`, self.registration.scope));
        const kept = await cacheFirst(request, cache);
        if (name.endsWith('.js')) await follow(await cache.match(request));
        return kept;
      }),
    );
  };
  await follow(page);
  const list = await cache.match('./scenarios/index.json');
  const entries = list === undefined ? [] : await list.json();
  await Promise.allSettled(entries.map(({ file }) => cache.add(`./scenarios/${file}`)));
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname.includes('/assets/') && !found.has(pathname.split('/').pop())) await cache.delete(request);
  }
}

const isFixed = (path) => path.includes('/assets/') || (path.includes('/images/') && !path.endsWith('/manifest.json'));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(self.registration.scope)) return;
  const { pathname } = new URL(request.url);
  event.respondWith(
    caches.open(CACHE).then((cache) => (isFixed(pathname) ? cacheFirst(request, cache) : networkFirst(request, cache))),
  );
});

async function cacheFirst(request, cache) {
  return (await cache.match(request)) ?? (await fetchAndKeep(request, cache));
}

async function networkFirst(request, cache) {
  try {
    return await fetchAndKeep(request, cache);
  } catch (error) {
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept !== undefined) return kept;
    throw error;
  }
}

async function fetchAndKeep(request, cache) {
  const response = await fetch(request);
  if (response.status === 200) await cache.put(request, response.clone());
  return response;
}
