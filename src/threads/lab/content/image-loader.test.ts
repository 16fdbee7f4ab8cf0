/** What the loader makes of answers that are not the file: with a `fetch` that is a table of responses. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { itemAt } from '../../../base/lists/list.ts';
import { BIOS_IMAGE, VGA_BIOS_IMAGE } from '../../../lab/content/images.ts';
import { parseScenarioText } from '../../../scenario/parse.ts';
import { ImageLoader } from './image-loader.ts';

const SITE = 'https://labs.example/netboot/';
const INITRD = 'debian/initrd.gz';
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const BYTES: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
  [BIOS_IMAGE]: new Uint8Array(1000).map((_, i) => i * 7),
  [VGA_BIOS_IMAGE]: new Uint8Array(500).map((_, i) => i * 3),
  [INITRD]: new Uint8Array(gzipSync(new Uint8Array(5000))),
};

function bytesOf(path: string): Uint8Array<ArrayBuffer> {
  const bytes = BYTES[path];
  if (bytes === undefined) throw new Error(`There is no ${path}.`);
  return bytes;
}

function manifestOf(bytes: Readonly<Record<string, Uint8Array>>): string {
  const files = Object.entries(bytes).map(([path, content]) => ({
    path,
    size: content.length,
    sha256: hashOf(content),
    package: 'p',
    version: '1',
  }));
  return JSON.stringify({ schema: 2, packages: [], files });
}

type Reply = () => Response | Promise<Response>;

/** A site by addresses below it; each request is noted with its way round caches. */
function site(changes: Readonly<Record<string, Reply | readonly Reply[]>> = {}): {
  loader: ImageLoader;
  asked: string[];
} {
  const asked: string[] = [];
  const replies = new Map<string, readonly Reply[]>([
    ['images/manifest.json', [() => new Response(manifestOf(BYTES))]],
    ...Object.values(BYTES).map((bytes): [string, Reply[]] => [
      `images/blob/${hashOf(bytes)}`,
      [() => new Response(bytes)],
    ]),
  ]);
  for (const [path, reply] of Object.entries(changes))
    replies.set(
      path in BYTES ? `images/blob/${hashOf(bytesOf(path))}` : path,
      typeof reply === 'function' ? [reply] : reply,
    );
  const counts = new Map<string, number>();
  const loader = new ImageLoader(SITE, async (url, { cache, signal }) => {
    const path = url.href.slice(SITE.length);
    asked.push(`${path}${cache === undefined ? '' : ` ${cache}`}`);
    signal?.throwIfAborted();
    const known = replies.get(path);
    if (known === undefined) return new Response('not found', { status: 404 });
    const count = counts.get(path) ?? 0;
    counts.set(path, count + 1);
    return await itemAt(known, Math.min(count, known.length - 1))();
  });
  return { loader, asked };
}

function scenario(files: readonly object[] = []): Parameters<ImageLoader['load']>[0] {
  const pc = { kind: 'pc', name: 'pc1', nics: [{ mac: '52:54:00:00:00:01' }] };
  const server = { kind: 'server', name: 'srv', nics: [{ mac: '02:00:00:00:00:01', address: '10.0.0.1/24' }], files };
  const parsed = parseScenarioText(JSON.stringify({ version: 1, name: 'x', nodes: [pc, server] }));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

const WITH_INITRD = scenario([{ path: '/srv/tftp/initrd.gz', content: { image: INITRD } }]);
const never = new AbortController().signal;

async function problemOf(changes: Parameters<typeof site>[0], of = WITH_INITRD): Promise<string> {
  const { loader } = site(changes);
  await loader.loadManifest();
  const loaded = await loader.load(of, never, () => undefined);
  return loaded.ok ? 'loaded' : loaded.error.map(({ path, message }) => `${path}: ${message}`).join('\n');
}

const encoded =
  (bytes: Uint8Array<ArrayBuffer>): Reply =>
  () =>
    new Response(bytes, { headers: { 'Content-Encoding': 'gzip' } });

describe('the images of a lab', () => {
  it('are fetched once by their hash, with progress, and are those of the manifest', async () => {
    const { loader, asked } = site();
    await loader.loadManifest();
    const progress: string[] = [];
    const load = async (): ReturnType<ImageLoader['load']> =>
      await loader.load(WITH_INITRD, never, (done, total, name) => progress.push(`${done}/${total} ${name}`));
    const loaded = await load();
    expect(loaded.ok && loaded.value.get(INITRD)).toEqual(BYTES[INITRD]);
    const total = 1500 + bytesOf(INITRD).length;
    expect(progress[0]).toBe(`1000/${total} ${BIOS_IMAGE}`);
    expect(progress.at(-1)).toBe(`${total}/${total} ${INITRD}`);
    expect(asked.slice(1)).toEqual(Object.values(BYTES).map((bytes) => `images/blob/${hashOf(bytes)}`));
    await load();
    expect(asked).toHaveLength(4);
  });

  it('pass, whatever encoding the transport has used for the right bytes', async () => {
    expect(await problemOf({ [INITRD]: encoded(bytesOf(INITRD)) })).toBe('loaded');
  });

  const html = '<!DOCTYPE html><html><body>Netboot Lab</body></html>';
  it.each<readonly [string, Reply, RegExp]>([
    ['unpacked', encoded(new Uint8Array(5000)), /unpacked it \(Content-Encoding: gzip\)/],
    ['unpacked without a word', () => new Response(new Uint8Array(5000)), /unpacked it \(Content-Encoding: none\)/],
    ['a web page', () => new Response(html), /web page instead of the file/],
    [
      'short',
      () => new Response(bytesOf(INITRD).slice(0, 9)),
      /and 9 bytes with sha256 \w+ arrived: its end is missing/,
    ],
    ['empty', () => new Response(''), /and 0 bytes with sha256 \w+ arrived: its end is missing/],
    [
      'changed',
      () => new Response(bytesOf(INITRD).map((byte, i) => (i === 20 ? byte ^ 1 : byte))),
      /it is another file/,
    ],
    ['longer', () => new Response(new Uint8Array([...bytesOf(INITRD), 0])), /and more arrived: it is another file/],
    ['missing', () => new Response('', { status: 404 }), /debian\/initrd\.gz cannot be fetched \(HTTP 404\)/],
    ['out of reach', () => Promise.reject(new TypeError('offline')), /cannot be fetched: is the network there\?/],
  ])('%s: the file, what was expected, what came and why', async (_name, reply, says) => {
    const said = await problemOf({ [INITRD]: reply });
    expect(said.startsWith(`images/blob/${hashOf(bytesOf(INITRD))}: ${INITRD} `)).toBe(true);
    expect(said).toMatch(says);
    if (/arrived/.test(said))
      expect(said).toContain(`should have ${bytesOf(INITRD).length} bytes with sha256 ${hashOf(bytesOf(INITRD))}`);
  });

  it('are asked for again past all caches, when what came is wrong', async () => {
    const { loader, asked } = site({ [INITRD]: [() => new Response(html), () => new Response(BYTES[INITRD])] });
    await loader.loadManifest();
    expect((await loader.load(WITH_INITRD, never, () => undefined)).ok).toBe(true);
    const address = `images/blob/${hashOf(bytesOf(INITRD))}`;
    expect(asked.slice(-2)).toEqual([address, `${address} reload`]);
  });

  it('are read no further than they are long', async () => {
    let sent = 0;
    const endless = (): ReadableStream<Uint8Array> =>
      new ReadableStream({
        pull: (controller) => {
          sent += 1000;
          controller.enqueue(new Uint8Array(1000));
        },
      });
    expect(await problemOf({ [BIOS_IMAGE]: () => new Response(endless()) })).toMatch(/and more arrived/);
    expect(sent).toBeLessThan(10_000);
  });

  it('of an older release are not mixed with newer ones: the page is to be loaded again', async () => {
    const newer = { ...BYTES, [INITRD]: new Uint8Array([1, 2, 3]) };
    const said = await problemOf({
      'images/manifest.json': [() => new Response(manifestOf(BYTES)), () => new Response(manifestOf(newer))],
      [INITRD]: () => new Response('', { status: 404 }),
    });
    expect(said).toContain(`${INITRD} is no longer there: the site has a new version; load this page again`);
  });

  it('stop when they are told to', async () => {
    const { loader } = site();
    await loader.loadManifest();
    const loaded = await loader.load(WITH_INITRD, AbortSignal.abort(), () => undefined);
    expect(loaded.ok ? [] : loaded.error.map(({ message }) => message)).toEqual(['stopped']);
  });
});

describe('the list of images', () => {
  it.each<readonly [string, Reply, RegExp]>([
    ['a web page', () => new Response('<!doctype html>'), /^images\/manifest\.json: .*\(HTML\)/],
    [
      'half of it',
      () => new Response(manifestOf(BYTES).slice(0, 99)),
      /^images\/manifest\.json: .*\(not JSON from character \d+ of 99\)/,
    ],
    ['of another form', () => new Response('{"schema":1,"files":[]}'), /schema 1 instead of 2/],
    ['refused', () => new Response('', { status: 503 }), /^images\/manifest\.json: .*\(HTTP 503\)/],
  ])('%s: it is named beside the image that is missing for it', async (_name, reply, says) => {
    const said = await problemOf({ 'images/manifest.json': reply }, scenario());
    expect(said).toMatch(says);
    expect(said).toContain(`the image ${BIOS_IMAGE} is missing`);
  });

  it('is empty on a site without images', async () => {
    const { loader } = site({ 'images/manifest.json': () => new Response('not found', { status: 404 }) });
    expect((await loader.loadManifest()).files).toEqual([]);
  });
});
