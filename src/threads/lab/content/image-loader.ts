/** Fetches the images that a lab needs, once each, checks them, and keeps them for the next lab. */
import { err, ok, type Result } from '../../../base/result.ts';
import {
  blobPath,
  EMPTY_MANIFEST,
  keyframePath,
  MANIFEST_FILE,
  parseManifest,
  type ImageFile,
  type ImageManifest,
  type ShippedKeyframe,
} from '../../../lab/content/image-manifest.ts';
import { ImageBank, missingUserFile, neededImages, neededUserFiles } from '../../../lab/content/images.ts';
import { contentBytes } from '../../../lab/content/files.ts';
import { mediumImages } from '../../../lab/content/medium.ts';
import { nbiImages } from '../../../lab/content/nbi.ts';
import { problemAt, scenarioMessage } from '../../../scenario/problems.ts';
import type { FileContent, Scenario } from '../../../scenario/schema.ts';
import type { PlaceProblem } from '../../api/lab-api.ts';
import type { Fetch } from '../../api/site-text.ts';
import { readUserFile } from '../../api/user-files.ts';
import { fetchFile, fileProblem, type ExpectedFile } from './site-files.ts';

/** A browser asks one host for so many files at a time. */
const AT_ONCE = 6;

const MANIFEST_PATH = `images/${MANIFEST_FILE}`;

export class ImageLoader {
  private readonly baseUrl: string;
  private readonly fetch: Fetch;
  /** By hash. */
  private readonly kept = new Map<string, Uint8Array>();
  private manifest: ImageManifest = EMPTY_MANIFEST;
  /** Why the manifest could not be read, when the site seems to have one. */
  private manifestProblem: PlaceProblem | undefined;

  constructor(baseUrl: string, fetch: Fetch = async (url, init) => await globalThis.fetch(url, init)) {
    this.baseUrl = baseUrl;
    this.fetch = fetch;
  }

  /** The catalogue of the site; empty when it has none. */
  async loadManifest(): Promise<ImageManifest> {
    const read = await this.fetchManifest('no-cache');
    this.manifestProblem = read.ok ? undefined : read.error;
    this.manifest = read.ok ? read.value : EMPTY_MANIFEST;
    return this.manifest;
  }

  /** Those that the site ships. */
  get keyframes(): readonly ShippedKeyframe[] {
    return this.manifest.keyframes ?? [];
  }

  keyframeUrl(name: string): URL {
    return new URL(`images/${keyframePath(name)}`, this.baseUrl);
  }

  /** The hashes of a scenario's images. */
  hashes(scenario: Scenario): readonly string[] {
    const needed = neededImages(scenario, this.manifest);
    return needed.ok ? needed.value.map(({ sha256 }) => sha256) : [];
  }

  /** All images of a scenario. Problems name the place in the scenario or the file, or say that it was cancelled. */
  async load(
    scenario: Scenario,
    signal: AbortSignal,
    onProgress: (doneBytes: number, totalBytes: number, name: string) => void,
  ): Promise<Result<ImageBank, readonly PlaceProblem[]>> {
    // Offline when the page was opened, perhaps.
    if (this.manifestProblem !== undefined) await this.loadManifest();
    const needed = neededImages(scenario, this.manifest);
    if (!needed.ok)
      return err([
        ...(this.manifestProblem === undefined ? [] : [this.manifestProblem]),
        ...needed.error.map(({ path, message, says }) => ({ path, message, says })),
      ]);
    const totalBytes = needed.value.reduce((sum, file) => sum + file.size, 0);
    const done = new Map<string, number>();
    const images = new Map<string, Uint8Array>();
    const files = needed.value.values();
    let problem: PlaceProblem | undefined;
    const loadRest = async (): Promise<void> => {
      for (const file of files) {
        const report = (bytes: number): void => {
          done.set(file.path, bytes);
          onProgress(
            [...done.values()].reduce((sum, each) => sum + each, 0),
            totalBytes,
            file.path,
          );
        };
        const bytes = await this.bytesOf(file, signal, report);
        if (!bytes.ok) problem ??= bytes.error;
        if (!bytes.ok || problem !== undefined) return;
        images.set(file.path, bytes.value);
        report(file.size);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, loadRest));
    if (problem !== undefined) return err([problem]);
    const userFiles = new Map<string, Uint8Array>();
    for (const use of neededUserFiles(scenario)) {
      const bytes = await readUserFile(use.sha256);
      if (bytes === undefined) return err([missingUserFile(use, scenarioMessage('scenario.file-missing.drop'))]);
      userFiles.set(use.sha256, bytes);
    }
    return ok(new ImageBank(this.manifest, images, userFiles));
  }

  /** One image by its path; undefined when it is not available. */
  async image(path: string): Promise<Uint8Array | undefined> {
    const file = this.manifest.files.find((known) => known.path === path);
    if (file === undefined) return undefined;
    const bytes = await this.bytesOf(file, new AbortController().signal, () => undefined);
    return bytes.ok ? bytes.value : undefined;
  }

  /** The bytes of a file that stands alone, with what it is made from; undefined when that is not available. */
  async content(content: FileContent): Promise<Uint8Array | undefined> {
    const files = await this.filesOf(content);
    return files === undefined ? undefined : contentBytes(content, new ImageBank(this.manifest, files, files));
  }

  /** What it is made from: images by path, and a person's own file by its hash. */
  async filesOf(content: FileContent): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
    const files = new Map<string, Uint8Array>();
    if ('userFile' in content) {
      const bytes = await readUserFile(content.sha256);
      if (bytes === undefined) return undefined;
      files.set(content.sha256, bytes);
    }
    for (const path of imagesOf(content)) {
      const bytes = await this.image(path);
      if (bytes === undefined) return undefined;
      files.set(path, bytes);
    }
    return files;
  }

  private async bytesOf(
    file: ImageFile,
    signal: AbortSignal,
    onProgress: (doneBytes: number) => void,
  ): Promise<Result<Uint8Array, PlaceProblem>> {
    const kept = this.kept.get(file.sha256);
    if (kept !== undefined) return ok(kept);
    const path = `images/${blobPath(file.sha256)}`;
    const expected: ExpectedFile = { name: file.path, size: file.size, sha256: file.sha256 };
    const bytes = await fetchFile(new URL(path, this.baseUrl), expected, signal, onProgress, this.fetch);
    if (bytes.ok) {
      this.kept.set(file.sha256, bytes.value);
      return bytes;
    }
    const { error } = bytes;
    if ((error.kind === 'missing' || error.kind === 'wrong') && (await this.isReplaced(file)))
      return err(problemAt(path, scenarioMessage('scenario.image-replaced', { image: file.path })));
    return err(fileProblem(path, expected, error));
  }

  /** Whether the site now has a different file, or none, under this path. */
  private async isReplaced(file: ImageFile): Promise<boolean> {
    const now = await this.fetchManifest('reload');
    return now.ok && now.value.files.find(({ path }) => path === file.path)?.sha256 !== file.sha256;
  }

  private async fetchManifest(cache: RequestCache): Promise<Result<ImageManifest, PlaceProblem>> {
    let text: string;
    try {
      const response = await this.fetch(new URL(MANIFEST_PATH, this.baseUrl), { cache });
      // A site without images is not a failure.
      if (response.status === 404) return ok(EMPTY_MANIFEST);
      if (!response.ok)
        return err(
          problemAt(MANIFEST_PATH, scenarioMessage('scenario.manifest-not-there', { status: response.status })),
        );
      text = await response.text();
    } catch {
      return err(problemAt(MANIFEST_PATH, scenarioMessage('scenario.image-unreachable', { image: MANIFEST_PATH })));
    }
    const manifest = parseManifest(text);
    return manifest.ok
      ? manifest
      : err(problemAt(MANIFEST_PATH, scenarioMessage('scenario.manifest-unreadable', { reason: manifest.error })));
  }
}

function imagesOf(content: FileContent): readonly string[] {
  if ('image' in content) return [content.image];
  if ('medium' in content) return mediumImages(content);
  return 'nbi' in content ? nbiImages(content) : [];
}
