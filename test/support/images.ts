/** What the slow tests boot: files that `npm run images` assembles, and v86 from its package. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readImage } from '../../src/cli/images.ts';
import { compileWasm, type CompiledWasm } from '../../src/machine/v86/host.ts';

/** An image by its path in the manifest. Throws with what to do when it is not there: a boot test must not pass by not booting. */
export function image(path: string): Uint8Array {
  const bytes = readImage(path);
  if (bytes === undefined) throw new Error(`the image ${path} is missing: run "npm run images" first`);
  return new Uint8Array(bytes);
}

let wasm: CompiledWasm | undefined;

export function v86Wasm(): CompiledWasm {
  const main = createRequire(import.meta.url).resolve('v86');
  wasm ??= compileWasm(new Uint8Array(readFileSync(join(dirname(main), 'v86.wasm'))));
  return wasm;
}
