/** The images on disk: `public/images/`, as `npm run images` assembles it. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { err, ok, type Result } from '../base/result.ts';
import {
  blobPath,
  EMPTY_MANIFEST,
  MANIFEST_FILE,
  parseManifest,
  type ImageFile,
  type ImageManifest,
} from '../lab/content/image-manifest.ts';
import { ImageBank, missingUserFile, neededImages, neededUserFiles, type MissingImage } from '../lab/content/images.ts';
import { compileWasm, type CompiledWasm } from '../machine/v86/host.ts';
import type { Scenario } from '../scenario/schema.ts';
import { problemAt, scenarioMessage } from '../scenario/problems.ts';

const FOLDER = fileURLToPath(new URL('../../public/images/', import.meta.url));

/** Empty when there is none. Throws when it cannot be read: `npm run images` mends it. */
function readManifest(folder: string): ImageManifest {
  const path = join(folder, MANIFEST_FILE);
  if (!existsSync(path)) return EMPTY_MANIFEST;
  const manifest = parseManifest(readFileSync(path, 'utf8'));
  if (!manifest.ok) throw new Error(`${path}: ${manifest.error.text}; run "npm run images"`);
  return manifest.value;
}

/** The bytes of a file of the manifest; undefined when they are not there or are others. */
function readBlob(file: ImageFile, folder: string): Uint8Array | undefined {
  const path = join(folder, blobPath(file.sha256));
  if (!existsSync(path)) return undefined;
  const bytes = readFileSync(path);
  return createHash('sha256').update(bytes).digest('hex') === file.sha256 ? bytes : undefined;
}

/** One image by its path in the manifest; undefined when it is not there. */
export function readImage(path: string, folder = FOLDER): Uint8Array | undefined {
  const file = readManifest(folder).files.find((known) => known.path === path);
  return file === undefined ? undefined : readBlob(file, folder);
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
  const bytes = new Map<string, Uint8Array>();
  const gone: MissingImage[] = [];
  for (const file of needed.value) {
    const read = readBlob(file, folder);
    if (read !== undefined) bytes.set(file.path, read);
    else
      gone.push({
        image: file.path,
        ...problemAt(
          '$',
          scenarioMessage('scenario.image-gone', { image: file.path, file: `images/${blobPath(file.sha256)}` }),
        ),
      });
  }
  if (gone.length > 0) return err(gone);
  const own = ownFiles === undefined ? new Map<string, Uint8Array>() : hashFolder(ownFiles);
  const absent = neededUserFiles(scenario).filter(({ sha256 }) => !own.has(sha256));
  if (absent.length > 0)
    return err(absent.map((use) => missingUserFile(use, 'put it into a folder and give that with --files')));
  return ok(new ImageBank(manifest, bytes, own));
}

/** v86's WebAssembly, from its package. */
export function readWasm(): CompiledWasm {
  return compileWasm(readFileSync(createRequire(import.meta.url).resolve('v86/build/v86.wasm')));
}
