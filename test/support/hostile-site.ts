/** A static server that does to files what servers, proxies and half-finished uploads do to them. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { itemAt } from '../../src/base/lists/list.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

export type Hostility =
  /** Takes `.gz` for an encoding of the transport, by the name. */
  | 'gzip-by-name'
  /** The same by the first bytes. */
  | 'gzip-by-content'
  /** A proxy that sends what is compressed without its compression, and says nothing of it. */
  | 'unpacked'
  /** Compresses everything on its way, and names no length. */
  | 'compressed'
  | 'no-length'
  | 'wrong-types'
  /** Modules as plain text: browsers do not run them. */
  | 'scripts-as-text'
  | 'vary'
  /** A chunk now and then. */
  | 'slow'
  /** One byte is another. */
  | 'changed'
  /** Ends after half, and says that this is all. */
  | 'truncated'
  /** Ends after half of what it has announced. */
  | 'broken-off'
  | 'missing'
  /** The start page, and 200, for what is not there. */
  | 'html-for-missing'
  /** The start page, and 200, in place of the file. */
  | 'html';

/** What is done to a file, by its path below the site's folder. */
export type Attitude = (path: string) => readonly Hostility[];

export interface HostileSite {
  /** With a slash at its end. */
  readonly url: string;
  attitude: Attitude;
  /** What is served; another folder is a deployment. */
  folder: string;
  close(): void;
}

interface Reply {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

function startPage(folder: string): Reply {
  const body = readFileSync(join(folder, 'index.html'));
  return { status: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body };
}

function find(folder: string, path: string): Reply | undefined {
  const file = normalize(join(folder, path === '' ? 'index.html' : path));
  if (!existsSync(file) || statSync(file).isDirectory()) return undefined;
  const type = TYPES[extname(file)] ?? 'application/octet-stream';
  return { status: 200, headers: { 'Content-Type': type, 'Cache-Control': 'no-cache' }, body: readFileSync(file) };
}

const isGzip = ({ body }: Reply): boolean => body[0] === 0x1f && body[1] === 0x8b;

function spoil(reply: Reply, path: string, folder: string, hostility: Hostility): Reply {
  const { headers, body } = reply;
  switch (hostility) {
    case 'gzip-by-name':
      if (path.endsWith('.gz')) headers['Content-Encoding'] = 'gzip';
      return reply;
    case 'gzip-by-content':
      if (isGzip(reply)) headers['Content-Encoding'] = 'gzip';
      return reply;
    case 'unpacked':
      return isGzip(reply) ? { ...reply, body: gunzipSync(body) } : reply;
    case 'compressed':
      headers['Content-Encoding'] = 'gzip';
      return { ...reply, body: gzipSync(body, { level: 1 }) };
    case 'wrong-types':
      if (!/\.(?:html|js|css)$|^$/.test(path)) headers['Content-Type'] = 'text/plain; charset=iso-8859-1';
      return reply;
    case 'scripts-as-text':
      if (path.endsWith('.js')) headers['Content-Type'] = 'text/plain';
      return reply;
    case 'vary':
      headers['Vary'] = 'Origin, Accept-Encoding';
      return reply;
    case 'changed': {
      const changed = Buffer.from(body);
      changed[changed.length >> 1] = itemAt(changed, changed.length >> 1) ^ 0x20;
      return { ...reply, body: changed };
    }
    case 'truncated':
      return { ...reply, body: body.subarray(0, body.length >> 1) };
    case 'missing':
      return { status: 404, headers: { 'Content-Type': 'text/html' }, body: Buffer.from('<!doctype html>not here') };
    case 'html':
      return startPage(folder);
    case 'slow':
    case 'no-length':
    case 'broken-off':
    case 'html-for-missing':
      return reply;
  }
}

async function send(
  response: ServerResponse,
  { status, headers, body }: Reply,
  how: readonly Hostility[],
): Promise<void> {
  const hasLength = !how.includes('no-length') && !how.includes('compressed');
  response.writeHead(status, { ...headers, ...(hasLength ? { 'Content-Length': body.length } : {}) });
  if (how.includes('broken-off')) {
    response.write(body.subarray(0, body.length >> 1), () => response.destroy());
    return;
  }
  if (how.includes('slow')) {
    const step = Math.max(1024, Math.ceil(body.length / 8));
    for (let at = 0; at < body.length; at += step) {
      response.write(body.subarray(at, at + step));
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
    response.end();
    return;
  }
  if (!hasLength) {
    const half = body.length >> 1;
    response.write(body.subarray(0, half));
    response.end(body.subarray(half));
    return;
  }
  response.end(body);
}

/** Serves a folder from a sub-path; `attitude` may be changed while it serves. */
export async function hostileSite(folder: string, attitude: Attitude): Promise<HostileSite> {
  const base = '/somewhere/';
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const path = decodeURIComponent(pathname.slice(base.length));
    const how = site.attitude(path);
    const found = pathname.startsWith(base) ? find(site.folder, path) : undefined;
    const notFound: Reply = { status: 404, headers: { 'Content-Type': 'text/plain' }, body: Buffer.from('not found') };
    const missing = how.includes('html-for-missing') ? startPage(site.folder) : notFound;
    const reply = how.reduce((before, one) => spoil(before, path, site.folder, one), found ?? missing);
    void send(response, reply, how);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const site: HostileSite = {
    url: `http://127.0.0.1:${port}${base}`,
    attitude,
    folder,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return site;
}
