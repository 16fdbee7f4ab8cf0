/**
 * Serves the built page as a plain static host does, without special headers; `npm start` ends with it, and the journeys
 * of the tests go through it.
 *
 *     tsx tools/serve.ts [--port 4173] [--host localhost] [--base /] [--folder dist]
 *
 * Prints the address when it is there. The next free port is taken unless one was asked for; 0 takes any.
 */
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { parseArgs } from 'node:util';
import sirv from 'sirv';

const FIRST_PORT = 4173;
const PORTS_TRIED = 20;

interface Options {
  readonly folder: string;
  /** The path of the site's folder, with slashes at both ends. */
  readonly base: string;
}

function makeServer({ folder, base }: Options): Server {
  // "dev" looks at the folder with each request: a build may replace what is in it.
  const serve = sirv(folder, {
    dev: true,
    etag: true,
    setHeaders: (response, path) => {
      if (extname(path) === '' && !path.endsWith('/')) response.setHeader('Content-Type', 'application/octet-stream');
    },
  });
  return createServer((request, response) => {
    const notFound = (): void => {
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
      response.end('not found\n');
    };
    const { url = '/' } = request;
    if (!url.startsWith(base)) {
      notFound();
      return;
    }
    request.url = `/${url.slice(base.length)}`;
    serve(request, response, notFound);
  });
}

async function listen(server: Server, host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return await new Promise((resolve) => {
    server.once('error', resolve);
    server.listen(port, host, () => {
      server.off('error', resolve);
      resolve(undefined);
    });
  });
}

async function main(): Promise<number | undefined> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      host: { type: 'string', default: 'localhost' },
      base: { type: 'string', default: '/' },
      folder: { type: 'string', default: 'dist' },
    },
  });
  const { folder, host } = values;
  const base = `/${values.base}/`.replace(/\/+/g, '/');
  const asked = values.port === undefined ? undefined : Number(values.port);
  if (asked !== undefined && !(Number.isInteger(asked) && asked >= 0 && asked < 65536)) {
    console.error(`--port ${values.port}: a port is a number from 0 to 65535`);
    return 2;
  }
  if (!existsSync(folder)) {
    console.error(`${folder}/ is missing: run "npm run build" first`);
    return 1;
  }
  const ports = asked === undefined ? Array.from({ length: PORTS_TRIED }, (_, i) => FIRST_PORT + i) : [asked];
  for (const port of ports) {
    const server = makeServer({ folder, base });
    const error = await listen(server, host, port);
    if (error === undefined) {
      const { port: taken } = server.address() as AddressInfo;
      console.log(`Netboot Lab: http://${host}:${taken}${base}`);
      return undefined;
    }
    if (error.code !== 'EADDRINUSE') {
      console.error(`http://${host}:${port}${base}: ${error.message}`);
      return 1;
    }
  }
  console.error(
    asked === undefined
      ? `Ports ${ports[0]} to ${ports.at(-1)} are taken: choose one with --port`
      : `Port ${asked} is taken: choose another with --port`,
  );
  return 1;
}

const code = await main();
if (code !== undefined) process.exitCode = code;
