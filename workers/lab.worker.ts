/** The lab's thread: time, nodes, machines. */
import * as Comlink from 'comlink';
import wasmUrl from 'v86/build/v86.wasm?url';
import { LabService } from '../src/threads/lab/lab-service.ts';

Comlink.expose(new LabService(new URL(wasmUrl, import.meta.url)));
