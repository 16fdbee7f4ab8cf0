/** Starts the server of `npm start` on a folder, as a program of its own, at any free port. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../../tools/serve.ts', import.meta.url));

export interface Site {
  /** With a slash at its end. */
  readonly url: string;
  close(): void;
}

/** `base`: the path that the folder stands under, with slashes at both ends. */
export async function serve(folder: string, base = '/'): Promise<Site> {
  const args = ['--import', 'tsx', SERVER, '--port', '0', '--host', '127.0.0.1', '--base', base, '--folder', folder];
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(server.stdout).on('line', (line) => {
      const address = /^Netboot Lab: (http:\S+)$/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
    server.on('error', reject);
    server.on('exit', (code) => reject(new Error(`the server ended with ${code} before it named its address`)));
  });
  return { url, close: () => server.kill() };
}
