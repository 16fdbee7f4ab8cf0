/**
 * Assembles `public/images/`: the BIOS, boot programs, kernels and initrds that the lab boots. They are other
 * people's programs and are never committed; they come from Debian packages, with their versions and copyright files.
 *
 *     tsx tools/images.ts [--uefi] [--from FOLDER] [--force]
 *
 * `--uefi` adds UEFI firmware, which is built from Debian's source (`uefi/`), and the installer's boot programs for it. Once
 * there, it is kept up to date.
 *
 * `--from FOLDER` takes packages (.deb), loose files (by their names) or what another `public/images/` has from a folder
 * instead of the network.
 * Exits with 0 when all is there, 1 when something is missing; what is missing is said, with what still works.
 */
import { existsSync, readFileSync, rmSync, mkdirSync, copyFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { itemAt } from '../src/base/lists/list.ts';
import type { Result } from '../src/base/result.ts';
import { err, ok, unreachable } from '../src/base/result.ts';
import {
  MANIFEST_FILE,
  type ImageFile,
  type ImageManifest,
  type ImagePackage,
} from '../src/lab/content/image-manifest.ts';
import { Apt, readPackageHead, unpack, type PackageHead } from './images/apt.ts';
import { catalogueWith, type CataloguePackage } from './images/catalogue.ts';
import { GRUB_LIBRARIES, makeGrubCores } from './images/grub.ts';
import { recipeSuffix } from './images/recipe.ts';
import { ImageFolder, listFiles, sha256 } from './images/store.ts';
import { makeSanDisk, SYSTEM_LIBRARIES } from './san-disk/disk.ts';
import { EXT2_PACKAGES } from './san-disk/ext2.ts';
import { buildUefi, isBuiltByRecipe } from './uefi/build.ts';

interface Tree {
  readonly kind: 'tree';
  readonly folder: string;
  readonly head: PackageHead;
}

/** Where a package's files were found: as an unpacked tree, as loose files by name, or in another folder of images. */
type Source =
  | Tree
  | { readonly kind: 'loose'; readonly files: ReadonlyMap<string, string> }
  | { readonly kind: 'images'; readonly folder: string; readonly manifest: ImageManifest };

/** What one package gives. */
interface Assembled {
  readonly package: ImagePackage;
  readonly files: readonly ImageFile[];
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'public/images');
const cache = join(root, '.cache');
const scratch = join(cache, `images-${process.pid}`);
const images = new ImageFolder(target);
/** The version of files that came without a package. */
const UNKNOWN = 'unknown';

function say(text: string): void {
  process.stderr.write(`images: ${text}\n`);
}

/** True when every file that the manifest names for a package is there, and every entry gave one. */
function hasFiles(manifest: ImageManifest, item: CataloguePackage): boolean {
  const files = manifest.files.filter((file) => file.package === item.name);
  return (
    item.files.every(({ to }) => files.some(({ path }) => path === to || path.startsWith(`${to}/`))) &&
    files.every((file) => images.has(file) && isMadeAsToday(item, file))
  );
}

/** False for what was made by other tools than those of today. What a person has put there is left alone. */
function isMadeAsToday(item: CataloguePackage, { version }: ImageFile): boolean {
  if (item.make === 'uefi') return isBuiltByRecipe(version);
  const suffix = recipeSuffix(item);
  return suffix === undefined || version === UNKNOWN || version.endsWith(suffix);
}

/** True when where its source is need not be looked for. */
function hasSource({ packages }: ImageManifest, item: CataloguePackage): boolean {
  const known = packages.find(({ name }) => name === item.name);
  return known !== undefined && (known.source !== undefined || known.version === UNKNOWN);
}

/** The short names of a machine-readable copyright file, in the order in which it gives them. */
function licencesIn(copyright: string): readonly string[] {
  const text = readFileSync(copyright, 'utf8');
  return [...new Set([...text.matchAll(/^License: *(\S.*)$/gm)].map(([, name = '']) => name.trim()))];
}

function describe(item: CataloguePackage, folder: string, { version, source }: PackageHead): ImagePackage {
  const head = { name: item.name, version, source };
  const copyright = join(folder, 'usr/share/doc', item.name, 'copyright');
  if (existsSync(copyright)) {
    const licenceFile = `licences/${item.name}.txt`;
    images.addText(licenceFile, copyright);
    const licences = licencesIn(copyright);
    return { ...head, licenceFile, ...(licences.length > 0 ? { licences } : {}) };
  }
  return item.licenceOf === undefined ? head : { ...head, licenceFile: `licences/${item.licenceOf}.txt` };
}

/** Takes a package's files in. Fails with the list of those that the source lacks. */
function assemble(item: CataloguePackage, source: Source): Result<Assembled, string> {
  switch (source.kind) {
    case 'tree':
      return assembleTree(item, source.folder, source.head);
    case 'loose':
      return assembleLoose(item, source.files);
    case 'images':
      return assembleImages(item, source.folder, source.manifest);
  }
}

function assembleTree(item: CataloguePackage, folder: string, head: PackageHead): Result<Assembled, string> {
  const missing: string[] = [];
  const made: ImageFile[] = [];
  for (const { from, to, except } of item.files) {
    const start = join(folder, from);
    if (!existsSync(start)) {
      missing.push(from);
      continue;
    }
    for (const file of statSync(start).isDirectory() ? listFiles(start) : [start]) {
      const below = relative(start, file);
      if (except?.test(`/${below}`) === true) continue;
      const path = below === '' ? to : `${to}/${below}`;
      const version = `${head.version}${recipeSuffix(item) ?? ''}`;
      made.push({ path, ...images.add(file), package: item.name, version });
    }
  }
  if (missing.length > 0) return err(`without ${missing.join(', ')}`);
  return ok({ package: describe(item, folder, head), files: made });
}

function assembleLoose(item: CataloguePackage, files: ReadonlyMap<string, string>): Result<Assembled, string> {
  const missing: string[] = [];
  const made: ImageFile[] = [];
  for (const { from, to } of item.files) {
    const found = files.get(basename(from));
    if (found === undefined || statSync(found).isDirectory()) missing.push(basename(from));
    else made.push({ path: to, ...images.add(found), package: item.name, version: UNKNOWN });
  }
  if (missing.length > 0) return err(`without ${missing.join(', ')}`);
  return ok({ package: { name: item.name, version: UNKNOWN }, files: made });
}

function assembleImages(item: CataloguePackage, folder: string, manifest: ImageManifest): Result<Assembled, string> {
  const other = new ImageFolder(folder);
  const known = manifest.packages.find(({ name }) => name === item.name);
  const files = manifest.files.filter((file) => file.package === item.name);
  if (known === undefined || files.length < item.files.length) return err(`${folder} does not have it`);
  for (const file of files) {
    if (!other.has(file) || sha256(other.pathOf(file.sha256)) !== file.sha256)
      return err(`${other.pathOf(file.sha256)} is missing or has changed`);
    images.add(other.pathOf(file.sha256));
  }
  if (known.licenceFile !== undefined && existsSync(join(folder, known.licenceFile)))
    images.addText(known.licenceFile, join(folder, known.licenceFile));
  return ok({ package: known, files });
}

function unpackTree(archive: string): Tree {
  const head = readPackageHead(archive);
  const folder = join(scratch, head.name);
  unpack(archive, folder);
  return { kind: 'tree', folder, head };
}

/** Finds packages in the network's archive, or in a folder. */
type Finder = (item: CataloguePackage) => Result<Source, string>;

function folderFinder(folder: string): Finder {
  if (existsSync(join(folder, MANIFEST_FILE))) {
    const manifest = new ImageFolder(folder).readManifest();
    return () => ok({ kind: 'images', folder, manifest });
  }
  const files = listFiles(folder);
  const byName = new Map(files.map((file) => [basename(file), file]));
  return (item) => {
    const archive = files.find((file) => basename(file).startsWith(`${item.name}_`) && file.endsWith('.deb'));
    if (archive !== undefined) return ok(unpackTree(archive));
    return ok({ kind: 'loose', files: byName });
  };
}

/** Files of the manifest below a path, as a folder of files with their names. */
function layOut(below: string): string {
  const folder = join(scratch, 'laid-out', below);
  mkdirSync(folder, { recursive: true });
  for (const { path, sha256: hash } of images.readManifest().files)
    if (dirname(path) === below) copyFileSync(images.pathOf(hash), join(folder, basename(path)));
  return folder;
}

function readImage(name: string): Uint8Array | undefined {
  const file = images.readManifest().files.find(({ path }) => path === name);
  return file === undefined ? undefined : readFileSync(images.pathOf(file.sha256));
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
  const fetch = (from: Apt, name: string): Result<Tree, string> => {
    const archive = from.download(name);
    return archive.ok ? ok(unpackTree(archive.value)) : archive;
  };
  let ofThisComputer: Apt | undefined;
  const host = (): Apt => (ofThisComputer ??= open('apt-host', Apt.hostArchitecture()));
  /** Packages that the system may have under other names: a program that lacks one says so. */
  const addPrograms = (names: readonly string[], folder: string): void => {
    for (const name of names) {
      const archive = host().download(name);
      if (archive.ok) unpack(archive.value, folder);
    }
  };
  const makeCores = (item: CataloguePackage): Result<Tree, string> => {
    const tools = fetch(host(), item.name);
    if (!tools.ok) return tools;
    addPrograms(GRUB_LIBRARIES, tools.value.folder);
    const names = item.files.map(({ from }) => from);
    const made = makeGrubCores(tools.value.folder, layOut('grub/i386-pc'), names);
    return made.ok ? tools : made;
  };
  const makeEfiGrub = (item: CataloguePackage): Result<Tree, string> => {
    const modules = fetch(apt, item.name);
    if (!modules.ok) return modules;
    const { folder } = modules.value;
    // With the programs of another package in the same folder: its own has none.
    const tools = host().download('grub-common');
    if (!tools.ok) return tools;
    unpack(tools.value, folder);
    addPrograms(GRUB_LIBRARIES, folder);
    const names = item.files.map(({ from }) => from);
    const made = makeGrubCores(folder, join(folder, 'usr/lib/grub/i386-efi'), names);
    return made.ok ? modules : made;
  };
  const makeDisk = (item: CataloguePackage): Result<Tree, string> => {
    const tree = fetch(apt, item.name);
    if (!tree.ok) return tree;
    const { folder, head } = tree.value;
    // The package named after the architecture has nothing in it, and depends on that of today's version.
    const kernel = head.depends.filter((name) => name.startsWith('linux-image-'));
    for (const name of [...kernel, 'busybox-static', ...SYSTEM_LIBRARIES]) {
      const archive = apt.download(name);
      if (!archive.ok) return archive;
      unpack(archive.value, folder);
    }
    const tools = join(scratch, 'ext2-tools');
    addPrograms(EXT2_PACKAGES, tools);
    const work = join(scratch, 'ext2');
    mkdirSync(work, { recursive: true });
    const grub = { boot: readImage('grub/i386-pc/boot.img'), core: readImage('grub/core-disk.img') };
    if (grub.boot === undefined || grub.core === undefined) return err('GRUB is not there');
    const disk = makeSanDisk({
      system: folder,
      tools,
      grub: { bootImg: grub.boot, coreImg: grub.core },
      scratch: work,
    });
    if (!disk.ok) return disk;
    writeFileSync(join(folder, itemAt(item.files, 0).from), disk.value);
    return tree;
  };
  const makeUefi = ({ name, files: wanted }: CataloguePackage): Result<Tree, string> => {
    const built = buildUefi({ apt: host(), cache: join(cache, 'uefi'), scratch, say });
    if (!built.ok) return err(built.error.reason);
    const { folder: from, version, sourceVersion } = built.value;
    const folder = join(scratch, name);
    for (const file of wanted) {
      mkdirSync(dirname(join(folder, file.from)), { recursive: true });
      copyFileSync(join(from, basename(file.from)), join(folder, file.from));
    }
    const documents = join(folder, 'usr/share/doc', name);
    mkdirSync(documents, { recursive: true });
    copyFileSync(join(from, 'copyright'), join(documents, 'copyright'));
    const head = { name, version, source: { name, version: sourceVersion }, depends: [] };
    return ok({ kind: 'tree', folder, head });
  };
  return (item) => {
    switch (item.make) {
      case 'grub-core':
        return makeCores(item);
      case 'grub-efi':
        return makeEfiGrub(item);
      case 'san-disk':
        return makeDisk(item);
      case 'uefi':
        return makeUefi(item);
      case undefined:
        return fetch(apt, item.name);
    }
    return unreachable(item.make);
  };
}

function main(): number {
  const { values } = parseArgs({
    options: {
      from: { type: 'string' },
      force: { type: 'boolean', default: false },
      uefi: { type: 'boolean', default: false },
    },
  });
  const before = images.readManifest();
  const catalogue = catalogueWith({ uefi: values.uefi || before.packages.some(({ name }) => name === 'edk2') });
  const wanted = catalogue.filter((item) => values.force || !hasFiles(before, item) || !hasSource(before, item));
  if (wanted.length === 0) {
    say(`all ${before.files.length} files are there`);
    return 0;
  }
  if (values.from !== undefined && !existsSync(values.from)) {
    say(`there is no folder ${values.from}`);
    return 1;
  }
  const find = values.from === undefined ? aptFinder() : folderFinder(values.from);
  let { packages, files } = before;
  const failures: { readonly item: CataloguePackage; readonly reason: string }[] = [];
  for (const [index, item] of wanted.entries()) {
    say(`${index + 1}/${wanted.length} ${item.name}`);
    const source = find(item);
    const made = source.ok ? assemble(item, source.value) : source;
    if (made.ok) {
      packages = [...packages.filter(({ name }) => name !== item.name), made.value.package];
      files = [...files.filter((file) => file.package !== item.name), ...made.value.files];
      // After each package, so that a broken run goes on where it stopped.
      images.writeManifest(packages, files);
    } else if (hasFiles(before, item)) say(`${item.name} is there as before; ${made.error}`);
    else failures.push({ item, reason: made.error });
  }
  rmSync(scratch, { recursive: true, force: true });
  images.prune(files);
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  say(`${files.length} files, ${(bytes / 1e6).toFixed(1)} MB in public/images`);
  for (const { item, reason } of failures) say(`missing: ${item.name}, needed for ${item.neededFor} (${reason})`);
  if (failures.length > 0) say('bare machines (firmware without a CPU) and all servers work without any image');
  return failures.length === 0 ? 0 : 1;
}

process.exitCode = main();
