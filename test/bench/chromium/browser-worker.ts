/** Runs one part of a measure in a worker of a browser. */
import { blobPath, MANIFEST_FILE, parseManifest, type ImageManifest } from '../../../src/lab/content/image-manifest.ts';
import { ImageBank, neededImages } from '../../../src/lab/content/images.ts';
import { compileWasm } from '../../../src/machine/v86/host.ts';
import { Worker, workerScope } from './browser-api.ts';
import { findMeasure } from '../measures.ts';
import type { FrameThreadSetup } from '../pass-frames.ts';
import type { BenchRequest, WorkerMessage } from './page.ts';
import type { BenchHost, FrameThread, MemoryReading } from '../types.ts';

let memoryRead: ((reading: MemoryReading | undefined) => void) | undefined;

function say(message: WorkerMessage): void {
  workerScope.postMessage(message, []);
}

async function fetchBytes(path: string): Promise<Uint8Array> {
  // Not the page's folder: the worker's file lies below it.
  const response = await fetch(new URL(`/${path}`, workerScope.location.href));
  if (!response.ok) throw new Error(`${path}: ${response.status}; has "npm run images" been run?`);
  return new Uint8Array(await response.arrayBuffer());
}

function frameThread(setup: FrameThreadSetup): Promise<FrameThread> {
  const worker = new Worker(new URL('./frame-thread.browser.ts', import.meta.url), { type: 'module' });
  worker.postMessage(setup, setup.ports);
  return Promise.resolve({ close: () => worker.terminate() });
}

function makeHost(quick: boolean): BenchHost {
  const wasmBytes = (): Promise<Uint8Array> => fetchBytes('v86.wasm');
  const readManifest = async (): Promise<ImageManifest> => {
    const manifest = parseManifest(new TextDecoder().decode(await fetchBytes(`images/${MANIFEST_FILE}`)));
    if (!manifest.ok) throw new Error(manifest.error.text);
    return manifest.value;
  };
  return {
    name: 'chromium',
    quick,
    nowMs: () => performance.now(),
    images: async (scenario) => {
      const manifest = await readManifest();
      const needed = neededImages(scenario, manifest);
      if (!needed.ok) throw new Error(needed.error.map(({ message }) => message).join('\n'));
      const bytes = new Map<string, Uint8Array>();
      for (const { path, sha256 } of needed.value) bytes.set(path, await fetchBytes(`images/${blobPath(sha256)}`));
      return new ImageBank(manifest, bytes);
    },
    image: async (path) => {
      const file = (await readManifest()).files.find((known) => known.path === path);
      if (file === undefined) throw new Error(`${path} is missing: run "npm run images"`);
      return await fetchBytes(`images/${blobPath(file.sha256)}`);
    },
    wasmBytes,
    wasm: async () => compileWasm(await wasmBytes()),
    memory: (largeBytes) =>
      new Promise((resolve) => {
        memoryRead = resolve;
        say({ kind: 'memory', largeBytes });
      }),
    frameThread,
    tshark: () => Promise.resolve(undefined),
  };
}

function start({ measure, part, quick }: BenchRequest): void {
  findMeasure(measure)
    .run(makeHost(quick), part)
    .then(
      (values) => say({ kind: 'done', values }),
      (error: unknown) => {
        say({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      },
    );
}

// The first message is the request; later ones answer questions about memory.
workerScope.addEventListener('message', ({ data }) => {
  if (memoryRead === undefined) start(data as BenchRequest);
  else memoryRead(data as MemoryReading | undefined);
});
