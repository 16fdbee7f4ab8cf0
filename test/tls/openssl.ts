/** Real programs of TLS on loopback: `openssl s_server`, `openssl s_client`, curl. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utf8 } from '../../src/base/bytes.ts';
import { SeededRng } from '../../src/base/rng.ts';
import { TlsClient, type TlsClientOptions, type TlsSession } from '../../src/net/tls/client.ts';
import type { TlsFailure } from '../../src/net/tls/endpoint.ts';
import { TlsServer } from '../../src/net/tls/server.ts';
import type { TlsAgreement, TlsIdentity, TlsServerOptions } from '../../src/net/tls/server-flow.ts';
import { CLIENT_OPTIONS } from '../../src/net/tls/testing.ts';
import { writePrivateKey } from '../../src/trust/keys/key-files.ts';
import { writePem } from '../../src/trust/pem.ts';
import { readCertificate } from '../../src/trust/x509/certificate.ts';

export function hasProgram(name: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(name, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Runs with the files of an identity in a folder of their own: `cert.pem`, `key.pem`. */
export async function withFiles<T>(identity: TlsIdentity, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'netboot-lab-tls-'));
  try {
    const chain = identity.chain.map((der) => writePem({ label: 'CERTIFICATE', der })).join('');
    writeFileSync(join(folder, 'cert.pem'), chain);
    writeFileSync(join(folder, 'key.pem'), writePem({ label: 'PRIVATE KEY', der: writePrivateKey(identity.key) }));
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A port that nobody listens on now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** `openssl s_server -rev`: it answers each line with the same line backwards. */
export async function withServer<T>(
  identity: TlsIdentity,
  args: readonly string[],
  use: (port: number) => Promise<T>,
): Promise<T> {
  return await withFiles(identity, async (folder) => {
    const port = await freePort();
    const files = ['-cert', 'cert.pem', '-key', 'key.pem', '-CAfile', 'cert.pem', '-rev'];
    const child = spawn('openssl', ['s_server', '-accept', `127.0.0.1:${port}`, ...files, ...args], { cwd: folder });
    try {
      await new Promise<void>((resolve, reject) => {
        child.stdout.on('data', (text: Buffer) => text.includes('ACCEPT') && resolve());
        child.on('exit', (code) => reject(new Error(`openssl s_server ended with ${code}`)));
      });
      return await use(port);
    } finally {
      child.kill();
    }
  });
}

/** One connection of our client. */
export interface ClientRun {
  readonly client: TlsClient;
  readonly failure: TlsFailure | undefined;
  readonly session: TlsSession | undefined;
  /** What was sent, and what came until then, in turn. */
  readonly flights: { readonly from: 'client' | 'server'; readonly bytes: Uint8Array }[];
  readonly text: string;
}

/** Sends a line and waits for its answer. */
export async function runClient(port: number, options: Partial<TlsClientOptions>, line = 'boot\n'): Promise<ClientRun> {
  const socket = connect(port, '127.0.0.1');
  const flights: ClientRun['flights'] = [];
  let failure: TlsFailure | undefined;
  let text = '';
  let session: TlsSession | undefined;
  const client: TlsClient = new TlsClient(
    new SeededRng('recorded'),
    { ...CLIENT_OPTIONS, ...options },
    {
      output: (bytes) => {
        flights.push({ from: 'client', bytes });
        socket.write(bytes);
      },
      ready: () => client.send(utf8(line)),
      data: (bytes) => {
        text += Buffer.from(bytes).toString('latin1');
        if (!text.endsWith('\n')) return;
        session = client.session;
        client.close();
        socket.end();
      },
      end: () => socket.end(),
      failed: (why) => {
        failure = why;
        socket.end();
      },
      secret: () => undefined,
      agreed: () => undefined,
      certificates: (chain) => {
        const first = readCertificate(chain[0] ?? new Uint8Array(0));
        if (first.ok && first.value.publicKey !== undefined) client.accept(first.value.publicKey);
        else client.close();
      },
    },
  );
  await new Promise<void>((resolve) => {
    socket.on('connect', () => client.start());
    socket.on('data', (data) => {
      flights.push({ from: 'server', bytes: new Uint8Array(data) });
      client.receive(new Uint8Array(data));
    });
    socket.on('close', () => resolve());
    socket.on('error', () => resolve());
  });
  return { client, failure, session, flights, text };
}

/** Our server on loopback; `answer` is what it sends once it has a line. */
export async function withOurServer<T>(
  options: TlsServerOptions,
  answer: Uint8Array,
  use: (port: number, seen: { agreements: TlsAgreement[]; failures: TlsFailure[] }) => Promise<T>,
): Promise<T> {
  const seen = { agreements: [] as TlsAgreement[], failures: [] as TlsFailure[] };
  const listener = createServer((socket: Socket) => {
    const server: TlsServer = new TlsServer(new SeededRng(`server ${socket.remotePort}`), options, {
      output: (bytes) => void socket.write(bytes),
      ready: () => undefined,
      data: () => {
        server.send(answer);
        server.close();
        socket.end();
      },
      end: () => socket.end(),
      failed: (failure) => {
        seen.failures.push(failure);
        socket.end();
      },
      secret: () => undefined,
      agreed: (agreement) => seen.agreements.push(agreement),
    });
    socket.on('data', (data) => server.receive(new Uint8Array(data)));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  try {
    return await use((listener.address() as AddressInfo).port, seen);
  } finally {
    listener.close();
  }
}

/** Runs a program to its end, with text on its standard input. */
export async function runProgram(
  name: string,
  args: readonly string[],
  input = '',
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const child = spawn(name, args);
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (out += data.toString('latin1')));
  child.stderr.on('data', (data: Buffer) => (err += data.toString('latin1')));
  child.stdin.on('error', () => undefined);
  child.stdin.write(input);
  const code = await new Promise<number | null>((resolve) => {
    child.on('exit', resolve);
    setTimeout(() => child.kill(), 20_000).unref();
  });
  return { code, out, err };
}
