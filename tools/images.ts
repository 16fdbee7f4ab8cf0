/**
 * Assembles `public/images/`: the BIOS, boot programs, kernels and initrds that the lab boots. They are other
 * people's programs and are never committed; they come from Debian packages, with their versions and copyright files.
 *
 *     tsx tools/images.ts [--from FOLDER] [--force]
 *
 * `--from FOLDER` takes packages (.deb) or loose files (by their names) from a folder instead of the network.
 * Exits with 0 when all is there, 1 when something is missing; what is missing is said, with what still works.
 */
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
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Result } from '../src/base/result.ts';
import { err, ok } from '../src/base/result.ts';
import { Apt, readPackageHead, unpack } from './images-apt.ts';
import { catalogue, type CataloguePackage } from './images-catalogue.ts';
import { GRUB_LIBRARIES, makeGrubCore } from './images-grub.ts';

/** One line of `manifest.json`. Paths are below `public/images/`. */
interface ManifestFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly package: string;
  readonly version: string;
  readonly licenceFile?: string;
}

interface Manifest {
  readonly schema: 1;
  readonly files: readonly ManifestFile[];
}

/** Where a package's files were found: as an unpacked tree, or as loose files by name. */
type Source =
  | { readonly kind: 'tree'; readonly folder: string; readonly version: string }
  | { readonly kind: 'loose'; readonly files: ReadonlyMap<string, string> };

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'public/images');
const cache = join(root, '.cache');
const scratch = join(cache, `images-${process.pid}`);

function say(text: string): void {
  process.stderr.write(`images: ${text}\n`);
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function readManifest(): Manifest {
  const path = join(target, 'manifest.json');
  if (!existsSync(path)) return { schema: 1, files: [] };
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  } catch {
    return { schema: 1, files: [] };
  }
}

function writeAtomically(path: string, write: (temporary: string) => void): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.part`;
  write(temporary);
  renameSync(temporary, path);
}

function writeManifest(files: readonly ManifestFile[]): void {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const manifest: Manifest = { schema: 1, files: sorted };
  writeAtomically(join(target, 'manifest.json'), (path) =>
    writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`),
  );
}

function listFiles(folder: string): string[] {
  // Links are followed: a web server and a TFTP server need real files.
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? listFiles(path) : [path];
  });
}

/** True when every file that the manifest names for a package is there with its size, and every entry gave one. */
function isAssembled(manifest: Manifest, item: CataloguePackage): boolean {
  const files = manifest.files.filter((file) => file.package === item.name);
  const covered = item.files.every(({ to }) => files.some(({ path }) => path === to || path.startsWith(`${to}/`)));
  return (
    covered &&
    files.every(({ path, size }) => {
      const full = join(target, path);
      return existsSync(full) && statSync(full).size === size;
    })
  );
}

function copy(from: string, path: string, packageName: string, version: string, licenceFile?: string): ManifestFile {
  writeAtomically(join(target, path), (temporary) => copyFileSync(from, temporary));
  const head = { path, size: statSync(from).size, sha256: sha256(from), package: packageName, version };
  return licenceFile === undefined ? head : { ...head, licenceFile };
}

/** Copies a package's files. Fails with the list of those that the source lacks. */
function assemble(item: CataloguePackage, source: Source): Result<ManifestFile[], string> {
  const missing: string[] = [];
  const made: ManifestFile[] = [];
  if (source.kind === 'loose') {
    for (const { from, to } of item.files) {
      const found = source.files.get(basename(from));
      if (found === undefined || statSync(found).isDirectory()) missing.push(basename(from));
      else made.push(copy(found, to, item.name, 'unknown'));
    }
  } else {
    const licence = join(source.folder, 'usr/share/doc', item.name, 'copyright');
    let licenceFile: string | undefined;
    if (existsSync(licence)) {
      licenceFile = `licences/${item.name}.txt`;
      writeAtomically(join(target, licenceFile), (path) => copyFileSync(licence, path));
    } else if (item.licenceOf !== undefined) licenceFile = `licences/${item.licenceOf}.txt`;
    for (const { from, to, except } of item.files) {
      const start = join(source.folder, from);
      if (!existsSync(start)) {
        missing.push(from);
        continue;
      }
      const files = statSync(start).isDirectory() ? listFiles(start) : [start];
      for (const file of files) {
        const below = relative(start, file);
        if (except?.test(`/${below}`) === true) continue;
        made.push(copy(file, below === '' ? to : `${to}/${below}`, item.name, source.version, licenceFile));
      }
    }
  }
  return missing.length === 0 ? ok(made) : err(`without ${missing.join(', ')}`);
}

function unpackTree(archive: string): Source {
  const { name, version } = readPackageHead(archive);
  const folder = join(scratch, name);
  unpack(archive, folder);
  return { kind: 'tree', folder, version };
}

/** Finds packages in the network's archive, or in a folder. */
type Finder = (item: CataloguePackage) => Result<Source, string>;

function folderFinder(folder: string): Finder {
  const files = listFiles(folder);
  const byName = new Map(files.map((file) => [basename(file), file]));
  return (item) => {
    const archive = files.find((file) => basename(file).startsWith(`${item.name}_`) && file.endsWith('.deb'));
    if (archive !== undefined) return ok(unpackTree(archive));
    return ok({ kind: 'loose', files: byName });
  };
}

function aptFinder(): Finder {
  if (!Apt.available()) {
    const reason = 'there is no apt-get and dpkg-deb on this machine; use --from FOLDER with Debian packages or files';
    return () => err(reason);
  }
  const open = (folder: string, architecture: string): Apt => {
    const apt = new Apt(join(cache, folder), architecture);
    const updated = apt.update();
    if (!updated.ok) say(`the package lists could not be brought up to date: ${updated.error}`);
    return apt;
  };
  // The emulated PCs are 32-bit, whatever this computer is.
  const apt = open('apt', 'i386');
  const fetch = (from: Apt, name: string): Result<Source, string> => {
    const archive = from.download(name);
    return archive.ok ? ok(unpackTree(archive.value)) : archive;
  };
  return (item) => {
    if (item.make === undefined) return fetch(apt, item.name);
    const host = open('apt-host', Apt.hostArchitecture());
    const tools = fetch(host, item.name);
    if (!tools.ok || tools.value.kind !== 'tree') return tools;
    for (const library of GRUB_LIBRARIES) {
      const archive = host.download(library);
      // The system may have it under another name: grub-mkimage says so when it does not.
      if (archive.ok) unpack(archive.value, tools.value.folder);
    }
    const made = makeGrubCore(tools.value.folder, join(target, 'grub/i386-pc'), item.files[0].from);
    return made.ok ? tools : made;
  };
}

function main(): number {
  const { values } = parseArgs({
    options: { from: { type: 'string' }, force: { type: 'boolean', default: false } },
  });
  const before = readManifest();
  const wanted = catalogue.filter((item) => values.force || !isAssembled(before, item));
  if (wanted.length === 0) {
    say(`all ${before.files.length} files are there`);
    return 0;
  }
  if (values.from !== undefined && !existsSync(values.from)) {
    say(`there is no folder ${values.from}`);
    return 1;
  }
  const find = values.from === undefined ? aptFinder() : folderFinder(values.from);
  let files = before.files;
  const failures: { readonly item: CataloguePackage; readonly reason: string }[] = [];
  for (const [index, item] of wanted.entries()) {
    say(`${index + 1}/${wanted.length} ${item.name}`);
    const source = find(item);
    const made = source.ok ? assemble(item, source.value) : source;
    if (made.ok) {
      files = [...files.filter((file) => file.package !== item.name), ...made.value];
      // After each package, so that a broken run goes on where it stopped.
      writeManifest(files);
    } else failures.push({ item, reason: made.error });
  }
  rmSync(scratch, { recursive: true, force: true });
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  say(`${files.length} files, ${(bytes / 1e6).toFixed(1)} MB in public/images`);
  for (const { item, reason } of failures) say(`missing: ${item.name}, needed for ${item.neededFor} (${reason})`);
  if (failures.length > 0) say('bare machines (firmware without a CPU) and all servers work without any image');
  return failures.length === 0 ? 0 : 1;
}

process.exitCode = main();
