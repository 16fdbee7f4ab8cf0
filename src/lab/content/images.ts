/**
 * The image catalogue as the lab sees it: which images a scenario needs, and their bytes once
 * the host (the page's worker, or the command line) has fetched them. The lab itself never waits for a file.
 */
import { err, ok, type Result } from '../../base/result.ts';
import { formatPath } from '../../scenario/explain.ts';
import { problemAt, scenarioMessage, type ScenarioProblem } from '../../scenario/problems.ts';
import { fileContents } from '../../scenario/file-contents.ts';
import { contentsOf, isEmulated } from '../../scenario/nodes/all.ts';
import { VOLUMES } from '../../machine/uefi/layout.ts';
import type { FileContent, Scenario, ScenarioNode } from '../../scenario/schema.ts';
import type { ImageFile, ImageManifest } from './image-manifest.ts';
import type { Message } from '../../base/sentence.ts';
import { mediumImages } from './medium.ts';
import { nbiImages } from './nbi.ts';

export const BIOS_IMAGE = 'bios/bios.bin';
export const VGA_BIOS_IMAGE = 'bios/vgabios-stdvga.bin';

/** An image that a scenario names and the catalogue has not. */
export interface MissingImage extends ScenarioProblem {
  readonly image: string;
}

/** What is there on request only. */
const UEFI_IMAGES = /^(uefi|debian-installer-efi|grub-efi)(\/|$)/;

function missing(image: string, path: string): MissingImage {
  const text = UEFI_IMAGES.test(image) ? 'scenario.uefi-missing' : 'scenario.image-missing';
  return { image, ...problemAt(path, scenarioMessage(text, { image })) };
}

function other(file: ImageFile, sha256: string, path: readonly PropertyKey[]): MissingImage {
  return {
    image: file.path,
    ...problemAt(
      formatPath([...path, 'sha256']),
      scenarioMessage('scenario.image-other', {
        image: file.path,
        package: file.package,
        version: file.version,
        found: file.sha256,
        wanted: sha256,
      }),
    ),
  };
}

/** What a PC begins with. */
function firmwareImages(node: ScenarioNode): readonly string[] {
  const isUefi = 'firmware' in node && node.firmware.personality === 'uefi';
  return isUefi ? [...VOLUMES.map(({ image }) => image), VGA_BIOS_IMAGE] : [BIOS_IMAGE, VGA_BIOS_IMAGE];
}

/** Files of a folder of the catalogue, by path below that folder. */
export function imageTree(manifest: ImageManifest, folder: string): readonly ImageFile[] {
  const prefix = `${folder.replace(/\/+$/, '')}/`;
  return manifest.files.filter((file) => file.path.startsWith(prefix));
}

/** Paths of all images that the scenario needs, each once, in the order of the scenario; or those that are missing. */
export function neededImages(
  scenario: Scenario,
  manifest: ImageManifest,
): Result<readonly ImageFile[], readonly MissingImage[]> {
  const known = new Map(manifest.files.map((file) => [file.path, file]));
  const wanted: { image: string; path: string }[] = [];
  const problems: MissingImage[] = [];
  scenario.nodes.forEach((node, i) => {
    const at = `$.nodes[${i}]`;
    if (isEmulated(node)) wanted.push(...firmwareImages(node).map((image) => ({ image, path: at })));
    for (const { content, path } of contentsOf(node))
      if (content !== undefined) wanted.push(...imagesOf(content, ['nodes', i, ...path]));
    if (!('files' in node)) return;
    node.files.forEach((entry, j) => {
      if (!('imageTree' in entry)) return;
      const images = imageTree(manifest, entry.imageTree);
      if (images.length === 0) problems.push(missing(entry.imageTree, `${at}.files[${j}].imageTree`));
      wanted.push(...images.map((file) => ({ image: file.path, path: `${at}.files[${j}]` })));
    });
  });
  for (const { content, path } of fileContents({ ...scenario, nodes: [] })) wanted.push(...imagesOf(content, path));
  for (const { content, path } of fileContents(scenario)) {
    if (!('image' in content) || !('sha256' in content) || content.sha256 === undefined) continue;
    const file = known.get(content.image);
    if (file !== undefined && file.sha256 !== content.sha256) problems.push(other(file, content.sha256, path));
  }
  const files = new Map<string, ImageFile>();
  for (const { image, path } of wanted) {
    const file = known.get(image);
    if (file === undefined) problems.push(missing(image, path));
    else files.set(image, file);
  }
  return problems.length > 0 ? err(onceForUefi(problems)) : ok([...files.values()]);
}

/** What a file is made from, with its place in the scenario. */
function imagesOf(
  content: FileContent,
  path: readonly PropertyKey[],
): readonly { readonly image: string; readonly path: string }[] {
  const at = (field: string, images: readonly string[]): ReturnType<typeof imagesOf> =>
    images.map((image) => ({ image, path: formatPath([...path, field]) }));
  if ('image' in content) return at('image', [content.image]);
  if ('medium' in content) return at('medium', mediumImages(content));
  return 'nbi' in content ? at('nbi', nbiImages(content)) : [];
}

/** One command brings all of them. */
function onceForUefi(problems: readonly MissingImage[]): readonly MissingImage[] {
  const first = problems.find(({ image }) => UEFI_IMAGES.test(image));
  return problems.filter((problem) => problem === first || !UEFI_IMAGES.test(problem.image));
}

/** A person's own file that a scenario names by its hash. */
export interface UserFileUse {
  readonly name: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** JSON path of the place that names it. */
  readonly path: string;
}

export function neededUserFiles(scenario: Scenario): readonly UserFileUse[] {
  return fileContents(scenario).flatMap(({ content, path }) =>
    'userFile' in content
      ? [{ name: content.userFile, sha256: content.sha256, sizeBytes: content.sizeBytes, path: formatPath(path) }]
      : [],
  );
}

/** The message about a file of the user's own that is missing. */
export function missingUserFile(
  { name, sha256, sizeBytes, path }: UserFileUse,
  remedy: string | Message,
): MissingImage {
  const says = scenarioMessage('scenario.file-missing', { name, bytes: sizeBytes, sha256, remedy });
  return { image: name, ...problemAt(path, says) };
}

/** The bytes of the images that were fetched, and of people's own files by their hash. */
export class ImageBank {
  readonly manifest: ImageManifest;
  private readonly bytes: ReadonlyMap<string, Uint8Array>;
  private readonly userFiles: ReadonlyMap<string, Uint8Array>;
  private readonly later = new Map<string, Uint8Array>();

  constructor(
    manifest: ImageManifest,
    bytes: ReadonlyMap<string, Uint8Array>,
    userFiles: ReadonlyMap<string, Uint8Array> = new Map(),
  ) {
    this.manifest = manifest;
    this.bytes = bytes;
    this.userFiles = userFiles;
  }

  userFile(sha256: string): Uint8Array | undefined {
    return this.userFiles.get(sha256) ?? this.later.get(sha256);
  }

  get(path: string): Uint8Array | undefined {
    return this.bytes.get(path) ?? this.later.get(path);
  }

  /** What has been fetched since, for a medium that is put in while the lab runs. */
  add(files: ReadonlyMap<string, Uint8Array>): void {
    for (const [name, bytes] of files) this.later.set(name, bytes);
  }

  sha256(path: string): string | undefined {
    return this.manifest.files.find((file) => file.path === path)?.sha256;
  }
}

/** The files that one node of the scenario names, as far as the bank has them: by path, and by sha256. */
export function nodeFiles(
  scenario: Scenario,
  node: Scenario['nodes'][number],
  bank: ImageBank,
): Readonly<Record<'images' | 'userFiles', readonly (readonly [string, Uint8Array])[]>> {
  const alone = { ...scenario, nodes: [node], inputs: [] };
  const needed = neededImages(alone, bank.manifest);
  const present = (name: string, bytes: Uint8Array | undefined): [string, Uint8Array][] =>
    bytes === undefined ? [] : [[name, bytes]];
  return {
    images: (needed.ok ? needed.value : []).flatMap(({ path }) => present(path, bank.get(path))),
    userFiles: neededUserFiles(alone).flatMap(({ sha256 }) => present(sha256, bank.userFile(sha256))),
  };
}
