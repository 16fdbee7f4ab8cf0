/** The lab's thread: time, nodes, machines. */
import * as Comlink from 'comlink';
import wasmAddress from 'v86/build/v86.wasm?url';
import { reportRejections } from '../src/threads/api/host.ts';
import { LabService } from '../src/threads/lab/lab-service.ts';
import machineAddress from './machine.worker.ts?worker&url';

/** The build puts it in (`tools/vite-v86.ts`). */
declare const V86_WASM: { readonly size: number; readonly sha256: string };

reportRejections();
Comlink.expose(
  new LabService({
    wasmUrl: new URL(wasmAddress, import.meta.url),
    wasmFile: { name: 'v86.wasm', ...V86_WASM },
    machineAddress: new URL(machineAddress, import.meta.url).href,
  }),
);
