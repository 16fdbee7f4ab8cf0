/** The image catalogue on disk: `public/images/`, as `npm run images` assembles it. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { err, ok, type Result } from '../base/result.ts';
import {
  EMPTY_MANIFEST,
  ImageBank,
  missingUserFile,
  neededImages,
  neededUserFiles,
  type ImageManifest,
  type MissingImage,
} from '../lab/images.ts';
import { compileWasm, type CompiledWasm } from '../machine/v86/host.ts';
import type { Scenario } from '../scenario/schema.ts';

const FOLDER = fileURLToPath(new URL('../../public/images/', import.meta.url));

export function readManifest(folder = FOLDER): ImageManifest {
  const path = join(folder, 'manifest.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as ImageManifest) : EMPTY_MANIFEST;
}

/** One image; undefined when it is not there. */
export function readImage(path: string, folder = FOLDER): Uint8Array | undefined {
  const file = join(folder, path);
  return existsSync(file) ? readFileSync(file) : undefined;
}

/** Files of a folder by their SHA-256. */
function hashFolder(folder: string): ReadonlyMap<string, Uint8Array> {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map(({ name }) => {
      const bytes = readFileSync(join(folder, name));
      return [createHash('sha256').update(bytes).digest('hex'), bytes];
    }),
  );
}

/** The images of a scenario, or those that are missing. People's own files are looked for in `ownFiles`, by hash. */
export function readImages(
  scenario: Scenario,
  ownFiles?: string,
  folder = FOLDER,
): Result<ImageBank, readonly MissingImage[]> {
  const manifest = readManifest(folder);
  const needed = neededImages(scenario, manifest);
  if (!needed.ok) return needed;
  const gone = needed.value.filter((file) => !existsSync(join(folder, file.path)));
  if (gone.length > 0)
    return err(
      gone.map(({ path }) => ({
        image: path,
        path: '$',
        message: `the image ${path} is missing: run "npm run images"`,
      })),
    );
  const own = ownFiles === undefined ? new Map<string, Uint8Array>() : hashFolder(ownFiles);
  const absent = neededUserFiles(scenario).filter(({ sha256 }) => !own.has(sha256));
  if (absent.length > 0)
    return err(absent.map((use) => missingUserFile(use, 'put it into a folder and give that with --files')));
  const images = new Map(needed.value.map(({ path }) => [path, readFileSync(join(folder, path))]));
  return ok(new ImageBank(manifest, images, own));
}

/** v86's WebAssembly, from its package. */
export function readWasm(): CompiledWasm {
  return compileWasm(readFileSync(createRequire(import.meta.url).resolve('v86/build/v86.wasm')));
}
