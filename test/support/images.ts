/** What the slow tests boot: files that `npm run images` assembles, and v86 from its package. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileWasm, type CompiledWasm } from '../../src/machine/v86/host.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** A file of `public/images`. Throws with what to do when it is not there: a boot test must not pass by not booting. */
export function image(path: string): Uint8Array {
  const full = join(root, 'public/images', path);
  if (!existsSync(full)) throw new Error(`public/images/${path} is missing: run "npm run images" first`);
  return new Uint8Array(readFileSync(full));
}

let wasm: CompiledWasm | undefined;

export function v86Wasm(): CompiledWasm {
  const main = createRequire(import.meta.url).resolve('v86');
  wasm ??= compileWasm(new Uint8Array(readFileSync(join(dirname(main), 'v86.wasm'))));
  return wasm;
}
