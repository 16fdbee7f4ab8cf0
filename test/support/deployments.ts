/** Later versions of a built site, as a host would have them after a deployment. */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { byteAt } from '../../src/base/bytes.ts';
import { blobPath, type ImageFile, type ImageManifest } from '../../src/lab/content/image-manifest.ts';

function copySite(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (name === 'images') symlinkSync(resolve(from, name), join(to, name));
    else cpSync(join(from, name), join(to, name), { recursive: true });
  }
}

const HASHED = /[\w.-]+-([\w-]{8})\.(?:js|css|wasm)$/;

/** The same site with all files of the build under other names, as a build from changed sources has them. */
export function deployRenamed(from: string, to: string): void {
  copySite(from, to);
  const assets = join(to, 'assets');
  const hashes = readdirSync(assets).flatMap((name) => HASHED.exec(name)?.[1] ?? []);
  const renamed = new Map(hashes.map((hash) => [hash, `x${hash.slice(0, 7)}`]));
  const rename = (text: string): string => {
    let changed = text;
    for (const [before, after] of renamed) changed = changed.replaceAll(`-${before}.`, `-${after}.`);
    return changed;
  };
  for (const name of readdirSync(assets)) {
    const path = join(assets, name);
    if (/\.(?:js|css)$/.test(name)) writeFileSync(path, rename(readFileSync(path, 'utf8')));
    renameSync(path, join(assets, rename(name)));
  }
  for (const name of ['index.html', 'sw.js']) {
    const path = join(to, name);
    // The worker names the build without a suffix.
    const text = rename(readFileSync(path, 'utf8')).replace(
      /(id:`index-)([\w-]{8})`/g,
      (_whole, id: string, hash: string) => `${id}${renamed.get(hash) ?? hash}\``,
    );
    writeFileSync(path, text);
  }
}

/** The same site with another file under the path of an image. Returns both hashes. */
export function deployImage(
  from: string,
  to: string,
  path: string,
): { readonly before: string; readonly after: string } {
  copySite(from, to);
  const images = join(to, 'images');
  rmSync(images);
  mkdirSync(join(images, 'blob'), { recursive: true });
  const source = resolve(from, 'images');
  const manifest = JSON.parse(readFileSync(join(source, 'manifest.json'), 'utf8')) as ImageManifest;
  const old = manifest.files.find((file) => file.path === path);
  if (old === undefined) throw new Error(`${path} is no image`);
  for (const { sha256 } of manifest.files)
    if (sha256 !== old.sha256) {
      rmSync(join(images, blobPath(sha256)), { force: true });
      symlinkSync(join(source, blobPath(sha256)), join(images, blobPath(sha256)));
    }
  const bytes = readFileSync(join(source, blobPath(old.sha256)));
  // Past the font, which is near the end of the VGA BIOS, and past its checksum: what is in it does not matter here.
  bytes[bytes.length - 1] = byteAt(bytes, bytes.length - 1) ^ 1;
  const after = createHash('sha256').update(bytes).digest('hex');
  writeFileSync(join(images, blobPath(after)), bytes);
  const files = manifest.files.map((file): ImageFile => (file.path === path ? { ...file, sha256: after } : file));
  writeFileSync(join(images, 'manifest.json'), JSON.stringify({ ...manifest, files }));
  return { before: old.sha256, after };
}
