/** What the service worker keeps, answers and drops: on caches that are maps, and a network that is a function. */
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { itemAt } from '../../base/lists/list.ts';
import type { Build } from '../api/offline-messages.ts';
import { OfflineFiles, type OfflineHost } from './offline-files.ts';

const SCOPE = 'https://labs.example/netboot/';
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

class FakeCache {
  readonly entries = new Map<string, Response>();

  match(request: Request | string, { ignoreVary = false } = {}): Promise<Response | undefined> {
    const found = this.entries.get(typeof request === 'string' ? request : request.url);
    if (found !== undefined && !ignoreVary && found.headers.has('vary')) return Promise.resolve(undefined);
    return Promise.resolve(found?.clone());
  }

  put(request: Request | string, response: Response): Promise<void> {
    if (response.headers.get('vary') === '*') return Promise.reject(new TypeError('Vary: *'));
    this.entries.set(typeof request === 'string' ? request : request.url, response);
    return Promise.resolve();
  }

  keys(): Promise<Request[]> {
    return Promise.resolve([...this.entries.keys()].map((url) => new Request(url)));
  }

  delete(request: Request): Promise<boolean> {
    return Promise.resolve(this.entries.delete(request.url));
  }
}

type Files = Record<string, string | (() => Response)>;

let stores: Map<string, FakeCache>;
let files: Files;
let isOnline: boolean;
let live: Set<string>;
let asked: string[];

function host(): OfflineHost {
  return {
    scope: SCOPE,
    caches: {
      open: (name) => {
        const store = stores.get(name) ?? new FakeCache();
        stores.set(name, store);
        return Promise.resolve(store as unknown as Cache);
      },
      keys: () => Promise.resolve([...stores.keys()]),
      delete: (name) => Promise.resolve(stores.delete(name)),
    },
    fetch: (request) => {
      const url = typeof request === 'string' ? request : request.url;
      const path = itemAt(url.slice(SCOPE.length).split('?'), 0);
      asked.push(path);
      if (!isOnline) return Promise.reject(new TypeError('offline'));
      const found = files[path];
      // As hosts of pages with one address for all answer.
      if (found === undefined)
        return Promise.resolve(new Response('<!doctype html>', { headers: { 'Content-Type': 'text/html' } }));
      if (typeof found === 'function') return Promise.resolve(found());
      const type = path === '' ? 'text/html' : path.endsWith('.json') ? 'application/json' : 'application/octet-stream';
      return Promise.resolve(new Response(found, { headers: { 'Content-Type': type, Vary: 'Origin' } }));
    },
    sha256: (bytes) => Promise.resolve(createHash('sha256').update(new Uint8Array(bytes)).digest('hex')),
    liveBuilds: () => Promise.resolve(live),
  };
}

function buildOf(id: string): Build {
  const paths = ['', `assets/${id}.js`, 'scenarios/a.json'];
  return { id, files: paths.map((path) => ({ path, sha256: hashOf(String(files[path])) })) };
}

function site(id: string): Files {
  return { '': `page of ${id}`, [`assets/${id}.js`]: `script of ${id}`, 'scenarios/a.json': '{}' };
}

function manifestOf(...images: readonly string[]): string {
  const entries = images.map((text) => ({
    path: text,
    size: text.length,
    sha256: hashOf(text),
    package: 'p',
    version: '1',
  }));
  return JSON.stringify({ schema: 2, packages: [], files: entries });
}

const kept = (name: string): string[] =>
  [...(stores.get(name)?.entries.keys() ?? [])].map((url) => url.slice(SCOPE.length)).sort();

/** As a page asks; a page itself is navigated to. */
async function ask(worker: OfflineFiles, path: string, init: RequestInit = {}): Promise<string | undefined> {
  const request = new Request(SCOPE + path, init);
  if (path === '' || path.startsWith('?')) Object.defineProperty(request, 'mode', { value: 'navigate' });
  const answer = worker.answer(request);
  if (answer === undefined) return undefined;
  const text = await answer.response.then(
    async (response) => await response.text(),
    () => 'refused',
  );
  await answer.later;
  return text;
}

beforeEach(() => {
  stores = new Map();
  files = { ...site('one'), 'images/manifest.json': manifestOf('bios', 'kernel') };
  for (const text of ['bios', 'kernel']) files[`images/blob/${hashOf(text)}`] = text;
  isOnline = true;
  live = new Set(['one']);
  asked = [];
});

async function install(id: string): Promise<OfflineFiles> {
  const worker = new OfflineFiles(buildOf(id), host());
  await worker.install();
  await worker.evict();
  return worker;
}

describe('the files of a build', () => {
  it('are kept as the build lists them, and answer without a network whatever they vary with', async () => {
    const worker = await install('one');
    expect(kept('netboot-lab-build-one')).toEqual(['', 'assets/one.js', 'scenarios/a.json']);
    isOnline = false;
    expect(await ask(worker, '')).toBe('page of one');
    expect(await ask(worker, '?utm=1')).toBe('page of one');
    expect(await ask(worker, 'assets/one.js')).toBe('script of one');
    expect(await ask(worker, 'scenarios/a.json')).toBe('{}');
  });

  it('that it runs by are all there, or the worker is not installed', async () => {
    const build = buildOf('one');
    delete files['assets/one.js'];
    await expect(new OfflineFiles(build, host()).install()).rejects.toThrow('assets/one.js: HTTP 200, text/html');
    files['assets/one.js'] = 'script of one';
    delete files['scenarios/a.json'];
    await new OfflineFiles(build, host()).install();
    expect(kept('netboot-lab-build-one')).toEqual(['', 'assets/one.js']);
  });

  it('are no others: no queries, nothing that the build does not list', async () => {
    const worker = await install('one');
    const before = new Map([...stores.keys()].map((name) => [name, kept(name)]));
    for (const path of ['?utm=1', '?utm=2', 'assets/nothing.js']) await ask(worker, path);
    for (const path of ['scenarios/a.json?x=1', 'README', 'scenarios/b.json'])
      expect(await ask(worker, path)).toBeUndefined();
    expect(worker.answer(new Request('https://labs.example/other/'))).toBeUndefined();
    expect(worker.answer(new Request(`${SCOPE}assets/one.js`, { method: 'POST' }))).toBeUndefined();
    expect(new Map([...stores.keys()].map((name) => [name, kept(name)]))).toEqual(before);
  });

  it('come from the network first where they have no hash, and not as a login page', async () => {
    const worker = await install('one');
    files['scenarios/a.json'] = '{"new":1}';
    expect(await ask(worker, 'scenarios/a.json')).toBe('{"new":1}');
    delete files['scenarios/a.json'];
    expect(await ask(worker, 'scenarios/a.json')).toBe('{}');
  });

  it('stay while a page of their build is open, and go when it is gone', async () => {
    await install('one');
    files = { ...site('two'), 'images/manifest.json': manifestOf() };
    const worker = await install('two');
    // The server has the old script no more.
    expect(await ask(worker, 'assets/one.js')).toBe('script of one');
    expect(await ask(worker, '')).toBe('page of two');
    live = new Set(['two']);
    await worker.evict();
    expect([...stores.keys()].sort()).toEqual(['netboot-lab-build-two', 'netboot-lab-images']);
  });

  it('of versions without builds go', async () => {
    stores.set('netboot-lab-1', new FakeCache());
    stores.set('something-else', new FakeCache());
    await install('one');
    expect([...stores.keys()].sort()).toEqual(['netboot-lab-build-one', 'netboot-lab-images', 'something-else']);
  });
});

describe('images', () => {
  const address = (text: string): string => `images/blob/${hashOf(text)}`;

  it('are kept as they are fetched, and answer from there', async () => {
    const worker = await install('one');
    expect(await ask(worker, address('bios'))).toBe('bios');
    await worker.keepImages([hashOf('kernel')]);
    isOnline = false;
    expect(await ask(worker, address('bios'))).toBe('bios');
    expect(await ask(worker, address('kernel'))).toBe('kernel');
    expect(await ask(worker, 'images/manifest.json')).toBe(manifestOf('bios', 'kernel'));
  });

  it('are not kept when they are something else', async () => {
    const worker = await install('one');
    files[address('bios')] = 'sobi';
    delete files[address('kernel')];
    expect(await ask(worker, address('bios'))).toBe('sobi');
    expect(await ask(worker, address('kernel'))).toBe('<!doctype html>');
    await worker.keepImages([hashOf('bios'), hashOf('kernel'), hashOf('nothing')]);
    expect(kept('netboot-lab-images')).toEqual(['images/manifest.json']);
  });

  it('are fetched past the cache when that is asked for', async () => {
    const worker = await install('one');
    await ask(worker, address('bios'));
    asked = [];
    await ask(worker, address('bios'), { cache: 'reload' });
    expect(asked).toEqual([address('bios')]);
  });

  it('go when the list names them no more, and no page of another build is open', async () => {
    const worker = await install('one');
    await worker.keepImages([hashOf('bios'), hashOf('kernel')]);
    files['images/manifest.json'] = manifestOf('kernel', 'other bios');
    await ask(worker, 'images/manifest.json');
    live = new Set(['one', 'zero']);
    await worker.evict();
    expect(kept('netboot-lab-images')).toContain(address('bios'));
    live = new Set(['one']);
    await worker.evict();
    expect(kept('netboot-lab-images')).toEqual([address('kernel'), 'images/manifest.json'].sort());
  });

  it('do not go for a list that is none', async () => {
    const worker = await install('one');
    await worker.keepImages([hashOf('bios')]);
    files['images/manifest.json'] = '{"schema":2';
    expect(await ask(worker, 'images/manifest.json')).toBe('{"schema":2');
    await worker.evict();
    expect(kept('netboot-lab-images')).toContain(address('bios'));
  });
});
