/**
 * Records what a real iPXE says to our server, one conversation for each suite, and its numbers for what is wrong with a
 * server. It needs QEMU, OVMF, a network namespace (root), and the file `ipxe-amd64.efi` of Debian's package `ipxe`, 2.0.0 or
 * later, which speaks HTTPS:
 *
 *     unshare -n npx tsx test/tls/record-ipxe.ts ipxe-amd64.efi VERSION
 *
 * In a copy of the program the fingerprint of iPXE's own root is replaced by that of the root of these tests: iPXE trusts
 * nothing else but what it is built with.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LAB_EPOCH_MS } from '../../src/base/time/calendar.ts';
import { fromBase64, toBase64 } from '../../src/base/data/base64.ts';
import { rootFingerprint } from '../../src/trust/x509/chain.ts';
import {
  HTTP_ANSWER,
  IPXE_ROOT,
  realFaults,
  realSuites,
  REPORT_PORT,
  RESPONDER,
  TrialServer,
  type Trial,
} from './ipxe-trials.ts';

const BUILT_IN_ROOT = '9faf717b7f8ca2f93c256c79f8ac5591895d66d1ff3bee6397a70d29c65eed1a';
const FIRST_PORT = 4400;
const LIMIT_MS = 200_000;
/** What iPXE shows on its serial console. */
const CONSOLE = join(tmpdir(), 'netboot-lab-ipxe-console.log');

const [program, version] = process.argv.slice(2);
if (program === undefined || version === undefined) throw new Error('usage: record-ipxe.ts ipxe-amd64.efi VERSION');
execFileSync('ip', ['link', 'set', 'lo', 'up']);

const efi = readFileSync(program);
const at = efi.indexOf(Buffer.from(BUILT_IN_ROOT, 'hex'));
if (at < 0) throw new Error('the program does not have the fingerprint of its root');
efi.set(rootFingerprint(IPXE_ROOT.certificate), at);

interface Recorded {
  readonly trial: Trial;
  readonly flights: { from: 'client' | 'server'; bytes: Uint8Array }[];
}

function record(trial: Trial, port: number): Recorded {
  const flights: Recorded['flights'] = [];
  let isFirst = true;
  const listener = createServer((socket) => {
    const keeps = isFirst;
    isFirst = false;
    const note = (from: 'client' | 'server', bytes: Uint8Array): void => {
      if (!keeps) return;
      const last = flights.at(-1);
      if (last?.from === from) last.bytes = Buffer.concat([last.bytes, bytes]);
      else flights.push({ from, bytes });
    };
    const server = new TrialServer(trial, {
      output: (bytes) => {
        note('server', bytes);
        socket.write(bytes);
      },
      request: () => server.answer(HTTP_ANSWER),
      over: () => socket.end(),
    });
    socket.on('data', (data) => {
      note('client', data);
      server.receive(new Uint8Array(data));
    });
    socket.on('end', () => socket.end());
    socket.on('error', () => undefined);
  });
  listener.listen(port, '127.0.0.1');
  return { trial, flights };
}

// What iPXE has met it remembers: chains that lack something come first.
const trials = [...realFaults(), ...realSuites()];
const recorded = trials.map((trial, index) => record(trial, FIRST_PORT + index));
const numbers: Record<string, string> = {};
const folder = mkdtempSync(join(tmpdir(), 'netboot-lab-ipxe-'));
mkdirSync(join(folder, 'EFI', 'BOOT'), { recursive: true });
writeFileSync(join(folder, 'EFI', 'BOOT', 'BOOTX64.EFI'), efi);
const report = (name: string): string => `http://10.0.2.2:${REPORT_PORT}/${name}`;
const lines = trials.map(
  ({ name }, index) =>
    `set number 0\nimgfetch https://10.0.2.2:${FIRST_PORT + index}/m || set number \${errno}\nimgfree\n` +
    `imgfetch ${report(name)}?\${number} ||\nimgfree`,
);
writeFileSync(
  join(folder, 'EFI', 'BOOT', 'autoexec.ipxe'),
  `#!ipxe\nset crosscert http://10.0.2.2:${REPORT_PORT}/none\ndhcp\n${lines.join('\n')}\nimgfetch ${report('end')} ||\npoweroff\n`,
);

const done = new Promise<void>((resolve) => {
  createHttpServer((request, response) => {
    const [name = '', number = ''] = (request.url ?? '').slice(1).split('?');
    if (name.startsWith('ocsp/')) {
      const question = fromBase64(decodeURIComponent(name.slice('ocsp/'.length))) ?? new Uint8Array(0);
      const { status, response: body } = RESPONDER.answer(question);
      console.log('asked by OCSP:', status);
      response.writeHead(200, { 'Content-Length': body.length }).end(body);
      return;
    }
    console.log(name, number);
    const isReport = name === 'end' || trials.some((trial) => trial.name === name);
    if (isReport && number !== '') numbers[name] = number;
    response.writeHead(isReport ? 200 : 404, { 'Content-Length': '0' }).end();
    if (name === 'end') resolve();
  }).listen(REPORT_PORT, '127.0.0.1');
});
const vm = spawn(
  'qemu-system-x86_64',
  [
    `-m 256 -display none -serial file:${CONSOLE} -monitor none -bios /usr/share/ovmf/OVMF.fd`,
    `-drive file=fat:rw:${folder},format=raw,if=ide -netdev user,id=n -device e1000,netdev=n,romfile=`,
    `-rtc base=${new Date(LAB_EPOCH_MS).toISOString().slice(0, 19)}`,
  ].flatMap((words) => words.split(' ')),
  { stdio: ['ignore', 'inherit', 'inherit'] },
);
await Promise.race([done, new Promise((resolve) => setTimeout(resolve, LIMIT_MS))]);
vm.kill();
rmSync(folder, { recursive: true });

const conversations = recorded
  .filter(({ trial }) => trial.isKept)
  .map(({ trial, flights }) => ({
    name: trial.name,
    flights: flights.map(({ from, bytes }) => `${from === 'client' ? '>' : '<'} ${toBase64(bytes)}`),
  }));
const file = new URL('fixtures/ipxe.json', import.meta.url);
writeFileSync(file, `${JSON.stringify({ ipxe: version, numbers, conversations }, undefined, 1)}\n`);
process.exit(0);
