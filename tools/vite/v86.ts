/** How the build takes v86: its WebAssembly by hash, and its branches for Node without Node. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

const EMPTY = '\0no-node-module';

/** Size and SHA-256 of the WebAssembly that the lab's worker fetches, for `workers/lab.worker.ts`. */
export function v86Wasm(): { readonly size: number; readonly sha256: string } {
  const bytes = readFileSync(createRequire(import.meta.url).resolve('v86/build/v86.wasm'));
  return { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** v86 asks for Node's modules where it finds itself in Node; in a browser it never gets there. */
export function withoutNodeModules(): Plugin {
  return {
    name: 'v86-without-node-modules',
    enforce: 'pre',
    resolveId(id, importer) {
      const isOfNode = /^(?:node:.+|fs|crypto|perf_hooks)$/.test(id);
      return isOfNode && importer?.includes('/v86/build/') === true ? EMPTY : undefined;
    },
    load: (id) => (id === EMPTY ? 'export default {};' : undefined),
  };
}
