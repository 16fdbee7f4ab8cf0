/** The server of `npm start`, as a program: its address, its ports, and what it sends. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const SERVER = fileURLToPath(new URL('serve.ts', import.meta.url));
const GZIP = gzipSync(Buffer.from('an initrd'));

let folder: string;
const running: ChildProcess[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'site-'));
  mkdirSync(join(folder, 'images/blob'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html>page');
  writeFileSync(join(folder, 'script.js'), '1');
  writeFileSync(join(folder, 'v86.wasm'), '1');
  writeFileSync(join(folder, 'images/blob/0123'), GZIP);
});

afterEach(() => {
  for (const server of running.splice(0)) server.kill();
});

afterAll(() => rmSync(folder, { recursive: true }));

/** All that it prints until it names its address, or ends. */
async function start(...args: readonly string[]): Promise<string> {
  const server = spawn(process.execPath, [
    '--import',
    'tsx',
    SERVER,
    '--host',
    '127.0.0.1',
    '--folder',
    folder,
    ...args,
  ]);
  running.push(server);
  return await new Promise((resolve) => {
    let printed = '';
    const take = (data: Buffer): void => {
      printed += data.toString();
      if (/http:.*\n/.test(printed)) resolve(printed);
    };
    server.stdout.on('data', take);
    server.stderr.on('data', take);
    server.on('exit', () => resolve(printed));
  });
}

describe('the server of "npm start"', () => {
  it('prints its address and nothing else, and serves from a sub-path with the right types', async () => {
    const printed = await start('--port', '0', '--base', 'some/where');
    expect(printed).toMatch(/^Netboot Lab: http:\/\/127\.0\.0\.1:\d+\/some\/where\/\n$/);
    const url = printed.slice('Netboot Lab: '.length).trim();
    const typeOf = async (path: string): Promise<string> => {
      const response = await fetch(new URL(path, url));
      return `${response.status} ${response.headers.get('content-type')}`;
    };
    expect(await typeOf('')).toBe('200 text/html;charset=utf-8');
    expect(await typeOf('script.js')).toBe('200 text/javascript');
    expect(await typeOf('v86.wasm')).toBe('200 application/wasm');
    expect(await typeOf('images/blob/0123')).toBe('200 application/octet-stream');
    expect(await typeOf('images/blob/4567')).toBe('404 text/plain; charset=utf-8');
    expect(await typeOf('/script.js')).toBe('404 text/plain; charset=utf-8');
    expect(await typeOf('..%2f..%2fetc/passwd')).toBe('404 text/plain; charset=utf-8');
    const blob = await fetch(new URL('images/blob/0123', url));
    expect(blob.headers.get('content-encoding')).toBeNull();
    expect(Buffer.from(await blob.arrayBuffer()).equals(GZIP)).toBe(true);
  });

  it('says that a port is taken, where one was asked for', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => {
      taken.listen(0, '127.0.0.1', resolve);
    });
    const { port } = taken.address() as AddressInfo;
    expect(await start('--port', String(port))).toBe(`Port ${port} is taken: choose another with --port\n`);
    taken.close();
  });

  it('takes the next free port, where none was asked for', async () => {
    const first = await start();
    const second = await start();
    const portOf = (printed: string): number => Number(/:(\d+)\/\n$/.exec(printed)?.[1]);
    expect(portOf(first)).toBeGreaterThanOrEqual(4173);
    expect(portOf(second)).toBeGreaterThan(portOf(first));
  });

  it('refuses what is no port', async () => {
    expect(await start('--port', '70000')).toBe('--port 70000: a port is a number from 0 to 65535\n');
  });
});
