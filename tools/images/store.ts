/** `public/images/` on disk: a manifest, the bytes of each file under their hash, and the packages' copyright files. */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import {
  blobPath,
  EMPTY_MANIFEST,
  MANIFEST_FILE,
  parseManifest,
  type ImageFile,
  type ImageManifest,
  type ImagePackage,
} from '../../src/lab/content/image-manifest.ts';

/** The manifest of the first form, which kept each file under its own path. */
interface PathManifest {
  readonly schema: 1;
  readonly files: readonly (ImageFile & { readonly licenceFile?: string })[];
}

export function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

export function listFiles(folder: string): string[] {
  // Links are followed: a web server and a TFTP server need real files.
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? listFiles(path) : [path];
  });
}

function writeAtomically(path: string, write: (temporary: string) => void): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.part`;
  write(temporary);
  renameSync(temporary, path);
}

export class ImageFolder {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Empty when there is no manifest, or none that can be read. */
  readManifest(): ImageManifest {
    const path = join(this.folder, MANIFEST_FILE);
    if (!existsSync(path)) return EMPTY_MANIFEST;
    const text = readFileSync(path, 'utf8');
    const manifest = parseManifest(text);
    return manifest.ok ? manifest.value : this.takeOver(text);
  }

  writeManifest(packages: readonly ImagePackage[], files: readonly ImageFile[]): void {
    const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
    const manifest: ImageManifest = {
      schema: 2,
      packages: [...packages].sort((a, b) => byName(a.name, b.name)),
      files: [...files].sort((a, b) => byName(a.path, b.path)),
    };
    const text = `${JSON.stringify(manifest, null, 2)}\n`;
    writeAtomically(join(this.folder, MANIFEST_FILE), (path) => writeFileSync(path, text));
  }

  /** Takes a file in; returns its hash and size in bytes. */
  add(from: string): Pick<ImageFile, 'sha256' | 'size'> {
    const hash = sha256(from);
    const { size } = statSync(from);
    if (!this.has({ sha256: hash, size }))
      writeAtomically(this.pathOf(hash), (temporary) => copyFileSync(from, temporary));
    return { sha256: hash, size };
  }

  addText(path: string, from: string): void {
    writeAtomically(join(this.folder, path), (temporary) => copyFileSync(from, temporary));
  }

  has({ sha256: hash, size }: Pick<ImageFile, 'sha256' | 'size'>): boolean {
    const path = this.pathOf(hash);
    return existsSync(path) && statSync(path).size === size;
  }

  pathOf(hash: string): string {
    return join(this.folder, blobPath(hash));
  }

  /** Removes the bytes that no file of the manifest names. */
  prune(files: readonly ImageFile[]): void {
    const blobs = dirname(this.pathOf('x'));
    if (!existsSync(blobs)) return;
    const known = new Set(files.map((file) => file.sha256));
    for (const name of readdirSync(blobs)) if (!known.has(name)) rmSync(join(blobs, name));
  }

  /** Moves files that lie under their own paths to where their hash says; nothing is fetched again. */
  private takeOver(text: string): ImageManifest {
    const before = readPathManifest(text);
    if (before === undefined) return EMPTY_MANIFEST;
    const files: ImageFile[] = [];
    const packages = new Map<string, ImagePackage>();
    for (const { licenceFile, ...file } of before.files) {
      const old = join(this.folder, file.path);
      if (!existsSync(old)) continue;
      if (sha256(old) === file.sha256) {
        mkdirSync(dirname(this.pathOf(file.sha256)), { recursive: true });
        renameSync(old, this.pathOf(file.sha256));
        files.push(file);
        packages.set(file.package, {
          name: file.package,
          version: file.version,
          ...(licenceFile === undefined ? {} : { licenceFile }),
        });
      } else rmSync(old);
    }
    for (const [top = ''] of new Set(before.files.map(({ path }) => path.split('/')))) {
      const rest = join(this.folder, top);
      if (existsSync(rest) && statSync(rest).isDirectory() && listFiles(rest).length === 0)
        rmSync(rest, { recursive: true });
    }
    this.writeManifest([...packages.values()], files);
    return this.readManifest();
  }
}

function readPathManifest(text: string): PathManifest | undefined {
  try {
    const value = JSON.parse(text) as { readonly schema?: unknown };
    return value.schema === 1 ? (value as PathManifest) : undefined;
  } catch {
    return undefined;
  }
}
