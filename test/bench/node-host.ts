/** Runs one part of a measure in this Node process and writes what it found as JSON: `main.ts` starts it. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker, type TransferListItem } from 'node:worker_threads';
import { readImages } from '../../src/cli/images.ts';
import { compileWasm } from '../../src/machine/v86/host.ts';
import { image } from '../support/images.ts';
import { findMeasure } from './measures.ts';
import { readMemory } from './subjects/memory.ts';
import type { FrameThreadSetup } from './pass-frames.ts';
import type { BenchHost, FrameThread } from './types.ts';

function wasmBytes(): Uint8Array {
  return new Uint8Array(readFileSync(createRequire(import.meta.url).resolve('v86/build/v86.wasm')));
}

function askTshark(
  capture: Iterable<Uint8Array>,
  filters: readonly string[],
): { readonly count: number; readonly seconds: number }[] | undefined {
  if (spawnSync('tshark', ['--version']).status !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const file = join(folder, 'bench.pcapng');
    const handle = openSync(file, 'w');
    for (const part of capture) writeSync(handle, part);
    closeSync(handle);
    return filters.map((filter) => {
      const startMs = performance.now();
      const args = ['-n', '-r', file, '-Y', filter, '-T', 'fields', '-e', 'frame.number'];
      const { stdout } = spawnSync('tshark', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
      return { count: stdout.split('\n').length - 1, seconds: (performance.now() - startMs) / 1000 };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function frameThread(setup: FrameThreadSetup): Promise<FrameThread> {
  const file = JSON.stringify(new URL('frame-thread.node.ts', import.meta.url).href);
  // A thread does not get the loader of TypeScript from the process.
  const code = `import('tsx/esm/api').then(({ register }) => { register(); return import(${file}); })`;
  const worker = new Worker(code, { eval: true, execArgv: [] });
  await new Promise((resolve) => worker.once('online', resolve));
  worker.postMessage(setup, setup.ports as unknown as TransferListItem[]);
  return { close: () => void worker.terminate() };
}

const [, , name = '', part = '', mode] = process.argv;
const ipxe = process.env['NETBOOT_LAB_IPXE'];
const host: BenchHost = {
  name: 'node',
  quick: mode === '--quick',
  nowMs: () => performance.now(),
  cpuMs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  images: (scenario) => {
    const images = readImages(scenario);
    if (!images.ok) throw new Error(images.error.map(({ message }) => message).join('\n'));
    return Promise.resolve(images.value);
  },
  image: (path) => Promise.resolve(image(path)),
  wasmBytes: () => Promise.resolve(wasmBytes()),
  wasm: () => Promise.resolve(compileWasm(wasmBytes())),
  memory: (largeBytes) => {
    (globalThis as { readonly gc?: () => void }).gc?.();
    return Promise.resolve(readMemory(process.pid, largeBytes));
  },
  frameThread,
  ipxeWithHttps: ipxe === undefined ? undefined : new Uint8Array(readFileSync(ipxe)),
  tshark: (capture, filters) => Promise.resolve(askTshark(capture, filters)),
};
const values = await findMeasure(name).run(host, part);
process.stdout.write(`\n${JSON.stringify(values)}\n`, () => process.exit(0));
