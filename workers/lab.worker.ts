/** The lab's thread: time, nodes, machines. */
import * as Comlink from 'comlink';
import wasmAddress from 'v86/build/v86.wasm?url';
import { reportRejections } from '../src/threads/api/host.ts';
import { BrowserFolder } from '../src/threads/lab/keyframes/browser-folder.ts';
import { LabService } from '../src/threads/lab/lab-service.ts';
import { StoredKeyframes } from '../src/threads/lab/keyframes/stored-keyframes.ts';
import machineAddress from './machine.worker.ts?worker&url';

/** The build puts it in (`tools/vite/v86.ts`). */
declare const V86_WASM: { readonly size: number; readonly sha256: string };

/** The build gives each of its files a name that changes with what is in it; files of the development server have none. */
const BUILD = /-[\w-]{8}\.js$/.exec(new URL(import.meta.url).pathname)?.[0];

reportRejections();
Comlink.expose(
  new LabService({
    wasmUrl: new URL(wasmAddress, import.meta.url),
    wasmFile: { name: 'v86.wasm', ...V86_WASM },
    machineAddress: new URL(machineAddress, import.meta.url).href,
    ...(BUILD === undefined ? {} : { stored: new StoredKeyframes(new BrowserFolder('keyframes'), BUILD) }),
  }),
);
